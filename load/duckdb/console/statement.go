// Package console answers the SQL that people type: it splits text into statements,
// refuses what does more than read, and renders the values.
package console

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Piece is a statement with the comments before it, and the line of the text on which
// that begins, the first being 1.
type Piece struct {
	Text string
	Line int
}

// Statements splits text at the semicolons that end a statement, which are those
// outside of quotes and comments. Statements of nothing but space and comments are
// left out. The rest is what no semicolon has ended yet, "" if that is nothing.
func Statements(text string) (statements []string, rest string) {
	pieces, ended := split(text)
	if last := len(pieces) - 1; !ended {
		pieces, rest = pieces[:last], pieces[last].Text
	}
	for _, p := range pieces {
		statements = append(statements, p.Text)
	}
	return statements, rest
}

// Pieces are the statements of a text with their places; the last may lack its semicolon.
func Pieces(text string) []Piece {
	pieces, _ := split(text)
	return pieces
}

// split also reports whether a semicolon ended the last piece.
func split(text string) (pieces []Piece, ended bool) {
	start, written := 0, false
	add := func(end int) {
		body := strings.TrimLeftFunc(text[start:end], unicode.IsSpace)
		line := 1 + strings.Count(text[:end-len(body)], "\n")
		pieces = append(pieces, Piece{strings.TrimSpace(body), line})
	}
	for at := 0; at < len(text); {
		end := tokenEnd(text, at)
		switch {
		case text[at:end] == ";":
			if written {
				add(at)
			}
			start, written = end, false
		case !blank(text[at:end]):
			written = true
		}
		at = end
	}
	if written {
		add(len(text))
	}
	return pieces, !written
}

// Tail is what of a text no semicolon has ended yet, as it stands.
func Tail(text string) string {
	start := 0
	for at := 0; at < len(text); {
		end := tokenEnd(text, at)
		if text[at:end] == ";" {
			start = end
		}
		at = end
	}
	return text[start:]
}

// Complete reports whether a text ends outside of all quotes and comments, with a
// semicolon: nothing more belongs to it.
func Complete(text string) bool {
	first, _ := word(text)
	_, rest := Statements(text)
	return first != "" && rest == ""
}

// blank reports whether a token is space or a comment.
func blank(token string) bool {
	r, _ := utf8.DecodeRuneInString(token)
	return unicode.IsSpace(r) || strings.HasPrefix(token, "--") || strings.HasPrefix(token, "/*")
}

// word skips space and comments and cuts off the token after them.
func word(text string) (token, rest string) {
	for at := 0; at < len(text); {
		end := tokenEnd(text, at)
		if !blank(text[at:end]) {
			return text[at:end], text[end:]
		}
		at = end
	}
	return "", ""
}

// tokenEnd is where the token that begins at a place ends: a name or number, a
// quoted text, a comment, or a single character. What is not closed reaches to the end.
func tokenEnd(text string, at int) int {
	rest := text[at:]
	switch r, size := utf8.DecodeRuneInString(rest); {
	case r == '\'':
		return quoteEnd(text, at+1, '\'', false)
	case r == '"':
		return quoteEnd(text, at+1, '"', false)
	case (r == 'e' || r == 'E') && strings.HasPrefix(rest[1:], "'"):
		return quoteEnd(text, at+2, '\'', true)
	case strings.HasPrefix(rest, "--"):
		if i := strings.IndexAny(rest, "\r\n"); i >= 0 {
			return at + i
		}
		return len(text)
	case strings.HasPrefix(rest, "/*"):
		return commentEnd(text, at+2)
	case r == '$':
		return dollarEnd(text, at)
	case nameRune(r):
		for i, r := range rest {
			if !nameRune(r) && r != '$' {
				return at + i
			}
		}
		return len(text)
	default:
		return at + size
	}
}

// nameRune reports whether names may hold it: all that is not ASCII may stand in
// one, save space.
func nameRune(r rune) bool {
	return r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= utf8.RuneSelf && !unicode.IsSpace(r)
}

// quoteEnd is the place after the quote that closes; two in a row are one that is meant.
func quoteEnd(text string, at int, quote byte, backslash bool) int {
	for ; at < len(text); at++ {
		switch {
		case backslash && text[at] == '\\':
			at++
		case text[at] != quote:
		case at+1 < len(text) && text[at+1] == quote:
			at++
		default:
			return at + 1
		}
	}
	return len(text)
}

// commentEnd is the place after the comment; comments nest.
func commentEnd(text string, at int) int {
	for depth := 1; at < len(text); at++ {
		switch {
		case strings.HasPrefix(text[at:], "/*"):
			depth++
			at++
		case strings.HasPrefix(text[at:], "*/"):
			depth--
			at++
			if depth == 0 {
				return at + 1
			}
		}
	}
	return len(text)
}

// dollarEnd is the place after a text quoted as $tag$...$tag$; a dollar sign that begins
// none, as in a parameter, stands for itself.
func dollarEnd(text string, at int) int {
	tag := strings.IndexFunc(text[at+1:], func(r rune) bool { return !nameRune(r) })
	if tag < 0 || text[at+1+tag] != '$' || tag > 0 && text[at+1] >= '0' && text[at+1] <= '9' {
		return at + 1
	}
	delimiter := text[at : at+tag+2]
	if i := strings.Index(text[at+len(delimiter):], delimiter); i >= 0 {
		return at + 2*len(delimiter) + i
	}
	return len(text)
}

// Answering is how many of the statements answer with rows: settings do not.
func Answering(statements []string) (n int) {
	for _, s := range statements {
		if !Sets(s) {
			n++
		}
	}
	return n
}

// Sets reports whether a statement changes a setting, which answers nothing.
func Sets(statement string) bool {
	first, _ := word(statement)
	return slices.Contains([]string{"SET", "RESET", "USE"}, strings.ToUpper(first))
}
