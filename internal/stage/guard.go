package stage

import (
	"slices"

	"contactsync/internal/suppression"
	"contactsync/internal/words"
	"contactsync/schema"
	"contactsync/transform"
)

// guard keeps suppressed people out of one run.
type guard struct {
	rules      *transform.Rules
	suppressed suppression.Set
	out        map[string]bool // keys of the records that were left out; not stored
	nameless   int             // records without a key
}

// stops reports whether a record is of somebody who must stay out: by its key or what
// that is made of, by an identifier, or because its text names them anywhere. A phone stops nobody,
// since families and companies share them; a role address only when a list names
// it, since otherwise it is never suppressed.
func (g *guard) stops(v *served) bool {
	s := g.suppressed
	if s.Has(schema.VendorID(v.Source), v.ID) {
		return true
	}
	if named, derived := schema.DerivedKey(v.ID); derived && s.Has(named.Kind, named.Value) {
		return true
	}
	document, err := v.parse(g.rules)
	if s.Mentions(v.Source, v.payload(), err != nil || v.ID == "") {
		return true
	}
	return err == nil && slices.ContainsFunc(document.Contact().Identifiers, func(i schema.Identifier) bool {
		return i.Kind != schema.Phone && s.Has(i.Kind, i.Value)
	})
}

// admit returns the records that may be stored, in their order, and marks and
// counts the others.
func (g *guard) admit(records []*served) []*served {
	if g == nil || len(g.suppressed) == 0 {
		return records
	}
	_ = inChunks(records, func(_ int, part []*served) error { // which never fails
		for _, v := range part {
			v.suppressed = g.stops(v)
		}
		return nil
	})
	admitted := make([]*served, 0, len(records))
	for _, v := range records {
		switch {
		case !v.suppressed:
			admitted = append(admitted, v)
		case v.ID == "":
			g.nameless++
		default:
			g.out[v.ID] = true
		}
	}
	return admitted
}

// count is how many people were left out.
func (g *guard) count() int {
	if g == nil {
		return 0
	}
	return len(g.out) + g.nameless
}

// warning says how many people were left out, without a word about whom.
func (g *guard) warning() (string, bool) {
	n := g.count()
	return words.Counted(n, "suppressed person was", "suppressed people were") + " left out", n > 0
}

// newGuard makes the guard of a run.
func newGuard(hashes suppression.Set, rules *transform.Rules) *guard {
	return &guard{rules: rules, suppressed: hashes, out: map[string]bool{}}
}
