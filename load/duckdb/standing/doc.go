// Package standing tells how what a vendor serves stands to what is stored.
//
// The warehouse could be asked of each batch, and is at first. But each such question reads
// all that is stored of the source: 0.1 s for two thousand records of a million, which was
// five sixths of a night in which nothing had changed. So once a session has asked about
// enough of them, hashes of all are taken into a map of its own ([spill.Map]: 24 bytes a
// version, in a file beyond some megabytes), and batches are noted in it as they are added.
// It is gone with the session: an erasure has nothing to take out of it.
//
// A hash is of 64 bits under a secret of the process, and two must agree (and a date) before
// a version counts as the same, or an event as stored.
package standing
