package enrichment

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"contactsync/extract"
	"contactsync/extract/vendortest"
	"contactsync/schema"
)

// fakeDesk has the manners of AudienceLab's enrichments: jobs are listed in pages, the
// state changes with each look, and the result is a file of whoever was found.
type fakeDesk struct {
	t      testing.TB
	mu     sync.Mutex
	jobs   []*fakeJob
	states []string // of a job, one look after the other; the last one stays
	posts  int
	page   int // jobs per page of the list
	result func(j *fakeJob) string
	answer func(w http.ResponseWriter, r *http.Request) bool // in place of what follows
	lose   bool                                              // hang up after a job is taken
	hide   bool                                              // the list lacks all jobs
}

type fakeJob struct {
	ID, Name string
	Operator string
	Columns  []string
	Records  []map[string]string
	looks    int
}

func newDesk(t testing.TB) *fakeDesk {
	return &fakeDesk{t: t, states: []string{"IN_QUEUE", "processing", "Completed"}, page: 2, result: everybody}
}

// everybody finds all who were asked for by an address.
func everybody(j *fakeJob) string {
	file := "UUID,FIRST_NAME,BUSINESS_EMAIL,COMPANY_DESCRIPTION\n"
	for _, r := range j.Records {
		file += fmt.Sprintf("u-%s,Ann,%s,\"makes\nthings, and \"\"more\"\"\"\n", r["email"], r["email"])
	}
	return file
}

func (f *fakeDesk) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.answer != nil && f.answer(w, r) {
		return
	}
	switch {
	case r.Method == http.MethodPost && r.URL.Path == enrichmentsPath:
		f.posts++
		j := &fakeJob{ID: fmt.Sprint("job-", len(f.jobs)+1)}
		require.NoError(f.t, json.NewDecoder(r.Body).Decode(j))
		f.jobs = append(f.jobs, j)
		if f.lose {
			f.lose = false
			panic(http.ErrAbortHandler)
		}
		vendortest.Answer(w, 202, fmt.Sprintf(`{"jobId":%q,"status":"IN_QUEUE"}`, j.ID))
	case r.URL.Path == enrichmentsPath:
		f.list(w, r)
	case strings.HasPrefix(r.URL.Path, "/files/"):
		for _, j := range f.jobs {
			if r.URL.Path == "/files/"+j.ID {
				w.Header().Set("Content-Type", "text/csv")
				_, _ = w.Write([]byte(f.result(j)))
				return
			}
		}
		vendortest.Status(404)(w, r)
	default:
		vendortest.Status(404)(w, r)
	}
}

func (f *fakeDesk) list(w http.ResponseWriter, r *http.Request) {
	page, _ := strconv.Atoi(r.URL.Query().Get("page"))
	jobs := f.jobs
	if f.hide {
		jobs = nil
	}
	from, to := min((page-1)*f.page, len(jobs)), min(page*f.page, len(jobs))
	rows := []map[string]any{}
	for _, j := range jobs[from:to] {
		state := f.states[min(j.looks, len(f.states)-1)]
		j.looks++
		row := map[string]any{"id": j.ID, "name": j.Name, "status": state, "csv_url": nil, "total": len(j.Records), "created_at": "2026-11-26T05:12:19.445473+00:00"}
		if strings.EqualFold(state, "completed") {
			row["csv_url"] = "http://" + r.Host + "/files/" + j.ID
		}
		rows = append(rows, row)
	}
	body, err := json.Marshal(map[string]any{
		"total_records": len(jobs), "page_size": f.page, "page": page, "total_pages": (len(jobs) + f.page - 1) / f.page, "data": rows,
	})
	require.NoError(f.t, err)
	vendortest.Answer(w, 200, string(body))
}

// asked are the addresses that each job asks for.
func (f *fakeDesk) asked() (all [][]string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, j := range f.jobs {
		var addresses []string
		for _, r := range j.Records {
			addresses = append(addresses, r["email"])
		}
		all = append(all, addresses)
	}
	return all
}

// desk is a user of the vendor: people in the warehouse, and what is stored of jobs.
type desk struct {
	t          testing.TB
	env        extract.Env
	definition Enrichments
	columns    []string
	rows       [][]string
	state      extract.State
	asked      []schema.Asked
	jobs       map[string]schema.Enrichment
	out        map[string]bool // addresses that are suppressed
	now        time.Time
	full       bool
	pages      []extract.Page
}

