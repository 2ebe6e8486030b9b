// Package match finds pairs of records that share no identifier, but of which what else
// is known speaks for one person, and keeps them in etl.candidate_pairs (reason match).
//
// Pairs are found by blocking: records meet that have a key in common, such as a phone,
// or surname and domain (key.go). Whether two are compared depends on them and on the
// sizes of their blocks alone: a block of more than [mostRecords] says nothing of anybody
// and is left out. So a merge compares what changed with everything ([Renew]), beside it
// the blocks that have grown beyond that size or shrunk to it, and leaves all other pairs
// as they are; the table is that of comparing everything with everything. What those
// depend on besides, the settings, the weights and how many records there are, by powers
// of four, is kept in etl.matching; when it is another, everything is compared.
//
// The tables, beside etl.candidate_pairs; temporary ones are those of one merge:
//
//	etl.matching          rules: by which the pairs were found; no row: they are not looked for
//	etl.crowded_blocks    key: of the blocks that are left out
//	match_keys            record (a rowid of etl.records), key
//	                      as far as any is wanted
//	match_dirty           record: what is compared anew
//	match_wanted          key: what they have, and what was crowded
//	match_sizes           key, records
//	match_crowded         key: of blocks that are left out now
//	match_blocks          key: of the blocks in which they are
//	match_members         key, record, dirty: who is in these
//	match_found           a, b (records), bits: as compared
//	match_pairs           the columns of candidate_pairs: what comes of it
//	match_left            the same: what stood of the records compared
//	match_touched         source, source_id: of pairs that came, went or were compared
//	match_rivals          a, b, rival: whom a matches about as well as b
//	match_found           again, of the b and their rivals
//	rematched             source, source_id: of pairs of which that joins or joined
package match
