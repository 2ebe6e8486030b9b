package audiencelab

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"contactsync/internal/simulate/api"
)

// postEnrichment answers POST /enrichments: a job, by the names of columns in
// upper case and records with keys in lower case.
func (a *account) postEnrichment(c *api.Call) api.Answer {
	var body struct {
		Name     string     `json:"name"`
		Operator string     `json:"operator"`
		Columns  []string   `json:"columns"`
		Records  []question `json:"records"`
	}
	if !strict(c.Body, &body) {
		return c.Invalid(unknownField)
	}
	for _, column := range body.Columns {
		if column != strings.ToUpper(column) || !slices.Contains(columns, strings.ToLower(column)) {
			return c.Invalid("unknown column " + column)
		}
	}
	if problem := missing(body.Name, body.Operator, body.Records, body.Columns); problem != "" {
		return c.Invalid(problem)
	}
	j := &job{name: body.Name, questions: body.Records, all: body.Operator == "AND"}
	return a.add(c, j, func(j *job) api.Answer { return api.Accepted(api.Object{{"jobId", j.id}, {"status", "IN_QUEUE"}}) })
}

// missing says what a job lacks, "" if nothing.
func missing(name, operator string, records []question, columns []string) string {
	switch {
	case name == "":
		return "name is required"
	case !slices.Contains([]string{"", "OR", "AND"}, operator):
		return "operator must be OR or AND"
	case len(columns) == 0 || len(records) == 0:
		return "columns and records are required"
	}
	for _, q := range records {
		for key := range q {
			if !slices.Contains(columns, strings.ToUpper(key)) || key != strings.ToLower(key) {
				return "a record has a key that is not among columns: " + key
			}
		}
	}
	return ""
}

// postJob answers POST /enrichment/jobs, the form of the original document, of
// which only the request is described.
func (a *account) postJob(c *api.Call) api.Answer {
	var body struct {
		Name     string     `json:"name"`
		Contacts []question `json:"contacts"`
		Fields   []string   `json:"fields"`
	}
	if !strict(c.Body, &body) {
		return c.Invalid(unknownField)
	}
	if len(body.Contacts) == 0 {
		return c.Invalid("contacts are required")
	}
	for _, q := range body.Contacts {
		for key := range q {
			if !slices.Contains(columns, key) {
				return c.Invalid(unknownField)
			}
		}
	}
	j := &job{name: body.Name, questions: body.Contacts, fields: body.Fields}
	return a.add(c, j, func(j *job) api.Answer {
		return api.Created(api.Object{{"id", j.id}, {"name", j.name}, {"status", "IN_QUEUE"}, {"total", len(j.questions)},
			{"created_at", j.posted.Format(time.RFC3339)}})
	})
}

// enrichOne answers POST /enrich: what is known of one person, at once.
func enrichOne(c *api.Call) api.Answer {
	var body struct {
		Filter    question `json:"filter"`
		Fields    []string `json:"fields"`
		IsOrMatch bool     `json:"is_or_match"`
	}
	if !strict(c.Body, &body) {
		return c.Invalid(unknownField)
	}
	return lookUp(c, body.Filter, body.Fields, !body.IsOrMatch)
}

// enrichContact answers POST /enrich/contact, as the original document suspects it:
// what is known of the person beside fields.
func enrichContact(c *api.Call) api.Answer {
	var body map[string]json.RawMessage
	var fields []string
	if json.Unmarshal(c.Body, &body) != nil {
		return c.Invalid(unknownField)
	}
	q := question{}
	for key, value := range body {
		var text string
		switch {
		case key == "fields" && json.Unmarshal(value, &fields) == nil:
		case key != "fields" && json.Unmarshal(value, &text) == nil:
			q[key] = text
		default:
			return c.Invalid(unknownField)
		}
	}
	return lookUp(c, q, fields, true)
}

func lookUp(c *api.Call, q question, fields []string, all bool) api.Answer {
	for key := range q {
		if !slices.Contains(columns, key) {
			return c.Invalid(unknownField)
		}
	}
	if q.who() == "" {
		return c.Invalid("filter is required")
	}
	if len(fields) == 0 {
		fields = nil
	}
	rows := []api.Object{}
	for _, r := range answers(c, []question{q}, all) {
		rows = append(rows, only(r.json(), fields))
	}
	reply := api.OK(api.Object{{"timestamp", c.Today.Add(time.Hour).Format(time.RFC3339)}, {"found", len(rows)}, {"result", rows}})
	reply.Order = &api.Order{Kind: api.LookupOrder, People: []string{q.who()}}
	return reply
}

// strict reads a request; "unknown request fields are rejected".
func strict(body []byte, into any) bool {
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	return d.Decode(into) == nil && !d.More()
}

// enrichments are the endpoints of the account's jobs, in both forms.
func (a *account) enrichments() map[string]api.Endpoint {
	return map[string]api.Endpoint{
		"POST /enrichments":         a.postEnrichment,
		"GET /enrichments":          a.listJobs,
		"GET /enrichments/{id}":     a.ofJob(oneJob),
		"POST /enrichment/jobs":     a.postJob,
		"GET /enrichment/jobs":      a.listJobs,
		"GET /enrichment/jobs/{id}": a.ofJob(oneJob),
		storagePath:                 a.storage,
		"POST /enrich":              enrichOne,
		"POST /enrich/contact":      enrichContact,
	}
}
