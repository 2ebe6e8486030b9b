package spreadsheet

import (
	"database/sql"
	"math/rand/v2"
	"strings"
	"testing"

	_ "github.com/duckdb/duckdb-go/v2"
	"github.com/stretchr/testify/require"
)

func TestWhatASpreadsheetWouldRunIsMadeInert(t *testing.T) {
	for text, want := range map[string]string{
		"":                 "",
		"Ann":              "Ann",
		"a=b":              "a=b",
		"a - b":            "a - b",
		"=1+1":             "'=1+1",
		"@SUM(A1)":         "'@SUM(A1)",
		"+cmd|' /C calc'!": "'+cmd|' /C calc'!",
		"-a":               "'-a",
		" =1":              "' =1",
		"\u00a0\ufeff=1":   "'\u00a0\ufeff=1",
		"\x0b=1":           "'\x0b=1",
		`"=1`:              `'"=1`,
		"'=1":              "''=1",
		"''=1":             "'''=1",
		"'Ann":             "'Ann",
		"＝1":               "'＝1",
		"＠x":               "'＠x",
		"\tAnn":            "'\tAnn",
		"\r\nAnn":          "'\r\nAnn",
		"\x00Ann":          "'\x00Ann",
		"'\tAnn":           "''\tAnn",
		"\t=1":             "'\t'=1",
		"x;=1;y":           "x;'=1;y",
		"x; -y":            "x;' -y",
		"x\n=1\n@y":        "x\n'=1\n'@y",
		";;=1":             ";;'=1",
		"x,=1":             "x,=1", // our own separator: it is quoted
		"-5":               "-5",
		"+1.5":             "+1.5",
		"-1e-3":            "-1e-3",
		"+15550100":        "+15550100",
		"+1-555-0100":      "'+1-555-0100", // a subtraction
		"+1 555":           "'+1 555",
		"-5\n":             "'-5\n",
		"--5":              "'--5",
		"-":                "'-",
	} {
		require.Equal(t, want, Inert(text), "%q", text)
		require.Equal(t, text, Restore(want), "%q", want)
	}
}

// TestInertIsOneToOneAndTheSameInSQL tries texts of the characters that count.
func TestInertIsOneToOneAndTheSameInSQL(t *testing.T) {
	db, err := sql.Open("duckdb", "")
	require.NoError(t, err)
	defer func() { require.NoError(t, db.Close()) }()
	query, err := db.PrepareContext(t.Context(), "SELECT "+InertSQL("t")+" FROM (SELECT $1::VARCHAR AS t)")
	require.NoError(t, err)
	defer query.Close()
	parts := []string{
		"'", "'", `"`, "=", "+", "-", "@", "＋", ";", "\t", "\r", "\n", "\x00", " ", "\u00a0", "\u2028", "\u200b",
		"\x7f", "a", "1", ".", "e", ",", "é",
	}
	random := rand.New(rand.NewPCG(1, 2))
	from := map[string]string{}
	for range 4000 {
		var b strings.Builder
		for range random.IntN(7) {
			b.WriteString(parts[random.IntN(len(parts))])
		}
		text := b.String()
		inert := Inert(text)
		require.Equal(t, text, Restore(inert), "%q, %q", text, inert)
		if other, found := from[inert]; found {
			require.Equal(t, other, text, "both give %q", inert)
		}
		from[inert] = text
		require.True(t, constant.MatchString(inert) || !runs(inert), "%q still runs", inert)
		var inSQL string
		require.NoError(t, query.QueryRowContext(t.Context(), text).Scan(&inSQL))
		require.Equal(t, inert, inSQL, "%q", text)
	}
}

// runs reports whether a cell of a text, by any separator but our own, begins with what a
// spreadsheet heeds.
func runs(text string) bool {
	if strings.IndexAny(text, "\t\r\n\x00") == 0 {
		return true
	}
	for _, cell := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(";\t\r\n", r) }) {
		if strings.IndexAny(strings.TrimLeft(cell, " \"\u00a0\u2028\u200b\x00\x7f"), "=+-@＋") == 0 {
			return true
		}
	}
	return false
}
