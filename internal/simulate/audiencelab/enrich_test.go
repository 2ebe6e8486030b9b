package audiencelab

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"contactsync/internal/simulate/api"
	"contactsync/internal/simulate/apitest"
	"contactsync/internal/simulate/world"
)

// jobsAnswer is a page of jobs.
type jobsAnswer struct {
	Data         []apitest.Row
	TotalRecords int `json:"total_records"`
}

// known lists some people whom the vendor knows by a personal address.
func known(c apitest.Client, n int) (found []record) {
	k := c.Sim.Universe.Coverage(Name, Vendor().Known)
	for rank := 0; len(found) < n; rank++ {
		if r := newRecord(k, k.World.Person(k.At(rank), 0)); len(r.personal) > 0 && r.bits(70, 10) > 0 {
			found = append(found, r)
		}
	}
	return found
}

// jobOf is a job that asks for addresses, beside one that nobody has.
func jobOf(name string, people []record) string {
	rows := []string{`{"email": "nobody@nowhere.example"}`}
	for _, r := range people {
		rows = append(rows, fmt.Sprintf(`{"email": %q, "first_name": %q}`, strings.ToUpper(r.personal[0]), r.first))
	}
	return fmt.Sprintf(`{"name": %q, "operator": "OR", "columns": ["EMAIL", "FIRST_NAME"], "records": [%s]}`, name, strings.Join(rows, ","))
}

// post posts a job and returns its id.
func post(c apitest.Client, path, body string, status int, key string) string {
	c.Helper()
	var got apitest.Row
	c.Ask(status, http.MethodPost, path, body, &got)
	require.Equal(c, "IN_QUEUE", got.Text("status"))
	return got.Text(key)
}

// listed is the job as the list shows it.
func listed(c apitest.Client, path, name string) apitest.Row {
	c.Helper()
	var got jobsAnswer
	c.Get(path, &got)
	for _, j := range got.Data {
		if j.Text("name") == name {
			return j
		}
	}
	c.Fatalf("no job is called %s", name)
	return nil
}

// download reads a result without a credential.
func download(c apitest.Client, link string) [][]string {
	c.Helper()
	r, err := http.NewRequestWithContext(c.Context(), http.MethodGet, link, nil)
	require.NoError(c, err)
	response, body, err := c.Do(r)
	require.NoError(c, err)
	require.Equal(c, http.StatusOK, response.StatusCode, string(body))
	table, err := csv.NewReader(strings.NewReader(string(body))).ReadAll()
	require.NoError(c, err)
	return table
}

func TestAJobIsDoneInStepsAndItsResultIsATable(t *testing.T) {
	c := start(t, api.Options{Warmup: 1})
	people := known(c, 3)
	id := post(c, "/enrichments", jobOf("gaps 1", people), http.StatusAccepted, "jobId")
	var last apitest.Row
	for _, want := range []string{"IN_QUEUE", "PROCESSING", "COMPLETED", "COMPLETED"} {
		last = listed(c, "/enrichments?page=1&page_size=10", "gaps 1")
		require.Equal(t, id, last.Text("id"))
		require.True(t, strings.EqualFold(want, last.Text("status")), "%s: %s", want, last.Text("status"))
		require.Equal(t, want == "COMPLETED", last.Text("csv_url") != "")
	}
	table := download(c, last.Text("csv_url"))
	require.Len(t, table, 1+len(people), "nobody was not found")
	require.Len(t, table[0], 74)
	broken, at := 0, map[string]int{}
	for k, column := range table[0] {
		at[column] = k
	}
	for n, row := range table[1:] {
		require.Equal(t, people[n].uuid, row[at["UUID"]])
		require.Contains(t, row[at["PERSONAL_EMAILS"]], people[n].personal[0])
		broken += strings.Count(row[at["COMPANY_DESCRIPTION"]], "\n")
	}
	require.Positive(t, broken)
	orders := c.Sim.Orders(Name).Of(api.JobOrder)
	require.Len(t, orders, 1)
	require.Equal(t, "gaps 1", orders[0].Name)
	require.Len(t, orders[0].People, 4)
	require.Len(t, c.Sim.Orders(Name).Asked(), 4)
	var one apitest.Row
	c.Get("/enrichments/"+id, &one)
	require.Equal(t, last, one)
}

