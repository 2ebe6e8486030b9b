//go:build duckdb_arrow

package stage

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"contactsync/extract"
	"contactsync/internal/suppression"
	"contactsync/load"
	"contactsync/load/duckdb"
	"contactsync/schema"
	"contactsync/transform"

	"github.com/stretchr/testify/require"
)

// parsesOf is how many documents are parsed while something is done.
func parsesOf(do func()) int64 {
	before := transform.Parses()
	do()
	return transform.Parses() - before
}

// stagePage takes one page through the Stager and commits it.
func stagePage(t *testing.T, s *Stager, p extract.Page) *build {
	s.pages = []extract.Page{p}
	b, err := s.gather(t.Context())
	require.NoError(t, err)
	require.NoError(t, s.commit(t.Context(), b))
	return b
}

func TestARecordIsParsedOnceAndAnUnchangedOneNever(t *testing.T) {
	page := func(audience string, version int) extract.Page {
		p := extract.Page{Partition: audience, Audience: audience, Sweep: "1"}
		for i := range 20 {
			p.Records = append(p.Records, wideRecord(i, version))
		}
		return p
	}
	for _, c := range []struct {
		name                   string
		drop                   []string
		suppressed             bool
		first, quiet, changing int64 // documents parsed
	}{
		{name: "plain", first: 20, quiet: 0, changing: 1},
		{name: "with dropped fields", drop: []string{"NET_*"}, first: 20, quiet: 20, changing: 20},
		{name: "with suppressions", suppressed: true, first: 20, quiet: 20, changing: 20},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newTestStager(t, schema.AudienceLab, c.drop)
			if c.suppressed {
				s.guard = newGuard(map[string]bool{suppression.Hash(schema.EmailSHA256, "nobody"): true}, s.rules)
			}
			var b *build
			require.Equal(t, c.first, parsesOf(func() { b = stagePage(t, s, page("a", 0)) }), "each once")
			require.Len(t, b.batch.Versions, 20)

			require.Equal(t, c.quiet, parsesOf(func() { b = stagePage(t, s, page("a", 0)) }))
			require.Empty(t, b.batch.Versions)
			require.Len(t, b.batch.Seen, 20, "they are still members")

			changed := page("a", 0)
			changed.Records[7] = wideRecord(7, 1)
			require.Equal(t, c.changing, parsesOf(func() { b = stagePage(t, s, changed) }), "the record that changed")
			require.Len(t, b.batch.Versions, 1)
			was, now := schema.Version{Payload: string(wideRecord(7, 0).Raw)}, b.batch.Versions[0]
			var folded []load.Folded
			require.EqualValues(t, 2, parsesOf(func() { folded = foldedOf(t, was, now) }), "by the merge: what changed, and what is stored of it")
			require.Equal(t, "Vice President 1 of Sales", folded[0].Record.JobTitle)
		})
	}
}

// foldedOf folds a staged version over a stored one of the same audience.
func foldedOf(t *testing.T, was schema.Version, now load.Version) []load.Folded {
	was.Source, was.SourceID, was.Audience, was.AsOf = now.Source, now.SourceID, now.Audience, now.AsOf
	s := load.Stored{Versions: []schema.Version{was}, Staged: []load.Version{now}}
	s.Source, s.SourceID = now.Source, now.SourceID
	folded, err := Fold([]load.Stored{s})
	require.NoError(t, err)
	return folded
}

func TestALaterDateOfTheVendorIsAChange(t *testing.T) {
	s := newTestStager(t, schema.AudienceLab, nil)
	p := extract.Page{Partition: "a", Audience: "a", Sweep: "1", Records: []schema.Record{wideRecord(1, 0)}}
	stagePage(t, s, p)
	p.Records[0].AsOf = p.Records[0].AsOf.Add(-time.Hour)
	require.Empty(t, stagePage(t, s, p).batch.Versions)
	p.Records[0].AsOf = p.Records[0].AsOf.Add(2 * time.Hour)
	require.Len(t, stagePage(t, s, p).batch.Versions, 1)
}

func TestADayStatesItsMatchesAnewThoughNoRecordChanged(t *testing.T) {
	s := newTestStager(t, schema.Intent, nil)
	p := extract.Page{Partition: "2026-11-19", Sweep: "1"}
	for i := range 3 {
		raw := fmt.Sprintf(`{"hem":"k%d","topicId":%d,"intentScore":50}`, i, i)
		p.Records = append(p.Records, schema.Record{Source: schema.Intent, ID: fmt.Sprintf("k%d", i), AsOf: time.Date(2026, 11, 19, 0, 0, 0, 0, time.UTC), Raw: json.RawMessage(raw)})
	}
	require.Len(t, stagePage(t, s, p).batch.Matches, 3)
	p.Sweep = "2"
	b := stagePage(t, s, p)
	require.Empty(t, b.batch.Versions)
	require.Len(t, b.batch.Matches, 3)
	require.Equal(t, "2", b.batch.Matches[0].Sweep)
}

