package transform

import (
	"iter"
	"slices"
	"strings"
	"unicode/utf8"

	"contactsync/internal/normal"
	"contactsync/schema"
)

// Mentions yields what a text names, in whatever field of whatever document:
// addresses by all their hashes, those of their mailbox and of other spellings, too, hashes of addresses, and LinkedIn profiles, as
// identifiers in normal form, each once; whether an address is a role's makes no
// difference. It is for keeping out, and finding, people who must not be stored, so it
// reads what [Document.Contact] has no rule for, and text that is no valid JSON; what
// Contact makes of a value, however wrapped, it yields, too: it reads the text as it
// is, the text decoded as far as that goes, and each value as Contact does.
func Mentions(text string) iter.Seq[schema.Identifier] {
	return func(yield func(schema.Identifier) bool) {
		m := mentions{yield: yield}
		if !m.scan(text) {
			return
		}
		if decoded := normal.Decoded(text); decoded != text && !m.scan(decoded) {
			return
		}
		_ = m.values(text)
	}
}

// mentions yields each thing once. Its methods report whether to go on.
type mentions struct {
	yield func(schema.Identifier) bool
	seen  map[string]bool // addresses, hashes, slugs: none looks like another
}

// first reports whether a thing has not been seen before.
func (m *mentions) first(thing string) bool {
	if m.seen[thing] {
		return false
	}
	if m.seen == nil {
		m.seen = map[string]bool{}
	}
	m.seen[thing] = true
	return true
}

func (m *mentions) address(s string) bool {
	value, ok := normal.Email(s)
	if !ok || s == value && m.seen[value] {
		return true
	}
	a := named(value)
	a.spelled(s)
	for _, name := range a.names() {
		if m.first(name) && !yieldAll(addressHashes(name), m.yield) {
			return false
		}
	}
	return true
}

func (m *mentions) hash(s string) bool {
	h, ok := normal.Hash(s)
	return !ok || !m.first(h.Value) || m.yield(h)
}

func (m *mentions) profile(s string) bool {
	slug, ok := normal.LinkedInSlug(s)
	return !ok || !m.first("in/"+slug) || m.yield(schema.Identifier{Kind: schema.LinkedIn, Value: slug})
}

func (m *mentions) scan(text string) bool {
	return m.scanAddresses(text) && m.scanHashes(text) && m.scanProfiles(text)
}

// values reads the texts of a JSON document, to where it cannot be read.
func (m *mentions) values(text string) bool {
	p := begin(text)
	defer p.end()
	for {
		switch p.decoder.PeekKind() {
		case '{', '}', '[', ']':
			if _, err := p.decoder.ReadToken(); err != nil {
				return true
			}
		default:
			v, err := p.next(text)
			if err != nil {
				return true
			}
			if s, ok := v.scalar(); ok && v.kind() == '"' && !m.value(s) {
				return false
			}
		}
	}
}

// value reads one text as the fields of addresses, hashes and profiles are read.
func (m *mentions) value(s string) bool {
	encoded := strings.ContainsAny(s, `&%\([{`) || !normal.IsASCII(s)
	if encoded || strings.IndexByte(s, '@') >= 0 {
		for _, address := range normal.Emails([]string{s}) {
			if !m.address(address) {
				return false
			}
		}
		if strings.TrimSpace(s) != s && !m.address(s) { // blanks may have been hashed, too
			return false
		}
	}
	if encoded || len(s) >= 32 || strings.IndexByte(s, '/') >= 0 {
		for _, item := range split([]string{s}, separators) {
			if !m.hash(item) || !m.profile(item) {
				return false
			}
		}
	}
	if t := strings.TrimSpace(s); encoded && (strings.HasPrefix(t, "{") || strings.HasPrefix(t, "[")) { // a document sent as a text
		return m.values(t)
	}
	return true
}

// scanAddresses reads around every @. A local part may hold characters that
// separate elsewhere (`?to=ann@example.com`), and a domain may be in any script, or
// be followed by a dash: each is read both ways.
func (m *mentions) scanAddresses(text string) bool {
	for at := range len(text) {
		if text[at] != '@' {
			continue
		}
		before, after := text[:at], text[at+1:]
		locals := []int{leftRun(before, "._+-'"), leftRun(before, normal.Atext)}
		domains := []int{domainRun(after, false), domainRun(after, true)}
		for _, local := range slices.Compact(locals) {
			for _, domain := range slices.Compact(domains) {
				if !m.address(strings.TrimLeft(before[at-local:], ".'") + "@" + strings.TrimRight(after[:domain], ".-")) {
					return false
				}
			}
		}
	}
	return true
}

