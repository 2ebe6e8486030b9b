// Package load is the door of a warehouse: what goes in, what may be asked of it and
// how it is erased from, whatever engine keeps it.
//
// A [Batch] is all that some pages change; [Writer.Commit] applies it with its
// checkpoints, or not at all. [Writer.Merge] makes it visible and tells what it did
// ([Merged]). An erasure is asked for by a [Request] and finds a [Found]; it writes a
// [Successor]. A [Warehouse] is all of these parts; callers ask for the part they need.
// Who writes holds the [Lock].
//
// An engine is a package below this one, such as load/duckdb, and passes the suite of
// load/storetest. Reports and the SQL console belong to the engine.
package load
