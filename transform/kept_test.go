package transform

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"contactsync/internal/normal"
	"contactsync/schema"
)

// keptColumns are the column that a kind of values is read into, and the field that it
// is sent in, with what stands before the value there.
var keptColumns = map[string]struct{ column, field, before string }{
	"company":  {"company_name", "COMPANY_NAME", ""},
	"title":    {"job_title", "JOB_TITLE", ""},
	"city":     {"city", "PERSONAL_CITY", ""},
	"linkedin": {"linkedin_url", "LINKEDIN_URL", normal.LinkedInProfile},
	"twitter":  {"twitter_handle", "TWITTER_URL", "https://x.com/"},
	"email":    {"email", "BUSINESS_EMAIL", ""},
}

// TestCleanValuesStayAsTheyAre holds the rules that drop and repair to what is damaged.
func TestCleanValuesStayAsTheyAre(t *testing.T) {
	text, err := os.ReadFile("testdata/kept.tsv")
	require.NoError(t, err)
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSuffix(line, "\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		cells := strings.Split(line, "\t")
		switch kind, value := cells[0], cells[1]; kind {
		case "name", "spoken", "whole":
			testNameIsKept(t, kind, value, cells[2])
		case "region":
			is := map[string]string{"region": value, "country": cells[2]}
			testKept(t, map[string]string{"PERSONAL_STATE": value, "PERSONAL_COUNTRY": cells[2]}, is)
		default:
			c, known := keptColumns[kind]
			require.True(t, known, line)
			want := value
			if kind == "linkedin" {
				want = c.before + value
			}
			n := testKept(t, map[string]string{c.field: c.before + value}, map[string]string{c.column: want})
			for _, id := range hashesOf(n) {
				assert.Contains(t, schema.StrongKinds, id.Kind, line)
			}
		}
	}
}

func testNameIsKept(t *testing.T, kind, first, last string) {
	t.Helper()
	full := first + " " + last
	is := map[string]string{"first_name": first, "last_name": last, "full_name": full}
	testKept(t, map[string]string{"FIRST_NAME": first, "LAST_NAME": last}, is)
	testKept(t, map[string]string{"FIRST_NAME": first, "LAST_NAME": last, "FULL_NAME": full}, is)
	if kind != "name" {
		testKept(t, map[string]string{"FULL_NAME": full}, is)
	}
	if kind == "whole" {
		testKept(t, map[string]string{"FULL_NAME": last + ", " + first}, is)
	}
}

// testKept reads a record of which nothing may be noted.
func testKept(t *testing.T, record, want map[string]string) schema.Normal {
	t.Helper()
	payload, err := json.Marshal(record)
	require.NoError(t, err)
	n, err := Contact(schema.AudienceLab, "1", payload)
	require.NoError(t, err)
	columns := profileColumns(&n.Profile)
	for column, value := range want {
		assert.Equal(t, value, columns[column], "%s", payload)
	}
	assert.Empty(t, n.Notes, "%s", payload)
	return n
}