func newUser(t testing.TB, server http.Handler, addresses ...string) *desk {
	patient := func(s *extract.Settings) { s.MaxAttempts, s.PollTimeout = 2, time.Minute }
	d := &desk{
		t: t, env: vendortest.Env(t, vendor(), server, patient), columns: []string{"email"},
		state: extract.State{}, jobs: map[string]schema.Enrichment{}, now: time.Date(2026, 11, 20, 2, 0, 0, 0, time.UTC),
		definition: Enrichments{identify: identify, People: extract.People{Query: "SELECT"}, Refresh: 90 * 24 * time.Hour, Batch: 2},
	}
	d.env.Now = func() time.Time { return d.now }
	for _, a := range addresses {
		d.rows = append(d.rows, []string{a})
	}
	return d
}

// hurry makes the user one who does not wait long for a job.
func (d *desk) hurry(server http.Handler) {
	d.env = vendortest.Env(d.t, vendor(), server)
	d.env.Now = func() time.Time { return d.now }
}

func hashed(address string) string {
	sum := sha256.Sum256([]byte(strings.ToLower(address)))
	return hex.EncodeToString(sum[:])
}

// keys is a small model of what the program recognises people by.
func keys(value string) []schema.Identifier {
	value = strings.ToLower(strings.TrimSpace(value))
	_, slug, link := strings.Cut(value, "linkedin.com/in/")
	switch {
	case link:
		return []schema.Identifier{{Kind: schema.LinkedIn, Value: slug}}
	case strings.Contains(value, "@"):
		return []schema.Identifier{{Kind: schema.EmailSHA256, Value: hashed(value)}, {Kind: schema.EmailMD5, Value: "md5 of " + value}}
	case len(value) == 64:
		return []schema.Identifier{{Kind: schema.EmailSHA256, Value: value}}
	}
	return nil
}

func (d *desk) run() extract.Run {
	return extract.Run{
		Pipeline: "fill", Now: d.now, Full: d.full,
		State: func(context.Context) (extract.State, error) { return d.state, nil },
		Query: func(context.Context, string) (extract.Rows, error) {
			rows := extract.Rows{Columns: d.columns}
			for i, values := range d.rows {
				rows.Rows = append(rows.Rows, extract.Row{Number: i + 1, Values: values})
			}
			return rows, nil
		},
		Known: func(context.Context) (extract.Known, error) {
			return extract.Known{
				Keys: keys,
				Suppressed: func(ids []schema.Identifier, text string) bool {
					return slices.ContainsFunc(strings.Fields(text), func(s string) bool { return d.out[s] })
				},
				Asked: d.asked,
				Jobs:  slices.Collect(maps.Values(d.jobs)),
			}, nil
		},
	}
}

// night runs once, as a pipeline does: each page is stored whole, or, from the page
// after stop on, not at all.
func (d *desk) night(stop int) error {
	d.t.Helper()
	source, _, err := d.definition.Open(d.t.Context(), d.run(), d.env)
	require.NoError(d.t, err)
	n := 0
	for page, err := range source.Pages(d.t.Context(), d.state) {
		if err != nil {
			return err
		}
		if n == stop {
			return errKilled
		}
		n++
		d.store(page)
	}
	return nil
}

var errKilled = errors.New("killed")

func (d *desk) store(p extract.Page) {
	vendortest.RequireReadable(d.t, p.Next)
	d.state[p.Partition] = p.Next
	d.pages = append(d.pages, p)
	d.asked = slices.DeleteFunc(append(d.asked, p.Asked...), func(a schema.Asked) bool { return slices.Contains(p.Unasked, a.Job) })
	for _, j := range p.Enrichments {
		d.jobs[j.Name] = j
	}
}

// statuses tells of each job what the warehouse does: status, asked, found.
func (d *desk) statuses() (list []string) {
	for _, j := range d.jobs {
		list = append(list, fmt.Sprintf("%s %d %d", j.Status, j.Asked, j.Found))
	}
	slices.Sort(list)
	return list
}

