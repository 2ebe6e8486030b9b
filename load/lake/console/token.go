package console

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// kind is what a token is. Spark's lexer is
// https://github.com/apache/spark/blob/v4.1.0/sql/api/src/main/antlr4/org/apache/spark/sql/catalyst/parser/SqlBaseLexer.g4
type kind int

const (
	symbol     kind = iota // a single character, or what opens or closes a hint
	word                   // a name, keyword or number
	quoted                 // within ' or "
	backquoted             // a name within `
	blank                  // space or a comment
)

// token is a part of a text. Wrong says why it is refused where it is judged: it is not
// closed, or Spark might see another token there than we do.
type token struct {
	kind  kind
	text  string
	wrong error
}

var (
	errQuote     = errors.New("a quote is not closed")
	errComment   = errors.New("a comment is not closed")
	errNested    = errors.New("a comment within a comment is refused: end the one before the other begins")
	errContinued = errors.New(`a comment that ends in \ is refused: Spark goes on with it on the next line`)
	errNumber    = errors.New("a word right after a number is refused: put a space between them")
	errRaw       = errors.New("a quote right after a word that ends in r is refused: put a space between them")
	errAddress   = errors.New("an address outside of quotes is refused: put it into quotes")
	errCharacter = errors.New("a character outside of quotes that SQL has no use for is refused")
)

// tokens splits a text into all that it is made of.
func tokens(text string) (list []token) {
	for at := 0; at < len(text); {
		t := tokenAt(text, at)
		list = append(list, t)
		at += len(t.text)
	}
	return list
}

func tokenAt(text string, at int) token {
	rest := text[at:]
	switch r, size := utf8.DecodeRuneInString(rest); {
	case r == '\'' || r == '"':
		return closedBy(quoted, rest, 1, r, true)
	case r == '`':
		return closedBy(backquoted, rest, 1, r, false)
	case strings.HasPrefix(rest, "--"):
		return lineComment(rest)
	case strings.HasPrefix(rest, "/*+"):
		return token{symbol, "/*+", nil} // a hint: what stands in it is read, to its */
	case strings.HasPrefix(rest, "*/"):
		return token{symbol, "*/", nil} // so that */* begins no comment
	case strings.HasPrefix(rest, "/*"):
		return comment(rest)
	case unicode.IsSpace(r):
		return token{blank, rest[:size], nil}
	case wordRune(r):
		return wordAt(rest)
	case r == '$' || r < ' ' || r >= utf8.RuneSelf:
		return token{symbol, rest[:size], errCharacter}
	default:
		return token{symbol, rest[:size], nil}
	}
}

// closedBy is a token that a quote ends; two of them are one that is meant, and what stands
// after a backslash ends nothing.
func closedBy(k kind, rest string, from int, quote rune, backslash bool) token {
	for at := from; at < len(rest); at++ {
		switch {
		case backslash && rest[at] == '\\':
			at++
		case rest[at] != byte(quote):
		case at+1 < len(rest) && rest[at+1] == byte(quote):
			at++
		default:
			return token{k, rest[:at+1], nil}
		}
	}
	return token{k, rest, errQuote}
}

// lineComment ends before the line does.
func lineComment(rest string) token {
	if end := strings.IndexAny(rest, "\r\n"); end >= 0 {
		rest = rest[:end]
	}
	if strings.HasSuffix(rest, `\`) {
		return token{blank, rest, errContinued}
	}
	return token{blank, rest, nil}
}

// comment is one within /* and */. Spark's nest, unless the inner one looks like a hint.
func comment(rest string) token {
	var wrong error
	depth := 1
	for at := 2; at < len(rest); at++ {
		switch {
		case strings.HasPrefix(rest[at:], "/*"):
			depth++
			at++
			wrong = errNested
		case strings.HasPrefix(rest[at:], "*/"):
			depth--
			at++
			if depth == 0 {
				return token{blank, rest[:at+1], wrong}
			}
		}
	}
	return token{blank, rest, errComment}
}

// exponent is a number with a sign in it, and the letters after it.
var exponent = regexp.MustCompile(`^[0-9]+[eE][+-][0-9]+([\pL0-9_]*)`)

// glued reports whether a number is followed by letters that are none of it, as in
// 1e+5using and 1.5é: Spark ends the number before them, and begins a word.
func glued(rest string, end int) bool {
	if rest[0] < '0' || rest[0] > '9' {
		return false
	}
	if found := exponent.FindStringSubmatch(rest); found != nil && !slices.Contains([]string{"", "D", "F", "BD"}, fold(found[1])) {
		return true
	}
	return strings.IndexFunc(rest[:end], func(r rune) bool { return r >= utf8.RuneSelf }) >= 0
}

// wordAt is a name or number, or a text as r'...', in which a backslash is none. A word
// before it may be an end of a number to Spark, as in 1e+5r'x'; none of ours needs that.
func wordAt(rest string) token {
	end := strings.IndexFunc(rest, func(r rune) bool { return !wordRune(r) })
	if end < 0 {
		end = len(rest)
	}
	if glued(rest, end) {
		return token{word, rest[:end], errNumber}
	}
	if end == len(rest) {
		return token{word, rest, nil}
	}
	switch name, after := rest[:end], rest[end:]; {
	case after[0] != '\'' && after[0] != '"':
		if strings.HasPrefix(after, "://") {
			return token{word, name, errAddress}
		}
		return token{word, name, nil}
	case fold(name) == "R":
		return raw(rest, rune(after[0]))
	case strings.HasSuffix(fold(name), "R"):
		return token{word, name, errRaw}
	default:
		return token{word, name, nil}
	}
}

func raw(rest string, quote rune) token {
	if end := strings.IndexRune(rest[2:], quote); end >= 0 {
		return token{quoted, rest[:2+end+1], nil}
	}
	return token{quoted, rest, errQuote}
}

// wordRune reports whether names may hold a character without quotes.
func wordRune(r rune) bool { return r == '_' || r >= '0' && r <= '9' || unicode.IsLetter(r) }

// fold is a text in the case in which Spark compares keywords, and in which no letter that
// Java makes one of A to Z stays another: ı, ſ, K and the like.
func fold(text string) string {
	return strings.Map(func(r rune) rune { return unicode.ToUpper(unicode.ToLower(r)) }, text)
}

// name is what a token names, folded; "" if it names nothing. A quoted text counts as a
// name, as it is one to a Spark that is set so.
func (t token) name() string {
	switch {
	case t.kind == word:
		return fold(t.text)
	case t.kind == backquoted && t.wrong == nil:
		return fold(strings.ReplaceAll(t.text[1:len(t.text)-1], "``", "`"))
	case t.kind == quoted && t.wrong == nil && t.text[0] == '"':
		return fold(strings.ReplaceAll(t.text[1:len(t.text)-1], `""`, `"`))
	}
	return ""
}
