package enrichment

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"time"

	"contactsync/extract"
	"contactsync/internal/words"
	"contactsync/schema"
)

// enrichmentSource asks for people by jobs, and reads what came of them.
type enrichmentSource struct {
	inquiry
	env extract.Env
}

// Pages implements [extract.Source]. First it finds out what became of jobs whose
// answer was lost, then it posts new ones, and last it waits for all of them.
func (s enrichmentSource) Pages(ctx context.Context, from extract.State) iter.Seq2[extract.Page, error] {
	return extract.Sequence(func(emit extract.Emit) error {
		open, err := openJobs(from)
		if err != nil {
			return err
		}
		a := asker{enrichmentSource: s, emit: emit, past: maps.Clone(from)}
		return a.ask(ctx, open)
	})
}

// asker is one run.
type asker struct {
	enrichmentSource
	emit extract.Emit
	past extract.State // of all jobs so far, those of this run included
	kept extract.Troubles
}

func (a *asker) ask(ctx context.Context, known []job) error {
	if a.past == nil {
		a.past = extract.State{}
	}
	open, released, err := a.settle(ctx, known)
	if err != nil {
		return err
	}
	due, rest := a.due(released, open...)
	asked := due[:a.affordable(len(due))]
	for _, people := range a.batches(asked) {
		j, err := a.post(ctx, people)
		if err != nil {
			if err := a.kept.Add(err); err != nil {
				return err
			}
			break // the others would mostly fare no better, and it is the vendor's turn to be looked at
		}
		open = append(open, j)
	}
	if err := a.collect(ctx, open); err != nil {
		return err
	}
	return errors.Join(rest.ofFailures(), a.kept.Err(), a.limited(len(due)-len(asked)))
}

// settle finds out what became of jobs that were booked and of which no answer is
// stored: those that the vendor has go on, the others are released, and their people
// are due again.
func (a *asker) settle(ctx context.Context, known []job) (open []job, released []string, err error) {
	for _, j := range known {
		if j.ID == "" {
			if j, err = a.whereabouts(ctx, j); err != nil {
				return nil, nil, err
			}
		}
		if j.ended() {
			released = append(released, j.Name)
			continue
		}
		open = append(open, j)
	}
	return open, released, nil
}

// whereabouts is a booked job as posted, where the vendor has it, or else as released.
func (a *asker) whereabouts(ctx context.Context, j job) (job, error) {
	found, err := a.api(j).find(ctx, a.env, j)
	switch {
	case err != nil:
		return j, fmt.Errorf("%w; whether the job %s, of which no answer came, was posted is not known, and it is not posted again before that is", err, j.Name)
	case found == nil:
		a.env.Log.Info("the vendor never got a job that was booked", "source", name, "job", j.Name)
		j = j.over(schema.EnrichmentNotPosted, a.env.Now())
	default:
		j = j.posted(found.ID, found.word(), a.env.Now())
	}
	return j, a.note(j)
}

// note stores where a job stands before anything else happens: see
// [extract.Page].Records.
func (a *asker) note(j job, asked ...schema.Asked) error {
	page := j.page()
	page.Asked = asked
	a.past[j.Name] = page.Next
	return a.emit(page)
}

// post asks for people by a new job. That it is about to be posted is stored first:
// should the answer be lost, the next run looks for it at the vendor's.
func (a *asker) post(ctx context.Context, people []person) (j job, err error) {
	j = a.book(people, a.past, a.now)
	j.BookedAt = a.env.Now().UTC()
	if j.Before, err = a.api(j).before(ctx, a.env); err != nil {
		return j, err
	}
	asked := j.asking(people)
	a.asked = append(slices.Clip(a.asked), asked...)
	if err := a.note(j, asked...); err != nil {
		return j, err
	}
	request := a.api(j).order(j, people)
	request.Once = true
	answer, err := a.env.API.Do(ctx, request)
	if err != nil && extract.Unprocessed(err) {
		return j, errors.Join(err, a.note(j.over(schema.EnrichmentNotPosted, a.env.Now())))
	}
	var told jobAnswer
	if err == nil {
		told = decodeJob(answer.Body)
	}
	if told.ID == "" { // lost, or an answer that does not say it
		found, lookErr := a.api(j).find(ctx, a.env, j)
		if lookErr != nil || found == nil {
			if err == nil {
				err = errors.New(name + ": the job was posted and the answer names no id")
			}
			return j, fmt.Errorf("%w; whether the vendor has the job %s is not known: the next run looks for it there before it posts anything", err, j.Name)
		}
		told = *found
	}
	j = j.posted(told.ID, told.word(), a.env.Now())
	a.env.Log.Info("people were asked for", "source", name, "job", j.Name, "people", j.Asked)
	return j, a.note(j)
}

