package transform

import (
	"cmp"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"

	"contactsync/internal/lists"
	"contactsync/internal/normal"
	"contactsync/schema"
	"contactsync/transform/phone"
	"contactsync/transform/title"
)

// The fuzz targets hold every rule to the same promise: whatever bytes come in,
// it does not panic, and its output is in normal form, so that normalising it
// again changes nothing.

func fuzzReader(f *testing.F, read func(string) (string, bool), seeds ...string) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) {
			t.Skip("payloads are valid UTF-8")
		}
		once, ok := read(s)
		if !ok {
			return
		}
		require.NotEmpty(t, once)
		twice, ok := read(once)
		require.True(t, ok, "%q became %q, which is refused", s, once)
		require.Equal(t, once, twice, "from %q", s)
	})
}

func FuzzEmail(f *testing.F) {
	fuzzReader(f, normal.Email, "Jane.Doe+x@MÜNCHEN.example", "mailto:a@b.co?x=y", `"Doe, J" <j@x.org>`, "'<a@b.co>'", "a@b.co.", "a@ß.example", "mailto:mailto:a@b.co")
}

func FuzzLinkedIn(f *testing.F) {
	read := func(s string) (string, bool) {
		slug, ok := normal.LinkedInSlug(s)
		return normal.LinkedInProfile + slug, ok
	}
	fuzzReader(f, read, "https://uk.linkedin.com/in/Jos%C3%A9/en?x#y", "linkedin.com/pub/jane/a7/576/b50", "in/%2525", "in/İ", "in/a%2Fb", "in/q?x",
		"linkedin.com/in/https:/www.linkedin.com/in/jane–doe's", "touch.www.linkedin.com/#in/o'brien", "['https:\\/\\/www.linkedin.com\\/in\\/jane-🚀&trk=x']",
		"google.com/url?q=linkedin.com/in/jane%27&x", "linkedin.com/?x=/in/jane-d...", "in/*a*", "in/•a", "in/~a~", "in/a。")
}

func FuzzTwitter(f *testing.F) {
	fuzzReader(f, normal.TwitterHandle, "@Jack", "https://twitter.com/#!/jack", "x.com/i/user/1", "a/b", "@@a", "twitter.com/https://x.com/@jack.",
		"twitter.com/intent/user?screen_name=jack", "twitter: @jack", "[@jack](https:\\/\\/x.com\\/jack)")
}

func FuzzFacebook(f *testing.F) {
	read := func(s string) (string, bool) {
		handle, ok := normal.FacebookHandle(s)
		return "https://www.facebook.com/" + handle, ok
	}
	fuzzReader(f, read, "https://www.facebook.com/Jane.Doe?x", "facebook.com/profile.php?id=100012", "facebook.com/people/Jane/100012", "fb.com/#!/jane",
		"l.facebook.com/l.php?u=https%3A%2F%2Ffb.me%2Fjane", "m.me/jane..")
}

func FuzzHash(f *testing.F) {
	read := func(s string) (string, bool) { h, ok := normal.Hash(s); return h.Value, ok }
	fuzzReader(f, read, normal.MD5("a"), strings.ToUpper(normal.SHA1("a")), normal.SHA256(""), strings.Repeat("0", 32))
}

func FuzzText(f *testing.F) {
	f.Add(" a\u0308 \u200b\u0308 x\x00y \u2028")
	f.Fuzz(func(t *testing.T, s string) {
		once := clean(s)
		requireClean(t, once)
		require.Equal(t, once, clean(once))
	})
}

func FuzzTime(f *testing.F) {
	f.Add("2026-11-19T22:05:02.445473+00:00")
	f.Add("1795125902000")
	f.Fuzz(func(t *testing.T, s string) {
		if once, ok := schema.ParseTime(s); ok {
			twice, ok := schema.ParseTime(once.Format("2006-01-02T15:04:05.999999999Z07:00"))
			require.True(t, ok)
			require.True(t, once.Equal(twice))
		}
	})
}

