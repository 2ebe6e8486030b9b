// Package load is what the pipeline knows of a warehouse, whatever engine keeps it:
// what goes in ([Batch]), what a merge answers ([Merged]), what an erasure asks for
// and finds ([Request], [Found]), and the right to write ([Lock]).
//
// An engine is a package below this one: load/duckdb.
package load
