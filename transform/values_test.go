package transform

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"contactsync/internal/normal"
	"contactsync/schema"
)

// valueCase is values as people and feeds really write them, in AudienceLab's fields,
// and what a careful reader makes of them.
type valueCase struct {
	Cause  string              `json:"cause"`
	Record map[string]string   `json:"record"`
	Want   map[string][]string `json:"want"` // by column, the answers of which any is right
	Not    map[string][]string `json:"not"`  // by column, those that are wrong
	Fold   bool                `json:"fold"` // casing is not what the case is about
	Kept   string              `json:"kept"` // an address that stays among the addresses, but links nobody
}

// TestValuesAsPeopleWriteThem counts right answers by cause; -v shows the wrong ones.
// values.jsonl is what was found wrong once; unlisted.jsonl has other values of the same
// kinds, so that rules are held to the kind.
func TestValuesAsPeopleWriteThem(t *testing.T) {
	for _, suite := range []struct {
		file  string
		floor float64 // the least share that is right
	}{{"values.jsonl", 0.98}, {"unlisted.jsonl", 0.98}} {
		t.Run(suite.file, func(t *testing.T) {
			require.GreaterOrEqual(t, shareRight(t, suite.file), suite.floor)
		})
	}
}

// shareRight judges the cases of a file.
func shareRight(t *testing.T, file string) float64 {
	t.Helper()
	right, total := map[string]int{}, map[string]int{}
	for _, c := range valueCases(t, file) {
		payload, err := json.Marshal(c.Record)
		require.NoError(t, err)
		n, err := Contact(schema.AudienceLab, "1", payload)
		require.NoError(t, err)
		total[c.Cause]++
		wrong := c.wrong(n)
		if wrong == "" {
			right[c.Cause]++
			continue
		}
		t.Logf("%s: %s: %s", c.Cause, payload, wrong)
	}
	sumRight, sum := 0, 0
	for _, cause := range slices.Sorted(maps.Keys(total)) {
		t.Logf("%-26s %3d of %3d", cause, right[cause], total[cause])
		sumRight, sum = sumRight+right[cause], sum+total[cause]
	}
	t.Logf("%-26s %3d of %3d = %.1f %%", "all", sumRight, sum, 100*float64(sumRight)/float64(sum))
	return float64(sumRight) / float64(sum)
}

// wrong says what is not as the case wants it, "" for nothing.
func (c valueCase) wrong(n schema.Normal) string {
	columns := profileColumns(&n.Profile)
	value := func(column string) string {
		if v, ok := columns[column]; ok {
			return fmt.Sprint(v)
		}
		return ""
	}
	is := func(got string) func(string) bool {
		return func(want string) bool { return got == want || c.Fold && strings.EqualFold(got, want) }
	}
	for _, column := range slices.Sorted(maps.Keys(c.Want)) {
		if got := value(column); !slices.ContainsFunc(c.Want[column], is(got)) {
			return fmt.Sprintf("%s is %q, not %q", column, got, c.Want[column])
		}
		if kind := profileKinds[column]; kind != "" && value(column) == "" && slices.ContainsFunc(n.Identifiers, func(id schema.Identifier) bool { return id.Kind == kind }) {
			return fmt.Sprintf("%s is empty, but a %s links", column, kind)
		}
	}
	for column, wrong := range c.Not {
		if got := value(column); slices.ContainsFunc(wrong, is(got)) {
			return fmt.Sprintf("%s is %q", column, got)
		}
	}
	switch {
	case c.Kept == "":
	case !slices.Contains(n.Emails, c.Kept):
		return fmt.Sprintf("not among the addresses %q", n.Emails)
	case links(n, c.Kept):
		return "its hash links"
	}
	return ""
}

// profileKinds are the identifiers that a column shows.
var profileKinds = map[string]schema.Kind{"linkedin_url": schema.LinkedIn, "twitter_handle": schema.TwitterHandle}

// links tells whether a hash of an address is among the identifiers that link.
func links(n schema.Normal, address string) bool {
	return slices.ContainsFunc(n.Identifiers, func(id schema.Identifier) bool {
		return slices.Contains(schema.StrongKinds, id.Kind) && slices.Contains([]string{normal.SHA256(address), normal.MD5(address), normal.SHA1(address)}, id.Value)
	})
}

func valueCases(t *testing.T, file string) (cases []valueCase) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", file))
	require.NoError(t, err)
	for line := range bytes.Lines(text) {
		var c valueCase
		d := json.NewDecoder(bytes.NewReader(line))
		d.DisallowUnknownFields()
		require.NoError(t, d.Decode(&c))
		require.True(t, len(c.Want)+len(c.Not) > 0 || c.Kept != "", "%s", line)
		cases = append(cases, c)
	}
	return cases
}
