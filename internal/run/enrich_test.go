//go:build duckdb_arrow

package run_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"contactsync/internal/plan"
	"contactsync/internal/privacy"
	"contactsync/internal/run"
	"contactsync/internal/runtest"
	"contactsync/internal/selector"
	simulated "contactsync/internal/simulate/api"
	"contactsync/load/duckdb"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

// enrichingLab is a Lab that also takes enrichments, and finds everybody but Bob.
type enrichingLab struct {
	*runtest.Lab
	jobs []string // names
	sent []map[string]string
}

func (l *enrichingLab) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.Method == http.MethodPost:
		var order struct {
			Name    string
			Records []map[string]string
		}
		_ = json.NewDecoder(r.Body).Decode(&order)
		l.jobs, l.sent = append(l.jobs, order.Name), append(l.sent, order.Records...)
		w.WriteHeader(http.StatusAccepted)
		fmt.Fprintf(w, `{"jobId":"%d","status":"IN_QUEUE"}`, len(l.jobs))
	case r.URL.Path == "/enrichments":
		var rows []string
		for i, name := range l.jobs {
			rows = append(rows, fmt.Sprintf(`{"id":"%d","name":%q,"status":"COMPLETED","csv_url":"http://%s/file"}`, i+1, name, r.Host))
		}
		fmt.Fprintf(w, `{"data":[%s],"total_records":%d,"total_pages":1,"page":1}`, strings.Join(rows, ","), len(rows))
	case r.URL.Path == "/file":
		fmt.Fprintln(w, "UUID,FIRST_NAME,LAST_NAME,PERSONAL_EMAILS,MOBILE_PHONE,SOURCE_EMAIL")
		for i, p := range l.sent {
			if p["first_name"] != "Bob" {
				fmt.Fprintf(w, "e%d,%s,Lee,\"%s@home.example\",\"+1202555010%d\",%s\n", i, p["first_name"], strings.ToLower(p["first_name"]), i, p["email"])
			}
		}
	default:
		l.Lab.ServeHTTP(w, r)
	}
}

const fillGaps = `  fill:
    from: audiencelab.enrichments
    people: {query: "SELECT email, first_name, contact_id FROM contacts WHERE phone IS NULL AND email IS NOT NULL ORDER BY email"}
    columns: [EMAIL, FIRST_NAME]
    max_records: 10
`

