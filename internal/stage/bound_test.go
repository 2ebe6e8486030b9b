//go:build duckdb_arrow

package stage_test

import (
	"fmt"
	"strings"
	"testing"

	"contactsync/internal/runtest"

	"github.com/stretchr/testify/require"
)

func TestARecordThatIsTooLargeIsARejectAndThePageGoesOn(t *testing.T) {
	t.Parallel()
	l, url := runtest.NewLab(t)
	w := runtest.New(t, runtest.LabConfig(url, "wide=a"))
	rows := runtest.People(t, 3, nil)
	huge := strings.Repeat("ä", 6<<20)
	fields := map[string]any{"UUID": "fields"}
	for i := range 5_001 {
		fields[fmt.Sprintf("F%d", i)] = 1
	}
	large := runtest.Object(t, map[string]any{"UUID": "large", "FIRST_NAME": "Ann", "COMPANY_DESCRIPTION": strings.Repeat("word ", 700_000)})
	l.Set("a", append(rows,
		runtest.Object(t, map[string]any{"UUID": "bytes", "FIRST_NAME": huge}),
		runtest.Object(t, fields),
		runtest.Object(t, map[string]any{"UUID": strings.Repeat("k", 2_000)}),
		large)...)
	for range 2 {
		run := w.Night()[0]
		require.EqualValues(t, "succeeded", run.Status)
		require.EqualValues(t, 7, run.RowsRead)
		require.EqualValues(t, 3, run.RowsRejected)
		require.Equal(t, []string{"4"}, w.Rows("SELECT count(*) FROM source_contacts"))
		require.Equal(t, []string{"6"}, w.Rows("SELECT count(*) FROM audience_members WHERE valid_to IS NULL"), "who cannot be read is still a member")
		require.Equal(t, []string{
			"|the record is too large: its key has 2000 bytes, and a key has at most 1024|true",
			"bytes|the record is too large: it has 12582944 bytes, and a record has at most 4194304; its first 65535 bytes are kept|true",
			"fields|the record is too large: it has 5002 fields, and a record has at most 5000|true",
		}, w.Rows("SELECT DISTINCT coalesce(source_id, ''), reason, length(payload) <= 65536 FROM etl.rejects ORDER BY ALL"))
	}
}

func TestFieldsThatLostCharactersAreReportedOnce(t *testing.T) {
	t.Parallel()
	l, url := runtest.NewLab(t)
	w := runtest.New(t, runtest.LabConfig(url, "wide=a"))
	l.Set("a", runtest.People(t, 2, map[string]any{"COMPANY_NAME": "Caf\xe9"})...) // encoding/json writes U+FFFD
	require.Equal(t, []string{"1 field changed; see etl.drift"}, w.Night()[0].Warnings)
	latin := strings.ReplaceAll(runtest.People(t, 1, map[string]any{"FIRST_NAME": "Jose", "Town": "Reims"})[0], "Jose", "Jos\xe9")
	l.Set("a", strings.ReplaceAll(latin, "Reims", "N\xeemes"))
	for range 2 {
		w.Night()
		require.Equal(t, []string{
			"audiencelab|audiencelab.segments|COMPANY_NAME|invalid_utf8|string",
			"audiencelab|audiencelab.segments|FIRST_NAME|invalid_utf8|string",
			"audiencelab|audiencelab.segments|TOWN|invalid_utf8|string",
			"audiencelab|audiencelab.segments|TOWN|new|string",
		}, w.Rows(drifts))
	}
}