func TestPeopleAreAskedForOnceAndComeBackAsRecords(t *testing.T) {
	fake := newDesk(t)
	d := newUser(t, fake, "a@x.example", "b@x.example", "c@x.example", "A@x.example ", "nobody")
	require.NoError(t, d.night(-1))
	require.Equal(t, [][]string{{"a@x.example", "b@x.example"}, {"c@x.example"}}, fake.asked())
	require.Equal(t, []string{"EMAIL"}, fake.jobs[0].Columns)
	require.Equal(t, "OR", fake.jobs[0].Operator)
	require.Regexp(t, `^sync-fill-20261120-[0-9a-f]{12}$`, fake.jobs[0].Name)
	require.Equal(t, []string{"u-a@x.example", "u-b@x.example", "u-c@x.example"}, vendortest.IDs(d.pages))
	require.Equal(t, []string{"COMPLETED 1 1", "COMPLETED 2 2"}, d.statuses())
	for _, p := range d.pages {
		require.Empty(t, p.Audience, "nobody becomes a member of anything")
		for _, r := range p.Records {
			require.Equal(t, schema.AudienceLab, r.Source)
			var row map[string]string
			require.NoError(t, json.Unmarshal(r.Raw, &row))
			require.Equal(t, "makes\nthings, and \"more\"", row["COMPANY_DESCRIPTION"])
			require.NotContains(t, row, AskedHash, "the row repeats the address")
		}
	}

	d.pages = nil
	d.now = d.now.Add(89 * 24 * time.Hour)
	require.NoError(t, d.night(-1))
	require.Equal(t, 2, fake.posts, "nobody is asked for again before refresh, found or not")
	require.Empty(t, d.pages)
	d.now = d.now.Add(24 * time.Hour)
	require.NoError(t, d.night(-1))
	require.Equal(t, 4, fake.posts)
}

func TestWhoIsSuppressedIsNeverSent(t *testing.T) {
	fake := newDesk(t)
	d := newUser(t, fake, "a@x.example", "b@x.example")
	d.out = map[string]bool{"a@x.example": true}
	require.NoError(t, d.night(-1))
	require.Equal(t, [][]string{{"b@x.example"}}, fake.asked())
	plan, err := d.definition.Plan(t.Context(), d.run())
	require.NoError(t, err)
	require.Contains(t, plan.Warnings, "1 suppressed person was not asked for")
}

func TestAKilledRunNeverPostsTwice(t *testing.T) {
	addresses := []string{"a@x.example", "b@x.example", "c@x.example", "d@x.example", "e@x.example"}
	whole := newUser(t, newDesk(t), addresses...)
	require.NoError(t, whole.night(-1))
	for stop := range whole.pages {
		t.Run(fmt.Sprint("before page ", stop), func(t *testing.T) {
			fake := newDesk(t)
			d := newUser(t, fake, addresses...)
			require.ErrorIs(t, d.night(stop), errKilled)
			require.NoError(t, d.night(-1))
			require.NoError(t, d.night(-1))
			all := slices.Concat(fake.asked()...)
			slices.Sort(all)
			require.Equal(t, addresses, all, "each is asked for once")
			require.Len(t, fake.jobs, 3)
			require.Equal(t, whole.statuses(), d.statuses(), "the vendor's jobs are ours")
			require.ElementsMatch(t, vendortest.IDs(whole.pages), vendortest.IDs(d.pages))
		})
	}
}

func TestAJobWhoseAnswerIsLostIsFoundByItsName(t *testing.T) {
	fake := newDesk(t)
	fake.lose = true
	d := newUser(t, fake, "a@x.example")
	require.NoError(t, d.night(-1), "the list tells at once")
	require.Equal(t, 1, fake.posts)
	require.Equal(t, []string{"COMPLETED 1 1"}, d.statuses())

	fake = newDesk(t)
	d = newUser(t, fake, "a@x.example")
	fake.answer = func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method == http.MethodGet {
			vendortest.Status(500)(w, r)
		}
		return r.Method == http.MethodGet
	}
	fake.lose = true
	err := d.night(-1)
	require.ErrorContains(t, err, "the next run looks for it there before it posts anything")
	require.Equal(t, []string{"BOOKED 1 0"}, d.statuses())
	err = d.night(-1)
	require.ErrorContains(t, err, "is not posted again before that is")
	fake.answer = func(w http.ResponseWriter, r *http.Request) bool { // a list that does not show what it declares
		if r.Method == http.MethodGet && r.URL.Path == enrichmentsPath {
			vendortest.Answer(w, 200, `{"data":[{"id":"other","name":"other"}],"total":2,"total_pages":1}`)
		}
		return r.Method == http.MethodGet && r.URL.Path == enrichmentsPath
	}
	require.ErrorContains(t, d.night(-1), "declares 2 entries and shows 1")
	fake.answer = nil
	require.NoError(t, d.night(-1))
	require.Equal(t, 1, fake.posts)
	require.Equal(t, []string{"COMPLETED 1 1"}, d.statuses())
}

