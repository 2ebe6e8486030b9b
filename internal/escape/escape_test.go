package escape_test

import (
	"strings"
	"testing"

	"contactsync/internal/escape"

	"github.com/stretchr/testify/require"
)

func TestOneLayerOfEachKindIsUndone(t *testing.T) {
	for text, want := range map[string]string{
		"plain":                       "plain",
		"a&#64;b&commat;c&#x40":       "a@b@c@",
		"&#38;&#35;64&#59;":           "&#64;",
		"R&D &amp;amp; x":             "R&D &amp; x",
		"%40 %2540 %C3%BC":            "@ %40 ü",
		"jos%E9%40x %FC":              "josé@x ü",
		"%u0040%u00FC":                "@ü",
		"100% %zz %":                  "100% %zz %",
		`\u0040 \\u0040 \/ \"`:        `@ @ / "`,
		`\x40 \u{1F600} \ud83d\ude00`: "@ 😀 😀",
		`\ud83d \u{zz} \x`:            "ud83d u{zz} x",
	} {
		require.Equal(t, want, escape.Every(text), text)
	}
}

func TestHostileTextsTakeTimeThatGrowsWithThem(t *testing.T) {
	for _, unit := range []string{"&", "%", `\`, "&#", "%u", `\u{`, "%FC", "&#38;"} {
		escape.Every(strings.Repeat(unit, 1<<20/len(unit)))
	}
}
