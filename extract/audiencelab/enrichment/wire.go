package enrichment

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"contactsync/extract"
	"contactsync/extract/api"
)

// jobAPI is one of the two forms in which jobs are spoken of.
type jobAPI interface {
	// order is the request that posts a job.
	order(j job, people []person) api.Request
	// before are the ids of the jobs that the vendor has, where they are needed to
	// recognise the next one.
	before(ctx context.Context, env extract.Env) ([]string, error)
	// find looks for a job of which no answer came. nil without an error: the
	// vendor certainly does not have it.
	find(ctx context.Context, env extract.Env, j job) (*jobAnswer, error)
	// look is what the vendor says of jobs now, by name; whole: open jobs
	// that are not among them it does not have.
	look(ctx context.Context, env extract.Env, open []job) (answers map[string]*jobAnswer, whole bool, err error)
}

// enrichmentJobs is the form that answers in practice. It has no address of a single
// job: the list tells.
type enrichmentJobs struct{ inquiry }

const enrichmentsPath = "/enrichments"

func (e enrichmentJobs) order(j job, people []person) api.Request {
	body, _ := json.Marshal(struct { // texts always encode
		Name     string    `json:"name"`
		Operator string    `json:"operator"`
		Columns  []string  `json:"columns"`
		Records  []ordered `json:"records"`
	}{j.Name, e.operator, e.columnNames(), e.records(people)})
	return api.Request{Method: http.MethodPost, Path: enrichmentsPath, Body: body}
}

func (enrichmentJobs) before(context.Context, extract.Env) ([]string, error) { return nil, nil }

func (enrichmentJobs) find(ctx context.Context, env extract.Env, j job) (found *jobAnswer, err error) {
	err = listed(ctx, env, enrichmentsPath, func(a jobAnswer) bool {
		if strings.EqualFold(strings.TrimSpace(a.Name), j.Name) {
			found = &a
		}
		return found == nil
	})
	if found != nil && found.ID == "" {
		return nil, j.trouble("the vendor lists the job without an id")
	}
	if found != nil {
		err = nil
	}
	return found, err
}

func (enrichmentJobs) look(ctx context.Context, env extract.Env, open []job) (answers map[string]*jobAnswer, whole bool, err error) {
	answers = map[string]*jobAnswer{}
	err = listed(ctx, env, enrichmentsPath, func(a jobAnswer) bool {
		for _, j := range open {
			if a.ID == j.ID || a.ID == "" && strings.EqualFold(strings.TrimSpace(a.Name), j.Name) {
				answers[j.Name] = &a
			}
		}
		return len(answers) < len(open)
	})
	if err != nil && len(answers) > 0 {
		return answers, false, nil // what was found counts, and the next round asks for the others
	}
	return answers, err == nil, err
}

// documentedJobs is the form of the document that users have. Its jobs have no
// name, so one whose answer was lost is known by being new: no job but ours was there
// before it was booked, or the user has to look.
type documentedJobs struct{ inquiry }

const jobsPath = "/enrichment/jobs"

func (d documentedJobs) order(_ job, people []person) api.Request {
	body, _ := json.Marshal(struct { // texts always encode
		Contacts []ordered `json:"contacts"`
		Fields   []string  `json:"fields"`
	}{d.records(people), resultFields})
	return api.Request{Method: http.MethodPost, Path: jobsPath, Body: body}
}

func (documentedJobs) before(ctx context.Context, env extract.Env) (ids []string, err error) {
	err = listed(ctx, env, jobsPath, func(a jobAnswer) bool {
		ids = append(ids, a.ID)
		return true
	})
	return ids, err
}

func (documentedJobs) find(ctx context.Context, env extract.Env, j job) (*jobAnswer, error) {
	var fresh []jobAnswer
	err := listed(ctx, env, jobsPath, func(a jobAnswer) bool {
		if a.ID != "" && !slices.Contains(j.Before, a.ID) {
			fresh = append(fresh, a)
		}
		return true
	})
	if err != nil || len(fresh) == 0 {
		return nil, err
	}
	if len(fresh) > 1 || fresh[0].Total != nil && int64(*fresh[0].Total) != j.Asked {
		return nil, j.trouble("%d jobs that are new since it was booked are at the vendor, and none of them tells whether it is this one; "+
			"look there, and if it is not, run `sync run` again once they are deleted", len(fresh))
	}
	return &fresh[0], nil
}