func TestWhatWasCertainlyNotPostedIsAskedForAgain(t *testing.T) {
	for name, refuse := range map[string]http.HandlerFunc{
		"refused": vendortest.Status(400), "unavailable": vendortest.Status(503), "payment required": vendortest.Status(402),
	} {
		t.Run(name, func(t *testing.T) {
			fake := newDesk(t)
			fake.answer = func(w http.ResponseWriter, r *http.Request) bool {
				if r.Method == http.MethodPost {
					refuse(w, r)
				}
				return r.Method == http.MethodPost
			}
			d := newUser(t, fake, "a@x.example", "b@x.example", "c@x.example")
			require.Error(t, d.night(-1))
			require.Equal(t, []string{"NOT_POSTED 0 0"}, d.statuses())
			require.Empty(t, d.asked)
			fake.answer = nil
			require.NoError(t, d.night(-1))
			require.Equal(t, []string{"COMPLETED 1 1", "COMPLETED 2 2"}, d.statuses(), "under the same name")
			require.Equal(t, 2, fake.posts)
		})
	}
}

func TestHowJobsEnd(t *testing.T) {
	for status, test := range map[string]struct {
		want    string
		problem string
		rest    bool
	}{
		"NO_DATA": {"NO_DATA 1 0", "", true}, "no data": {"NO_DATA 1 0", "", true},
		"FAILED":      {"FAILED 1 0", "the job failed at the vendor (FAILED); a run after ", true},
		"Error":       {"FAILED 1 0", "the job failed at the vendor (Error)", true},
		"PROCESSING":  {"PROCESSING 1 0", "is not ready (PROCESSING)", true},
		"in queue":    {"IN_QUEUE 1 0", "is not ready", true},
		"meditating":  {"MEDITATING 1 0", "is not ready", true},
		"":            {"IN_QUEUE 1 0", "is not ready", true},
		"SUCCESS":     {"IN_QUEUE 1 0", "is not ready", true}, // and no csv_url: total counts whom we asked for
		"completed  ": {"COMPLETED 1 1", "", true},
	} {
		t.Run(status, func(t *testing.T) {
			fake := newDesk(t)
			fake.states = []string{status}
			if strings.HasPrefix(status, "completed") {
				fake.states = []string{"completed"}
			}
			d := newUser(t, fake, "a@x.example")
			d.env = vendortest.Env(t, vendor(), fake) // which does not wait long
			err := d.night(-1)
			if test.problem == "" {
				require.NoError(t, err)
			} else {
				require.ErrorContains(t, err, test.problem)
			}
			if strings.HasPrefix(test.want, statusFailed) {
				require.ErrorContains(t, err, "asks for its 1 people by a new one")
			}
			_, notReady := errors.AsType[*extract.NotReadyError](err)
			require.Equal(t, strings.Contains(test.problem, "not ready"), notReady)
			if status != "SUCCESS" {
				require.Equal(t, []string{test.want}, d.statuses())
			}
			require.Equal(t, test.rest, len(d.asked) > 0)
			posts := fake.posts
			fake.states = []string{"COMPLETED"}
			err = d.night(-1)
			if strings.HasPrefix(test.want, statusFailed) {
				require.ErrorContains(t, err, "1 person is of a job that failed")
			} else {
				require.NoError(t, err)
			}
			require.Equal(t, map[bool]int{true: posts, false: posts + 1}[test.rest], fake.posts)
		})
	}
}

