// Package spreadsheet makes texts of others harmless to spreadsheets.
//
// A spreadsheet that opens a CSV file takes every cell that begins with = + - or @ for a
// formula, quoted or not, and a formula can fetch what stands in other cells or start a
// program (CWE-1236). The texts here are those of vendors and of visitors, so the cells
// are made inert as OWASP advises: by an apostrophe before them.
//
// The rule goes further than the first character, where spreadsheets do:
//
//   - Blanks, control characters, quotes and apostrophes before the sign count for
//     nothing, and the full-width forms of the four signs count as they do.
//   - Tab, line feed, carriage return and NUL at the start are made inert, whatever follows.
//   - A spreadsheet whose separator is a semicolon or tab, as in much of Europe, ends a cell
//     of a comma-separated file at these and does not know our quotes for quotes. So what
//     follows a semicolon, a tab or a line break is the start of a cell, too.
//   - A text that is a number (-5, +1.5, 1e3) or a telephone number as E.164 has it
//     (+15550100) stays as it is: a spreadsheet makes a number of it, which runs nothing.
//
// Nothing is lost: [Inert] is one-to-one, and [Restore] undoes it.
package spreadsheet

import (
	"regexp"
	"strings"
)

const (
	// ignored is what spreadsheets, or those who clean cells up, may pass over before a sign.
	ignored = `[\x{00}-\x{08}\x{0b}\x{0c}\x{0e}-\x{20}\x{7f}-\x{9f}\p{Z}\p{Cf}'"]*`
	// start is where a cell can begin.
	start = `(^|[;\t\r\n])`
	// formula is what makes a formula of a cell.
	formula = `(` + ignored + `[=+\-@\x{ff1d}\x{ff0b}\x{ff0d}\x{ff20}])`
	// lead is what must not be the first that counts in a text.
	lead = `(` + ignored + `[\t\r\n\x{00}])`
	// number is a text that is a constant for spreadsheets.
	number = `[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?`
)

var (
	formulas    = regexp.MustCompile(start + formula)
	leading     = regexp.MustCompile(`^` + lead)
	constant    = regexp.MustCompile(`^` + number + `$`)
	inertCells  = regexp.MustCompile(start + `'` + formula)
	inertLeader = regexp.MustCompile(`^'` + lead)
)

// Inert is a text with an apostrophe before whatever a spreadsheet would run.
func Inert(text string) string {
	if constant.MatchString(text) {
		return text
	}
	return leading.ReplaceAllString(formulas.ReplaceAllString(text, "${1}'${2}"), "'${1}")
}

// Restore is the text of which [Inert] made this one.
func Restore(text string) string {
	return inertCells.ReplaceAllString(inertLeader.ReplaceAllString(text, "${1}"), "${1}${2}")
}

// InertSQL is [Inert] of a text in SQL, for DuckDB, whose regular expressions are those
// of Go.
func InertSQL(text string) string {
	return `CASE WHEN regexp_full_match(` + text + `, ` + literal(number) + `) THEN ` + text + ` ELSE regexp_replace(regexp_replace(` +
		text + `, ` + literal(start+formula) + `, '\1''\2', 'g'), ` + literal(`^`+lead) + `, '''\1') END`
}

func literal(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }
