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
// addresses by all their hashes, hashes of addresses, and LinkedIn profiles, as
// identifiers in normal form; whether an address is a role's makes no difference.
// It is for keeping out, and finding, people who must not be stored, so it reads
// what [Document.Contact] has no rule for, and text that is no valid JSON; what it
// yields once too often does no harm.
func Mentions(text string) iter.Seq[schema.Identifier] {
	if strings.ContainsAny(text, `\%`) {
		text = mentionEscapes.Replace(text)
	}
	return func(yield func(schema.Identifier) bool) {
		_ = mentionedAddresses(text, yield) && mentionedHashes(text, yield) && mentionedProfiles(text, yield)
	}
}

// mentionEscapes are the spellings, in JSON and in URLs, of the characters that
// an address or a link hangs on, and of those that end one.
var mentionEscapes = strings.NewReplacer(
	`\/`, "/", `\u0040`, "@", `\u002b`, "+", `\u002B`, "+", `\n`, " ", `\r`, " ", `\t`, " ", `\b`, " ", `\f`, " ",
	`\u003c`, "<", `\u003C`, "<", `\u003e`, ">", `\u003E`, ">", `\u0026`, "&", `\u0027`, "'", `\u0022`, `"`,
	"%40", "@", "%2B", "+", "%2b", "+", "%2F", "/", "%2f", "/", "%3A", ":", "%3a", ":",
)

// mentionedAddresses reads around every @. A local part may hold characters that
// separate elsewhere (`?to=ann@example.com`), and a domain may be in any script, or
// be followed by a dash: each is read both ways.
func mentionedAddresses(text string, yield func(schema.Identifier) bool) bool {
	for at := range len(text) {
		if text[at] != '@' {
			continue
		}
		before, after := text[:at], text[at+1:]
		locals := []int{leftRun(before, "._+-'"), leftRun(before, ".!#$%&'*+-/=?^_`{|}~")}
		domains := []int{domainRun(after, false), domainRun(after, true)}
		for _, local := range slices.Compact(locals) {
			for _, domain := range slices.Compact(domains) {
				address, ok := normal.Email(strings.TrimLeft(before[at-local:], ".'") + "@" + strings.TrimRight(after[:domain], ".-"))
				if ok && !yieldAll(addressHashes(address), yield) {
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
		return isAlphanumeric(r) || r == '.' || r == '-' || anyScript && r >= utf8.RuneSelf
	}))
}

// leftRun is the length of the run of letters, digits and the given characters
// that ends the text, looking no further than a local part can reach.
func leftRun(text, others string) int {
	text = text[max(0, len(text)-normal.MaxLocalPart-1):]
	return len(text) - len(strings.TrimRightFunc(text, func(r rune) bool { return isAlphanumeric(r) || strings.ContainsRune(others, r) }))
}

// mentionedHashes reads every run of letters and digits that is as long as a hash.
func mentionedHashes(text string, yield func(schema.Identifier) bool) bool {
	for start := 0; start < len(text); {
		end := start
		for end < len(text) && isAlphanumeric(text[end]) {
			end++
		}
		if end-start >= 32 {
			if h, ok := normal.Hash(text[start:end]); ok && !yield(h) {
				return false
			}
		}
		start = end + 1
	}
	return true
}

// mentionedProfiles reads every link to LinkedIn.
func mentionedProfiles(text string, yield func(schema.Identifier) bool) bool {
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
		end := from
		for end < len(text) && text[end] > ' ' && strings.IndexByte(`"'<>\,;|`, text[end]) < 0 {
			end++
		}
		if slug, ok := normal.LinkedInSlug(text[at:end]); ok && !yield(schema.Identifier{Kind: schema.LinkedIn, Value: slug}) {
			return false
		}
	}
}

// addressHashes are the hashes by which an address may be known.
func addressHashes(address string) []schema.Identifier {
	return []schema.Identifier{
		{Kind: schema.EmailSHA256, Value: normal.SHA256(address)},
		{Kind: schema.EmailSHA1, Value: normal.SHA1(address)},
		{Kind: schema.EmailMD5, Value: normal.MD5(address)},
	}
}

// OptOut reads an entry of an opt-out list, an address or a hash of one, as the
// hashes by which it is to be kept out.
func OptOut(text string) (ids []schema.Identifier, ok bool) {
	if address, ok := normal.Email(text); ok {
		return addressHashes(address), true
	}
	if h, ok := normal.Hash(text); ok {
		return []schema.Identifier{h}, true
	}
	return nil, false
}

// Selector reads how people name a person on a command line or in a file, an
// e-mail address or the address of a LinkedIn profile, as the identifiers that
// records of that person carry. Those of a role address (see
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
	ids = a.identifiers()
	if !a.shared { // a vendor may know the address by this hash alone
		ids = append(ids, schema.Identifier{Kind: schema.EmailSHA1, Value: normal.SHA1(value), Address: a.sha256})
	}
	return ids, true
}

func isAlphanumeric[C byte | rune](c C) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}
