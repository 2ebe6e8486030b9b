package privacy

import (
	"maps"
	"slices"
	"time"

	"contactsync/internal/run"
	"contactsync/internal/suppression"
	"contactsync/load"
	"contactsync/schema"
)

// The reasons in etl.suppressions.
const (
	reasonForgotten = "forgotten"
	reasonOptedOut  = "opted out"
)

// keepOut gathers what an erasure suppresses: what the requests name, and what is
// known to be the people's own.
type keepOut struct {
	reason string
	at     time.Time
	kinds  map[string]schema.Kind        // by hash
	known  map[string]schema.Suppression // suppressed before, by hash: they keep their reason and date
}

// own is what [load.Eraser] asks for.
func (k *keepOut) own(requests []load.Request) load.Own {
	return func(b load.Belongings) load.Mentions {
		k.known = map[string]schema.Suppression{}
		keys := slices.Clone(b.Keys)
		for _, r := range requests {
			keys = append(keys, r.Keys...)
		}
		k.kinds = suppression.Kinds(keys, b.Addresses)
		for _, r := range requests {
			for _, s := range r.Suppressed {
				if _, own := k.kinds[s.ValueSHA256]; !own {
					k.kinds[s.ValueSHA256] = schema.Kind(s.Kind)
				}
				k.known[s.ValueSHA256] = s
			}
		}
		return suppression.SetOf(k.kinds).Mentions
	}
}

// named are the places of overrides that name somebody who is suppressed.
func (k *keepOut) named(o run.Overrides) (places []string) {
	is := func(s load.Selector) bool {
		_, record := k.kinds[suppression.Hash(schema.VendorID(s.Source), s.SourceID)]
		return record || slices.ContainsFunc(s.Identifiers, func(i schema.Identifier) bool {
			_, ok := k.kinds[suppression.Hash(i.Kind, i.Value)]
			return ok
		})
	}
	for i, override := range o.List {
		if is(override.A) || is(override.B) {
			places = append(places, o.Places[i])
		}
	}
	return places
}

// rows are the suppressions, in an order that says nothing of whose they are.
func (k *keepOut) rows() []schema.Suppression {
	rows := make([]schema.Suppression, 0, len(k.kinds))
	for _, hash := range slices.Sorted(maps.Keys(k.kinds)) {
		row, known := k.known[hash]
		if !known {
			row = schema.Suppression{Kind: string(k.kinds[hash]), ValueSHA256: hash, Reason: k.reason, SuppressedAt: k.at}
		}
		rows = append(rows, row)
	}
	return rows
}
