package extract

import (
	"bytes"
	"regexp"
	"strings"
	"unicode"
)

// maxExcerpt is how many characters of a vendor's answer an error shows.
const maxExcerpt = 200

// What may stand in a vendor's answer and must not stand in an error.
var (
	tokenPattern = regexp.MustCompile(`(?i)\b(?:sk|pk)_[a-z0-9_\-]+|bearer\s+[a-z0-9._~+/\-]+=*|((?:api_?key|key|token|secret|password)["']?\s*[:=]\s*["']?)[^\s"',&}]+`)
	emailPattern = regexp.MustCompile(`[\pL\pN._%+'\-]+@[\pL\pN.\-]+`)
	hexPattern   = regexp.MustCompile(`[0-9a-fA-F]{32,}`)
	phonePattern = regexp.MustCompile(`\+?\(?\d(?:[\s().\-/]*\d){6,}`)
	datePattern  = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)
)

// excerpt is the beginning of a vendor's answer, fit to be shown: in one line,
// without secrets, addresses, numbers and hashes.
func (c *Client) excerpt(body []byte) string {
	s := strings.ToValidUTF8(string(body[:min(len(body), maxErrorBody)]), "")
	s = c.withoutCredential(s)
	s = tokenPattern.ReplaceAllString(s, "${1}[secret]")
	s = emailPattern.ReplaceAllString(s, "[address]")
	s = hexPattern.ReplaceAllString(s, "[hash]")
	s = phonePattern.ReplaceAllStringFunc(s, func(number string) string {
		if datePattern.MatchString(number) {
			return number
		}
		return "[number]"
	})
	return shorten(oneLine(s), maxExcerpt)
}

// excerptOfPage is the excerpt of an answer that should have been a page of
// people. An error page in its place tells what is wrong; JSON is likely half a
// page of people, and nothing of them may stand in a log.
func (c *Client) excerptOfPage(body []byte) string {
	if text := bytes.TrimSpace(body); len(text) > 0 && (text[0] == '{' || text[0] == '[') {
		return ""
	}
	return c.excerpt(body)
}

func (c *Client) withoutCredential(s string) string {
	if c.secret == nil {
		return s
	}
	return c.secret.ReplaceAllLiteralString(s, "[secret]")
}

// reveals reports whether a text holds the credential.
func (c *Client) reveals(s string) bool { return c.withoutCredential(s) != s }

func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
}

func shorten(s string, n int) string {
	if runes := []rune(s); len(runes) > n {
		return string(runes[:n-1]) + "…"
	}
	return s
}
