package review

import (
	"contactsync/load"
	"contactsync/load/duckdb/report"
)

// decided is what the overrides say of whom, by record and by contact. They bind people,
// not only the records that they name: who is told apart from somebody is so with all
// records, and one person with a third who is.
type decided struct {
	records  *verdicts[report.RecordKey]
	contacts *verdicts[string]
}

// newDecided takes in overrides and the records that they mean.
func newDecided(overrides []load.Override, named []report.Named) decided {
	d := decided{newVerdicts[report.RecordKey](), newVerdicts[string]()}
	first := map[int64]report.Named{}
	for _, n := range named {
		if !overrides[n.Override].Always {
			continue
		}
		if _, ok := first[n.Override]; !ok {
			first[n.Override] = n
		}
		d.records.join(first[n.Override].RecordKey, n.RecordKey)
		d.contacts.join(first[n.Override].ContactID, n.ContactID)
	}
	for _, n := range named {
		if !overrides[n.Override].Always {
			d.records.part(n.RecordKey, n.Override, n.Side)
			d.contacts.part(n.ContactID, n.Override, n.Side)
		}
	}
	return d
}

// decides reports whether the pair is decided, one way or the other. Where both are of one
// contact as it stands, only the records tell.
func (d decided) decides(c report.Candidate) bool {
	records := c.Records()
	return d.records.decide(records[0], records[1]) ||
		c.ContactID != c.OtherContactID && d.contacts.decide(c.ContactID, c.OtherContactID)
}

// verdicts say which of some things are one, and which are not.
type verdicts[K comparable] struct {
	parent map[K]K
	apart  map[K]map[[2]int64]bool // sides of overrides that tell apart, by the root of a thing
}

func newVerdicts[K comparable]() *verdicts[K] {
	return &verdicts[K]{map[K]K{}, map[K]map[[2]int64]bool{}}
}

// root is the thing that stands for all that are one with it.
func (v *verdicts[K]) root(k K) K {
	for {
		up, ok := v.parent[k]
		if !ok || up == k {
			return k
		}
		if higher, ok := v.parent[up]; ok {
			v.parent[k] = higher
		}
		k = up
	}
}

func (v *verdicts[K]) join(a, b K) {
	if a, b = v.root(a), v.root(b); a != b {
		v.parent[a] = b
	}
}

// part puts a thing on one side of an override that tells apart. All joins come before.
func (v *verdicts[K]) part(k K, override, side int64) {
	k = v.root(k)
	if v.apart[k] == nil {
		v.apart[k] = map[[2]int64]bool{}
	}
	v.apart[k][[2]int64{override, side}] = true
}

func (v *verdicts[K]) decide(a, b K) bool {
	a, b = v.root(a), v.root(b)
	if a == b {
		return true
	}
	for at := range v.apart[a] {
		if v.apart[b][[2]int64{at[0], 1 - at[1]}] {
			return true
		}
	}
	return false
}
