package console

import (
	"strings"
	"unicode"

	"contactsync/load/duckdb/console"
)

// Statements splits text at the semicolons that end a statement, by Spark's quotes and
// comments; otherwise as [console.Statements].
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
func Pieces(text string) []console.Piece {
	pieces, _ := split(text)
	return pieces
}

// split also reports whether a semicolon ended the last piece.
func split(text string) (pieces []console.Piece, ended bool) {
	start, at, written := 0, 0, false
	add := func(end int) {
		body := strings.TrimLeftFunc(text[start:end], unicode.IsSpace)
		line := 1 + strings.Count(text[:end-len(body)], "\n")
		pieces = append(pieces, console.Piece{Text: strings.TrimSpace(body), Line: line})
	}
	for _, t := range tokens(text) {
		switch {
		case t.text == ";":
			if written {
				add(at)
			}
			start, written = at+1, false
		case t.kind != blank:
			written = true
		}
		at += len(t.text)
	}
	if written {
		add(len(text))
	}
	return pieces, !written
}

// Tail is what of a text no semicolon has ended yet, as it stands.
func Tail(text string) string {
	start, at := 0, 0
	for _, t := range tokens(text) {
		at += len(t.text)
		if t.text == ";" {
			start = at
		}
	}
	return text[start:]
}

// Complete reports whether a text ends outside of all quotes and comments, with a
// semicolon: nothing more belongs to it.
func Complete(text string) bool {
	written := false
	for _, t := range tokens(text) {
		written = written || t.kind != blank
		if t.wrong == errQuote || t.wrong == errComment { //nolint:errorlint // they are our own
			return false
		}
	}
	_, ended := split(text)
	return written && ended
}

// Answering is how many of the statements answer with rows: all do.
func Answering(statements []string) int { return len(statements) }

// Sets reports whether a statement changes a setting: none that is let through does.
func Sets(string) bool { return false }
