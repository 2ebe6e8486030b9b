// Package enrichment asks AudienceLab for people: many by jobs ([Enrichments]), one at
// once ([Enrich]).
//
// A partition of the stream is a job. Jobs may cost and there is no key against posting
// one twice, so each is booked, with whom it asks for, before it is posted, and looked
// for in the vendor's list when its answer is lost. Who was asked for rests until refresh
// has passed.
package enrichment

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"contactsync/extract"
	"contactsync/internal/words"
	"contactsync/schema"
)

// Enrichments are people whom the user knows little of, asked of the vendor by jobs.
// A partition is a job.
type Enrichments struct {
	People             extract.People `yaml:"people" jsonschema:"required" doc:"whom to ask for: query, or file; its columns are named as the vendor's"`
	Columns            []string       `yaml:"columns" jsonschema:"minItems=1,uniqueItems=true" doc:"columns of people that are sent; left out: all"`
	Operator           string         `yaml:"operator" jsonschema:"default=OR,enum=OR,enum=AND" doc:"whether one column has to match or all that are sent"`
	Batch              int            `yaml:"batch" jsonschema:"default=1000,minimum=1" doc:"people per job"`
	MaxRecords         int64          `yaml:"max_records" jsonschema:"minimum=1" doc:"the most people that one run may ask for; left out: no limit"`
	MaxRecordsPerMonth int64          `yaml:"max_records_per_month" jsonschema:"minimum=1" doc:"the most people that the runs of a calendar month may ask for; left out: no limit"`
	Refresh            time.Duration  `yaml:"refresh" jsonschema:"default=90d" doc:"nobody is asked for again before this has passed, found or not"`
	identify           Identify
	API                string `yaml:"api" jsonschema:"default=enrichments,enum=enrichments,enum=jobs" doc:"enrichments: POST /enrichments, which answers in practice; jobs: POST /enrichment/jobs, as the vendor's document has it"`
}

// Identify finds the key and the date that a record says of itself, by the rules by
// which all of the vendor's records are read.
type Identify func(raw json.RawMessage) (id string, asOf time.Time)

// New makes an empty definition.
func New(identify Identify) *Enrichments { return &Enrichments{identify: identify} }

// name is that of the source.
const name = schema.AudienceLab

// What the keys may say.
const (
	operatorOr, operatorAnd = "OR", "AND"
	apiEnrichments, apiJobs = "enrichments", "jobs"

	defaultJobSize = 1000
)

// Problems implements [extract.Definition].
func (e *Enrichments) Problems(extract.Section) []extract.Problem {
	var found extract.Problems
	if e.People.IsZero() {
		found.Add("people", "nobody is named to ask for; give query or file")
	}
	for i, name := range e.Columns {
		if _, ok := columnOf(name); !ok {
			found.OneOf(fmt.Sprintf("columns[%d]", i), "column that AudienceLab takes", name, Columns)
		}
	}
	if e.Operator != "" {
		found.OneOf("operator", "operator", e.Operator, []string{operatorOr, operatorAnd})
	}
	if e.API != "" {
		found.OneOf("api", "way to ask", e.API, []string{apiEnrichments, apiJobs})
	}
	if e.Batch < 0 {
		found.Add("batch", "%d people per job is impossible; leave it out for %d", e.Batch, defaultJobSize)
	}
	return found
}

// Advice implements [extract.Adviser].
func (e *Enrichments) Advice() []extract.Problem {
	if e.MaxRecords == 0 && e.MaxRecordsPerMonth == 0 {
		return []extract.Problem{{Message: "has no max_records, so a run may ask for everybody in people, and the vendor may charge for each"}}
	}
	return nil
}

// Open implements [extract.Definition].
func (e *Enrichments) Open(ctx context.Context, run extract.Run, env extract.Env) (extract.Source, []string, error) {
	o, err := e.inquiry(ctx, run)
	if err != nil {
		return nil, nil, err
	}
	return enrichmentSource{inquiry: o, env: env.WithDefaults()}, o.warnings, nil
}

