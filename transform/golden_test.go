package transform

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"contactsync/schema"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestVendorSamplesGiveTheirGoldenRows runs every file of testdata/<vendor>: an
// answer as the vendor serves it, beside it what becomes of its records.
func TestVendorSamplesGiveTheirGoldenRows(t *testing.T) {
	files, err := filepath.Glob("testdata/*/*.json")
	require.NoError(t, err)
	for _, file := range files {
		if strings.HasSuffix(file, ".golden.json") {
			continue
		}
		t.Run(file, func(t *testing.T) {
			rows := []goldenRow{}
			for _, r := range sampleRecords(t, file) {
				rows = append(rows, goldenOf(t, r))
			}
			got := indented(t, rows)
			golden := strings.TrimSuffix(file, ".json") + ".golden.json"
			if *update {
				require.NoError(t, os.WriteFile(golden, got, 0o644))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err)
			require.Equal(t, string(want), string(got), "run go test -update when the change is meant")
		})
	}
}

// goldenRow is one record's result, written for people to read.
type goldenRow struct {
	SourceID    string         `json:"source_id"`
	Rejected    string         `json:"rejected,omitempty"`
	Contact     map[string]any `json:"contact"`
	Emails      []string       `json:"emails,omitempty"`
	Phones      []string       `json:"phones,omitempty"`
	Notes       []string       `json:"notes,omitempty"`
	Identifiers []string       `json:"identifiers,omitempty"`
	Matches     []goldenMatch  `json:"matches,omitempty"`
	Events      []goldenEvent  `json:"events,omitempty"`
}

type goldenMatch struct {
	DataDate string  `json:"data_date"`
	TopicID  string  `json:"topic_id"`
	HEM      string  `json:"hem"`
	Score    float64 `json:"score"`
	Email    string  `json:"email"`
	Company  string  `json:"company_name"`
	Title    string  `json:"job_title"`
}

type goldenEvent struct {
	ID         string    `json:"event_id"`
	Audience   string    `json:"audience_id"`
	Type       string    `json:"event_type"`
	OccurredAt time.Time `json:"occurred_at"`
}

func goldenOf(t *testing.T, r schema.Record) goldenRow {
	t.Helper()
	facts, err := Facts(r, "a-pipeline", "an-audience")
	if reject := (*RejectError)(nil); errors.As(err, &reject) {
		return goldenRow{SourceID: r.ID, Rejected: reject.Reason}
	}
	require.NoError(t, err)
	n, err := Contact(r.Source, r.ID, r.Raw)
	require.NoError(t, err)
	row := goldenRow{SourceID: r.ID, Contact: profileColumns(&n.Profile), Emails: n.Emails, Phones: n.Phones, Notes: n.Notes}
	for _, id := range n.Identifiers {
		require.Equal(t, r.Source, id.Source)
		require.Equal(t, r.ID, id.SourceID)
		row.Identifiers = append(row.Identifiers, string(id.Kind)+":"+id.Value)
	}
	for _, m := range facts.Matches {
		require.Equal(t, "a-pipeline", m.Pipeline)
		require.Equal(t, r.ID, m.SourceID)
		require.JSONEq(t, string(r.Raw), m.Payload)
		row.Matches = append(row.Matches, goldenMatch{m.DataDate.String(), m.TopicID, m.HEM, m.Score, m.Email, m.CompanyName, m.JobTitle})
	}
	for _, e := range facts.Events {
		require.Equal(t, r.ID, e.SourceID)
		require.JSONEq(t, string(r.Raw), e.Payload)
		row.Events = append(row.Events, goldenEvent{e.EventID, e.AudienceID, e.EventType, e.OccurredAt})
	}
	return row
}

// profileColumns is a profile by column name, without what is not known.
func profileColumns(p *schema.Profile) map[string]any {
	columns := map[string]any{}
	for _, c := range schema.ProfileColumns {
		switch v := c.Field(p).(type) {
		case *string:
			if *v != "" {
				columns[c.Name] = *v
			}
		case **bool:
			if *v != nil {
				columns[c.Name] = **v
			}
		case *time.Time:
			if !v.IsZero() {
				columns[c.Name] = v.Format(time.RFC3339Nano)
			}
		}
	}
	return columns
}

// sampleRecords reads the records out of a vendor's answer, as the extractors do.
func sampleRecords(t testing.TB, file string) []schema.Record {
	t.Helper()
	source := filepath.Base(filepath.Dir(file))
	raw, err := os.ReadFile(file)
	require.NoError(t, err)
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) != nil {
		var answer struct{ Prospects, Data json.RawMessage }
		require.NoError(t, json.Unmarshal(raw, &answer))
		body := answer.Data
		if source == schema.Toofr {
			body = answer.Prospects
		}
		if json.Unmarshal(body, &list) != nil {
			var run struct{ Results []json.RawMessage }
			require.NoError(t, json.Unmarshal(body, &run))
			list = run.Results
		}
	}
	var records []schema.Record
	for _, record := range list {
		var compact bytes.Buffer
		require.NoError(t, json.Compact(&compact, record))
		records = append(records, schema.Record{Source: source, ID: sampleKey(t, record), AsOf: sampleDay, Raw: compact.Bytes()})
	}
	return records
}

var sampleDay = time.Date(2026, 11, 19, 0, 0, 0, 0, time.UTC)

// sampleKey is the vendor's key of a record.
func sampleKey(t testing.TB, record json.RawMessage) string {
	t.Helper()
	o, err := parseObject(string(record), nil)
	require.NoError(t, err)
	if key := o.text("id", "UUID", "uuid", "hem", "hashedEmail", "ss_id"); key != "" {
		return key
	}
	for _, kind := range []string{"md5", "twitter_id"} {
		if value := o.text(kind); value != "" {
			return kind + ":" + value
		}
	}
	if hash := o.text("hem_sha256"); hash != "" { // of a visit
		return schema.HashKey + hash
	}
	return o.within("emailHashes").text("sha256")
}

func indented(t *testing.T, v any) []byte {
	t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	require.NoError(t, e.Encode(v))
	return b.Bytes()
}
