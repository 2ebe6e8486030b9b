package mask

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf16"
)

// namedEntities are the characters that HTML and XML have names for, and that
// stand in credentials.
var namedEntities = map[rune]string{
	'&': "amp", '<': "lt", '>': "gt", '"': "quot", '\'': "apos", '/': "sol", '+': "plus", '=': "equals", '_': "lowbar", '.': "period",
	':': "colon", ',': "comma", '!': "excl", '?': "quest", '@': "commat", '#': "num", '$': "dollar", '%': "percnt", '*': "ast", ';': "semi",
	'(': "lpar", ')': "rpar", '[': "lsqb", ']': "rsqb", '{': "lcub", '}': "rcub", '|': "verbar", '\\': "bsol", '^': "Hat",
	'~': "tilde", '`': "grave", '-': "hyphen",
}

// Disguised matches a secret however it is escaped: a vendor that repeats it does
// so in JSON, in HTML or in a URL, which escape some or all of its characters, and
// sometimes twice. Each character is matched as itself or in any of its forms.
func Disguised(secret string) *regexp.Regexp {
	if secret == "" {
		return nil
	}
	var pattern strings.Builder
	for _, r := range secret {
		pattern.WriteString("(?:" + strings.Join(formsOf(r), "|") + ")")
	}
	return regexp.MustCompile(pattern.String())
}

// formsOf are patterns of the forms in which a character may be written, longer
// ones first.
func formsOf(r rune) []string {
	const ampersand = `&(?:amp;)*` // a text that was escaped before
	unit := func(u uint16) string { return fmt.Sprintf(`\\+u(?i:%04x)`, u) }
	json := unit(uint16(r))
	if high, low := utf16.EncodeRune(r); high != 0xFFFD {
		json = unit(uint16(high)) + unit(uint16(low))
	}
	percent := ""
	for _, b := range []byte(string(r)) {
		percent += fmt.Sprintf(`%%(?:25)*(?i:%02x)`, b)
	}
	forms := []string{
		json,
		fmt.Sprintf(`%s#0*%d;?`, ampersand, r),
		fmt.Sprintf(`%s#(?i:x0*%x);?`, ampersand, r),
		percent,
		`\\*` + regexp.QuoteMeta(string(r)),
	}
	if name := namedEntities[r]; name != "" {
		forms = append([]string{ampersand + name + ";"}, forms...)
	}
	if r == ' ' {
		forms = append(forms, `\+`)
	}
	return forms
}
