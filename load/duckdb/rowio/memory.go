//go:build duckdb_arrow && linux

package rowio

/*
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

// The control of DuckDB's allocator on Linux, which is jemalloc with names of its own; a
// DuckDB without it lacks the symbol.
extern int duckdb_je_mallctl(const char *, void *, size_t *, void *, size_t) __attribute__((weak));

static void return_memory(ssize_t decay_ms) {
	unsigned arenas = 0;
	size_t size = sizeof arenas;
	if (duckdb_je_mallctl == NULL || duckdb_je_mallctl("arenas.narenas", &arenas, &size, NULL, 0) != 0) {
		return;
	}
	duckdb_je_mallctl("arenas.dirty_decay_ms", NULL, NULL, &decay_ms, sizeof decay_ms); // of arenas to come
	for (unsigned i = 0; i < arenas; i++) {
		char name[64];
		snprintf(name, sizeof name, "arena.%u.dirty_decay_ms", i);
		duckdb_je_mallctl(name, NULL, NULL, &decay_ms, sizeof decay_ms); // fails for an arena that is not in use
	}
}
*/
import "C"

// decay is how long the engine's allocator keeps memory that was freed, in milliseconds: long
// enough to be taken again by the same statement. Returned at once (0), every page is asked of
// the kernel anew and taken from every processor's tables: the first load of 50,000 records
// took 7.5 s, of it 1.7 s of CPU the kernel's, and takes 6.8 s and 0.9 s, for 40 MB more at
// the peak. Ten seconds gain nothing more.
const decay = 10

// ReturnMemory has the engine give memory back to the system when it frees it: soon after,
// or at once. By itself it keeps what it freed for ten seconds: after the reading of 50,000
// records of 2.5 KB it used 7 MB and held 230.
func ReturnMemory(atOnce bool) {
	if atOnce {
		C.return_memory(0)
	} else {
		C.return_memory(decay)
	}
}
