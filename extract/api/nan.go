package api

import (
	"bytes"
	"strings"
)

// notNumbers are what programs print for numbers that are none. JSON has no word
// for them (RFC 8259, 6), and yet they come: they are taken for null.
var notNumbers = []string{"nan", "infinity", "inf"}

// NullNumbers puts null in the place of values that are no numbers. Strings, and
// whatever else is wrong with a body, stay as they are.
func NullNumbers(body []byte) []byte {
	var out []byte
	kept := 0 // up to here, out has the body
	for i := 0; i < len(body); {
		c := body[i]
		switch {
		case c == '"':
			i = afterString(body, i)
		case isWord(c):
			end := i + 1
			for end < len(body) && isWord(body[end]) {
				end++
			}
			if isNotNumber(body[i:end]) {
				out = append(append(out, body[kept:i]...), "null"...)
				kept = end
			}
			i = end
		default:
			i++
		}
	}
	if kept == 0 {
		return body
	}
	return append(out, body[kept:]...)
}

// afterString is where the string that begins at i is over.
func afterString(body []byte, i int) int {
	for i++; i < len(body); i++ {
		switch body[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(body)
}

// isWord reports whether a byte may stand in a number or a literal.
func isWord(c byte) bool {
	return c == '+' || c == '-' || c == '.' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

func isNotNumber(word []byte) bool {
	word = bytes.TrimLeft(word, "+-")
	for _, n := range notNumbers {
		if strings.EqualFold(string(word), n) {
			return true
		}
	}
	return false
}