// Plan implements [extract.Definition]. A dry run asks for nobody, and shows the
// first request.
func (e *Enrichments) Plan(ctx context.Context, run extract.Run) (extract.Plan, error) {
	from, err := run.State(ctx)
	if err != nil {
		return extract.Plan{}, err
	}
	o, err := e.inquiry(ctx, run)
	if errors.Is(err, extract.ErrNoWarehouse) { // as on the first day, before any run
		return extract.Plan{Detail: "asks for whom the query returns, once there is a warehouse", Note: "nothing was asked: there is no warehouse yet"}, nil
	}
	if err != nil {
		return extract.Plan{}, err
	}
	open, err := openJobs(from)
	if err != nil {
		return extract.Plan{}, err
	}
	due, rest := o.due(nil, open...)
	asked := due[:o.affordable(len(due))]
	plan := extract.Plan{Detail: o.told(asked, rest, len(open)), Warnings: o.warnings, Note: "nothing was asked"}
	if err := rest.ofFailures(); err != nil {
		plan.Warnings = append(plan.Warnings, err.Error())
	}
	if len(asked) == 0 {
		plan.Note = "nothing was asked: a run would ask for nobody"
		return plan, nil
	}
	first := o.batches(asked)[0]
	const shown = 3
	request := o.api(job{Form: o.form}).order(o.book(first, from, run.Now), first[:min(shown, len(first))])
	plan.Request = &extract.PlannedRequest{Method: request.Method, Path: request.Path, Body: request.Body, People: len(first), Shown: min(shown, len(first))}
	return plan, nil
}

// inquiry is the definition with its people looked up, and what is left of its budget.
func (e *Enrichments) inquiry(ctx context.Context, run extract.Run) (o inquiry, err error) {
	rows, err := e.People.Read(ctx, run.Query)
	if err != nil {
		return o, fmt.Errorf("pipeline %s: people: %w", run.Pipeline, err)
	}
	o = inquiry{
		pipeline: run.Pipeline, operator: cmp.Or(e.Operator, operatorOr), form: cmp.Or(e.API, apiEnrichments),
		size: cmp.Or(max(e.Batch, 0), defaultJobSize), refresh: e.Refresh, full: run.Full, now: run.Now,
		identify: e.identify, limit: cmp.Or(e.MaxRecords, -1), monthLimit: cmp.Or(e.MaxRecordsPerMonth, -1),
	}
	if o.columns, err = takenColumns(rows, e.Columns); err != nil {
		return o, fmt.Errorf("pipeline %s: people: %w", run.Pipeline, e.People.Headed(err))
	}
	known, err := run.Known(ctx)
	if err != nil {
		return o, err
	}
	month := time.Date(run.Now.Year(), run.Now.Month(), 1, 0, 0, 0, 0, run.Now.Location())
	o.failed = map[string]time.Time{}
	for _, job := range known.Jobs {
		if !job.BookedAt.Before(month) {
			o.spent += job.Asked
		}
		if job.Status == statusFailed {
			o.failed[job.Name] = job.FinishedAt
		}
	}
	o.known, o.asked = known, known.Asked
	o.people, o.left = o.read(rows)
	o.warnings = o.left.warnings(len(rows.Rows))
	return o, nil
}

// told says whom a run would ask for.
func (o inquiry) told(asked []person, r resting, open int) string {
	parts := []string{"asks for nobody"}
	if len(asked) > 0 {
		jobs := (len(asked) + o.size - 1) / o.size
		parts[0] = fmt.Sprintf("asks for %s of %d in %s", words.Counted(len(asked), "person", "people"), len(o.people), words.Counted(jobs, "job", "jobs"))
	}
	if r.rest > 0 {
		parts = append(parts, fmt.Sprintf("%s until refresh (%s) has passed", words.Counted(r.rest, "rests", "rest"), words.Exact(o.refresh)))
	}
	if over := r.due - len(asked); over > 0 {
		parts = append(parts, fmt.Sprintf("%s beyond the limit of this run or month", words.Counted(over, "is", "are")))
	}
	if o.left.suppressed > 0 {
		parts = append(parts, words.Counted(o.left.suppressed, "is", "are")+" suppressed and never sent")
	}
	if open > 0 {
		parts = append(parts, "waits for "+words.Counted(open, "job", "jobs")+" of earlier runs")
	}
	return strings.Join(parts, "; ")
}