func TestWhoseJobFailedIsAskedForTheNextNightAndNotInARetry(t *testing.T) {
	fake := newDesk(t)
	fake.states = []string{"Failed"}
	d := newUser(t, fake, "a@x.example", "b@x.example")
	require.ErrorContains(t, d.night(-1), "the job failed at the vendor")
	fake.states = []string{"COMPLETED"}
	failed := slices.Collect(maps.Values(d.jobs))[0].FinishedAt
	for _, passed := range []time.Duration{time.Minute, 2 * time.Hour, failureRest - time.Second} {
		d.now = failed.Add(passed)
		told := "2 people are of a job that failed, and asked for again 20h after that at the earliest"
		plan, err := d.definition.Plan(t.Context(), d.run())
		require.NoError(t, err)
		require.Contains(t, strings.Join(plan.Warnings, "; "), told)
		require.ErrorContains(t, d.night(-1), told, "a retry makes no success of it")
		require.Equal(t, 1, fake.posts, "%s after it", passed)
	}
	d.rows = append(d.rows, []string{"c@x.example"})
	require.Error(t, d.night(-1))
	require.Equal(t, [][]string{{"a@x.example", "b@x.example"}, {"c@x.example"}}, fake.asked(), "others need not wait")
	d.now = failed.Add(failureRest)
	require.NoError(t, d.night(-1))
	require.Equal(t, []string{"a@x.example", "b@x.example"}, fake.asked()[2])
	d.now = d.now.Add(time.Hour)
	require.NoError(t, d.night(-1))
	require.Equal(t, 3, fake.posts, "the job that did not fail counts")
}

// A vendor may tell an id and never have the job, or delete it.
func TestAJobThatTheVendorDoesNotHaveIsGivenUpAfterDays(t *testing.T) {
	documented := &documentedDesk{t: t}
	listed := newDesk(t)
	for name, test := range map[string]struct {
		server  http.Handler
		d       *desk
		vanish  func()
		posts   func() int
		restore func()
	}{
		"jobs": {
			documented, documentedUser(t, documented), func() { documented.gone = true },
			func() int { return len(documented.ids) }, func() { documented.gone = false },
		},
		"enrichments": {
			listed, newUser(t, listed, "a@x.example", "b@x.example", "c@x.example"), func() { listed.hide = true },
			func() int { return listed.posts }, func() { listed.hide = false },
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := test.d
			d.hurry(test.server)
			test.vanish()
			notReady := func(err error) bool {
				_, is := errors.AsType[*extract.NotReadyError](err)
				return is
			}
			require.True(t, notReady(d.night(-1)))
			for range 2 {
				d.now = d.now.Add(24 * time.Hour)
				require.True(t, notReady(d.night(-1)), "it may come yet")
			}
			require.Equal(t, 2, test.posts())
			d.now = d.now.Add(24 * time.Hour)
			require.ErrorContains(t, d.night(-1), "and has not had it since 2026-11-20T02:00:00Z, so it is taken for failed")
			require.Equal(t, []string{"FAILED 1 0", "FAILED 2 0"}, d.statuses())
			require.ErrorContains(t, d.night(-1), "3 people are of a job that failed")
			require.Equal(t, 2, test.posts(), "a retry pays nothing")
			test.restore()
			d.now = d.now.Add(24 * time.Hour)
			require.NoError(t, d.night(-1))
			require.Equal(t, 4, test.posts())
		})
	}
}

func TestAListThatBreaksOffMissesNoJob(t *testing.T) {
	fake := newDesk(t)
	fake.page, fake.states = 1, []string{"IN_QUEUE"}
	fake.answer = func(w http.ResponseWriter, r *http.Request) bool {
		breaks := r.Method == http.MethodGet && r.URL.Query().Get("page") == "2"
		if breaks {
			vendortest.Status(500)(w, r)
		}
		return breaks
	}
	d := newUser(t, fake, "a@x.example", "b@x.example")
	d.hurry(fake)
	d.definition.Batch = 1
	for range 5 {
		require.ErrorContains(t, d.night(-1), "not ready")
		d.now = d.now.Add(24 * time.Hour)
	}
	fake.answer, fake.states = nil, []string{"COMPLETED"}
	require.NoError(t, d.night(-1))
	require.Equal(t, []string{"COMPLETED 1 1", "COMPLETED 1 1"}, d.statuses())
	require.Equal(t, 2, fake.posts)
}

func TestAJobThatIsMissedForAWhileIsReadWhenItComes(t *testing.T) {
	fake := newDesk(t)
	fake.hide = true
	d := newUser(t, fake, "a@x.example")
	d.hurry(fake)
	require.Error(t, d.night(-1))
	fake.hide, fake.states = false, []string{"IN_QUEUE"}
	d.now = d.now.Add(2 * 24 * time.Hour)
	require.Error(t, d.night(-1))
	fake.hide = true
	d.now = d.now.Add(2 * 24 * time.Hour)
	require.ErrorContains(t, d.night(-1), "not ready", "the days are counted from when it was missed anew")
	fake.hide, fake.states = false, []string{"COMPLETED"}
	require.NoError(t, d.night(-1))
	require.Equal(t, []string{"COMPLETED 1 1"}, d.statuses())
	require.Equal(t, 1, fake.posts)
}

