//go:build duckdb_arrow && linux

package rowio

/*
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

// The control of DuckDB's allocator on Linux, which is jemalloc with names of its own; a
// DuckDB without it lacks the symbol.
extern int duckdb_je_mallctl(const char *, void *, size_t *, void *, size_t) __attribute__((weak));

static void return_memory(void) {
	ssize_t at_once = 0;
	unsigned arenas = 0;
	size_t size = sizeof arenas;
	if (duckdb_je_mallctl == NULL || duckdb_je_mallctl("arenas.narenas", &arenas, &size, NULL, 0) != 0) {
		return;
	}
	duckdb_je_mallctl("arenas.dirty_decay_ms", NULL, NULL, &at_once, sizeof at_once); // of arenas to come
	for (unsigned i = 0; i < arenas; i++) {
		char name[64];
		snprintf(name, sizeof name, "arena.%u.dirty_decay_ms", i);
		duckdb_je_mallctl(name, NULL, NULL, &at_once, sizeof at_once); // fails for an arena that is not in use
	}
}
*/
import "C"

// ReturnMemory has the engine give memory back to the system when it frees it. By itself
// it keeps what it freed for ten seconds: after the reading of 50,000 records of 2.5 KB it
// used 7 MB and held 230.
func ReturnMemory() { C.return_memory() }
