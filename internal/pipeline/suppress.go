package pipeline

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"

	"contactsync/internal/words"
	"contactsync/load"
	"contactsync/schema"
	"contactsync/transform"

	"golang.org/x/sync/errgroup"
)

// suppressed is what must stay out, as the warehouse keeps it: hashes of
// identifiers and vendor ids, and nothing that tells whose they are.
type suppressed map[string]bool

// suppressionHash is how an identifier is kept among suppressions.
func suppressionHash(kind schema.Kind, value string) string {
	sum := sha256.Sum256([]byte(string(kind.SuppressedAs()) + ":" + value))
	return hex.EncodeToString(sum[:])
}

func (s suppressed) has(kind schema.Kind, value string) bool {
	return s[suppressionHash(kind, value)]
}

// stops reports whether a record is of somebody who must stay out: by its key, by
// an identifier, or because its text names them anywhere. A phone stops nobody,
// since families and companies share them; a role address only when a list names
// it, since otherwise it is never suppressed.
func (s suppressed) stops(r schema.Record) bool {
	if s.has(schema.VendorID(r.Source), r.ID) {
		return true
	}
	normal, err := transform.Contact(r.Source, r.ID, r.Raw)
	unreadable := err != nil || r.ID == ""
	if s.mentions(r.Source, string(r.Raw), unreadable) {
		return true
	}
	return slices.ContainsFunc(normal.Identifiers, func(i schema.Identifier) bool {
		return i.Kind != schema.Phone && s.has(i.Kind, i.Value)
	})
}

// wordKinds are the identifiers that stand in a text as bare words.
var wordKinds = []schema.Kind{schema.LinkedIn, schema.TwitterID, schema.TwitterHandle, schema.Facebook, schema.SSID, schema.CintID, schema.MAID}

// mentions is the [load.Mentions] of what must stay out.
func (s suppressed) mentions(source, text string, ids bool) bool {
	for id := range transform.Mentions(text) {
		if s.has(id.Kind, id.Value) {
			return true
		}
	}
	if !ids {
		return false
	}
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '-' && r != '_' }) {
		if s.has(schema.VendorID(source), word) {
			return true
		}
		for _, kind := range wordKinds {
			if s.has(kind, word) || s.has(kind, strings.ToLower(word)) {
				return true
			}
		}
	}
	return false
}

// guard keeps suppressed people out of one run.
type guard struct {
	suppressed suppressed
	out        map[string]bool // keys of the records that were left out; not stored
	nameless   int             // records without a key
}

// admit returns the records that may be stored, in their order.
func (g *guard) admit(records []schema.Record) []schema.Record {
	if g == nil || len(g.suppressed) == 0 {
		return records
	}
	admitted := make([]schema.Record, 0, len(records))
	for i, out := range g.judge(records) {
		if !out {
			admitted = append(admitted, records[i])
		}
	}
	return admitted
}

// judge tells of each record whether it must stay out, and counts those that must.
func (g *guard) judge(records []schema.Record) []bool {
	stopped := make([]bool, len(records))
	if len(g.suppressed) == 0 {
		return stopped
	}
	const chunk = 256
	var work errgroup.Group
	work.SetLimit(4)
	for from := 0; from < len(records); from += chunk {
		work.Go(func() error {
			for i := from; i < min(from+chunk, len(records)); i++ {
				stopped[i] = g.suppressed.stops(records[i])
			}
			return nil
		})
	}
	_ = work.Wait() // none of them fails
	for i, r := range records {
		switch {
		case !stopped[i]:
		case r.ID == "":
			g.nameless++
		default:
			g.out[r.ID] = true
		}
	}
	return stopped
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
func newGuard(hashes map[string]bool) *guard {
	return &guard{suppressed: hashes, out: map[string]bool{}}
}

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

func (k *keepOut) add(kind schema.Kind, value string) {
	k.kinds[suppressionHash(kind, value)] = kind.SuppressedAs()
}

// own is what [duckdb.Warehouse.Find] asks for.
func (k *keepOut) own(requests []load.Request) func(load.Belongings) load.Mentions {
	return func(b load.Belongings) load.Mentions {
		k.kinds = map[string]schema.Kind{}
		for _, r := range requests {
			for _, key := range r.Keys {
				k.add(key.Kind, key.Value)
			}
		}
		for _, key := range b.Keys {
			k.add(key.Kind, key.Value)
		}
		for _, address := range b.Addresses {
			ids, _ := transform.OptOut(address) // stored addresses are in normal form
			for _, id := range ids {
				k.add(id.Kind, id.Value)
			}
		}
		hashes := suppressed{}
		for hash := range k.kinds {
			hashes[hash] = true
		}
		return hashes.mentions
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