func TestStatusesAreWrittenInAnyCase(t *testing.T) {
	c := start(t, api.Options{Warmup: -1})
	words := map[string]bool{}
	for k := range 12 {
		name := fmt.Sprint("gaps ", k)
		post(c, "/enrichments", jobOf(name, known(c, 1)), http.StatusAccepted, "jobId")
		words[listed(c, "/enrichments", name).Text("status")] = true
	}
	require.Len(t, words, 3)
	post(c, "/enrichments", jobOf("in vain", nil), http.StatusAccepted, "jobId")
	vain := listed(c, "/enrichments", "in vain")
	require.True(t, strings.EqualFold("NO_DATA", vain.Text("status")))
	require.Empty(t, vain.Text("csv_url"))
}

func TestAJobThatFailsOrNeverEnds(t *testing.T) {
	c := start(t, api.Options{Warmup: 1})
	post(c, "/enrichments", jobOf("gaps", known(c, 1)), http.StatusAccepted, "jobId")
	for range 3 {
		listed(c, "/enrichments", "gaps")
	}
	for fault, want := range map[api.Fault]string{api.FailedBuild: "FAILED", api.NotReady: "PROCESSING"} {
		c.Sim.SetFaults(0, fault)
		require.True(t, strings.EqualFold(want, listed(c, "/enrichments", "gaps").Text("status")))
	}
}

func TestStorageRefusesACredentialBesideTheSignature(t *testing.T) {
	c := start(t, api.Options{Warmup: -1})
	post(c, "/enrichments", jobOf("gaps", known(c, 1)), http.StatusAccepted, "jobId")
	link := listed(c, "/enrichments", "gaps").Text("csv_url")
	ask := func(link string, signed bool) int {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, link, nil)
		require.NoError(t, err)
		if signed {
			c.Sign(r)
		}
		response, _, err := c.Do(r)
		require.NoError(t, err)
		return response.StatusCode
	}
	require.Equal(t, http.StatusOK, ask(link, false))
	require.Equal(t, http.StatusBadRequest, ask(link, true))
	require.Equal(t, http.StatusForbidden, ask(link+"0", false))
	require.NotContains(t, link, c.URL, "the result is at another host")
}

func TestThePeopleOfAJobAreFoundByWhatIsKnown(t *testing.T) {
	c := start(t, api.Options{Warmup: -1})
	var p record
	for _, r := range known(c, 60) {
		if r.slug != "" && len(r.mobile) > 0 && len(r.business) > 0 && !r.role {
			p = r
			break
		}
	}
	for n, q := range []struct {
		all    bool
		fields string
		found  int
	}{
		{false, fmt.Sprintf(`"linkedin_url": "HTTPS://uk.linkedin.com/in/%s/?x=1"`, p.slug), 1},
		{false, fmt.Sprintf(`"sha256_personal_email": %q`, world.SHA256Hex(p.personal[0])), 1},
		{false, fmt.Sprintf(`"up_id": %q`, p.uuid), 1},
		{false, fmt.Sprintf(`"business_email": %q, "first_name": "Somebody"`, p.business[0]), 1},
		{true, fmt.Sprintf(`"business_email": %q, "first_name": "Somebody"`, p.business[0]), 0},
		{true, fmt.Sprintf(`"business_email": %q, "personal_zip": %q`, p.business[0], p.person.Home.ZIP), 1},
		{false, fmt.Sprintf(`"first_name": %q, "last_name": %q, "company_domain": %q`, p.first, p.last, p.person.Employer.Domain), 1},
		{false, fmt.Sprintf(`"first_name": "Somebody", "last_name": %q, "company_domain": %q`, p.last, p.person.Employer.Domain), 0},
		{false, fmt.Sprintf(`"personal_city": %q`, p.person.Home.City), 0},
	} {
		var got struct {
			Found  int
			Result []apitest.Row
		}
		body := fmt.Sprintf(`{"filter": {%s}, "fields": ["UUID", "LAST_NAME"], "is_or_match": %t}`, q.fields, !q.all)
		c.Ask(http.StatusOK, http.MethodPost, "/enrich", body, &got)
		require.Equal(t, q.found, got.Found, q.fields)
		require.Len(t, got.Result, q.found)
		if q.found > 0 {
			require.Equal(t, p.uuid, got.Result[0].Text("UUID"))
			require.Len(t, got.Result[0], 2)
		}
		require.Len(t, c.Sim.Orders(Name).Of(api.LookupOrder), n+1)
	}
	var contact struct{ Result []apitest.Row }
	c.Ask(http.StatusOK, http.MethodPost, "/enrich/contact", fmt.Sprintf(`{"email": %q, "fields": ["UUID"]}`, p.personal[0]), &contact)
	require.Equal(t, p.uuid, contact.Result[0].Text("UUID"))
}

