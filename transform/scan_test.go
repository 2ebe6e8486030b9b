package transform

import (
	"bufio"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"contactsync/internal/plainjson"

	"github.com/stretchr/testify/require"
)

// scanned parses a text with the scanner alone, and with the decoder alone.
func scanned(t *testing.T, text string, spelling *spelling) (fast object, ok bool, general object, err error) {
	t.Helper()
	p, q := parsers.New().(*parser), parsers.New().(*parser)
	p.spelledBy(spelling)
	q.spelledBy(spelling)
	if ok = p.scanObject(text); ok {
		fast = p.sorted()
		p.members = p.members[:0]
		require.True(t, p.scanObject(text))
		again := p.sorted()
		require.Equal(t, fast.all, again.all, "with the order of the record before")
		again.index = indexOf(again.all)
		for _, m := range fast.all {
			require.Equal(t, fast.get(m.field), again.get(m.field), "by the index")
		}
		require.Empty(t, again.get("no such field"))
	}
	if err = q.decodeObject(text); err == nil {
		general = q.sorted()
	}
	return fast, ok, general, err
}

// requireSame holds the scanner to the decoder.
func requireSame(t *testing.T, text string) (fast bool) {
	t.Helper()
	for _, s := range []*spelling{nil, audienceLabName} {
		got, ok, want, err := scanned(t, text, s)
		fast = ok
		if !ok {
			continue
		}
		require.NoError(t, err, text)
		require.Len(t, got.all, len(want.all), text)
		for i, m := range got.all {
			require.Equal(t, want.all[i].label, m.label, text)
			require.Equal(t, want.all[i].value, m.value, text)
			require.Equal(t, want.all[i].position, m.position, text)
			if v := m.value; v.kind() == '"' {
				require.Equal(t, formatted(v), v.canonical())
			}
			if m.plain {
				v := string(m.value)
				require.Equal(t, `\"`+v[1:len(v)-1]+`\"`, string(plainjson.AppendWithin(nil, v)), text)
			}
		}
	}
	return fast
}

var scanInputs = []string{
	``, ` `, `{}`, ` { } `, `{} x`, `{`, `}`, `[]`, `null`, `"x"`, `{"a"}`, `{"a":}`, `{"a":1,}`, `{,"a":1}`, `{"a":1 "b":2}`, `{"a":1}{"b":2}`,
	`{"a":1,"b":-0,"c":-12,"d":0,"e":01}`, `{"a":-}`, `{"a":1.5}`, `{"a":1e5}`, `{"a":1E5}`, `{"a":1.}`, `{"a":0x1}`, `{"a":+1}`, `{"a":123456789012345678901234567890}`,
	`{"a":null,"b":true,"c":false}`, `{"a":nul}`, `{"a":nulls}`, `{"a":True}`, `{"a":true1}`,
	`{"a":"","b":"x","a":"y","A":"z"}`, `{"b":1,"a":2,"B":3,"A":4}`, "{\"a\":\"\x7f\"}", "{\"a\":\"\x01\"}", "{\"a\":\"\n\"}", "\ufeff{}",
	`{"a":"\n\t\b\f\r\/\\\""}`, `{"a":"\x"}`, `{"a":"\u00e9"}`, `{"a":"\u00E9\uD83D\uDE00"}`, `{"a":"\ud83d"}`, `{"a":"\u12"}`, `{"a":"\u12g4"}`, `{"a":"\ud7ff\ue000"}`, `{"a":"x\`, `{"a":"x\"`, `{"a":"\u`,
	`{"\u0061":1}`, `{"a\"b":1}`, `{"é":1,"<":2,"&":3," ":4}`, `{"":1}`, "{\"\x7f\":1}",
	"{\"a\":\"é😀\u2028\"}", "{\"a\":\"\xff\"}", "{\"a\":\"\xed\xa0\x80\"}", "{\"\xff\":1}", `{"a":"<b>&amp;</b>"}`,
	`{"a":[],"b":[ ],"c":[1,"x",null,[true]],"d":{},"e":{ },"f":{"x":{"y":[{}]},"x":1}}`, `{"a":[1,]}`, `{"a":[,1]}`, `{"a":[1 2]}`, `{"a":{"x"}}`, `{"a":{"x":1,}}`, `{"a":{1:2}}`, `{"a":[}`, `{"a":[1}`, `{"a":{"x":1]}`,
	"\t{\r\n\"a\" :\t1 ,\n\"b\":2\r}\n", "{\v}", "{\"a\":1}\x00", `{"a":` + strings.Repeat("[", 40) + strings.Repeat("]", 40) + `}`,
}

func TestTheScannerReadsWhatTheDecoderReads(t *testing.T) {
	for _, text := range scanInputs {
		requireSame(t, text)
	}
	fast := 0
	for _, text := range testLines(t) {
		if requireSame(t, text) {
			fast++
		}
	}
	require.Greater(t, fast, 100, "lines of the test data that the scanner reads")
}

// testLines are the lines of all test data, and whole files.
func testLines(t *testing.T) (lines []string) {
	t.Helper()
	require.NoError(t, filepath.WalkDir("testdata", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		lines = append(lines, string(text))
		for s := bufio.NewScanner(strings.NewReader(string(text))); s.Scan(); {
			lines = append(lines, s.Text())
		}
		return err
	}))
	return lines
}

func FuzzTheScannerReadsWhatTheDecoderReads(f *testing.F) {
	for _, text := range scanInputs {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) { requireSame(t, text) })
}

func TestAParserForgetsTheOrderOfOtherNames(t *testing.T) {
	p := parsers.New().(*parser)
	for _, c := range []struct {
		spelling *spelling
		text     string
		members  int
	}{{nil, `{"b":1,"a":2}`, 2}, {audienceLabName, `{}`, 0}, {nil, `{"b":1,"a":2}`, 2}, {nil, `{"a":2,"b":1}`, 2}, {audienceLabName, `{"b":1,"A":2}`, 2}} {
		p.spelledBy(c.spelling)
		p.members = p.members[:0]
		require.True(t, p.scanObject(c.text))
		o := p.sorted()
		require.Len(t, o.all, c.members)
		require.True(t, slices.IsSortedFunc(o.all, member.compare))
	}
}
