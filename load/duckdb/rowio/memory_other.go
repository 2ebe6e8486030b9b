//go:build duckdb_arrow && !linux

package rowio

// ReturnMemory has nothing to do where DuckDB uses the system's allocator.
func ReturnMemory(bool) {}
