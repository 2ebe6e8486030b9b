// Package review puts pairs of records before a human on which identifiers and evidence
// do not say the same, and writes the answers down.
//
// The pairs are those of etl.candidate_pairs; a merge finds them. An answer is a pair
// `always` or `never` of identity.yaml, so it survives everything that happens to the
// warehouse, and the next merge applies it. Which pairs are open is told by that file
// alone: what it decides is not asked again, be it applied yet or not.
package review

import (
	"context"
	"fmt"
	"slices"

	"contactsync/internal/identity/evidence"
	"contactsync/internal/selector"
	"contactsync/load/duckdb/report"
	"contactsync/schema"
)

// Desk is where pairs are reviewed.
type Desk struct {
	Overrides schema.Path // the file of answers; zero: there is none, and nothing can be answered
	MaxNames  int         // as in the config: what an override may mean
}

// Queue is the open pairs, the most valuable first.
type Queue struct {
	Open       int    // how many there are
	Pairs      []Pair // the first of them
	Answerable bool   // there is a file for the answers
}

// Pair is two records that may be one person's.
type Pair struct {
	report.Candidate
	Sides    [2]report.Side
	Address  string   // the identifier in common, where it is an address that is known in clear
	Evidence []string // what speaks most for or against one person, in words
	Sentence string   // the same with the bits
	Suggests string   // same_person, relatives, colleagues or strangers
}

// Decision is an answer: whether two records are one person's.
type Decision struct {
	Record, Other report.RecordKey
	Same          bool
}

// Open counts the open pairs.
func (d Desk) Open(ctx context.Context, from report.Connector) (int, error) {
	open, err := d.open(ctx, from)
	return len(open), err
}

// Queue reads at most so many open pairs; all for 0.
func (d Desk) Queue(ctx context.Context, from report.Connector, limit int) (Queue, error) {
	open, err := d.open(ctx, from)
	if err != nil {
		return Queue{}, err
	}
	q := Queue{Open: len(open), Answerable: d.Writable() == nil}
	if limit > 0 {
		open = open[:min(limit, len(open))]
	}
	var keys []report.RecordKey
	for _, c := range open {
		records := c.Records()
		keys = append(keys, records[:]...)
	}
	sides, err := report.Sides(ctx, from, keys)
	if err != nil {
		return Queue{}, err
	}
	for _, c := range open {
		records := c.Records()
		a, b := sides[records[0]], sides[records[1]]
		if a == nil || b == nil {
			return Queue{}, fmt.Errorf("review: a record of etl.candidate_pairs is not stored; sync resolve --rebuild finds the pairs anew")
		}
		q.Pairs = append(q.Pairs, newPair(c, *a, *b))
	}
	return q, nil
}

func newPair(c report.Candidate, a, b report.Side) Pair {
	kind := schema.Kind(c.Kind)
	v := evidence.Compare(evidence.Of(a.SourceContact, a.Linking...), evidence.Of(b.SourceContact, b.Linking...))
	v.Bits = c.Bits // by which it was decided: of hashes and matches, more than the two records show
	p := Pair{Candidate: c, Sides: [2]report.Side{a, b}, Evidence: v.Words(kind), Sentence: v.Sentence(kind), Suggests: "same_person"}
	if v.Rounded() < 0 {
		p.Suggests = v.Against.String()
	}
	for _, address := range slices.Concat(a.Emails, b.Emails) {
		s, _ := selector.Parse(address)
		if slices.ContainsFunc(s.Identifiers, func(id schema.Identifier) bool { return id.Kind == kind && id.Value == c.Value }) {
			p.Address = address
		}
	}
	return p
}

// open are the pairs that the file does not decide, each once: a pair may be doubtful for
// more than one reason.
func (d Desk) open(ctx context.Context, from report.Connector) (open []report.Candidate, err error) {
	overrides, err := d.read()
	if err != nil {
		return nil, err
	}
	all, err := report.Candidates(ctx, from)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	named, err := report.NamedBy(ctx, from, overrides, d.MaxNames)
	if err != nil {
		return nil, err
	}
	known := newDecided(overrides, named)
	seen := map[[2]report.RecordKey]bool{}
	for _, c := range all {
		records := c.Records()
		mirrored := [2]report.RecordKey{records[1], records[0]}
		if !seen[records] && !seen[mirrored] && !known.decides(c) {
			open = append(open, c)
		}
		seen[records] = true
	}
	return open, nil
}
