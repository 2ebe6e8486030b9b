package transform

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"contactsync/internal/normal"
	"contactsync/schema"
)

// scanAddresses reads around every @. A local part may hold characters that separate
// elsewhere (`?to=ann@example.com`) and letters of any script, which may as well be the
// sentence's around it; a domain may be in any script, or be followed by a dash: each is
// read all ways.
func (m *mentions) scanAddresses(text string) bool {
	for at := range len(text) {
		if text[at] != '@' {
			continue
		}
		before, after := text[:at], text[at+1:]
		domains := slices.Compact([]string{domainThatBegins(after, inPlainDomain), domainThatBegins(after, inAnyDomain)})
		for _, local := range locals(before) {
			for _, domain := range domains {
				if local != "" && strings.ContainsAny(domain, ".。") && !m.address(local+"@"+domain) {
					return false
				}
			}
		}
	}
	return true
}

// locals are the local parts in which a text may end.
func locals(text string) (all []string) {
	text = text[max(0, len(text)-normal.MaxLocalPart-1):]
	last := -1
	for _, inLocal := range [...]func(rune) bool{inPlainLocal, inLocal, inAnyLocal, inAnyWord} {
		start := len(strings.TrimRightFunc(text, inLocal))
		if start == last {
			continue
		}
		last = start
		all = append(all, strings.TrimLeft(text[start:], ".'"))
	}
	return all
}

func inPlainLocal(r rune) bool { return normal.IsAlphanumeric(r) || strings.ContainsRune("._+-'", r) }
func inLocal(r rune) bool      { return normal.IsAlphanumeric(r) || strings.ContainsRune(normal.Atext, r) }
func inAnyWord(r rune) bool    { return inPlainLocal(r) || isForeignLetter(r) }
func inAnyLocal(r rune) bool   { return inLocal(r) || isForeignLetter(r) }

func isForeignLetter(r rune) bool {
	return r >= utf8.RuneSelf && r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r))
}

// domainThatBegins is the domain that begins a text.
func domainThatBegins(text string, inDomain func(rune) bool) string {
	return strings.TrimRight(text[:len(text)-len(strings.TrimLeftFunc(text, inDomain))], ".-")
}

func inPlainDomain(r rune) bool { return normal.IsAlphanumeric(r) || r == '.' || r == '-' }
func inAnyDomain(r rune) bool   { return inPlainDomain(r) || r >= utf8.RuneSelf }

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

// scanLinks reads every link to a site on which people have profiles.
func (m *mentions) scanLinks(text string) bool {
	const host = ".com/"
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
		name, read := m.siteBefore(lower[:at])
		if read == nil {
			continue
		}
		end, limit := from, min(len(text), at+longestProfile)
		for end < limit && text[end] > ' ' && strings.IndexByte(`"'<>\,;|`, text[end]) < 0 {
			end++
		}
		if next := strings.Index(lower[from:end], name+host); next >= 0 { // which is read for itself
			end = from + next + len(name+host)
		}
		if !read(text[at-len(name) : end]) {
			return false
		}
	}
}

// siteBefore is the site whose name ends a text, and how its links are read.
func (m *mentions) siteBefore(text string) (name string, read func(link string) bool) {
	for _, site := range [...]struct {
		name string
		read func(*mentions, string) bool
	}{{"linkedin", (*mentions).profile}, {"twitter", (*mentions).twitter}, {"x", (*mentions).twitter}, {"facebook", (*mentions).facebook}} {
		rest, found := strings.CutSuffix(text, site.name)
		if !found || rest != "" && normal.IsAlphanumeric(rest[len(rest)-1]) {
			continue
		}
		return site.name, func(link string) bool { return site.read(m, link) }
	}
	return "", nil
}

// twitter reads a link to an account of Twitter or X, by its handle or its number.
func (m *mentions) twitter(link string) bool {
	handle, ok := normal.TwitterHandle(link)
	id, numbered := normal.TwitterUserID(link)
	return m.named(schema.TwitterHandle, handle, ok) && m.named(schema.TwitterID, id, numbered)
}

func (m *mentions) facebook(link string) bool {
	name, ok := normal.FacebookHandle(link)
	return m.named(schema.Facebook, name, ok)
}

// longestProfile is how much of a text is read for the profile that a link leads to.
const longestProfile = 1024
