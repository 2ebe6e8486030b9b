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
func (s suppressed) stops(rules *transform.Rules, v *served) bool {
	if s.has(schema.VendorID(v.Source), v.ID) {
		return true
	}
	document, err := v.parse(rules)
	if s.mentions(v.Source, v.payload(), err != nil || v.ID == "") {
		return true
	}
	return err == nil && slices.ContainsFunc(document.Contact().Identifiers, func(i schema.Identifier) bool {
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
	rules      *transform.Rules
	suppressed suppressed
	out        map[string]bool // keys of the records that were left out; not stored
	nameless   int             // records without a key
}

// admit returns the records that may be stored, in their order, and marks and
// counts the others.
func (g *guard) admit(records []*served) []*served {
	if g == nil || len(g.suppressed) == 0 {
		return records
	}
	_ = inChunks(records, func(_ int, part []*served) error { // which never fails
		for _, v := range part {
			v.suppressed = g.suppressed.stops(g.rules, v)
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
func newGuard(hashes map[string]bool, rules *transform.Rules) *guard {
	return &guard{rules: rules, suppressed: hashes, out: map[string]bool{}}
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
