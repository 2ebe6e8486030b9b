package api

import (
	"bytes"
	"strings"

	"contactsync/internal/mask"
)

// maxExcerpt is how many characters of a vendor's answer an error shows.
const maxExcerpt = 200

// Excerpt is what a vendor's answer says, or else its beginning, fit to be shown: in one
// line, without secrets, addresses, numbers and hashes.
func (c *Client) Excerpt(body []byte) string {
	s := strings.ToValidUTF8(string(body[:min(len(body), maxErrorBody)]), "")
	if text := told(mostLevels, body); text != "" {
		s = text
	}
	return mask.Excerpt(c.withoutCredential(s), maxExcerpt)
}

// ExcerptOfPage is the excerpt of an answer that should have been a page of
// people. An error page in its place tells what is wrong; JSON is likely half a
// page of people, and nothing of them may stand in a log.
func (c *Client) ExcerptOfPage(body []byte) string {
	if text := bytes.TrimSpace(body); len(text) > 0 && (text[0] == '{' || text[0] == '[') {
		return ""
	}
	return c.Excerpt(body)
}

func (c *Client) withoutCredential(s string) string {
	if c.secret == nil {
		return s
	}
	return c.secret.ReplaceAllLiteralString(s, "[secret]")
}

// reveals reports whether a text holds the credential.
func (c *Client) reveals(s string) bool { return c.withoutCredential(s) != s }
