package config

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDotenvTakesTheUsualForms(t *testing.T) {
	vars, err := parseDotenv(".env", []byte(`
# a comment
PLAIN=value
export EXPORTED = spaced
SINGLE='as $it is\n'
DOUBLE="line\nline \"quoted\" \$5 \\ end" # comment
TRAILING=value # comment
HASH=a#b
EMPTY=
URL=https://example.com/?a=b
`))
	require.NoError(t, err)
	require.Equal(t, map[string]string{
		"PLAIN": "value", "EXPORTED": "spaced", "SINGLE": `as $it is\n`, "DOUBLE": "line\nline \"quoted\" $5 \\ end",
		"TRAILING": "value", "HASH": "a#b", "EMPTY": "", "URL": "https://example.com/?a=b",
	}, vars)
}

func TestDotenvReportsEveryBadLineAndNoValue(t *testing.T) {
	_, err := parseDotenv(".env", []byte("A=1\nsecret\n1B=secret\nC='secret\nD=\"secret\" secret\n"))
	require.EqualError(t, err, `.env:2:1: want KEY=VALUE
.env:3:1: the name before = is not a variable name (letters, digits and _, no digit first)
.env:4:1: the closing ' is missing
.env:5:1: only a comment may follow the closing quote`)
}

func TestDotenvAsPowerShellWritesItIsToldByItsEncoding(t *testing.T) {
	for _, data := range []string{"\xff\xfeA\x00=\x001\x00", "\xfe\xff\x00A\x00=\x001", "A\x00=\x001\x00", "\x00A\x00=\x001"} {
		_, err := parseDotenv(".env", []byte(data))
		require.EqualError(t, err, ".env:1:1: the file is UTF-16 text (save it as UTF-8; in PowerShell by Set-Content -Encoding utf8)", "%q", data)
	}
}

func TestExpandFillsInVariablesAndFiles(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "token"), []byte("from-file\r\n"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "blank"), []byte("\n"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "long"), make([]byte, longest+1), 0o600))
	s := surroundings{dir, env(map[string]string{"A": "1", "B_2": "two"})}
	for _, tt := range []struct{ text, want, problem string }{
		{"plain", "plain", ""},
		{"${A}", "1", ""},
		{"https://${B_2}.example/${A}", "https://two.example/1", ""},
		{"${file:token}", "from-file", ""},
		{"${file:" + filepath.Join(dir, "token") + "}", "from-file", ""},
		{"$A $$A $5 $$it's$$", "$A $$A $5 $$it's$$", ""},
		{"$${A}", "${A}", ""},
		{"${C}", "", "the variable C is not set"},
		{"${file:blank}", "", "the file blank is empty"},
		{"${file:none}", "", "the file none cannot be read: no such file or directory"},
		{"${file:.}", "", ". is not a file"},
		{"${file:long}", "", "the file long is too long for a value"},
		{"${file:}", "", "${file:} is not a variable"},
		{"${}", "", "${} is not a variable"},
		{"${A-B}", "", "${A-B} is not a variable"},
		{"${A", "", "the closing brace of ${ is missing"},
	} {
		got, _, err := s.expand(tt.text)
		if tt.problem != "" {
			require.EqualError(t, err, tt.problem, tt.text)
			continue
		}
		require.NoError(t, err, tt.text)
		require.Equal(t, tt.want, got)
	}
}

func TestAVariableMayHoldANumber(t *testing.T) {
	c := parse(t, "version: 1\nserve: {retries: \"${N}\", jitter: \"${N}s\"}\nidentity:\n  max_names: ${N}\n", env(map[string]string{"N": "7"}))
	require.Equal(t, 7, c.Serve.Retries)
	require.Equal(t, 7, c.Identity.MaxNames)
	require.Equal(t, "7s", c.Serve.Jitter.String())
}