func TestPeopleWhoAreAskedForBecomeMoreOfThemselves(t *testing.T) {
	t.Parallel()
	lab := &enrichingLab{Lab: &runtest.Lab{}}
	server := httptest.NewServer(lab)
	t.Cleanup(server.Close)
	lab.Set("a", row(t, "u1", "Ann", "ann@acme.example"), row(t, "u2", "Bob", "bob@acme.example"), row(t, "u3", "Eve", "eve@acme.example"))
	w := runtest.New(t, runtest.LabConfig(server.URL, "leads=a")+fillGaps)
	eve, err := selector.ParsePeople([]selector.Name{{Text: "eve@acme.example"}})
	require.NoError(t, err)
	for _, r := range w.Night("leads") {
		require.Equal(t, schema.Succeeded, r.Status, r.Error)
	}
	_, err = privacy.Forget(t.Context(), w.Runner, eve, false)
	require.NoError(t, err)
	w.Exec("INSERT INTO etl.records BY NAME SELECT * REPLACE ('u4' AS source_id, 'eve@acme.example' AS email, 'Eve' AS first_name) FROM etl.records WHERE source_id = 'u2'",
		"INSERT INTO etl.contacts BY NAME SELECT * REPLACE ('c_eve' AS contact_id, 'eve@acme.example' AS email, 'Eve' AS first_name) FROM etl.contacts WHERE email = 'bob@acme.example'")

	checked, err := plan.Check(t.Context(), w.Runner, []string{"fill"}, true)
	require.NoError(t, err)
	require.NoError(t, checked[0].Problem)
	require.Equal(t, "asks for 2 people of 2 in 1 job; 1 is suppressed and never sent; 1 suppressed person was not asked for", checked[0].Detail)
	previews, err := plan.DryRun(t.Context(), w.Runner, []string{"fill"}, run.Options{})
	require.NoError(t, err)
	require.Equal(t, "/enrichments", previews[0].Request.Path)
	require.Contains(t, string(previews[0].Request.Body), `"records":[{"email":"ann@acme.example","first_name":"Ann"},{"email":"bob@acme.example","first_name":"Bob"}]`)
	require.Empty(t, lab.jobs, "nothing was asked")

	night := w.Night("fill")[0]
	require.Equal(t, schema.Succeeded, night.Status, night.Error)
	require.EqualValues(t, 1, night.RowsNew)
	require.Equal(t, []map[string]string{{"email": "ann@acme.example", "first_name": "Ann"}, {"email": "bob@acme.example", "first_name": "Bob"}}, lab.sent)
	require.Equal(t, []string{"ann@acme.example|+12025550100|2"}, w.Rows("SELECT email, phone, record_count FROM contacts WHERE phone IS NOT NULL"), "one person, by the address that was asked for")
	sum := sha256.Sum256([]byte("ann@acme.example"))
	require.Equal(t, []string{"e0", "u1"}, w.Rows("SELECT source_id FROM identifiers WHERE kind = 'email_sha256' AND value = '"+hex.EncodeToString(sum[:])+"' ORDER BY 1"))
	require.Equal(t, []string{"1|fill|COMPLETED|2|1|true|" + night.RunID}, w.Rows("SELECT job_id, pipeline, status, asked, found, posted_at <= finished_at, run_id FROM etl.enrichments"))
	require.Empty(t, w.Rows("SELECT 1 FROM audience_members WHERE source_id = 'e0'"), "and a member of nothing")

	before := w.Content()
	night = w.Night("fill")[0]
	require.Equal(t, schema.Succeeded, night.Status, night.Error)
	require.Zero(t, night.RowsRead)
	require.Zero(t, night.Requests, "who was asked for rests, and Bob, who was not found, does, too")
	require.Equal(t, before, w.Content())

	bob, err := selector.ParsePeople([]selector.Name{{Text: "bob@acme.example"}})
	require.NoError(t, err)
	_, err = privacy.Forget(t.Context(), w.Runner, bob, false)
	require.NoError(t, err)
	require.Equal(t, []string{"1"}, w.Rows("SELECT count(DISTINCT person) FROM etl.asked"), "nothing tells that Bob was asked for")
	w.Open(func(warehouse *duckdb.Warehouse) {
		jobs, err := warehouse.Progress().Enrichments(t.Context(), "fill", w.Now.AddDate(-1, 0, 0))
		require.NoError(t, err)
		require.Len(t, jobs, 1)
	})
}

func row(t *testing.T, id, first, address string) string {
	return runtest.Object(t, map[string]any{"UUID": id, "FIRST_NAME": first, "LAST_NAME": "Lee", "BUSINESS_EMAIL": address})
}

func TestPeopleOfAFileAreChecked(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ people, file, detail, problem string }{
		"plain":            {"{file: people.csv}", "\ufeffEMAIL,First Name\r\nann@acme.example,Ann\r\n", "asks for 1 person of 1 in 1 job", ""},
		"some name nobody": {"{file: people.csv}", "email\nann@acme.example\nsee website\n", "asks for 1 person of 1 in 1 job; 1 of 2 rows of people name nobody by a usable address, hash, profile, phone or full name, and were left out", ""},
		"nobody":           {"{file: people.csv}", "email\n", "asks for nobody", ""},
		"unknown column":   {"{file: people.csv}", "email,shoe size\n", "", `pipeline fill: people: people.csv: line 1: the column "shoe size" is none that AudienceLab takes. It takes EMAIL, `},
		"empty":            {"{file: people.csv}", "", "", "people.csv: the file is empty; it needs a header"},
		"no such file":     {"{file: nowhere.csv}", "", "", "pipeline fill: people: nowhere.csv: no such file or directory"},
		"ragged":           {"{file: people.csv}", "email,phone\nann@acme.example\n", "", "people.csv: line 2: wrong number of fields"},
		"no warehouse":     {"{query: SELECT 1}", "", "asks for whom the query returns, once there is a warehouse", ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := runtest.New(t, `sources: {audiencelab: {api_key: k, base_url: "http://127.0.0.1:1"}}
pipelines: {fill: {from: audiencelab.enrichments, people: `+c.people+`, max_records: 5}}
`)
			w.File("people.csv", c.file)
			require.NoError(t, os.Remove(filepath.Join(w.Dir, "warehouse.duckdb")))
			list, err := plan.Check(t.Context(), w.Runner, nil, true)
			require.NoError(t, err)
			if c.problem != "" {
				require.ErrorContains(t, list[0].Problem, c.problem)
				return
			}
			require.NoError(t, list[0].Problem)
			require.Equal(t, c.detail, list[0].Detail)
		})
	}
}

