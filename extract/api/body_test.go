package api

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"
	"pgregory.net/rapid"

	"contactsync/internal/mask"

	"contactsync/schema"
)

// zipped packs files by name; stored leaves them as they are.
func zipped(t testing.TB, method uint16, files ...string) []byte {
	t.Helper()
	var packed bytes.Buffer
	w := zip.NewWriter(&packed)
	for i := 0; i < len(files); i += 2 {
		f, err := w.CreateHeader(&zip.FileHeader{Name: files[i], Method: method})
		require.NoError(t, err)
		_, err = io.WriteString(f, files[i+1])
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return packed.Bytes()
}

func encoded(t testing.TB, e encoding.Encoding, text string) []byte {
	t.Helper()
	b, err := e.NewEncoder().Bytes([]byte(text))
	require.NoError(t, err)
	return b
}

// served asks for a body once, with the header's names and values.
func served(t *testing.T, body []byte, header ...string) (Response, error) {
	t.Helper()
	server, _ := inTurn(func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		_, _ = w.Write(body)
	})
	return newTestSession(t, schema.AudienceLab, server, func(s *Settings) { s.MaxAttempts = 2 }).Do(t.Context(), get("/x"))
}

func TestWhatIsNoNumberIsNull(t *testing.T) {
	for body, want := range map[string]string{
		`{"a":NaN,"b":Infinity,"c":-Infinity}`:             `{"a":null,"b":null,"c":null}`,
		`[nan, -nan , inf,+Inf, 1]`:                        `[null,null,null,null,1]`,
		`{"data":[{"s":"NaN, Infinity \" NaN","x": NaN}]}`: `{"data":[{"s":"NaN, Infinity \" NaN","x": null}]}`,
		`NaN`: `null`,
	} {
		res, err := served(t, []byte(body), "Content-Type", "application/json")
		require.NoError(t, err, body)
		require.JSONEq(t, want, string(res.Body))
	}
	_, err := served(t, []byte(`{"a":Nano}`), "Content-Type", "application/json")
	require.ErrorContains(t, err, "the answer came whole and is no JSON")
}

func TestANameOfNaNIsNone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.MapOf(rapid.StringMatching(`[a-zN"\\:,{}]{0,6}`), rapid.StringMatching(`(NaN|Infinity|[a-z"\\,:\[\]{} ]){0,4}`)).Draw(t, "object")
		body, err := json.Marshal(value)
		require.NoError(t, err)
		require.Equal(t, string(body), string(NullNumbers(body)), "strings stay as they are")
		wrong := bytes.ReplaceAll(body, []byte(`:"`), []byte(`:NaN,"x":"`))
		if json.Valid(bytes.ReplaceAll(body, []byte(`:"`), []byte(`:null,"x":"`))) {
			require.True(t, json.Valid(NullNumbers(wrong)) || bytes.Equal(body, wrong))
		}
	})
}

