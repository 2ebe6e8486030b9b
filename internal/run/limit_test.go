//go:build duckdb_arrow

package run_test

import (
	"fmt"
	"strings"
	"testing"

	"contactsync/internal/runtest"
	"contactsync/internal/simulate/audiencelab"
	"contactsync/internal/simulate/intent"
	"contactsync/internal/simulate/statsocial"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

// TestAVendorThatServesEverybodyIsStoppedBeforeTheSecondPage plays filters that the
// vendor ignores from the second night on.
func TestAVendorThatServesEverybodyIsStoppedBeforeTheSecondPage(t *testing.T) {
	t.Parallel()
	lab, url := runtest.NewLab(t)
	people := runtest.People(t, 350, nil)
	lab.Set("seg", people[:50]...)
	lab.Set("other", people[:3]...)
	w := runtest.New(t, strings.ReplaceAll(runtest.LabConfig(url, "p=seg,other"), "]}", "], max_records: 100}"))
	require.Equal(t, schema.Succeeded, w.Night("p")[0].Status)
	open := "SELECT audience_id, count(*) FILTER (valid_to IS NULL), count(*) FROM audience_members GROUP BY ALL ORDER BY ALL"
	require.Equal(t, []string{"other|3|3", "seg|50|50"}, w.Rows(open))

	lab.Set("seg", people[50:]...) // everybody, and none of those who were in it
	lab.Set("other", people[1:5]...)
	lab.Asked = 0
	run := w.Night("p")[0]
	require.Equal(t, schema.Limited, run.Status)
	require.Equal(t, "audiencelab: stopped by max_records: segment seg declares 300 records, and the pipeline allows 100; nothing more of it is read, "+
		"and no membership closed; look whether the vendor ignores its filters, or raise max_records", run.Error)
	require.Equal(t, 2, lab.Asked, "a page of each segment")
	require.Equal(t, []string{"other|4|5", "seg|50|50"}, w.Rows(open), "the other segment is read all the same")
	require.Equal(t, []string{"50"}, w.Rows("SELECT count(*) FROM source_contacts"), "of strangers nothing is stored")

	lab.Set("seg", people[:49]...)
	require.Equal(t, schema.Succeeded, w.Night("p")[0].Status, "the vendor has come to its senses")
	require.Equal(t, []string{"other|4|5", "seg|49|50"}, w.Rows(open))
}

// TestEveryStreamKeepsMaxRecords runs each with room for one record.
func TestEveryStreamKeepsMaxRecords(t *testing.T) {
	t.Parallel()
	w, s := runtest.NewSimulated(t, 400)
	sources, _, _ := strings.Cut(w.Text, "pipelines:")
	pipelines := map[string]string{
		"leaders":    fmt.Sprintf("from: toofr.prospects, websites: [%s], max_credits: 500", strings.Join(s.Websites(40), ", ")),
		"interested": "from: intent.matches, audience_id: " + intent.AudienceCRM,
		"fans":       fmt.Sprintf("from: statsocial.outputs, audience_id: %d", statsocial.Audience),
		"segments":   "from: audiencelab.segments, segments: [" + audiencelab.SegmentLeads + "]",
		"members":    "from: audiencelab.members, audiences: [" + audiencelab.AudienceVIP + "]",
		"labs":       "from: audiencelab.audiences",
		"pixels":     "from: audiencelab.pixels",
		"visits":     "from: audiencelab.visits, pixels: [" + audiencelab.PixelID + "]",
	}
	text := sources + "pipelines:\n"
	var names []string
	for name, keys := range pipelines {
		text += fmt.Sprintf("  %s: {%s, max_records: 1}\n", name, keys)
		names = append(names, name)
	}
	w.Configure(text)
	for _, run := range w.Night(names...) {
		require.Equal(t, schema.Limited, run.Status, "%s: %s", run.Pipeline, run.Error)
		require.Contains(t, run.Error, "stopped by max_records", run.Pipeline)
	}
	require.Equal(t, []string{"0"}, w.Rows("SELECT count(*) FROM audience_members WHERE valid_to IS NOT NULL"))
	require.Equal(t, []string{"toofr"}, w.Rows("SELECT DISTINCT source FROM source_contacts"), "what was paid is kept")
	bought := w.Rows("SELECT credits FROM etl.runs WHERE pipeline = 'leaders'")
	again := w.Night("leaders")[0]
	require.Equal(t, schema.Limited, again.Status)
	require.Zero(t, again.Credits, "and not paid again, after %v credits", bought)
}
