package config

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// syntax notes what the YAML parser refuses. Where the parser stumbles over a value
// that had to be quoted, its own message would tell of aliases and flow mappings.
func (r *report) syntax(data []byte, err error) {
	load, ok := errors.AsType[*yaml.LoadError](err)
	if !ok {
		r.problemAt(place{1, 1}, "", fmt.Errorf("not readable as YAML: %w", err))
		return
	}
	stop, begin := placeOfMark(load.Mark), placeOfMark(load.ContextMark)
	if stop.line == 0 {
		stop = begin
	}
	stop = place{max(1, stop.line), max(1, stop.column)}
	text := lines(strings.Split(string(data), "\n"))
	if at, err := text.unquoted(stop); err != nil {
		r.problemAt(at, "", err)
		return
	}
	suggestion := text.hint(stop)
	if suggestion == "" && begin.line > 0 && begin.line < stop.line {
		suggestion = fmt.Sprintf("%s that begins at %d:%d", load.ContextMsg, begin.line, begin.column)
	}
	r.problemAt(stop, "", hinted(suggestion, "not readable as YAML: %s", load.Message))
}

func placeOfMark(m yaml.Mark) place { return place{m.Line, m.Column} }

// lines is the text of a file.
type lines []string

// from is the rest of a line from a place on, and what stands before it.
func (l lines) from(at place) (before, rest string) {
	if at.line > len(l) {
		return "", ""
	}
	line := []rune(strings.TrimRight(l[at.line-1], "\r"))
	column := min(at.column-1, len(line))
	return string(line[:column]), string(line[column:])
}

// indicated is a value that begins with a character which has a meaning in YAML.
var indicated = regexp.MustCompile("(?:[:-] +|[\\[{,] *)([@*%`])")

// value is the last such value of a line that begins at a place or before it, and
// where it begins; "" = there is none.
func (l lines) value(stop place) (at place, value string) {
	before, rest := l.from(stop)
	line := before + rest
	for _, found := range indicated.FindAllStringSubmatchIndex(line, -1) {
		if found[2] <= len(before) {
			at, value = place{stop.line, utf8.RuneCountInString(line[:found[2]]) + 1}, line[found[2]:]
		}
	}
	return at, value
}

var (
	// Schedules, and references to variables: no other value is repeated in a message.
	predefined = regexp.MustCompile(`^@(hourly|daily|midnight|weekly|monthly|yearly|annually|every [0-9a-z]+)`)
	starred    = regexp.MustCompile(`^\*[-*/,0-9 ]*`)
	braced     = regexp.MustCompile(`^\$\{[A-Za-z_:./0-9-]*\}`)

	alias = regexp.MustCompile(`^\*[A-Za-z][-\w]* *([,\]}#]|$)`)
)

// unquoted tells what is wrong with a value at which the parser stopped, or within
// which, since YAML takes it for something else without quotes, and where it begins;
// nil: nothing of the kind.
func (l lines) unquoted(stop place) (place, error) {
	if before, rest := l.from(stop); strings.HasPrefix(rest, "{") && strings.HasSuffix(before, "$") {
		stop.column--
		return stop, hinted(quote("$"+rest, braced), "between braces or brackets a value with ${...} must be quoted")
	}
	at, value := l.value(stop)
	switch {
	case value == "" || alias.MatchString(value):
		return at, nil
	case value[0] == '*':
		return at, hinted(quote(value, starred), "a value that begins with * must be quoted: without quotes it is an alias of YAML")
	}
	return at, hinted(quote(value, predefined), "a value that begins with %c must be quoted", value[0])
}

// quote suggests a value in quotes: itself, if it is of a form that gives nothing away.
func quote(value string, form *regexp.Regexp) string {
	if shown := strings.TrimRight(form.FindString(value), " "); shown != "" {
		return fmt.Sprintf("write %q", shown)
	}
	return `put it into quotes: "..."`
}

// hint guesses what else went wrong from the line that the parser stopped at.
func (l lines) hint(stop place) string {
	before, rest := l.from(stop)
	indent := before + rest
	indent = indent[:len(indent)-len(strings.TrimLeft(indent, " \t"))]
	switch {
	case strings.Contains(indent, "\t"):
		return "indent with spaces; YAML allows no tabs there"
	case strings.HasPrefix(rest, ":"):
		return "quote a value that holds a colon"
	}
	return ""
}

// unreadable finds the first byte that YAML does not allow in a file: what is
// not UTF-8, and control characters (YAML 1.2.2, section 5.1).
func unreadable(data []byte) (place, error) {
	at := place{1, 1}
	if err := wide(data); err != nil {
		return at, err
	}
	for len(data) > 0 {
		c, size := utf8.DecodeRune(data)
		switch {
		case c == utf8.RuneError && size == 1:
			return at, hinted("save the file as UTF-8", "the file is not UTF-8 text")
		case c < ' ' && c != '\t' && c != '\n' && c != '\r', c == 0x7f, c >= 0x80 && c < 0xa0 && c != 0x85, c == 0xfffe, c == 0xffff, c == 0xfeff:
			return at, hinted("remove it", "the character %U is not allowed in YAML", c)
		}
		data = data[size:]
		at.column++
		if c == '\n' {
			at = place{at.line + 1, 1}
		}
	}
	return at, nil
}

// wide refuses UTF-16, as PowerShell and some editors of Windows write it: by its
// byte order mark, or by the zero in every other byte of plain text.
func wide(data []byte) error {
	switch {
	case bytes.HasPrefix(data, []byte{0xff, 0xfe}), bytes.HasPrefix(data, []byte{0xfe, 0xff}),
		len(data) > 1 && data[0] == 0 != (data[1] == 0):
		return hinted("save it as UTF-8; in PowerShell by Set-Content -Encoding utf8", "the file is UTF-16 text")
	}
	return nil
}
