package extract

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"

	"contactsync/extract/api"
	"contactsync/schema"
)

// LenientJSON is how the answers of vendors are read.
var LenientJSON = api.LenientJSON

// The vendors send one field as a number here and as a string there. These two
// types read what was meant and turn the rest into nothing, never into an error.

// LenientInt reads 12, 12.0, "12" or null.
type LenientInt int64

func (n *LenientInt) UnmarshalJSON(b []byte) error {
	text := string(bytes.Trim(b, `"`))
	if whole, err := strconv.ParseInt(text, 10, 64); err == nil {
		*n = LenientInt(whole)
	} else if f, err := strconv.ParseFloat(text, 64); err == nil && f > -1<<53 && f < 1<<53 {
		*n = LenientInt(f)
	}
	return nil
}

// LenientText reads a string or a number; null, the vendors' words for it, and
// anything else are "".
type LenientText string

func (t *LenientText) UnmarshalJSON(b []byte) error {
	*t = ""
	s, plain := plainString(b)
	if !plain && json.Unmarshal(b, &s) != nil {
		if len(b) == 0 || b[0] != '-' && (b[0] < '0' || b[0] > '9') {
			return nil
		}
		s = schema.NumberText(string(b))
	}
	s = strings.TrimSpace(s)
	switch strings.ToLower(s) {
	case "null", "none", "nan":
	default:
		*t = LenientText(s)
	}
	return nil
}

// plainString is the text of a JSON string of printable ASCII without escapes, as most
// are: it needs no decoding.
func plainString(b []byte) (text string, ok bool) {
	if len(b) < 2 || b[0] != '"' || b[len(b)-1] != '"' {
		return "", false
	}
	inner := b[1 : len(b)-1]
	for _, c := range inner {
		if c < ' ' || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			return "", false
		}
	}
	return string(inner), true
}
