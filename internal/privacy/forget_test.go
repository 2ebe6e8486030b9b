//go:build duckdb_arrow

package privacy_test

import (
	"crypto/md5"
	"encoding/hex"
	"os"
	"strings"
	"testing"

	"contactsync/internal/daemon"
	"contactsync/internal/plan"
	"contactsync/internal/privacy"
	"contactsync/internal/run"
	"contactsync/internal/selector"

	"github.com/stretchr/testify/require"
)

func TestForgottenPersonIsNowhereEvenAfterAFullRun(t *testing.T) {
	t.Parallel()
	h := livedHouse(t)
	h.simulator.Advance(3)
	h.run(t, run.Options{}) // history, and a second file of the incremental export
	contactID, email := h.somebody(t)
	traces := h.traces(t, contactID)
	require.Greater(t, len(traces), 8)
	others := "SELECT count(*), sum(hash(c)::HUGEINT) FROM contacts c WHERE contact_id <> '" + contactID + "'"
	otherRecords := "SELECT count(*), sum(hash(c)::HUGEINT) FROM source_contacts c WHERE contact_id <> '" + contactID + "'"
	before, recordsBefore := h.text(t, others), h.text(t, otherRecords)
	stay := h.rows(t, "SELECT source, source_id FROM source_contacts WHERE contact_id <> '"+contactID+"'")
	warehouse, snapshot := inode(t, h.path("warehouse.duckdb")), inode(t, h.path("analytics.duckdb"))

	require.Greater(t, len(h.mentioning(t, traces)), 10)
	f := h.forget(t, email)
	require.Equal(t, []string{contactID}, f.Contacts)
	require.Len(t, f.Exports, 3)
	require.False(t, os.SameFile(warehouse, inode(t, h.path("warehouse.duckdb"))))
	require.False(t, os.SameFile(snapshot, inode(t, h.path("analytics.duckdb"))))
	h.requireNowhere(t, traces)
	require.Equal(t, before, h.text(t, others), "others are as they were")
	require.Equal(t, recordsBefore, h.text(t, otherRecords))
	require.Equal(t, "[[email 1 3]]", h.text(t, "SELECT selector, contacts, exports FROM etl.forgets"))

	warnings := h.run(t, run.Options{Full: true})
	require.Regexp(t, `suppressed (person was|people were) left out`, warnings)
	h.requireNowhere(t, traces)
	require.Subset(t, h.rows(t, "SELECT source, source_id FROM source_contacts"), stay, "and nobody else was kept out")
	require.Equal(t, "[[0]]", h.text(t, "SELECT count(*) FROM etl.runs WHERE status <> 'succeeded'"))
}

func TestOptOutListErasesAndKeepsOut(t *testing.T) {
	t.Parallel()
	h := livedHouse(t)
	contactID, email := h.somebody(t)
	traces := h.traces(t, contactID)
	sum := md5.Sum([]byte(email))
	other := h.rows(t, "SELECT contact_id, email FROM contacts WHERE record_count = 1 AND email IS NOT NULL AND NOT contains(email, 'info@') AND contact_id <> '"+contactID+"' ORDER BY ALL LIMIT 1")[0]
	entries := optOut(t, "email,hash\n,"+strings.ToUpper(hex.EncodeToString(sum[:]))+"\n"+other[1].(string)+",\n")

	f, err := privacy.Suppress(t.Context(), h.runner, entries, false)
	require.NoError(t, err)
	require.ElementsMatch(t, []any{contactID, other[0]}, f.Contacts)
	h.requireNowhere(t, traces)
	h.run(t, run.Options{Full: true})
	h.requireNowhere(t, traces)

	warehouse := inode(t, h.path("warehouse.duckdb"))
	entries = optOut(t, "stranger@example.org\n")
	f, err = privacy.Suppress(t.Context(), h.runner, entries, false)
	require.NoError(t, err)
	require.Equal(t, 9, f.Suppressions, "by every hash, also of two other spellings")
	require.True(t, os.SameFile(warehouse, inode(t, h.path("warehouse.duckdb"))), "nobody had to be erased")
	require.Equal(t, "[[opted out 9]]", h.text(t, "SELECT reason, count(*) FROM etl.suppressions WHERE suppressed_at = (SELECT max(suppressed_at) FROM etl.suppressions) GROUP BY ALL"))
}

