package privacy

import (
	"maps"
	"slices"
	"time"

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
	kinds  map[string]schema.Kind // by hash
}

// own is what [load.Eraser] asks for.
func (k *keepOut) own(requests []load.Request) load.Own {
	return func(b load.Belongings) load.Mentions {
		keys := slices.Clone(b.Keys)
		for _, r := range requests {
			keys = append(keys, r.Keys...)
		}
		k.kinds = suppression.Kinds(keys, b.Addresses)
		return suppression.SetOf(k.kinds).Mentions
	}
}

// rows are the suppressions, in an order that says nothing of whose they are.
func (k *keepOut) rows() []schema.Suppression {
	rows := make([]schema.Suppression, 0, len(k.kinds))
	for _, hash := range slices.Sorted(maps.Keys(k.kinds)) {
		rows = append(rows, schema.Suppression{Kind: string(k.kinds[hash]), ValueSHA256: hash, Reason: k.reason, SuppressedAt: k.at})
	}
	return rows
}
