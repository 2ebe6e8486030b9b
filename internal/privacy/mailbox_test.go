//go:build duckdb_arrow

package privacy_test

import (
	"fmt"
	"strings"
	"testing"

	"contactsync/internal/normal"
	"contactsync/internal/privacy"
	"contactsync/internal/replay"
	"contactsync/internal/roster"
	"contactsync/internal/runtest"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

const mailboxConfig = `sources: {audiencelab: {api_key: k, base_url: %q, poll_interval: 100ms, max_attempts: 2}}
pipelines:
  people: {from: audiencelab.segments, segments: [a]}
`

// optOut are the entries of an opt-out list.
func optOut(t testing.TB, list string) []schema.Identifier {
	t.Helper()
	read, err := roster.OptOut(strings.NewReader(list), "")
	require.NoError(t, err)
	require.Empty(t, read.Problems)
	return read.Identifiers()
}

// mailboxPeople are Ann under two addresses of one mailbox, Eva by her address and by a
// vendor's hash of it as she typed it, and Bob.
func mailboxPeople(t *testing.T) []string {
	row := func(id, first, field, value string) string {
		return runtest.Object(t, map[string]any{"UUID": id, "FIRST_NAME": first, "LAST_NAME": "Lee", field: value})
	}
	return []string{
		row("1", "Ann", "PERSONAL_EMAILS", "annivers@gmail.com"), row("2", "Ann", "PERSONAL_EMAILS", "ann.ivers+news@gmail.com"),
		row("3", "Eva", "BUSINESS_EMAIL", "eva@acme.example"), row("4", "Eva", "SHA256_BUSINESS_EMAIL", normal.SHA256("Eva@acme.example")),
		row("5", "Bob", "BUSINESS_EMAIL", "bob@acme.example"),
	}
}

func TestAPersonIsKnownByAllSpellingsOfAMailbox(t *testing.T) {
	t.Parallel()
	const people = "SELECT string_agg(source_id, ' ' ORDER BY source_id) FROM source_contacts GROUP BY contact_id ORDER BY 1"
	lab, url := runtest.NewLab(t)
	lived := runtest.New(t, fmt.Sprintf(mailboxConfig, url))
	lab.Set("a", mailboxPeople(t)...)
	lived.Night()
	require.Equal(t, []string{"1 2", "3 4", "5"}, lived.Rows(people))
	require.Equal(t, []string{"ann.ivers+news@gmail.com", "annivers@gmail.com"},
		lived.Rows("SELECT email FROM source_contacts WHERE first_name = 'Ann' ORDER BY 1"), "as sent")
	zoe := runtest.Object(t, map[string]any{"UUID": "6", "FIRST_NAME": "Zoe", "NOTE": "ask a.nnivers@gmail.com"})
	lab.Set("a", append(mailboxPeople(t), zoe)...)
	for name, forget := range map[string]struct{ ann, eva string }{
		"by an address that is stored":  {"annivers@gmail.com", "eva@acme.example"},
		"by one that is not":            {"ann.ivers@googlemail.com", "EVA@acme.example"},
		"by the hash of an address":     {normal.MD5("ann.ivers+news@gmail.com"), normal.SHA256("eva@acme.example")},
		"by the hash of a spelling":     {normal.SHA256("Ann.Ivers+News@gmail.com"), normal.MD5("EVA@ACME.EXAMPLE")},
		"by the hash that a record has": {normal.SHA256("annivers@gmail.com"), normal.SHA256("Eva@acme.example")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := lived.Copy(t)
			entries := optOut(t, forget.ann+"\n"+forget.eva+"\n")
			_, err := privacy.Suppress(t.Context(), w.Runner, entries, false)
			require.NoError(t, err)
			require.Equal(t, []string{"5"}, w.Rows(people))
			for _, r := range w.Night() {
				require.Empty(t, r.Error)
			}
			_, err = replay.Stored(t.Context(), w.Runner, nil, false)
			require.NoError(t, err)
			require.Equal(t, []string{"5"}, w.Rows(people), "and stay out")
			require.Equal(t, []string{"5"}, w.Rows("SELECT DISTINCT source_id FROM etl.identifiers"))
		})
	}
}
