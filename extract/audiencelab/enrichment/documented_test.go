package enrichment

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"contactsync/extract/vendortest"
)

// documentedDesk has jobs as the document of users has them: without names, each with
// an address of its own and its result in the answer.
type documentedDesk struct {
	t     testing.TB
	ids   []string
	sizes []int
	bodys []string
	lose  bool
	blind bool // the list cannot be read
	gone  bool // it has none of its jobs
	after func()
}

func (f *documentedDesk) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	id, one := strings.CutPrefix(r.URL.Path, jobsPath+"/")
	switch {
	case r.Method == http.MethodPost:
		var body struct {
			Contacts []map[string]string `json:"contacts"`
			Fields   []string            `json:"fields"`
		}
		d := json.NewDecoder(r.Body)
		d.DisallowUnknownFields()
		require.NoError(f.t, d.Decode(&body))
		require.Contains(f.t, body.Fields, "UUID")
		f.ids, f.sizes, f.bodys = append(f.ids, fmt.Sprint("job-", len(f.ids))), append(f.sizes, len(body.Contacts)), append(f.bodys, body.Contacts[0]["email"])
		if f.after != nil {
			f.after()
		}
		if f.lose {
			panic(http.ErrAbortHandler)
		}
		vendortest.Answer(w, 201, fmt.Sprintf(`{"data":{"job_id":%q,"status":"queued"}}`, f.ids[len(f.ids)-1]))
	case one && f.gone:
		vendortest.Status(404)(w, r)
	case one:
		vendortest.Answer(w, 200, fmt.Sprintf(`{"job":{"id":%q,"status":"completed","results":[{"UUID":"u-%s","PERSONAL_EMAILS":["x@y.example","a@x.example"]}]}}`, id, id))
	case f.blind:
		vendortest.Status(500)(w, r)
	default:
		var rows []string
		for i, id := range f.ids {
			rows = append(rows, fmt.Sprintf(`{"id":%q,"total":%d}`, id, f.sizes[i]))
		}
		vendortest.Answer(w, 200, `{"data":[`+strings.Join(rows, ",")+`],"total":`+fmt.Sprint(len(rows))+`}`)
	}
}

func documentedUser(t *testing.T, fake *documentedDesk) *desk {
	d := newUser(t, fake, "a@x.example", "b@x.example", "c@x.example")
	d.definition.API = apiJobs
	return d
}

func TestTheDocumentedJobsHaveTheirResultInTheAnswer(t *testing.T) {
	fake := &documentedDesk{t: t, ids: []string{"somebody else's"}, sizes: []int{2}}
	d := documentedUser(t, fake)
	require.NoError(t, d.night(-1))
	require.Equal(t, []string{"a@x.example", "c@x.example"}, fake.bodys)
	require.Equal(t, []string{"u-job-1", "u-job-2"}, vendortest.IDs(d.pages))
	require.Equal(t, []string{"COMPLETED 1 1", "COMPLETED 2 1"}, d.statuses())
	require.NoError(t, d.night(-1))
	require.Len(t, fake.ids, 3)
}

func TestADocumentedJobWhoseAnswerIsLostIsKnownByBeingNew(t *testing.T) {
	fake := &documentedDesk{t: t, ids: []string{"somebody else's"}, sizes: []int{2}, lose: true}
	fake.after = func() { fake.blind = true }
	d := documentedUser(t, fake)
	require.Error(t, d.night(-1))
	fake.lose, fake.blind, fake.after = false, false, nil
	fake.ids, fake.sizes = append(fake.ids, "a stranger's"), append(fake.sizes, 2)
	require.ErrorContains(t, d.night(-1), "2 jobs that are new since it was booked are at the vendor")
	require.Len(t, fake.bodys, 1, "nothing is posted on a guess")
	fake.ids, fake.sizes = fake.ids[:2], fake.sizes[:2]
	require.NoError(t, d.night(-1))
	require.Equal(t, []string{"a@x.example", "c@x.example"}, fake.bodys)
	require.Equal(t, []string{"COMPLETED 1 1", "COMPLETED 2 1"}, d.statuses())

	fake = &documentedDesk{t: t}
	d = documentedUser(t, fake)
	require.ErrorIs(t, d.night(1), errKilled, "booked, and posted, but that is not stored")
	require.Len(t, fake.ids, 1)
	require.NoError(t, d.night(-1))
	require.Len(t, fake.ids, 2)
}
