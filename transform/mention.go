package transform

import (
	"iter"
	"strings"
	"unicode"

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
	value, ok := normal.AnyEmail(s)
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
	return m.named(schema.LinkedIn, slug, ok)
}

// named yields what a link names, if it names anybody.
func (m *mentions) named(kind schema.Kind, value string, ok bool) bool {
	return !ok || !m.first(string(kind)+"/"+value) || m.yield(schema.Identifier{Kind: kind, Value: value})
}

func (m *mentions) scan(text string) bool {
	return m.scanAddresses(text) && m.scanHashes(text) && m.scanLinks(text)
}

// values reads the texts of a JSON document, to where it cannot be read.
func (m *mentions) values(text string) bool {
	p := begin()
	defer p.end()
	d := p.decode(text)
	for {
		switch d.PeekKind() {
		case '{', '}', '[', ']':
			if _, err := d.ReadToken(); err != nil {
				return true
			}
		default:
			v, err := p.nextValue(text)
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

// Words yields what may be an id or a handle in a text of which it is not known what it
// is: its words, as it is and decoded, cut at whatever may end one and, since a name may
// hold dots and colons, at what must.
func Words(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		if !yieldWords(text, yield) {
			return
		}
		if decoded := normal.Decoded(text); decoded != text {
			_ = yieldWords(decoded, yield)
		}
	}
}

func yieldWords(text string, yield func(string) bool) bool {
	for word := range strings.FieldsFuncSeq(text, endsEveryWord) {
		if trimmed := strings.TrimFunc(word, endsWord); trimmed != "" && !yield(trimmed) {
			return false
		}
		if !strings.ContainsFunc(word, endsWord) {
			continue
		}
		for part := range strings.FieldsFuncSeq(word, endsWord) {
			if !yield(part) {
				return false
			}
		}
	}
	return true
}

func endsWord(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) && r != '-' && r != '_'
}

func endsEveryWord(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsControl(r) || strings.ContainsRune("\"'`,;|=<>[]{}()", r)
}

func yieldAll(ids []schema.Identifier, yield func(schema.Identifier) bool) bool {
	for _, id := range ids {
		if !yield(id) {
			return false
		}
	}
	return true
}

// addressHashes are the hashes by which an address may be known, in one spelling.
func addressHashes(address string) []schema.Identifier {
	return []schema.Identifier{
		{Kind: schema.EmailSHA256, Value: normal.SHA256(address)},
		{Kind: schema.EmailSHA1, Value: normal.SHA1(address)},
		{Kind: schema.EmailMD5, Value: normal.MD5(address)},
	}
}

// OptOut reads an entry of an opt-out list as what is to be kept out: of an address the
// hashes of its own first, then those of its other spellings and of its mailbox; a hash of
// one; whom links to profiles on LinkedIn, Twitter, X or Facebook lead to.
func OptOut(text string) (ids []schema.Identifier, ok bool) {
	if value, ok := normal.AnyEmail(text); ok {
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
	m := mentions{yield: func(id schema.Identifier) bool {
		ids = append(ids, id)
		return true
	}}
	m.scanLinks(normal.Decoded(text))
	return ids, len(ids) > 0
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
	value, ok := normal.AnyEmail(text)
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