// collect waits for jobs and reads what came of each as soon as it is done.
func (a *asker) collect(ctx context.Context, open []job) error {
	if len(open) == 0 {
		return nil
	}
	what := words.Counted(len(open), "enrichment", "enrichments")
	err := a.env.Poll(ctx, what, func(ctx context.Context) (bool, string, error) {
		var err error
		status := ""
		open, status, err = a.round(ctx, open)
		return len(open) == 0, status, err
	})
	return a.kept.Add(err)
}

// round asks once for the state of the jobs, reads those that are done, and returns
// the others with what the vendor calls their state.
func (a *asker) round(ctx context.Context, open []job) (waiting []job, status string, err error) {
	for _, form := range []string{apiEnrichments, apiJobs} {
		var these []job
		for _, j := range open {
			if j.Form == form {
				these = append(these, j)
			}
		}
		if len(these) == 0 {
			continue
		}
		answers, whole, err := a.apiOf(form).look(ctx, a.env, these)
		if err != nil {
			return open, "", err
		}
		for _, j := range these {
			j, err := a.advance(ctx, j, answers[j.Name], whole)
			if err := a.kept.Add(err); err != nil {
				return open, "", err
			}
			if err == nil && !j.ended() {
				waiting, status = append(waiting, j), j.Status
			}
		}
	}
	return waiting, status, nil
}

// advance is a job after what the vendor says of it; nil: nothing, and if that is the
// whole of its answer, it does not have the job.
func (a *asker) advance(ctx context.Context, j job, told *jobAnswer, whole bool) (job, error) {
	switch {
	case told == nil && whole:
		return a.missed(j)
	case told == nil:
		return j, nil
	case !j.Missing.IsZero():
		j.Missing = time.Time{}
		if err := a.note(j); err != nil {
			return j, err
		}
	}
	if !told.nobody() {
		a.env.WarnOfStatus("enrichment "+j.Name, told.Status, false)
	}
	switch {
	case told.nobody():
		j = j.over(told.word(), a.env.Now())
		return j, a.note(j)
	case told.failed():
		return a.fail(j, fmt.Sprintf("the job failed at the vendor (%s)", told.Status))
	case told.ready():
		return a.receive(ctx, j, *told)
	case told.word() != j.Status:
		j.Status = told.word()
		return j, a.note(j)
	}
	return j, nil
}

// missed is a job that the vendor told an id of and does not have: not ready for some
// nights, since it may come yet, and failed then, so that no run waits for it for ever.
func (a *asker) missed(j job) (job, error) {
	now := a.env.Now().UTC()
	if !j.Missing.IsZero() && !now.Before(j.Missing.Add(missingRest)) {
		return a.fail(j, fmt.Sprintf("the vendor answered it with the id %s and has not had it since %s, so it is taken for failed",
			j.ID, j.Missing.Format(time.RFC3339)))
	}
	a.env.Warn(fmt.Sprintf("%s: enrichment %s is not in the vendor's list; it is taken for not ready", name, j.Name))
	if !j.Missing.IsZero() {
		return j, nil
	}
	j.Missing = now
	return j, a.note(j)
}

// fail is a job that ends without a result, and says when its people are asked for anew.
func (a *asker) fail(j job, why string) (job, error) {
	j = j.over(statusFailed, a.env.Now())
	return j, errors.Join(a.note(j), j.trouble("%s; a run after %s asks for its %d people by a new one",
		why, j.FinishedAt.Add(failureRest).Format(time.RFC3339), j.Asked))
}

// receive reads the result of a job, a page at a time. The last page ends the job.
func (a *asker) receive(ctx context.Context, j job, told jobAnswer) (job, error) {
	r := &result{job: j, linker: a.linker(j), status: told.word(), now: a.env.Now, emit: a.emit, identify: a.identify}
	var err error
	if told.URL != "" {
		err = r.file(ctx, a.env, told.URL)
	} else {
		err = r.inline(told.Results)
	}
	a.past[j.Name] = extract.Encode(r.job)
	if _, limited := errors.AsType[*extract.LimitError](err); err == nil || limited || ctx.Err() != nil || errors.Is(err, extract.ErrStopped) {
		return r.job, err
	}
	return r.job, j.trouble("its result cannot be read (%w); the next run reads it again", err)
}

func (o inquiry) api(j job) jobAPI { return o.apiOf(j.Form) }

func (o inquiry) apiOf(form string) jobAPI {
	if form == apiJobs {
		return documentedJobs{o}
	}
	return enrichmentJobs{o}
}

// records are people as the vendor takes them: lower-case keys, in the order of the
// columns, nothing that is not known.
func (o inquiry) records(people []person) []ordered {
	list := make([]ordered, len(people))
	for i, p := range people {
		for at, c := range o.columns {
			if p.values[at] != "" {
				list[i] = append(list[i], member{strings.ToLower(c.name), p.values[at]})
			}
		}
	}
	return list
}

// columnNames are the names of the columns that are sent.
func (o inquiry) columnNames() []string {
	names := make([]string, len(o.columns))
	for i, c := range o.columns {
		names[i] = c.name
	}
	return names
}
