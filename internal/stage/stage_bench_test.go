//go:build duckdb_arrow

package stage

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"contactsync/extract"
	"contactsync/internal/config"
	"contactsync/internal/suppression"
	"contactsync/load/duckdb"
	"contactsync/schema"
	"contactsync/transform"

	"github.com/stretchr/testify/require"
)

const stagedRecords = 10_000

// BenchmarkStage takes a batch of AudienceLab records of 74 fields through the
// Stager, from the pages to the rows to commit: as a first load, with a list of
// suppressions and with a dropped field, on the night after when nothing changed,
// and when every record changed. It reports the cost of one record.
func BenchmarkStage(b *testing.B) {
	for _, c := range []struct {
		name           string
		stored, staged int // versions of the records
		suppressed     bool
		drop           []string
	}{
		{name: "first", stored: -1},
		{name: "first, with suppressions", stored: -1, suppressed: true},
		{name: "first, with dropped fields", stored: -1, drop: []string{"NET_*"}},
		{name: "unchanged"},
		{name: "changed", staged: 1},
	} {
		b.Run(c.name, func(b *testing.B) {
			s := newTestStager(b, schema.AudienceLab, c.drop)
			if c.suppressed {
				s.guard = newGuard(map[string]bool{suppression.Hash(schema.EmailSHA256, "nobody"): true}, s.rules)
			}
			if c.stored >= 0 {
				stageAll(b, s, c.stored)
				batch, err := s.gather(b.Context())
				require.NoError(b, err)
				require.NoError(b, s.commit(b.Context(), batch))
			}
			stageAll(b, s, c.staged)
			b.ReportAllocs()
			b.ResetTimer()
			for range b.N {
				_, err := s.gather(b.Context())
				require.NoError(b, err)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/stagedRecords, "ns/record")
		})
	}
}

// newTestStager makes the Stager of a pipeline over an empty warehouse.
func newTestStager(tb testing.TB, source string, drop []string) *Stager {
	w, err := duckdb.Open(tb.Context(), filepath.Join(tb.TempDir(), "w.duckdb"), duckdb.Options{})
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, w.Close()) })
	p := &config.Pipeline{Name: "p", Source: source, Stream: "a stream"}
	p.DropFields = drop
	run := &schema.Run{RunID: "r", Pipeline: "p", StartedAt: time.Now(), Status: schema.Running}
	s, err := New(tb.Context(), w, p, run, new(extract.Meter), time.Now)
	require.NoError(tb, err)
	return s
}

// stageAll gives the Stager a page of all records in one of their versions.
func stageAll(tb testing.TB, s *Stager, version int) {
	p := extract.Page{Partition: "seg", Audience: "seg", Sweep: "1"}
	for i := range stagedRecords {
		p.Records = append(p.Records, wideRecord(i, version))
	}
	require.Len(tb, transform.KnownFields(schema.AudienceLab)[:74], 74)
	s.pages = []extract.Page{p}
}

// wideRecord is a made-up record with the fields that the vendor really sends.
func wideRecord(i, version int) schema.Record {
	set := map[string]string{
		"UUID": fmt.Sprint(i), "FIRST_NAME": "ROBIN", "LAST_NAME": "O'HARA", "GENDER": "F", "AGE_RANGE": "35-44",
		"JOB_TITLE": fmt.Sprintf("Vice President %d of Sales", version), "SENIORITY_LEVEL": "Cxo",
		"BUSINESS_EMAIL": fmt.Sprintf("person.%d@company%d.example", i, i%97), "PERSONAL_EMAILS": fmt.Sprintf("person%d@gmail.com, p%d@home.example", i, i),
		"MOBILE_PHONE": fmt.Sprintf("+1202555%04d, +1617555%04d", i, i), "MOBILE_PHONE_DNC": "Y, N", "DIRECT_NUMBER": fmt.Sprintf("+1312555%04d", i),
		"LINKEDIN_URL": fmt.Sprintf("linkedin.com/in/robin-%d", i), "COMPANY_NAME": "Company & Sons", "COMPANY_DOMAIN": fmt.Sprintf("company%d.example", i%97),
		"COMPANY_DESCRIPTION": "Makes soup and, on Tuesdays, more soup, for people all over the country, since 1931.",
		"PERSONAL_CITY":       "Boston", "PERSONAL_STATE": "MA", "PERSONAL_ZIP": "02134", "NET_WORTH": "$75,000 to $99,999",
	}
	var raw strings.Builder
	for n, field := range wideFields(set) {
		separator := ","
		if n == 0 {
			separator = "{"
		}
		value := set[field]
		if value == "" && n%3 == 0 {
			value = "something or other"
		}
		fmt.Fprintf(&raw, "%s%q:%q", separator, field, value)
	}
	raw.WriteByte('}')
	return schema.Record{Source: schema.AudienceLab, ID: fmt.Sprint(i), AsOf: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), Raw: []byte(raw.String())}
}

// wideFields are 74 fields, those that are set among them, in the order of no alphabet.
func wideFields(set map[string]string) []string {
	var fields, others []string
	for i, field := range transform.KnownFields(schema.AudienceLab) {
		if _, ok := set[field]; ok {
			fields = append(fields, field)
		} else if field != "EVENT_TYPE" && i%2 == 0 {
			others = append(others, field)
		}
	}
	for i, field := range transform.KnownFields(schema.AudienceLab) {
		if _, ok := set[field]; !ok && field != "EVENT_TYPE" && i%2 == 1 {
			others = append(others, field)
		}
	}
	return append(fields, others...)[:74]
}
