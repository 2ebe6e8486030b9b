//go:build duckdb_arrow

package explain_test

import (
	"testing"

	"contactsync/internal/explain"
	"contactsync/internal/identity"
	"contactsync/internal/normal"
	"contactsync/internal/run"
	"contactsync/internal/runtest"
	"contactsync/internal/selector"
	"contactsync/internal/simulate"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

// TestEveryStoryIsComplete explains everybody in a universe: each record but the
// first is linked to one that was linked before, by an identifier that both carry
// in the table of identifiers.
func TestEveryStoryIsComplete(t *testing.T) {
	t.Parallel()
	s := simulate.New(simulate.Options{Seed: 3, People: 1_000, Credits: map[string]int{schema.Toofr: 1_000}, Warmup: -1, Today: runtest.Start()})
	urls, err := s.Start(t.Context(), map[string]int{schema.Toofr: 0, schema.Intent: 0, schema.StatSocial: 0, schema.AudienceLab: 0})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	w := runtest.New(t, runtest.Everything(s, urls, 1_000))
	w.Night()

	carried := map[string]bool{}
	for _, row := range w.Rows("SELECT source || ':' || source_id, kind || ':' || value FROM identifiers") {
		carried[row] = true
	}
	people := w.Rows("SELECT contact_id FROM contacts WHERE record_count > 1 ORDER BY record_count DESC, contact_id LIMIT 60")
	require.NotEmpty(t, people)
	shared := w.Rows("SELECT i.source || ':' || i.source_id FROM etl.identity_warnings w JOIN etl.identifiers i USING (kind, value) WHERE w.reason = 'shared' LIMIT 1")
	require.NotEmpty(t, shared)
	require.NoError(t, w.Runner.Read(t.Context(), func(reader *run.Reader) error {
		for _, id := range people {
			e, err := explainer(w, reader)(id)
			require.NoError(t, err)
			require.Equal(t, id, e.ContactID)
			require.Len(t, e.Links, len(e.Records)-1)
			reached := map[explain.Ref]bool{e.Records[0].Ref: true}
			for _, l := range e.Links {
				require.True(t, reached[l.With], "it is linked to one that was reached")
				reached[l.Record] = true
				for _, r := range []explain.Ref{l.Record, l.With} {
					require.True(t, carried[r.String()+"|"+string(l.Kind)+":"+l.Value], "%s carries %s", r, l.Kind)
				}
				require.NotZero(t, l.Evidence)
				require.Contains(t, l.Evidence.Sentence, " bits: ")
				require.Equal(t, l.Evidence.Bits >= 0, l.Evidence.Suggests == "same_person")
				require.LessOrEqual(t, len(l.Evidence.Words), 3)
			}
			for _, v := range e.Values {
				require.True(t, reached[v.From], "%s is from one of the person's records", v.Field)
			}
			again, err := explainer(w, reader)(e.Records[len(e.Records)-1].String())
			require.NoError(t, err)
			require.Equal(t, e, again, "by whatever name")
		}
		e, err := explainer(w, reader)(shared[0])
		require.NoError(t, err)
		refused := 0
		for _, id := range e.Identifiers {
			if id.Refused == "shared" {
				refused++
				require.False(t, id.Links)
				require.Positive(t, id.Elsewhere)
			}
		}
		require.Positive(t, refused, "an identifier that links nobody is named as such")

		_, err = explainer(w, reader)("nobody")
		require.ErrorAs(t, err, new(*selector.Error))
		_, err = explainer(w, reader)("ann.nobody@nowhere.example")
		require.ErrorAs(t, err, new(*explain.MatchError))
		return nil
	}))
}

// explainer explains people of the world as its config has it.
func explainer(w *runtest.World, reader *run.Reader) func(text string) (explain.Explanation, error) {
	return func(text string) (explain.Explanation, error) {
		overrides, err := w.Runner.Overrides()
		require.NoError(w, err)
		return explain.Explain(w.Context(), reader, text, overrides, identity.Rules{Priority: w.Runner.Config.Identity.Priority})
	}
}

// TestSpellingsOfAnAddressAreLinksOfIt explains records that meet by a mailbox, and by the
// hash of an address as it was typed, of which the table identifiers has the one record's
// alone.
func TestSpellingsOfAnAddressAreLinksOfIt(t *testing.T) {
	t.Parallel()
	lab, url := runtest.NewLab(t)
	w := runtest.New(t, runtest.LabConfig(url, "people=a"))
	row := func(id, field, value string) string {
		return runtest.Object(t, map[string]any{"UUID": id, "FIRST_NAME": "Eva", "LAST_NAME": "Lee", field: value})
	}
	lab.Set("a", row("1", "PERSONAL_EMAILS", "eva.lee@gmail.com"), row("2", "PERSONAL_EMAILS", "evalee+x@gmail.com"),
		row("3", "SHA256_PERSONAL_EMAIL", normal.SHA256("Eva.Lee@gmail.com")))
	w.Night()
	require.NoError(t, w.Runner.Read(t.Context(), func(reader *run.Reader) error {
		e, err := explainer(w, reader)("EVALEE@gmail.com")
		require.NoError(t, err)
		require.Len(t, e.Records, 3)
		require.Len(t, e.Links, 2)
		for _, l := range e.Links {
			require.NotEmpty(t, l.Address)
			require.Positive(t, l.Evidence.Bits)
		}
		return nil
	}))
}
