package statsocial

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"

	"contactsync/extract"
	"contactsync/extract/api"
	"contactsync/schema"
)

// source reads one build of one audience, once. A build costs a credit, so it is
// ordered once per definition, and its note is stored before the order is sent.
type source struct {
	want Outputs
	env  extract.Env
}

func (s Outputs) source(env extract.Env) extract.Source { return source{s, env.WithDefaults()} }

// Pages implements [extract.Source].
func (s source) Pages(ctx context.Context, from extract.State) iter.Seq2[extract.Page, error] {
	return extract.Sequence(func(emit extract.Emit) error {
		r := reader{source: s, emit: emit}
		return r.read(ctx, from)
	})
}

// reader reads one audience for one consumer.
type reader struct {
	source
	emit     extract.Emit
	audience audience
	warnings []string // for the next page
}

func (r *reader) read(ctx context.Context, from extract.State) (err error) {
	id := r.want.AudienceID
	if id == 0 {
		if id, err = r.build(ctx, from); err != nil {
			return err
		}
	}
	at := r.want.begin(from, id)
	if at.Done {
		return nil
	}
	if err := r.await(ctx, id); err != nil {
		return err
	}
	return r.readFiles(ctx, at)
}

// await asks for the audience until its build is done.
func (r *reader) await(ctx context.Context, id int64) error {
	what := fmt.Sprintf("audience %d", id)
	return r.env.Poll(ctx, what, func(ctx context.Context) (done bool, status string, err error) {
		answer, err := r.env.API.Do(ctx, api.Request{Method: http.MethodGet, Path: audiencePath(id)})
		if api.NotFound(err) {
			err = fmt.Errorf("%w; there is no %s, or not for this token", err, what)
		}
		if err != nil {
			return false, "", err
		}
		if r.audience, err = decodeAudience(answer.Body, id); err != nil {
			return false, "", err
		}
		status = string(r.audience.Status)
		switch extract.StatusOf(status) {
		case extract.StatusReady:
			return true, status, nil
		case extract.StatusFailed:
			advice := "`sync run --full` builds it anew, for another credit"
			if r.want.AudienceID != 0 {
				advice = "regenerate it at StatSocial, and set audience_id to the new id"
			}
			err = fmt.Errorf("statsocial: the build of %s ended with status %s; %s", what, status, advice)
		case extract.StatusNone:
			r.env.Warn(fmt.Sprintf("statsocial: %s has no status; it is taken for not ready", what))
		case extract.StatusUnknown: // with files or without, since they may be those of the build before
			r.env.WarnOfStatus(what, status, false)
		}
		return false, status, err
	})
}

// readFiles reads the output files to their end, and emits their records from the
// position on.
func (r *reader) readFiles(ctx context.Context, at position) error {
	files, missing, err := at.files(r.audience, r.want.Outputs)
	if err != nil {
		return err
	}
	r.warnings = append(r.warnings, missing...)
	if err := r.within(at, declaredBy(r.audience, files), 0); err != nil {
		return err
	}
	rows := new(spill)
	defer rows.close()
	var total int64
	due := false // a file declares rows and has none yet
	for _, f := range files {
		n, err := r.stage(ctx, f, rows)
		if err != nil {
			return err
		}
		total += n
		due = due || n == 0 && f.Count > 0
		r.warnings = append(r.warnings, f.mismatch(n)...)
	}
	if err := r.count(at, rows); err != nil {
		return err
	}
	return r.emitRecords(at.within(total), rows, due)
}

// count keeps max_records where the files say nothing of how many people they hold.
func (r *reader) count(at position, rows *spill) error {
	if r.env.MaxRecords == 0 {
		return nil
	}
	served := int64(0)
	for _, err := range rows.records() {
		if err != nil {
			return err
		}
		served++
	}
	return r.within(at, 0, served)
}

// within keeps max_records: before a file is asked for, and before any of its records
// is stored.
func (r *reader) within(at position, declared, served int64) error {
	return r.env.Within("audience "+at.id(), declared, served)
}

// stage reads one file to its end. A file that breaks is read again, and so, once,
// is one that has fewer rows than declared: it may have been cut short.
func (r *reader) stage(ctx context.Context, o output, rows *spill) (int64, error) {
	const attempts = 3
	start := rows.mark()
	for attempt := 1; ; attempt++ {
		if err := rows.rewind(start); err != nil {
			return 0, err
		}
		n, err := r.stageOnce(ctx, o, rows)
		_, refused := errors.AsType[*extract.APIError](err)
		_, limited := errors.AsType[*extract.LimitError](err)
		switch {
		case err == nil && (n >= int64(o.Count) || attempt > 1):
			return n, nil
		case err != nil && (refused || limited || errors.Is(err, api.ErrUnpacked) || ctx.Err() != nil):
			return 0, err
		case attempt == attempts:
			return 0, fmt.Errorf("statsocial: the %s file: %w", o.Type, err)
		}
	}
}

// stageOnce reads one file, in which some row must have an id: a file without any
// is no output, and would count as read for ever.
func (r *reader) stageOnce(ctx context.Context, o output, rows *spill) (int64, error) {
	file, err := r.env.API.Open(ctx, o.URL)
	if err != nil {
		return 0, err
	}
	defer file.Close()
	identified := false
	n, err := readOutputFile(file, o.Type, func(row fileRow) error {
		identified = identified || row.ID != ""
		return rows.add(row)
	})
	if refusal, ok := errors.AsType[errorBody](err); ok {
		return n, fmt.Errorf("%w: %s", err, r.env.Client.Excerpt(refusal))
	}
	if err == nil && n > 0 && !identified {
		err = fmt.Errorf("none of its %d rows has an id; an error may stand in its place", n)
	}
	return n, err
}

// emitRecords emits the records after a position, a page at a time. The last page
// ends the sweep, unless a file is due: then the next run reads the files again.
func (r *reader) emitRecords(at position, rows *spill, due bool) error {
	var batch []schema.Record
	flush := func(done bool) error {
		var page extract.Page
		page, at = at.advance(r.audience, batch, done)
		page.Warnings, r.warnings, batch = r.warnings, nil, nil
		return r.emit(page)
	}
	skip := at.Record
	for record, err := range rows.records() {
		if err != nil {
			return err
		}
		if skip > 0 {
			skip--
			continue
		}
		if len(batch) == pageSize {
			if err := flush(false); err != nil {
				return err
			}
		}
		batch = append(batch, record)
	}
	return flush(!due)
}