func TestNoMoreIsAskedForThanTheLimitsAllow(t *testing.T) {
	addresses := []string{"a@x.example", "b@x.example", "c@x.example", "d@x.example", "e@x.example"}
	fake := newDesk(t)
	d := newUser(t, fake, addresses...)
	d.definition.MaxRecords, d.definition.MaxRecordsPerMonth = 3, 4
	plan, err := d.definition.Plan(t.Context(), d.run())
	require.NoError(t, err)
	require.Equal(t, "asks for 3 people of 5 in 2 jobs; 2 are beyond the limit of this run or month", plan.Detail)
	err = d.night(-1)
	limit, ok := errors.AsType[*extract.LimitError](err)
	require.True(t, ok, "%v", err)
	require.Equal(t, "max_records", limit.Limit)
	require.Equal(t, [][]string{{"a@x.example", "b@x.example"}, {"c@x.example"}}, fake.asked())
	err = d.night(-1)
	limit, ok = errors.AsType[*extract.LimitError](err)
	require.True(t, ok, "%v", err)
	require.Equal(t, "max_records_per_month", limit.Limit)
	require.Len(t, slices.Concat(fake.asked()...), 4)
	require.Error(t, d.night(-1))
	require.Len(t, slices.Concat(fake.asked()...), 4)
	d.now = time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)
	require.NoError(t, d.night(-1))
	require.Equal(t, addresses, slices.Concat(fake.asked()...))
}

func TestAFullRunAsksAgainWithinItsLimits(t *testing.T) {
	fake := newDesk(t)
	d := newUser(t, fake, "a@x.example")
	require.NoError(t, d.night(-1))
	d.full = true
	require.NoError(t, d.night(-1))
	require.Equal(t, 2, fake.posts)
	require.Equal(t, fake.jobs[0].Name+"-2", fake.jobs[1].Name, "told apart from the first of the day")
}

func TestRowsLinkToWhoeverWasAskedFor(t *testing.T) {
	file := func(text string) func(*fakeJob) string { return func(*fakeJob) string { return text } }
	for name, test := range map[string]struct {
		rows   [][]string
		result string
		want   []string // "id hash linkedin" of each record
	}{
		"the address is repeated": {[][]string{{"a@x.example", "", "", ""}}, "UUID,PERSONAL_EMAILS\n1,\"old@x.example, A@x.example\"\n", []string{"1"}},
		"under a name that is no address of the vendor": {[][]string{{"a@x.example"}, {"b@x.example"}},
			"UUID,INPUT_EMAIL\n2,b@x.example\n1,a@x.example\n", []string{"2 " + hashed("b@x.example"), "1 " + hashed("a@x.example")}},
		"one person was asked for": {[][]string{{"a@x.example"}}, "UUID,JOB_TITLE\n1,CEO\n2,CTO\n", []string{"1 " + hashed("a@x.example"), "2"}},
		"by a full name that one person has": {[][]string{{"a@x.example", "Ann", "Lee"}, {"b@x.example", "Bob", "Ray"}},
			"uuid,first_name,last_name\n1,BOB,Ray\n2,Eve,Fox\n", []string{"1 " + hashed("b@x.example"), "2"}},
		"two have the name": {[][]string{{"a@x.example", "Ann", "Lee"}, {"b@x.example", "Ann", "Lee"}},
			"UUID,FIRST_NAME,LAST_NAME\n1,Ann,Lee\n", []string{"1"}},
		"a profile": {[][]string{{"", "Ann", "Lee", "ann-lee"}, {"b@x.example"}},
			"UUID,FIRST_NAME,LAST_NAME\n1,Ann,Lee\n", []string{"1  https://www.linkedin.com/in/ann-lee"}},
		"what was asked and nothing else found nobody": {[][]string{{"a@x.example"}, {"b@x.example"}},
			"email,UUID\na@x.example,\nb@x.example,2\n", []string{"2"}},
	} {
		t.Run(name, func(t *testing.T) {
			fake := newDesk(t)
			fake.result = file(test.result)
			d := newUser(t, fake)
			d.columns, d.rows = []string{"EMAIL", "FIRST_NAME", "LAST_NAME", "LINKEDIN_URL"}, test.rows
			require.NoError(t, d.night(-1))
			var got []string
			for _, p := range d.pages {
				for _, r := range p.Records {
					var row map[string]string
					require.NoError(t, json.Unmarshal(r.Raw, &row))
					got = append(got, strings.TrimRight(r.ID+" "+row[AskedHash]+" "+row[AskedLinkedIn], " "))
				}
			}
			require.Equal(t, test.want, got)
		})
	}
}