func TestWhoIsSuppressedBeforeTheFirstRunIsNeverStored(t *testing.T) {
	t.Parallel()
	known := livedHouse(t)
	_, email := known.somebody(t)

	h := newHouse(t, 200)
	f := h.forget(t, email) // nobody is known yet
	require.Empty(t, f.Rows)
	h.run(t, run.Options{})
	h.requireNowhere(t, []string{email})
	require.NotEqual(t, "[[0]]", h.text(t, "SELECT count(*) FROM contacts"))
}

func TestAFailingExportHoldsUpNoErasure(t *testing.T) {
	t.Parallel()
	h := livedHouse(t)
	contactID, email := h.somebody(t)
	traces := h.traces(t, contactID)
	stranger := h.path("exports/records/stranger.txt")
	require.NoError(t, os.WriteFile(stranger, []byte("mine"), 0o600)) // no export may remove it
	requests, err := selector.ParsePeople([]selector.Name{{Place: "argument 1", Text: email}})
	require.NoError(t, err)

	f, err := privacy.Forget(t.Context(), h.runner, requests, false)
	require.NoError(t, err)
	require.Equal(t, []string{contactID}, f.Contacts)
	require.Len(t, f.Exports, 2)
	require.Len(t, f.Unwritten, 1)
	require.Regexp(t, `^export records: .* holds "stranger.txt".*; its old files were removed, since they may hold who was erased$`, f.Unwritten[0].String())
	require.NotContains(t, f.Unwritten[0].String(), email)
	require.Equal(t, "[[0]]", h.text(t, "SELECT count(*) FROM contacts WHERE contact_id = '"+contactID+"'"))
	require.FileExists(t, stranger)
	require.NoFileExists(t, h.path("exports/records/data.ndjson"))

	require.NoError(t, os.RemoveAll(h.path("exports/records")))
	h.run(t, run.Options{})
	require.FileExists(t, h.path("exports/records/data.ndjson"), "it is written again as soon as it can be, on a quiet night, too")
	h.requireNowhere(t, traces)
}

func TestAnExportWhoseFilesCannotBeRemovedStartsAnew(t *testing.T) {
	t.Parallel()
	h := livedHouse(t)
	contactID, email := h.somebody(t)
	traces := h.traces(t, contactID)
	marker := h.path("exports/changes.sync/manifest.json")
	whole, err := os.ReadFile(marker)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(marker, []byte("?"), 0o600))
	requests, err := selector.ParsePeople([]selector.Name{{Place: "argument 1", Text: email}})
	require.NoError(t, err)

	f, err := privacy.Forget(t.Context(), h.runner, requests, false)
	require.NoError(t, err)
	require.Len(t, f.Unwritten, 1)
	require.Contains(t, f.Unwritten[0].String(), "remove them yourself")

	require.NoError(t, os.WriteFile(marker, whole, 0o600))
	h.run(t, run.Options{})
	h.requireNowhere(t, traces)
}

func TestAnExportThatCannotBeWrittenIsFoundBeforeAnythingIsAsked(t *testing.T) {
	t.Parallel()
	for query, message := range map[string]string{
		"SELEC * FROM contacts":                 "syntax error",
		"DELETE FROM contacts":                  "syntax error",
		"SELECT 1 AS a; SELECT 2 AS b":          "syntax error",
		"SELECT mail FROM contacts":             `column "mail" not found`,
		"SELECT * FROM contactz":                "contactz does not exist",
		"SELECT * FROM read_csv('nowhere.csv')": "",
		"SELECT job_title::INT FROM contacts":   "", // only the rows can tell
	} {
		h := newHouse(t, 10)
		h.configure(t, strings.Replace(houseConfig, "SELECT * FROM source_contacts", query, 1))
		list, err := plan.Check(t.Context(), h.runner, nil, true)
		require.NoError(t, err)
		problem := list[len(list)-1].Problem
		require.Equal(t, "export", list[len(list)-1].Kind)
		if message == "" {
			require.NoError(t, problem, query)
			continue
		}
		require.ErrorContains(t, problem, message, query)
		require.Regexp(t, `pipelines.yaml:6:20: exports.records.query: `, problem.Error())
		_, err = run.Pipelines(t.Context(), h.runner, nil, run.Options{})
		require.EqualError(t, err, problem.Error())
		require.Empty(t, h.simulator.Log(), "no vendor was asked")
		require.NoFileExists(t, h.path("warehouse.duckdb"))
		_, err = daemon.New(h.runner)
		require.EqualError(t, err, problem.Error(), "nor does the daemon begin")
	}
}
