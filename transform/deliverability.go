package transform

import (
	"strings"
	"time"
	"unicode"

	"contactsync/internal/normal"
	"contactsync/schema"
)

// standing is what a vendor says of an address, in the order in which one word
// outweighs another: an address is as good as the best that is said of it, but
// nothing that calls it invalid is overruled.
//
// That a vendor lists an address among its verified ones counts only where the
// address has no status of its own: what is newer and more exact stands, even where
// it says that nothing is known.
type standing int

const (
	unstated standing = iota
	listed            // among the verified addresses
	unknown           // the vendor has tried, in vain
	catchAll
	valid
	validESP
	invalid
)

var statusWords = map[string]standing{
	"validesp": validESP, "valid": valid, "catchall": catchAll, "unknown": unknown, "invalid": invalid,
}

// standingOf is the standing of all addresses of a field that verifies, or refutes,
// what it lists; nil says nothing.
func standingOf(verified *bool) standing {
	switch {
	case verified == nil:
		return unstated
	case *verified:
		return listed
	}
	return invalid
}

// status reads `Valid (esp)`, `Valid`, `Catch-all`, `Unknown` and `Invalid`, whose
// case and punctuation vary (vendors' README 4.7 and 6.1). A word that no document
// of the vendor has says nothing and is noted.
func (p *person) status(field, s string) standing {
	if isNull(clean(s)) {
		return unstated
	}
	said, ok := statusWords[letters(s)]
	if !ok {
		p.note(field, schema.CauseUnknownStatus)
	}
	return said
}

// letters is a word in lower case without all else.
func letters(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) }), "")
}

// status is the standing in the words of the common schema.
func (s standing) status() schema.EmailStatus { return statuses[s] }

var statuses = [...]schema.EmailStatus{
	unstated: "", listed: schema.EmailValid, unknown: schema.EmailUnknown, catchAll: schema.EmailCatchAll,
	valid: schema.EmailValid, validESP: schema.EmailValidESP, invalid: schema.EmailInvalid,
}

// seen takes when some addresses were last seen in use: the dates of a field, in
// their positions. Of several dates of one address the latest counts.
func (p *person) seen(addresses []string, field string, dates []string) {
	if dates = splitTimes(dates); len(dates) == 0 {
		return
	}
	for i, s := range p.listed(addresses) {
		if i == len(dates) {
			return
		}
		value, ok := normal.Email(s)
		if !ok || isNull(clean(dates[i])) {
			continue
		}
		at, ok := schema.ParseTime(clean(dates[i]))
		if !ok {
			p.note(field, schema.CauseUnreadableDate)
			continue
		}
		if known, ok := p.addressAt.find(value); ok && at.After(p.addresses[known].lastSeen) {
			p.addresses[known].lastSeen = at.Truncate(time.Microsecond) // what a column holds
		}
	}
}

// splitTimes cuts lists of times, but not what is one time with a comma in it.
func splitTimes(values []string) []string {
	var all []string
	for _, s := range values {
		if _, ok := schema.ParseTime(clean(s)); ok {
			all = append(all, s)
			continue
		}
		all = append(all, split([]string{s}, separators)...)
	}
	return all
}