func TestBothFormsOfTheVendorsJobsAreSpoken(t *testing.T) {
	t.Parallel()
	for _, form := range []string{"enrichments", "jobs"} {
		t.Run(form, func(t *testing.T) {
			w, s := runtest.NewSimulated(t, 400)
			w.Configure(w.Text + `
  fill:
    from: audiencelab.enrichments
    people: {query: "SELECT email, first_name, last_name FROM contacts WHERE email IS NOT NULL ORDER BY email"}
    batch: 20
    max_records: 60
    api: ` + form + "\n")
			for _, r := range w.Night("saas-leaders") {
				require.Equal(t, schema.Succeeded, r.Status, r.Error)
			}
			night := w.Night("fill")[0]
			require.NotEqual(t, schema.Failed, night.Status, night.Error)
			jobs := s.Orders(schema.AudienceLab).Of(simulated.JobOrder)
			require.Equal(t, []string{fmt.Sprint(len(jobs))}, w.Rows("SELECT count(*) FROM etl.enrichments"))
			require.NotEmpty(t, jobs)
			for who, times := range jobs.Asked() {
				require.Equal(t, 1, times, who)
			}
			require.NotZero(t, night.RowsNew)
			require.Equal(t, w.Rows("SELECT sum(found) FROM etl.enrichments"), []string{fmt.Sprint(night.RowsRead)})
			linked := w.Rows("SELECT count(*) FROM contacts WHERE list_contains(sources, 'toofr') AND list_contains(sources, 'audiencelab')")
			require.NotEqual(t, []string{"0"}, linked, "they are the people whom Toofr knows")
		})
	}
}

func TestAnAudienceOfADefinitionIsMadeOnce(t *testing.T) {
	t.Parallel()
	w, s := runtest.NewSimulated(t, 400)
	base := w.Text
	define := func(filters, change string) {
		w.Configure(base + `
  engineers:
    from: audiencelab.members
    audience: {name: Engineers, filters: ` + filters + `}
    on_change: ` + change + "\n")
	}
	define(`{businessProfile: {seniority: [cxo]}}`, "error")
	for range 2 {
		night := w.Night("engineers")[0]
		require.Equal(t, schema.Succeeded, night.Status, night.Error)
		require.NotZero(t, night.RowsRead)
	}
	orders := func() int { return len(s.Orders(schema.AudienceLab).Of(simulated.AudienceOrder)) }
	require.Equal(t, 1, orders())
	require.Equal(t, []string{"1"}, w.Rows("SELECT count(DISTINCT audience_id) FROM audience_members"))
	define(`[{field: JOB_TITLE, operator: contains, value: Engineer}]`, "error")
	night := w.Night("engineers")[0]
	require.Equal(t, schema.Failed, night.Status)
	require.Contains(t, night.Error, "the definition changed")
	checked, err := plan.Check(t.Context(), w.Runner, []string{"engineers"}, true)
	require.NoError(t, err)
	require.ErrorContains(t, checked[0].Problem, "the definition changed")
	define(`[{field: JOB_TITLE, operator: contains, value: Engineer}]`, "create")
	night = w.Night("engineers")[0]
	require.Equal(t, schema.Succeeded, night.Status, night.Error)
	require.Equal(t, 2, orders())
}
