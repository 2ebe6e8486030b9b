package statsocial

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"contactsync/extract"
	"contactsync/schema"
)

// pageSize is the number of records per page: how much a resumed run
// may have to commit again.
const pageSize = 1000

// position is the checkpoint of an audience id.
type position struct {
	AudienceID int64    `json:"audience_id"`
	Outputs    []string `json:"outputs,omitempty"` // what was asked for; none: all
	Rows       int64    `json:"rows,omitempty"`    // rows of the files, to see whether they are still the same
	Record     int64    `json:"record,omitempty"`  // records read
	Page       int      `json:"page,omitempty"`
	Done       bool     `json:"done,omitempty"`
}

// decodePosition reads a checkpoint; one that cannot be read counts as
// none, since reading files again costs nothing.
func decodePosition(c schema.Checkpoint) position {
	at, _ := extract.Decode[position](c, nil)
	return at
}

// Valid implements [extract.Position].
func (at position) Valid() bool { return at.Record >= 0 && at.Page >= 0 }

func (at position) encode() schema.Checkpoint { return extract.Encode(at) }

// sweep names the build, and what is read of it.
func (at position) sweep() string {
	name := strconv.FormatInt(at.AudienceID, 10)
	if len(at.Outputs) > 0 {
		name += ":" + strings.Join(at.Outputs, ",")
	}
	return name
}

// read reads the output files and yields their records from the position on.
func (r reader) read(ctx context.Context, audience statSocialAudience, at position, warnings []string) error {
	files, missing, err := r.files(audience)
	if err != nil {
		return err
	}
	warnings = append(warnings, missing...)
	rows := newSpill()
	defer rows.close()
	var total int64
	due := false // a file is still to come
	for _, f := range files {
		n, warning, err := r.stage(ctx, f, rows)
		if err != nil {
			return err
		}
		total += n
		due = due || n == 0 && f.Count > 0
		if warning != "" {
			warnings = append(warnings, warning)
		}
	}
	if at.Rows != total {
		at.Record, at.Page = 0, 0 // other files than before: their records have other numbers
	}
	at.Rows = total
	return r.yieldRecords(audience, at, rows, warnings, due)
}

// yieldRecords yields pages. The last of them ends the sweep, unless a file is due:
// then the next run reads the files again.
func (r reader) yieldRecords(audience statSocialAudience, at position, rows *spill, warnings []string, due bool) error {
	var batch []schema.Record
	flush := func(done bool) error {
		at.Record += int64(len(batch))
		at.Page++
		at.Done = done
		page := r.page(audience, at, batch)
		page.Warnings, warnings, batch = warnings, nil, nil
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

// files is the output files to read, in a fixed order, and a warning for each
// that was asked for and is not there: what is generated is a matter of permissions.
func (r reader) files(audience statSocialAudience) (files []statSocialOutput, warnings []string, err error) {
	wanted := r.wanted()
	var offered []string
	for _, o := range audience.Outputs {
		if o.URL == "" || o.Type == "" {
			continue
		}
		offered = append(offered, o.Type)
		if wanted == nil || slices.Contains(wanted, o.Type) {
			files = append(files, o)
		}
	}
	id := r.AudienceID
	if audience.ID != 0 {
		id = int64(audience.ID)
	}
	if len(offered) == 0 {
		return nil, nil, fmt.Errorf("statsocial: audience %d is built and has no output files; StatSocial grants which may be generated", id)
	}
	if len(files) == 0 {
		return nil, nil, fmt.Errorf("statsocial: audience %d is built and has none of the outputs %s; it has %s; StatSocial grants which may be generated",
			id, listed(wanted), listed(offered))
	}
	for _, output := range r.Outputs.Outputs {
		if !slices.Contains(offered, output) {
			warnings = append(warnings, fmt.Sprintf("statsocial: audience %d has no output %s; it has %s", id, output, listed(offered)))
		}
	}
	slices.SortStableFunc(files, func(a, b statSocialOutput) int { return strings.Compare(a.Type, b.Type) })
	return files, warnings, nil
}

func listed(words []string) string {
	if len(words) == 0 {
		return "none"
	}
	return strings.Join(words, ", ")
}

// stage reads one file to its end. A file that breaks is read again, and so, once,
// is one that has fewer rows than declared: it may have been cut short.
func (r reader) stage(ctx context.Context, output statSocialOutput, rows *spill) (n int64, warning string, err error) {
	const attempts = 3
	declared := int64(output.Count)
	start := rows.mark()
	for attempt := 1; ; attempt++ {
		if err := rows.rewind(start); err != nil {
			return 0, "", err
		}
		n, err = r.stageOnce(ctx, output, rows)
		_, refused := errors.AsType[*extract.APIError](err)
		_, limited := errors.AsType[*extract.LimitError](err)
		switch {
		case refused || limited || ctx.Err() != nil:
			return 0, "", err
		case err != nil && attempt == attempts:
			return 0, "", fmt.Errorf("statsocial: the %s file: %w", output.Type, err)
		case err != nil, n < declared && attempt == 1:
			continue
		case declared > 0 && n == 0:
			warning = fmt.Sprintf("statsocial: the %s file declares %d rows and is empty; the next run reads it again", output.Type, declared)
		case declared > 0 && n != declared:
			warning = fmt.Sprintf("statsocial: the %s file declares %d rows and has %d", output.Type, declared, n)
		}
		return n, warning, nil
	}
}

// stageOnce reads one file, of which some row must name somebody: a file of
// nothing else is no output, and would count as read for ever.
func (r reader) stageOnce(ctx context.Context, output statSocialOutput, rows *spill) (int64, error) {
	file, err := r.env.API.Open(ctx, output.URL)
	if err != nil {
		return 0, err
	}
	defer file.Close()
	named := false
	n, err := readOutputFile(file, output.Type, func(row fileRow) error {
		named = named || row.ID != ""
		return rows.add(row)
	})
	if told, ok := errors.AsType[errErrorBody](err); ok {
		return n, fmt.Errorf("%w: %s", err, r.env.Client.Excerpt(told.body))
	}
	if err == nil && n > 0 && !named {
		err = fmt.Errorf("none of its %d rows has an id; an error may stand in its place", n)
	}
	return n, err
}