func TestAnEventOfAnUnchangedRecordIsNotStatedAgain(t *testing.T) {
	s := newTestStager(t, schema.AudienceLab, nil)
	visit := func(at string) schema.Record {
		return schema.Record{Source: schema.AudienceLab, ID: "u1", Raw: json.RawMessage(`{"UUID":"u1","EVENT_TYPE":"page_view","EVENT_TIMESTAMP":"` + at + `"}`)}
	}
	p := extract.Page{Partition: "a", Audience: "a", Sweep: "1", Records: []schema.Record{visit("2026-11-19T10:00:00Z")}}
	require.Len(t, stagePage(t, s, p).batch.Events, 1)
	require.Zero(t, parsesOf(func() { require.Empty(t, stagePage(t, s, p).batch.Events) }))
	p.Records = append(p.Records, visit("2026-11-20T10:00:00Z"))
	b := stagePage(t, s, p)
	require.Len(t, b.batch.Events, 1)
	require.Equal(t, 20, b.batch.Events[0].OccurredAt.Day())
}

// TestAKnownEventIsNotStagedAgain holds a list of events, which has all of them every
// night, to staging those alone that are new, in whatever order they come.
func TestAKnownEventIsNotStagedAgain(t *testing.T) {
	visit := func(day int, city string) schema.Record {
		raw := fmt.Sprintf(`{"pixel_id":"p","hem_sha256":"h","event_timestamp":"2026-11-%02dT10:00:00Z","resolution":{"CITY":%q}}`, day, city)
		return schema.Record{Source: schema.AudienceLab, ID: "hem:h", AsOf: time.Date(2026, 11, day, 10, 0, 0, 0, time.UTC), Raw: json.RawMessage(raw)}
	}
	for name, order := range map[string][]int{"oldest first": {1, 2, 3}, "newest first": {3, 2, 1}, "mixed": {2, 3, 1}} {
		t.Run(name, func(t *testing.T) {
			s := newTestStager(t, schema.AudienceLab, nil)
			page := extract.Page{Partition: "p", Audience: "p", Sweep: "1"}
			for _, day := range order {
				page.Records = append(page.Records, visit(day, "Austin"))
			}
			require.Len(t, stagePage(t, s, page).batch.Events, 3)
			for range 2 { // staged, then merged
				b := stagePage(t, s, page)
				require.Empty(t, b.batch.Events)
				require.Empty(t, b.batch.Versions)
				require.Len(t, b.batch.Seen, 3, "the rows of a listing are counted, those of one person, too")
				run := *s.run
				_, err := s.w.(*duckdb.Warehouse).Merge(t.Context(), &run, load.People{Fold: Fold})
				require.NoError(t, err)
			}
			page.Records = append(page.Records, visit(4, "Austin"), visit(0, "Austin"))
			b := stagePage(t, s, page)
			require.Len(t, b.batch.Events, 2, "a late one, and one of before")
			require.Len(t, b.batch.Versions, 3, "beside them the latest of before, whose turn among them counts")
			page.Records = []schema.Record{visit(4, "Waco")}
			b = stagePage(t, s, page)
			require.Len(t, b.batch.Versions, 1, "what the vendor knows of the person has changed")
		})
	}
}

// TestWhatIsDroppedMayBeAllThatIsWrong holds records that cannot be parsed to the
// fields that are dropped.
func TestWhatIsDroppedMayBeAllThatIsWrong(t *testing.T) {
	s := newTestStager(t, schema.AudienceLab, []string{"NET_*"})
	record := func(id, raw string) schema.Record {
		return schema.Record{Source: schema.AudienceLab, ID: id, Raw: json.RawMessage(raw)}
	}
	b := stagePage(t, s, extract.Page{Partition: "a", Audience: "a", Sweep: "1", Records: []schema.Record{
		record("u1", "{\"UUID\":\"u1\",\"NET_WORTH\":\"\xff\"}"),
		record("u2", "{\"UUID\":\"u2\",\"NET_WORTH\":\"1\",\"CITY\":\"\xff\"}"),
		record("u3", `{"UUID":"u3","NET_WORTH":"1"`),
		record("null", `{"UUID":"null","NET_WORTH":"1"}`),
	}})
	require.Len(t, b.batch.Versions, 1)
	require.Equal(t, `{"UUID":"u1"}`, b.batch.Versions[0].Payload)
	require.Len(t, b.batch.Seen, 4)
	var rejects [][2]string
	for _, r := range b.batch.Rejects {
		rejects = append(rejects, [2]string{r.Reason, r.Payload})
	}
	require.Equal(t, [][2]string{
		{"not valid JSON in UTF-8", "{\"CITY\":\"\u00ff\",\"UUID\":\"u2\"}"},
		{"not valid JSON in UTF-8; its payload is not kept, for drop_fields cannot be taken out of it", ""},
		{"no UUID, usable address or LinkedIn profile, so the record has no stable key", `{"UUID":"null"}`},
	}, rejects)
}
