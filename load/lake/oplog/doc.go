// Package oplog is the log of a warehouse that lies in a bucket: nothing in the bucket is
// true but by an entry of it. Whoever writes puts the objects first (a segment of rows, a
// state of the books) and then the entry that names them; without the entry they are not
// there, and are removed some time.
//
//	log/000000000001.json   the entries, one object each, numbered from 1 without a gap
//	head                    the number of the last state entry, to begin reading at
//	lease                   who writes, and until when
//	segments/ states/ scratch/   what entries name, or what is in transit
//
// # One writer
//
// Entry n+1 is written by a conditional PUT by who has read, or written, entry n. So each
// number is won once, and who loses it has been overtaken: its view of the warehouse is old
// and it must stop ([LostError]). A writer begins with an entry of its own, which shuts out
// all before it: a request of theirs that is still under way finds its number taken.
// Nothing else is relied on. The lease, with its clock, only keeps two runs from disturbing
// each other: a writer that slept beyond its lease goes on for as long as its numbers are
// free, and one whose lease was taken by a machine with a wrong clock is stopped by the
// next number.
//
// # What is removed when
//
// A writer that slept for weeks may wake below everything that was written since. If the
// number it writes then has been pruned, the PUT succeeds. So after every write a listing is
// asked for what stands above: if anything does, the entry counts only if the next one names
// it as the one it follows. Such a writer gets its LostError, too, and what it wrote lies
// below the last state, where no reader looks. Prune waits seven days all the same.
//
// Whatever removes objects lists them first, then makes sure that it still holds the log,
// and removes only what it had listed: so even if it is stopped in between and overtaken,
// it cannot touch what its successor has written.
//
// # Reading
//
// [Read] needs no lease. It starts at the highest number and goes down to the last state
// entry; what lies below does not matter any more. Then it makes sure, as a writer does, that
// the entry it took for the last one counts: between listing and reading it may have been
// pruned, and the gap filled by who slept. An object that an entry names may be
// gone a moment later, when a newer state made it superfluous: on [bucket.ErrNotExist] a
// reader reads the log again.
package oplog
