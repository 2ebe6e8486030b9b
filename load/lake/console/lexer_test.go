package console

import (
	"encoding/base64"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

// fragments are what texts are put together of that lexers might disagree about.
var fragments = []string{
	"'", "'", "\"", "`", "\\", "/*", "*/", "/*+", "--", "\n", "\r", "\r\n", " ", "r", "R", "1e+5", "1e-0", "using", "1", "7", "E+3", "e-", "F", "D", "1.5", ".5", "5D", "BD", "1e5",
	"x", "reflect", "(", ")", "a", "/", "*", "+", "-", ":", "://", "é", "ı", "ſ", "\u212a", "\u00a0", "\u2003", "\v", "\f", "\t", ";", ",", "USING", "|>", "::", "->", "N", "X", "_", "0",
	"L", "''", "``", "\"\"", "%", "?", "[", "]", "{", "}", "=", "<", ">", "!", "&", "^", "~", ".", "@", "#", "|", "$", "$$",
}

// TestTokensAreThoseOfSpark compares with Spark's own lexer, since what is quoted to us and
// code to Spark would not be judged: all that is not refused has the same quotes and
// comments, and every word of Spark is one of ours.
func TestTokensAreThoseOfSpark(t *testing.T) {
	jars := os.Getenv("SYNC_SPARK_JARS")
	if jars == "" {
		t.Skip("needs Spark's lexer and a JDK: set SYNC_SPARK_JARS to the folder jars of a Spark")
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 1))
	var texts []string
	var input strings.Builder
	for len(texts) < 300_000 {
		some := fragments
		if random.IntN(2) == 0 {
			some = fragments[random.IntN(len(fragments)-3):][:3]
		}
		var text strings.Builder
		for range 1 + random.IntN(16) {
			text.WriteString(some[random.IntN(len(some))])
		}
		if classes(text.String()) != "" {
			texts = append(texts, text.String())
			input.WriteString(base64.StdEncoding.EncodeToString([]byte(text.String())) + "\n")
		}
	}
	java := exec.CommandContext(t.Context(), "java", "-cp", filepath.Join(jars, "*"), "testdata/Lex.java")
	java.Stdin, java.Stderr = strings.NewReader(input.String()), os.Stderr
	output, err := java.Output()
	require.NoError(t, err)
	lines := strings.Split(strings.TrimSuffix(string(output), "\n"), "\n")
	require.Len(t, lines, len(texts))
	compared := 0
	for i, spark := range lines {
		ours := classes(texts[i])
		if spark == "" {
			continue // it is refused by Spark
		}
		compared++
		for k := range spark {
			if ours[k] != spark[k] && (ours[k] != 'w' || spark[k] != '.') { // we take 1.D for a number and a word
				t.Fatalf("%q\nours  %s\nspark %s", texts[i], ours, spark)
			}
		}
	}
	t.Logf("%d texts", compared)
}

// classes tell what we make of each character; nothing where the text is refused.
func classes(text string) string {
	var b strings.Builder
	for _, t := range tokens(text) {
		if t.wrong != nil {
			return ""
		}
		class := strings.Repeat(map[kind]string{symbol: ".", word: ".", quoted: "'", backquoted: "`", blank: " "}[t.kind], utf8.RuneCountInString(t.text))
		if first := t.text[0]; t.kind == word && first < utf8.RuneSelf && first != '_' && (first < '0' || first > '9') {
			class = "w" + class[1:]
		}
		b.WriteString(class)
	}
	return b.String()
}
