package config

import (
	"regexp"
	"strings"
	"unicode"
)

// credential cleans a secret of what files and clipboards add at its ends, and
// refuses what no header can carry, so that nobody waits for retries to hear of it.
// A vendor's key has no blank within either; a token of the user's own may.
func (w *word) credential(path string) error {
	w.text = strings.TrimFunc(w.text, invisible)
	ofVendor := sourceOf(path) != ""
	if ofVendor {
		w.text = bare(w.text)
	}
	if name := w.misspelt(); name != "" {
		return hinted(`write "${`+name+`}"`, "the value looks like a variable, but would be taken as it stands")
	}
	const hint = "look at what it holds: a credential is one line, without blanks"
	switch {
	case w.text == "":
		return hinted("give a value or remove the key", "%s holds nothing but blanks", w.quoted())
	case strings.ContainsAny(w.text, "\r\n"):
		return hinted(hint, "%s holds a line break within", w.quoted())
	case strings.ContainsFunc(w.text, func(r rune) bool { return unicode.IsControl(r) || r != ' ' && invisible(r) }):
		return hinted(hint, "%s holds a control character or an invisible one within", w.quoted())
	case ofVendor && strings.Contains(w.text, " "):
		return hinted(hint, "%s holds a blank within", w.quoted())
	case ofVendor && strings.ContainsFunc(w.text, func(r rune) bool { return r > unicode.MaxASCII }):
		return hinted(hint, "%s holds a character that no key of a vendor has", w.quoted())
	}
	return nil
}

// references are the ways in which other programs refer to a variable. A dollar alone
// begins passwords, too, so there the name must be in capitals, as those of variables are.
var references = regexp.MustCompile(
	`^(?:\$([A-Z_][A-Z0-9_]*)|\$ *[({\[]+ *([A-Za-z_]\w*) *[)}\]]+|\$([A-Za-z_]\w*)\}|[#%]?\{+ *\$?([A-Za-z_]\w*) *\}+|%([A-Za-z_]\w*)%)$`)

// misspelt is the name of the variable that a written-out credential was probably
// meant to come from; "" = it is none.
func (w word) misspelt() string {
	if w.expanded || strings.Contains(w.written, "$$") {
		return ""
	}
	found := references.FindStringSubmatch(w.text)
	return strings.Join(found[min(1, len(found)):], "")
}

// invisible reports whether a character is a blank or shows nothing: blanks of all
// kinds, control characters, byte order marks, zero-width spaces.
func invisible(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r)
}

// bare is a key without the quotes and without the scheme that were copied along.
func bare(key string) string {
	for _, quote := range []string{`"`, "'"} {
		if inner, ok := strings.CutPrefix(key, quote); ok && len(inner) > 0 && strings.HasSuffix(inner, quote) {
			key = strings.TrimFunc(strings.TrimSuffix(inner, quote), invisible)
		}
	}
	const scheme = "bearer "
	if len(key) > len(scheme) && strings.EqualFold(key[:len(scheme)], scheme) {
		key = strings.TrimFunc(key[len(scheme):], invisible)
	}
	return key
}
