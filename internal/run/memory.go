package run

import (
	"runtime"

	"contactsync/internal/config"
)

// A process that is to stay within memory_limit holds the program itself, what its own
// heap takes, and what DuckDB's part is told to take; the rest is what the two need for
// a moment above their bounds. Below the least shares some tens of thousands of new
// records do not merge; so a limit under 400 MB is passed by the process.
const (
	programMemory = 80_000_000 // its code and its word lists
	leastEngine   = 128_000_000
	leastHeap     = 64_000_000
)

// EngineMemory is DuckDB's share of a limit for the whole process: all of one that is
// less than its least share.
func EngineMemory(limit config.Size) config.Size {
	return max(min(limit, leastEngine), (limit-programMemory)*42/100)
}

// batchMemory is DuckDB's share while pages come in: it keeps no more than what it is
// writing, and the program holds pages, records and their columns.
func batchMemory(limit config.Size) config.Size {
	return min(EngineMemory(limit), max(leastEngine, (limit-programMemory)*28/100))
}

// partialMemory is DuckDB's share while a small part of the people of a large warehouse is
// resolved, of whom the program itself holds little.
func partialMemory(limit config.Size) config.Size {
	return max(EngineMemory(limit), (limit-programMemory)*56/100)
}

// publishMemory is DuckDB's share while exports are written and nothing is read or merged:
// to write a million contacts takes more than its usual one.
func publishMemory(limit config.Size) config.Size {
	return max(EngineMemory(limit), limit*3/5)
}

// HeapMemory is the share of Go's heap, to which the collector holds it.
func HeapMemory(limit config.Size) int64 {
	return int64(max(leastHeap, (limit-programMemory)*26/100))
}

// memoryPerThread is what a thread of DuckDB needs for its own while it writes: with
// less, threads together run out of memory where one alone would not.
const memoryPerThread = 64_000_000

// engineThreads are DuckDB's threads for a share of memory: half of the processors. The
// others read, normalise and prepare what it is to store meanwhile, and a thread of
// DuckDB that waits for another one does not sleep: with two of them on two processors a
// first load of 50,000 records took 21.5 s of CPU, with one 17.7 s.
func engineThreads(memory config.Size) int {
	return max(1, min(runtime.NumCPU()/2, int(memory/memoryPerThread)))
}
