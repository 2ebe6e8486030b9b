// Package disk reads DuckDB's files as bytes, without DuckDB: what a file is by its
// first bytes, and how much of a log (WAL) is whole. It changes nothing but by [Log.Cut].
//
// Of a log DuckDB 1.5 says only that it is damaged, and that it does not always notice.
// A log is a row of entries, each its length and a checksum of it (eight bytes each, the
// lowest first), then as many bytes; the first entry, which tells the version of the form,
// has neither. An entry of kind "flush" ends each transaction. Measured on 1.5.6, replaying
// a log of four transactions:
//
//   - cut anywhere: DuckDB replays the transactions before, without a word. So does a
//     kill in the middle of a commit end, which is why it must;
//   - up to 15 zeros behind it: nothing; 16 and more: an IO error, since an entry of
//     length 0 has another checksum than 0;
//   - a bit flipped: an IO error; but where it makes a length reach beyond the end of
//     the file, DuckDB takes the log for one that was cut, and drops what was committed
//     behind it, without a word.
//
// Therefore a log is read here before DuckDB opens it.
package disk
