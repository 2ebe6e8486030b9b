// Package standing tells how what a vendor serves stands to what is stored.
//
// The warehouse could be asked of each batch, and is at first. But each such question reads
// all that is stored of the source: 0.1 s for two thousand records of a million, which was
// five sixths of a night in which nothing had changed. So once a session has asked about
// enough of them, hashes of all are taken into a map of its own ([spill.Map]: 24 bytes a
// version, most of them in files), and so is what is committed after that. It is gone with
// the session: an erasure has nothing to take out of it.
//
// The hashes are of 64 bits, under a secret of the process. A payload that differs from the
// last one of its record and audience counts as the same if theirs agree: once in 10^19.
package standing
