package audiencelab

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"time"

	"contactsync/internal/simulate/api"
	"contactsync/internal/simulate/world"
)

// job is an enrichment of many people: posted once, then listed until it is done.
type job struct {
	id, name  string
	questions []question
	all       bool     // all that is known of a person must hold
	fields    []string // of the result; nil is all
	posted    time.Time

	mu     sync.Mutex
	listed int // answers that have shown it
	done   bool
	rows   []record
}

// others are jobs that somebody else has made in the same account: the list has
// more than one's own.
func others(c *api.Call) []*job {
	before := c.Sim.Options.Today.AddDate(0, 0, -20)
	return []*job{
		{id: world.UUID(world.HashText(1, "webinar"), 1), name: "Webinar guests", posted: before, listed: 1 << 20},
		{id: world.UUID(world.HashText(2, "fair"), 2), name: "Trade fair", posted: before.Add(time.Hour), listed: 1 << 20},
	}
}

// add takes a job on, once the answer to it is given, or lost after that.
func (a *account) add(c *api.Call, j *job, answer func(*job) api.Answer) api.Answer {
	a.mu.Lock()
	number := uint64(len(a.jobs) + 1)
	a.mu.Unlock()
	seed := c.Sim.Options.Seed
	j.id = world.UUID(world.HashInts(seed, 7, number), world.HashInts(seed, 8, number))
	j.posted = c.Today.Add(time.Hour + time.Duration(number)*time.Millisecond + 473*time.Microsecond)
	reply := answer(j)
	reply.Order = &api.Order{Kind: api.JobOrder, Name: j.name, People: who(j.questions)}
	reply.Done = func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.jobs = append(a.jobs, j)
	}
	return reply
}

func who(questions []question) []string {
	people := make([]string, len(questions))
	for n, q := range questions {
		people[n] = q.who()
	}
	return people
}

// status is the job's word for its state, in whatever case.
func (j *job) status(c *api.Call) string {
	word := j.state(c)
	switch world.UpTo(world.HashText(9, j.id), 3) {
	case 0:
		return strings.ToLower(word)
	case 1:
		return word[:1] + strings.ToLower(word[1:])
	}
	return word
}

// state goes from IN_QUEUE by way of PROCESSING to an end, a step for each Warmup
// answers that have shown it.
func (j *job) state(c *api.Call) string {
	j.mu.Lock()
	listed := j.listed
	j.mu.Unlock()
	switch warmup := c.Sim.Options.Warmup; {
	case c.On(api.FailedBuild):
		return "FAILED"
	case listed < warmup:
		return "IN_QUEUE"
	case listed >= 2*warmup && !c.On(api.NotReady):
		if len(j.result(c)) == 0 {
			return "NO_DATA"
		}
		return "COMPLETED"
	case c.On(api.UnknownStatus):
		return "MARINATING"
	}
	return "PROCESSING"
}

// result is what the job found; once found, it stays.
func (j *job) result(c *api.Call) []record {
	j.mu.Lock()
	defer j.mu.Unlock()
	if !j.done {
		j.rows, j.done = answers(c, j.questions, j.all), true
	}
	return j.rows
}

// json is the job as lists show it.
func (j *job) json(c *api.Call) api.Object {
	var link any
	status := j.status(c)
	if strings.EqualFold(status, "COMPLETED") {
		link = j.link(c)
	}
	return api.Object{{"id", j.id}, {"name", j.name}, {"status", status}, {"csv_url", link}, {"total", len(j.questions)},
		{"created_at", j.posted.Format("2006-01-02T15:04:05.000000-07:00")}}
}

func (j *job) shown() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.listed++
}

// listJobs answers GET /enrichments and GET /enrichment/jobs, newest first.
func (a *account) listJobs(c *api.Call) api.Answer {
	a.mu.Lock()
	all := append(others(c), a.jobs...)
	a.mu.Unlock()
	return paged(c, 100, 1000, len(all), func(number, size int, s api.Span) api.Answer {
		rows := []api.Object{}
		var shown []*job
		for k := s.From; k < s.To; k++ {
			j := all[len(all)-1-k]
			rows, shown = append(rows, j.json(c)), append(shown, j)
		}
		reply := api.OK(api.Object{
			{"total_records", s.Declared}, {"page_size", size}, {"page", number}, {"total_pages", s.Pages}, {"data", rows},
		})
		reply.Done = func() {
			for _, j := range shown {
				j.shown()
			}
		}
		return reply
	})
}

func oneJob(c *api.Call, j *job) api.Answer {
	reply := api.OK(j.json(c))
	reply.Done = j.shown
	return reply
}

// link is where the result lies: at a host of another name, as with storage that
// has addresses of its own, signed and for whoever has the link.
func (j *job) link(c *api.Call) string {
	host := c.HTTP.Host
	if port, ok := strings.CutPrefix(host, "127.0.0.1:"); ok {
		host = "localhost:" + port
	}
	return "http://" + host + "/storage/enrichments/" + j.id + ".csv?signature=" + j.signature()
}

// storagePath needs no credential.
const storagePath = "GET /storage/enrichments/{file}"

func (j *job) signature() string { return world.MD5Hex("storage " + j.id) }

// storage answers storagePath. It refuses a request that has a
// credential beside the signature, as storage does, unless the API's own host was asked.
func (a *account) storage(c *api.Call) api.Answer {
	id, isTable := strings.CutSuffix(c.HTTP.PathValue("file"), ".csv")
	j := a.job(id)
	h := c.HTTP.Header
	switch {
	case j == nil || !isTable:
		return c.NotFound("NoSuchKey")
	case c.Query.Get("signature") != j.signature():
		return c.Problem(http.StatusForbidden, "SignatureDoesNotMatch")
	case strings.HasPrefix(c.HTTP.Host, "localhost:") && h.Get("X-Api-Key")+h.Get("Authorization") != "":
		return c.Invalid("Only one auth mechanism allowed")
	}
	return api.Answer{Status: http.StatusOK, ContentType: "text/csv; charset=utf-8", Body: j.table(c)}
}

// table is the result as RFC 4180 has it: fields with commas, quotes and line breaks.
func (j *job) table(c *api.Call) []byte {
	var body bytes.Buffer
	w := csv.NewWriter(&body)
	w.UseCRLF = true
	for n, r := range j.result(c) {
		row := only(r.json(), j.fields)
		names, cells := make([]string, len(row)), make([]string, len(row))
		for k, f := range row {
			names[k], cells[k] = f.Key, cell(f.Value)
		}
		if n == 0 {
			_ = w.Write(names) // to memory: cannot fail
		}
		_ = w.Write(cells)
	}
	w.Flush()
	return body.Bytes()
}

// cell is a value as a table shows it.
func cell(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case []string:
		return joined(v)
	case json.RawMessage:
		return string(v)
	default:
		return ""
	}
}