func FuzzToofrPayload(f *testing.F)       { fuzzPayload(f, schema.Toofr) }
func FuzzIntentPayload(f *testing.F)      { fuzzPayload(f, schema.Intent) }
func FuzzStatSocialPayload(f *testing.F)  { fuzzPayload(f, schema.StatSocial) }
func FuzzAudienceLabPayload(f *testing.F) { fuzzPayload(f, schema.AudienceLab) }

// fuzzPayload feeds a vendor's records, mutated, through both passes.
func fuzzPayload(f *testing.F, source string) {
	files, err := filepath.Glob(filepath.Join("testdata", source, "*.json"))
	require.NoError(f, err)
	for _, file := range files {
		if strings.HasSuffix(file, ".golden.json") {
			continue
		}
		for _, record := range sampleRecords(f, file) {
			f.Add([]byte(record.Raw))
		}
	}
	f.Add([]byte(`{"a":{}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		r := schema.Record{Source: source, ID: "key", AsOf: sampleDay, Raw: raw}
		facts, err := Facts(r, "p", "a")
		if err != nil {
			var reject *RejectError
			require.ErrorAs(t, err, &reject)
			return
		}
		n, err := Contact(source, "key", raw)
		require.NoError(t, err)
		again, err := Contact(source, "key", raw)
		require.NoError(t, err)
		require.Equal(t, n, again)
		requireNormal(t, n)
		for _, m := range facts.Matches {
			require.NotEmpty(t, m.TopicID)
			require.NotEmpty(t, m.HEM)
		}
		for _, e := range facts.Events {
			require.Len(t, e.EventID, 64)
		}
	})
}

// requireNormal checks what callers of Contact rely on.
func requireNormal(t *testing.T, n schema.Normal) {
	t.Helper()
	for _, note := range n.Notes {
		require.NotEmpty(t, schema.ParseNote(note).Cause.Info().Outcome, note)
	}
	for name, v := range profileColumns(&n.Profile) {
		if s, ok := v.(string); ok {
			requireClean(t, s)
			require.NotEmpty(t, s, name)
		}
	}
	for _, address := range n.Emails {
		again, ok := normal.Email(address)
		require.True(t, ok)
		require.Equal(t, address, again)
	}
	for _, number := range n.Phones {
		require.Equal(t, []phone.Number{{E164: number}}, phone.Append(nil, number, ""))
	}
	require.Equal(t, len(n.Emails), len(lists.Set(n.Emails...)), "unique")
	require.Equal(t, len(n.Phones), len(lists.Set(n.Phones...)), "unique")
	if n.Email != "" {
		require.Equal(t, n.Emails[0], n.Email)
		require.Equal(t, normal.SHA256(n.Email), n.EmailSHA256)
		require.Equal(t, normal.MD5(n.Email), n.EmailMD5)
	}
	require.True(t, n.Email != "" || n.EmailStatus == "" && n.EmailLastSeenAt.IsZero(), "what is said of an address stands beside one")
	require.Equal(t, n.EmailStatus.Verified(), n.EmailVerified)
	require.Equal(t, n.EmailLastSeenAt.Truncate(time.Microsecond), n.EmailLastSeenAt)
	require.Equal(t, []bool{n.Phone != "", n.Phone != ""}, []bool{n.PhoneKind != "", n.PhoneSource != ""})
	require.True(t, slices.IsSortedFunc(n.Identifiers, func(a, b schema.Identifier) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Value, b.Value))
	}))
	for i, id := range n.Identifiers {
		require.NotEmpty(t, id.Value)
		require.True(t, i == 0 || n.Identifiers[i-1] != id, "unique")
	}
	if n.Seniority != "" {
		require.Contains(t, title.Seniorities, n.Seniority)
	}
	if n.Department != "" {
		require.Contains(t, title.Departments, n.Department)
	}
}

func requireClean(t *testing.T, s string) {
	t.Helper()
	require.True(t, utf8.ValidString(s))
	require.True(t, norm.NFC.IsNormalString(s), "%q", s)
	require.Equal(t, strings.TrimSpace(s), s)
	require.Equal(t, clean(s), s, "nothing invisible, no runs of white space")
}