func TestTheDocumentsJobsHaveTheirFields(t *testing.T) {
	c := start(t, api.Options{Warmup: -1})
	p := known(c, 1)[0]
	body := fmt.Sprintf(`{"contacts": [{"email": %q}, {"business_email": "jane@nowhere.example", "company_name": "Tech Corp"}],
		"fields": ["UUID", "JOB_TITLE", "LINKEDIN_URL"]}`, p.personal[0])
	id := post(c, "/enrichment/jobs", body, http.StatusCreated, "id")
	var one apitest.Row
	c.Get("/enrichment/jobs/"+id, &one)
	require.Equal(t, "2", one.Text("total"))
	table := download(c, one.Text("csv_url"))
	require.Equal(t, []string{"UUID", "JOB_TITLE", "LINKEDIN_URL"}, table[0])
	require.Equal(t, p.uuid, table[1][0])
	var all jobsAnswer
	c.Get("/enrichment/jobs?page=1&page_size=20", &all)
	require.Equal(t, 3, all.TotalRecords, "others have jobs in the account, too")
	require.Equal(t, id, all.Data[0].Text("id"))
}

func TestOrdersThatMakeNoSenseAreRefused(t *testing.T) {
	c := start(t, api.Options{Warmup: -1})
	for path, bodies := range map[string][]string{
		"/enrichments": {`{`, `{"name":"x","columns":["EMAIL"],"records":[{"email":"a@b.example"}],"priority":1}`,
			`{"name":"x","columns":["email"],"records":[{"email":"a@b.example"}]}`, `{"name":"x","columns":["EMAIL"],"records":[]}`,
			`{"name":"x","columns":["EMAIL"],"records":[{"EMAIL":"a@b.example"}]}`, `{"columns":["EMAIL"],"records":[{"email":"a@b.example"}]}`,
			`{"name":"x","operator":"XOR","columns":["EMAIL"],"records":[{"email":"a@b.example"}]}`},
		"/enrich":          {`{}`, `{"filter":{"shoe_size":"9"}}`, `{"filter":{"email":"a@b.example"},"limit":1}`},
		"/enrich/contact":  {`[]`, `{"shoe_size":"9"}`, `{"email":1}`},
		"/enrichment/jobs": {`{}`, `{"contacts":[{"shoe_size":"9"}]}`},
		"/audiences": {`{}`, `{"name":"x"}`, `{"name":"x","filters":{}}`, `{"name":"x","filters":[]}`,
			`{"name":"x","filters":{"a":1},"colour":"red"}`,
			`{"name":"x","filters":[{"field":"JOB_TITLE","operator":"resembles","value":"x"}]}`},
	} {
		for _, body := range bodies {
			var got json.RawMessage
			c.Ask(http.StatusBadRequest, http.MethodPost, path, body, &got)
		}
	}
	for _, kind := range []api.OrderKind{api.JobOrder, api.LookupOrder, api.AudienceOrder} {
		require.Empty(t, c.Sim.Orders(Name).Of(kind))
	}
}

func TestAnAudienceIsCreatedAndThenMaterialised(t *testing.T) {
	c := start(t, api.Options{Warmup: 1})
	for body, key := range map[string]string{
		`{"name":"CTOs","filters":{"businessProfile":{"seniority":["cxo"]}},"segment":["b2b_1042"]}`:                        "audienceId",
		`{"name":"Engineers","description":"x","filters":[{"field":"JOB_TITLE","operator":"contains","value":"Engineer"}]}`: "id",
	} {
		var made apitest.Row
		c.Ask(http.StatusCreated, http.MethodPost, "/audiences", body, &made)
		path := "/audiences/" + made.Text(key)
		var got answerPage
		c.Get(path, &got)
		require.Equal(t, "no data", got.Status)
		rows, _ := sweep(c, path)
		require.NotEmpty(t, rows)
	}
	require.Len(t, c.Sim.Orders(Name).Of(api.AudienceOrder), 2)
	var all answerPage
	c.Get("/audiences?page=1", &all)
	require.Equal(t, savedAudiences+2, *all.Total)
}

func TestALostAnswerHasItsEffect(t *testing.T) {
	c := start(t, api.Options{Warmup: -1})
	_, _, err := c.DoFaulty(api.LostAnswer, http.MethodPost, "/enrichments", jobOf("lost", known(c, 1)))
	require.Error(t, err)
	require.NotEmpty(t, listed(c, "/enrichments", "lost").Text("id"))
	response, _, err := c.DoFaulty(api.InternalError, http.MethodPost, "/enrichments", jobOf("refused", known(c, 1)))
	require.NoError(t, err)
	require.Equal(t, http.StatusInternalServerError, response.StatusCode)
	require.Len(t, c.Sim.Orders(Name).Of(api.JobOrder), 1)
}