func TestAResultThatIsNoneIsReadAgain(t *testing.T) {
	for name, body := range map[string]string{
		"empty": "", "an error": `{"error":"expired"}`, "HTML": "<html>", "no field": "code,message\n1,gone\n", "no key": "FIRST_NAME\nAnn\n",
		"an open quote": "UUID,FIRST_NAME\n1,\"Ann\n",
	} {
		t.Run(name, func(t *testing.T) {
			fake := newDesk(t)
			fake.result = func(*fakeJob) string { return body }
			d := newUser(t, fake, "a@x.example", "b@x.example")
			require.ErrorContains(t, d.night(-1), "its result cannot be read")
			fake.result = everybody
			require.NoError(t, d.night(-1))
			require.Equal(t, []string{"COMPLETED 2 2"}, d.statuses())
			require.Equal(t, 1, fake.posts)
		})
	}
}

func TestALongResultIsReadInPagesAndResumed(t *testing.T) {
	fake := newDesk(t)
	const n = 2*resultPage + 10
	rows := func(first int) func(*fakeJob) string {
		return func(*fakeJob) string {
			file := "\ufeffUUID,FIRST_NAME,First_Name2,UUID\r\n"
			for i := range n {
				file += fmt.Sprintf("u%d,Ann,,\r\n", first+i)
			}
			return file
		}
	}
	fake.result = rows(0)
	whole := newUser(t, fake, "a@x.example", "b@x.example")
	require.NoError(t, whole.night(-1))
	require.Len(t, vendortest.IDs(whole.pages), n)
	for _, first := range []int{0, 5} {
		fake = newDesk(t)
		fake.result = rows(0)
		d := newUser(t, fake, "a@x.example", "b@x.example")
		require.ErrorIs(t, d.night(len(whole.pages)-2), errKilled)
		d.pages = nil
		fake.result = rows(first)
		require.NoError(t, d.night(-1))
		if first == 0 {
			require.Len(t, vendortest.IDs(d.pages), resultPage+10, "the first page is stored")
		} else {
			require.Len(t, vendortest.IDs(d.pages), n, "other rows are read anew")
		}
		require.Equal(t, []string{fmt.Sprintf("COMPLETED 2 %d", n)}, d.statuses())
	}
}

func TestTheCredentialStaysWithTheVendor(t *testing.T) {
	var sent []string
	elsewhere, _ := vendortest.InTurn(func(w http.ResponseWriter, r *http.Request) {
		sent = append(sent, r.Header.Get("X-Api-Key")+r.Header.Get("Authorization"))
		_, _ = w.Write([]byte("UUID,EMAIL\n1,a@x.example\n"))
	})
	other := vendortest.Env(t, vendor(), elsewhere).Client.Settings().BaseURL
	other = strings.Replace(other, "127.0.0.1", "localhost", 1)
	fake := newDesk(t)
	fake.answer = func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodGet {
			return false
		}
		vendortest.Answer(w, 200, fmt.Sprintf(`{"data":[{"id":"job-1","status":"COMPLETED","csv_url":%q}],"total":1}`, other+"/x.csv?sig=secret"))
		return true
	}
	d := newUser(t, fake, "a@x.example")
	require.NoError(t, d.night(-1))
	require.Equal(t, []string{""}, sent)
}