func yieldAll(ids []schema.Identifier, yield func(schema.Identifier) bool) bool {
	for _, id := range ids {
		if !yield(id) {
			return false
		}
	}
	return true
}

// domainRun is the length of the domain that begins the text.
func domainRun(text string, anyScript bool) int {
	return len(text) - len(strings.TrimLeftFunc(text, func(r rune) bool {
		return normal.IsAlphanumeric(r) || r == '.' || r == '-' || anyScript && r >= utf8.RuneSelf
	}))
}

// leftRun is the length of the run of letters, digits and the given characters
// that ends the text, looking no further than a local part can reach.
func leftRun(text, others string) int {
	text = text[max(0, len(text)-normal.MaxLocalPart-1):]
	return len(text) - len(strings.TrimRightFunc(text, func(r rune) bool {
		return normal.IsAlphanumeric(r) || strings.ContainsRune(others, r)
	}))
}

// scanHashes reads every run of letters and digits that is as long as a hash.
func (m *mentions) scanHashes(text string) bool {
	for start := 0; start < len(text); {
		end := start
		for end < len(text) && normal.IsAlphanumeric(text[end]) {
			end++
		}
		if end-start >= 32 && !m.hash(text[start:end]) {
			return false
		}
		start = end + 1
	}
	return true
}

// scanProfiles reads every link to LinkedIn.
func (m *mentions) scanProfiles(text string) bool {
	const host = "linkedin.com/"
	lower := strings.ToLower(text)
	if len(lower) != len(text) { // a letter whose lower case is longer: positions would not match
		text = lower
	}
	for from := 0; ; {
		at := strings.Index(lower[from:], host)
		if at < 0 {
			return true
		}
		at += from
		from = at + len(host)
		end, limit := from, min(len(text), at+longestProfile)
		for end < limit && text[end] > ' ' && strings.IndexByte(`"'<>\,;|`, text[end]) < 0 {
			end++
		}
		if next := strings.Index(lower[from:end], host); next >= 0 { // which is read for itself
			end = from + next + len(host)
		}
		if !m.profile(text[at:end]) {
			return false
		}
	}
}

// longestProfile is how much of a text is read for the profile that a link leads to.
const longestProfile = 1024

// addressHashes are the hashes by which an address may be known, in one spelling.
func addressHashes(address string) []schema.Identifier {
	return []schema.Identifier{
		{Kind: schema.EmailSHA256, Value: normal.SHA256(address)},
		{Kind: schema.EmailSHA1, Value: normal.SHA1(address)},
		{Kind: schema.EmailMD5, Value: normal.MD5(address)},
	}
}

// OptOut reads an entry of an opt-out list, an address or a hash of one, as the
// hashes by which it is to be kept out: of an address its own first, then those of its
// other spellings and of its mailbox.
func OptOut(text string) (ids []schema.Identifier, ok bool) {
	if value, ok := normal.Email(text); ok {
		a := named(value)
		a.spelled(text)
		for _, name := range a.names() {
			ids = append(ids, addressHashes(name)...)
		}
		return ids, true
	}
	if h, ok := normal.Hash(text); ok {
		return []schema.Identifier{h}, true
	}
	return nil, false
}

// Selector reads how people name a person on a command line or in a file, an
// e-mail address or the address of a LinkedIn profile, as the identifiers that
// records of that person carry: of an address all hashes by which any vendor may know it,
// its own first, those of its mailbox and of other spellings, too. Those of a role address (see
// [schema.RoleEmail]) stand for whoever reads it. It is not ok where the text is
// neither.
func Selector(text string) (ids []schema.Identifier, ok bool) {
	if strings.Contains(strings.ToLower(text), "linkedin.com/") {
		slug, ok := normal.LinkedInSlug(text)
		return []schema.Identifier{{Kind: schema.LinkedIn, Value: slug}}, ok
	}
	value, ok := normal.Email(text)
	if !ok {
		return nil, false
	}
	a := newAddress(value)
	a.spelled(text)
	clear := a.mailboxSHA256()
	for _, name := range a.names() {
		for _, id := range addressHashes(name) {
			if id.Kind = a.kind(id.Kind); id.Value != clear {
				id.Address = clear
			}
			ids = append(ids, id)
		}
	}
	return ids, true
}