func FuzzNullNumbers(f *testing.F) {
	for _, s := range []string{`{"a":NaN}`, `[-Infinity,"NaN\"",inf]`, `"NaN`, `{"NaN":1}`, "\\", `"\`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		before := bytes.Clone(body)
		got := NullNumbers(body)
		require.Equal(t, before, body, "the answer itself stays")
		require.Equal(t, got, NullNumbers(got), "a second time changes nothing")
		if valid(body) {
			require.Equal(t, body, got, "what is JSON stays as it is")
		}
	})
}

func TestADeclaredCharsetIsDecoded(t *testing.T) {
	const body = `{"first_name":"José","city":"Zürich"}`
	sjis := `{"first_name":"太郎"}`
	for name, test := range map[string]struct {
		kind string
		body []byte
		want string
	}{
		"ISO-8859-1":             {"application/json; charset=ISO-8859-1", encoded(t, charmap.ISO8859_1, body), body},
		"windows-1252":           {`application/json;charset="windows-1252"`, encoded(t, charmap.Windows1252, body), body},
		"Shift_JIS":              {"application/json; charset=Shift_JIS", encoded(t, japanese.ShiftJIS, sjis), sjis},
		"ISO-2022-JP":            {"application/json; charset=iso-2022-jp", encoded(t, japanese.ISO2022JP, sjis), sjis},
		"UTF-16 with a mark":     {"application/json", encoded(t, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), body), body},
		"UTF-16 declared":        {"application/json; charset=utf-16be", encoded(t, unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), body), body},
		"UTF-8 with a mark":      {"application/json; charset=utf-8", []byte("\xef\xbb\xbf" + body), body},
		"UTF-8 that says Latin":  {"application/json; charset=ISO-8859-1", []byte(body), body},
		"a charset nobody knows": {"application/json; charset=martian", []byte(body), body},
		"nothing declared":       {"application/json", []byte(`{"first_name":"Jos` + "\xe9" + `"}`), `{"first_name":"Jos` + "\uFFFD" + `"}`},
	} {
		t.Run(name, func(t *testing.T) {
			res, err := served(t, test.body, "Content-Type", test.kind)
			require.NoError(t, err)
			require.JSONEq(t, test.want, string(res.Body))
		})
	}
}

func TestAPackedBodyIsUnpacked(t *testing.T) {
	const body = `{"data":[{"a":"b"}]}`
	padded := append(pack(t, body), make([]byte, 512)...)
	for name, test := range map[string]struct {
		body   []byte
		header []string
	}{
		"gzip that says so":          {pack(t, body), []string{"Content-Encoding", "gzip"}},
		"gzip that does not":         {pack(t, body), []string{"Content-Type", "application/json"}},
		"gzip of another type":       {pack(t, body), []string{"Content-Type", "application/gzip"}},
		"padded":                     {padded, []string{"Content-Encoding", "gzip"}},
		"padded, and does not say":   {padded, []string{"Content-Type", "application/json"}},
		"garbage after it":           {append(pack(t, body), "garbage"...), []string{"Content-Encoding", "gzip"}},
		"two members":                {append(pack(t, body[:9]), pack(t, body[9:])...), []string{"Content-Encoding", "gzip"}},
		"gzip in gzip":               {pack(t, string(pack(t, body))), []string{"Content-Encoding", "gzip"}},
		"stored zip":                 {zipped(t, zip.Store, "page.json", body), []string{"Content-Type", "application/zip"}},
		"deflated zip":               {zipped(t, zip.Deflate, "page.json", body), []string{"Content-Type", "application/json"}},
		"zip with what a Mac leaves": {zipped(t, zip.Deflate, "a/", "", "a/page.json", body, "__MACOSX/a/._page.json", "x"), nil},
	} {
		t.Run(name, func(t *testing.T) {
			res, err := served(t, test.body, test.header...)
			require.NoError(t, err)
			require.Equal(t, body, string(res.Body))
		})
	}
	for name, test := range map[string]struct {
		body []byte
		err  string
	}{
		"several files": {zipped(t, zip.Store, "a", "{}", "b", "{}"), "a zip of several files"},
		"no file":       {[]byte("PK\x03\x04"), "no zip though it begins like one"},
		"bomb":          {pack(t, strings.Repeat(" ", maxBody+1)), "larger than 64 MiB"},
		"bomb in a zip": {zipped(t, zip.Deflate, "a", strings.Repeat(" ", maxBody+1)), "larger than 64 MiB"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := served(t, test.body, "Content-Type", "application/json")
			require.ErrorContains(t, err, test.err)
		})
	}
}

func TestAPackedErrorIsReadable(t *testing.T) {
	server, _ := inTurn(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		w.WriteHeader(404)
		_, _ = w.Write(pack(t, `{"error":"no such segment"}`))
	})
	_, err := newTestSession(t, schema.AudienceLab, server).Do(t.Context(), get("/x"))
	require.ErrorContains(t, err, "no such segment")
}

func TestAFileMayBeAZipOrUTF16(t *testing.T) {
	const text = "ss_id,md5\n1,aé\n"
	for name, body := range map[string][]byte{
		"stored zip":   zipped(t, zip.Store, "out.csv", text),
		"deflated zip": zipped(t, zip.Deflate, "out.csv", text),
		"zip in gzip":  pack(t, string(zipped(t, zip.Store, "out.csv", text))),
		"gzip in zip":  zipped(t, zip.Store, "out.csv.gz", string(pack(t, text))),
		"zip in zip":   zipped(t, zip.Store, "out.zip", string(zipped(t, zip.Store, "out.csv", text))),
		"padded gzip":  append(pack(t, text), make([]byte, 1024)...),
		"UTF-16":       encoded(t, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), text),
		"UTF-8 mark":   []byte("\xef\xbb\xbf" + text),
	} {
		t.Run(name, func(t *testing.T) {
			f, err := unpack(io.NopCloser(bytes.NewReader(body)), new(mask.Secrets))
			require.NoError(t, err)
			got, err := io.ReadAll(f)
			require.NoError(t, err)
			require.Equal(t, text, string(got))
			require.NoError(t, f.Close())
		})
	}
}

func TestAFileThatUnpacksToTooMuchIsRefused(t *testing.T) {
	if testing.Short() {
		t.Skip("many megabytes, which take the race detector long")
	}
	lines := strings.Repeat("0123456789abcdef\n", (ratioSlack+maxRatio<<18)/16)
	for name, body := range map[string][]byte{"gzip": pack(t, lines), "zip": zipped(t, zip.Deflate, "a.csv", lines)} {
		t.Run(name, func(t *testing.T) {
			f, err := unpack(io.NopCloser(bytes.NewReader(body)), new(mask.Secrets))
			require.NoError(t, err)
			n, err := io.Copy(io.Discard, f)
			require.ErrorIs(t, err, ErrUnpacked)
			require.Less(t, n, int64(len(lines)))
			require.NoError(t, f.Close())
		})
	}
	random := make([]byte, 1<<20) // what a file of ids may look like
	_, _ = rand.NewChaCha8([32]byte{}).Read(random)
	f, err := unpack(io.NopCloser(bytes.NewReader(pack(t, string(random)))), new(mask.Secrets))
	require.NoError(t, err)
	_, err = io.Copy(io.Discard, f)
	require.NoError(t, err)
}

func FuzzUnderstood(f *testing.F) {
	for _, body := range []string{
		`{"a":NaN,"b":"é"}`, "\xff\xfe{\x00}\x00", "\xef\xbb\xbf[]", "PK\x03\x04", "\x1f\x8b", `{"a":"` + "\xe9" + `"}`, `{"a":"\ud800"}`,
		string(pack(f, `{"a":1}`)), string(zipped(f, zip.Deflate, "a.json", `{"a":1}`)),
	} {
		f.Add([]byte(body), "application/json; charset=iso-8859-1")
		f.Add([]byte(body), "application/zip")
	}
	f.Fuzz(func(t *testing.T, data []byte, contentType string) {
		res := &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {contentType}}}
		body, _, err := understood(res, data)
		if err == nil {
			require.True(t, valid(body), "what is handed on is JSON")
			require.True(t, utf8.Valid(body))
		}
		res.StatusCode = 202
		_, _, err = understood(res, data)
		require.NoError(t, err, "a 202 needs no body")
	})
}

func TestAnAnswerTakesTheMemoryItSaysItHas(t *testing.T) {
	text := strings.Repeat("x", 100_000)
	body, err := readBody(&http.Response{ContentLength: int64(len(text)), Body: io.NopCloser(strings.NewReader(text))})
	require.NoError(t, err)
	require.Equal(t, text, string(body))
	require.Equal(t, len(text), cap(body))

	_, err = readBody(&http.Response{ContentLength: int64(len(text)) + 1, Body: io.NopCloser(strings.NewReader(text))})
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)

	unread := strings.NewReader(text)
	_, err = readBody(&http.Response{ContentLength: maxBody + 1, Body: io.NopCloser(unread)})
	require.ErrorIs(t, err, errTooLarge)
	require.Equal(t, len(text), unread.Len(), "nothing of it is read")
}