func TestColumnsAreTheVendors(t *testing.T) {
	for name, test := range map[string]struct {
		people, wanted []string
		columns        []string
		problem        string
	}{
		"as they are":      {[]string{"EMAIL", "first_name", "Last Name"}, nil, []string{"EMAIL", "FIRST_NAME", "LAST_NAME"}, ""},
		"of the warehouse": {[]string{"email_sha256", "region", "postal_code"}, nil, []string{"SHA256_PERSONAL_EMAIL", "PERSONAL_STATE", "PERSONAL_ZIP"}, ""},
		"some are sent":    {[]string{"contact_id", "email", "notes"}, []string{"EMAIL"}, []string{"EMAIL"}, ""},
		"unknown":          {[]string{"email", "shoe_size"}, nil, nil, `the column "shoe_size" is none that AudienceLab takes`},
		"misspelt":         {[]string{"LINKEDIN_ULR"}, nil, nil, "did you mean LINKEDIN_URL?"},
		"twice":            {[]string{"city", "PERSONAL_CITY"}, nil, nil, `two columns are PERSONAL_CITY to AudienceLab, the second is "PERSONAL_CITY"`},
		"not there":        {[]string{"email"}, []string{"EMAIL", "PHONE"}, nil, "the column PHONE is to be sent and people has none of that name"},
	} {
		t.Run(name, func(t *testing.T) {
			taken, err := takenColumns(extract.Rows{Columns: test.people}, test.wanted)
			if test.problem != "" {
				require.ErrorContains(t, err, test.problem)
				return
			}
			require.NoError(t, err)
			var names []string
			for _, c := range taken {
				names = append(names, c.name)
			}
			require.Equal(t, test.columns, names)
		})
	}
}

func TestRowsThatNameNobodyAreLeftOut(t *testing.T) {
	columns := []string{"EMAIL", "FIRST_NAME", "LAST_NAME", "COMPANY_NAME", "PHONE", "UP_ID", "SHA256_PERSONAL_EMAIL"}
	for name, test := range map[string]struct {
		values []string
		sent   string
	}{
		"an address":              {[]string{" Ann@x.example", "Ann"}, `{"email":"Ann@x.example","first_name":"Ann"}`},
		"no address":              {[]string{"see website", "Ann"}, ""},
		"a placeholder":           {[]string{"noemail@gmail.com", "Ann"}, ""},
		"one that is masked":      {[]string{"a***@x.example", "Ann", "Lee", "Acme"}, `{"first_name":"Ann","last_name":"Lee","company_name":"Acme"}`},
		"no address, and a phone": {[]string{"n/a", "", "null", "", "+12025550123"}, `{"phone":"+12025550123"}`},
		"a first name":            {[]string{"", "Ann"}, ""},
		"a full name":             {[]string{"", "Ann", "Lee"}, ""},
		"and an employer":         {[]string{"", "Ann", "Lee", "Acme"}, `{"first_name":"Ann","last_name":"Lee","company_name":"Acme"}`},
		"the vendor's id":         {[]string{"", "", "", "", "", "up-1"}, `{"up_id":"up-1"}`},
		"a hash":                  {[]string{"", "", "", "", "", "", hashed("a@x.example")}, `{"sha256_personal_email":"` + hashed("a@x.example") + `"}`},
		"nothing":                 {nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			d := newUser(t, newDesk(t))
			d.columns, d.rows = columns, [][]string{test.values}
			o, err := d.definition.inquiry(t.Context(), d.run())
			require.NoError(t, err)
			if test.sent == "" {
				require.Empty(t, o.people)
				require.Len(t, o.warnings, 1)
				return
			}
			body, err := json.Marshal(o.records(o.people)[0])
			require.NoError(t, err)
			require.JSONEq(t, test.sent, string(body))
		})
	}
}

func TestEnrichmentProblems(t *testing.T) {
	e := &Enrichments{Columns: []string{"EMAIL", "SHOE"}, Operator: "XOR", API: "soap", Batch: -1}
	var paths []string
	for _, p := range e.Problems(nil) {
		paths = append(paths, p.Path)
	}
	require.Equal(t, []string{"people", "columns[1]", "operator", "api", "batch"}, paths)
	require.NotEmpty(t, e.Advice())
	require.Empty(t, (&Enrichments{People: extract.People{Query: "SELECT 1"}, MaxRecords: 5}).Problems(nil))
}

func FuzzResult(f *testing.F) {
	f.Add("UUID,EMAIL\n1,\"a\nb\"\n")
	f.Add("\ufeffUUID,UUID,,\r\n1,2,3,4,5\r\n\r\n,\n")
	f.Add("\xff\xfeU\x00")
	f.Fuzz(func(t *testing.T, text string) {
		r := &result{job: job{Name: "j", BookedAt: time.Now()}, linker: &linker{known: extract.Known{Keys: keys}}, identify: identify, status: "COMPLETED", now: time.Now,
			emit: func(p extract.Page) error {
				for _, record := range p.Records {
					require.True(t, json.Valid(record.Raw), "%q", record.Raw)
				}
				return nil
			}}
		_ = r.table(strings.NewReader(text)) // which may be anything
	})
}
