//go:build duckdb_arrow

package plan_test

import (
	"contactsync/internal/plan"
	"contactsync/internal/run"
	"contactsync/internal/runtest"
	"os"
	"path/filepath"
	"testing"

	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

// searching is a world with one Toofr pipeline whose vendor answers nobody.
func searching(t *testing.T, websites, file string) *runtest.World {
	t.Helper()
	w := runtest.New(t, `sources: {toofr: {api_key: "x", base_url: "http://127.0.0.1:1", max_attempts: 1}}
pipelines:
  sites: {from: toofr.prospects, websites: `+websites+`, max_credits: 100}
`)
	require.NoError(t, os.WriteFile(filepath.Join(w.Dir, "sites.csv"), []byte(file), 0o600))
	return w
}

func TestWebsitesComeFromAFileAsPeopleSaveThem(t *testing.T) {
	t.Parallel()
	const one = "1 search"
	for name, c := range map[string]struct{ websites, file, detail, problem string }{
		"plain":            {"{file: sites.csv}", "domain\nacme.example\n", one, ""},
		"byte order mark":  {"{file: sites.csv}", "\ufeff\"domain\",name\r\nacme.example,Acme\r\n", one, ""},
		"UTF-16":           {"{file: sites.csv}", "\xff\xfed\x00o\x00m\x00a\x00i\x00n\x00\n\x00a\x00.\x00d\x00e\x00\n\x00", one, ""},
		"case of the name": {"{file: sites.csv, column: website}", "Name, Website \nAcme,https://www.acme.example/about\n", one, ""},
		"some are none": {"{file: sites.csv}", "domain\nacme.example\nAcme Ltd\n\n\"\"\nn/a\nbeta.example\n",
			one + "; 2 of 4 websites are no domains and were left out: row 3, 6", ""},
		"many are none": {"{file: sites.csv}", "domain\na\nb\nc\nd\ne\nf\nacme.example\n",
			one + "; 6 of 7 websites are no domains and were left out: row 2, 3, 4, 5, 6, ...", ""},
		"empty file":     {"{file: sites.csv}", "", "", `pipeline sites: websites: sites.csv: the file is empty; it needs a header with a column "domain" and a website in each row below`},
		"header only":    {"{file: sites.csv}", "domain\n", "", `pipeline sites: websites: sites.csv: none of the 0 values of the column "domain" is a website; the file's columns are ["domain"]: set column to the one that holds domains, or fill it`},
		"wrong column":   {"{file: sites.csv, column: name}", "domain,name\nacme.example,Acme\n", "", `none of the 1 values of the column "name" is a website`},
		"no such column": {"{file: sites.csv, column: url}", "domain,name\nacme.example,Acme\n", "", `sites.csv: no column "url"; its columns are ["domain" "name"]`},
		"no such file":   {"{file: nowhere.csv}", "", "", `pipeline sites: websites: nowhere.csv: no such file or directory`},
	} {
		t.Run(name, func(t *testing.T) {
			w := searching(t, c.websites, c.file)
			list, err := plan.Check(t.Context(), w.Runner, nil, true)
			require.NoError(t, err)
			require.Len(t, list, 1)
			if c.problem != "" {
				require.ErrorContains(t, list[0].Problem, c.problem)
				return
			}
			require.NoError(t, list[0].Problem)
			require.Equal(t, c.detail, list[0].Detail)
		})
	}
}

func TestARunSaysWhichWebsitesItLeavesOutAndFailsWithoutAny(t *testing.T) {
	t.Parallel()
	w := searching(t, "{file: sites.csv}", "domain\nacme.example\nAcme Ltd\n")
	require.Contains(t, w.Night()[0].Warnings, "1 of 2 websites are no domains and were left out: row 3")
	require.NoError(t, os.WriteFile(filepath.Join(w.Dir, "sites.csv"), []byte("domain\n"), 0o600))
	night := w.Night()[0]
	require.Equal(t, schema.Failed, night.Status)
	require.Contains(t, night.Error, "none of the 0 values")

	w.Configure(`sources: {toofr: {api_key: "x", base_url: "http://127.0.0.1:1"}}
pipelines:
  sites: {from: toofr.prospects, websites: {query: SELECT company_domain FROM contacts}, max_credits: 100}
`)
	night = w.Night()[0]
	require.Equal(t, schema.Failed, night.Status)
	require.Contains(t, night.Error, "none of the 0 values that the query returns is a website; it must return domains in its first column")
	preview, err := plan.DryRun(t.Context(), w.Runner, nil, run.Options{})
	require.ErrorContains(t, err, "none of the 0 values")
	require.Empty(t, preview)
}