func (documentedJobs) look(ctx context.Context, env extract.Env, open []job) (answers map[string]*jobAnswer, whole bool, err error) {
	answers = map[string]*jobAnswer{}
	for _, j := range open {
		response, err := env.API.Do(ctx, api.Request{Method: http.MethodGet, Path: jobsPath + "/" + url.PathEscape(j.ID)})
		if api.NotFound(err) {
			continue
		}
		if err != nil {
			return nil, false, err
		}
		a := decodeJob(response.Body)
		answers[j.Name] = &a
	}
	return answers, true, nil
}

// jobAnswer is what the vendor says of a job.
type jobAnswer struct {
	ID, Name, Status string
	URL              string // of its result, a CSV file
	Total            *extract.LenientInt
	Results          []json.RawMessage // its result, where it stands in the answer
	inline           bool              // it does
}

// wireJob is a job as it is sent. The list names it id, the answer to its posting
// jobId.
type wireJob struct {
	ID          extract.LenientText `json:"id"`
	JobID       extract.LenientText `json:"jobId"`
	SnakeID     extract.LenientText `json:"job_id"`
	Name        extract.LenientText `json:"name"`
	Status      extract.LenientText `json:"status"`
	CSVURL      extract.LenientText `json:"csv_url"`
	ResultURL   extract.LenientText `json:"result_url"`
	ResultsURL  extract.LenientText `json:"results_url"`
	DownloadURL extract.LenientText `json:"download_url"`
	Total       *extract.LenientInt `json:"total"`
	Results     json.RawMessage     `json:"results"`
	Result      json.RawMessage     `json:"result"`
	Contacts    json.RawMessage     `json:"contacts"`
	Data        json.RawMessage     `json:"data"`
	Job         json.RawMessage     `json:"job"`
}

// decodeJob reads a job, also from within an envelope. What cannot be read is not told.
func decodeJob(raw []byte) jobAnswer {
	var w wireJob
	_ = json.Unmarshal(raw, &w)
	a := jobAnswer{
		ID: string(cmp.Or(w.ID, w.JobID, w.SnakeID)), Name: string(w.Name), Status: string(w.Status), Total: w.Total,
		URL: string(cmp.Or(w.CSVURL, w.ResultURL, w.ResultsURL, w.DownloadURL)),
	}
	for _, list := range []json.RawMessage{w.Results, w.Result, w.Contacts, w.Data} {
		if len(list) > 0 && list[0] == '[' {
			a.inline = json.Unmarshal(list, &a.Results) == nil
			break
		}
	}
	for _, inner := range []json.RawMessage{w.Job, w.Data} {
		if a.ID == "" && a.Status == "" && len(inner) > 0 && inner[0] == '{' {
			return decodeJob(inner)
		}
	}
	return a
}

// word is the vendor's word for the state of the job, as the warehouse keeps it.
func (a jobAnswer) word() string {
	return cmp.Or(strings.ToUpper(strings.Join(strings.FieldsFunc(a.Status, func(r rune) bool { return r == ' ' || r == '-' || r == '_' }), "_")), "IN_QUEUE")
}

// nobody reports whether the job is over and nobody was found: "no data", which of an
// audience says that it is still made.
func (a jobAnswer) nobody() bool {
	return a.word() == "NO_DATA" || a.done() && a.URL == "" && (a.inline && len(a.Results) == 0 || !a.inline && a.Total != nil && *a.Total == 0)
}

func (a jobAnswer) done() bool   { return extract.StatusOf(a.Status) == extract.StatusReady }
func (a jobAnswer) failed() bool { return extract.StatusOf(a.Status) == extract.StatusFailed }

// ready reports whether there is a result to read: a job that is done and shows none is
// not ready.
func (a jobAnswer) ready() bool { return a.done() && (a.URL != "" || len(a.Results) > 0) }

// ordered is a JSON object whose members keep their order.
type ordered []member

type member struct{ name, value string }

// MarshalJSON implements [json.Marshaler].
func (o ordered) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(quoted(m.name))
		b.WriteByte(':')
		b.Write(quoted(m.value))
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// quoted is a JSON string; what is no UTF-8 in a text is replaced.
func quoted(text string) []byte {
	b, _ := jsontext.AppendQuote(nil, strings.ToValidUTF8(text, "\ufffd")) // valid UTF-8 always quotes
	return b
}
