// Package resident keeps the part of a lake that a step of the warehouse works on.
//
// Where the bulk of a warehouse lies in a lake, its file has the books, what is staged, and
// of the wide tables only what a step has asked for: who reads rows says first which
// ([Rows.By], [Rows.Where], [Rows.All]), and they are fetched and inserted, each once. So a
// merge is the same program over a file that has everything and over one that has nothing
// yet. When the step is done, [Rows.Changes] tells how what is here now differs from what
// was fetched, which is what the lake has to learn, and [Rows.Clear] empties the tables.
//
// That is exact as long as nobody else writes the lake, which its log takes care of, and as
// every row that a step looks for has been asked for, which a test of a whole night over
// both kinds of warehouse takes care of (internal/laketest).
//
// A nil *Rows stands for a warehouse that has everything: it fetches nothing.
package resident
