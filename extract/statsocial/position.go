package statsocial

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"contactsync/extract"
	"contactsync/schema"
)

const definitionPartition = "definition"

// orders is the checkpoint of the definition: what was built from what.
type orders = extract.Orders[int64]

// Paid reports whether a checkpoint holds what was bought, not how far was read: a
// full run must not forget it, or it would pay for the same build again. An order
// whose answer was lost is forgotten: the user has looked it up.
func Paid(partition string, c schema.Checkpoint) bool {
	past, _ := extract.Decode[orders](c, nil)
	return partition == definitionPartition && past.Creating == "" && len(past.Audiences) > 0
}

// built returns what was ordered so far, and the audience that a run from here
// would read; 0: it would order a build first, for a credit. An error is what such
// a run would end with.
func (s Outputs) built(from extract.State) (past orders, id int64, err error) {
	if c := from[definitionPartition]; c != "" {
		if err := json.Unmarshal([]byte(c), &past); err != nil {
			return past, 0, fmt.Errorf("statsocial: the note of what was built cannot be read (%w); set audience_id, or use `sync run --full` to build anew, for a credit", err)
		}
	}
	if past.Creating != "" {
		return past, 0, errors.New("statsocial: an earlier run ordered this audience and never learned its id, so it may be built and paid for; " +
			"look it up at StatSocial and set audience_id, or use `sync run --full` to build it anew, for another credit")
	}
	id = past.Audiences[s.definition()]
	if old, changed := past.Changed(s.definition(), s.OnChange); changed {
		return past, 0, fmt.Errorf("statsocial: the definition changed since audience %d was built, and a new build costs a credit; set on_change: create to build it anew, or audience_id: %d to keep the old one", old, old)
	}
	return past, max(id, 0), nil
}

// pageSize is the number of records per page: how much a resumed run
// may have to commit again.
const pageSize = 1000

// position is the checkpoint of an audience: how far its output files are read.
type position struct {
	AudienceID int64    `json:"audience_id"`
	Outputs    []string `json:"outputs,omitempty"` // what was asked for; none: all
	Rows       int64    `json:"rows,omitempty"`    // rows of the files, to see whether they are still the same
	Record     int64    `json:"record,omitempty"`  // records read
	Page       int      `json:"page,omitempty"`
	Done       bool     `json:"done,omitempty"`
}

// Valid implements [extract.Position].
func (at position) Valid() bool { return at.Record >= 0 && at.Page >= 0 }

// begin returns the position from which an audience is read. A checkpoint of other
// outputs counts as none, and so does one that cannot be read: reading files again
// costs nothing.
func (s Outputs) begin(from extract.State, id int64) position {
	start := position{AudienceID: id}
	if len(s.Outputs) > 0 { // the document: ss_id "will always be present", so it is always read
		start.Outputs = append([]string{"ss_id"}, s.Outputs...)
		slices.Sort(start.Outputs)
		start.Outputs = slices.Compact(start.Outputs)
	}
	at, _ := extract.Decode[position](from[start.id()], nil)
	if at.AudienceID != id || !slices.Equal(at.Outputs, start.Outputs) {
		return start
	}
	return at
}

func (at position) id() string { return strconv.FormatInt(at.AudienceID, 10) }

// sweep names the build, and what is read of it.
func (at position) sweep() string {
	if len(at.Outputs) == 0 {
		return at.id()
	}
	return at.id() + ":" + strings.Join(at.Outputs, ",")
}

// files returns the output files to read, in a fixed order, and a warning for each
// that was asked for and is missing: StatSocial grants which an account may generate.
func (at position) files(a audience, asked []string) (files []output, warnings []string, err error) {
	var offered []string
	for _, o := range a.Outputs {
		if o.URL == "" || o.Type == "" {
			continue
		}
		offered = append(offered, o.Type)
		if len(at.Outputs) == 0 || slices.Contains(at.Outputs, o.Type) {
			files = append(files, o)
		}
	}
	has := strings.Join(offered, ", ")
	switch {
	case len(offered) == 0:
		return nil, nil, fmt.Errorf("statsocial: audience %d is built and has no output files; StatSocial grants which may be generated", at.AudienceID)
	case len(files) == 0:
		return nil, nil, fmt.Errorf("statsocial: audience %d is built and has none of the outputs %s; it has %s; StatSocial grants which may be generated",
			at.AudienceID, strings.Join(at.Outputs, ", "), has)
	}
	for _, idType := range asked {
		if !slices.Contains(offered, idType) {
			warnings = append(warnings, fmt.Sprintf("statsocial: audience %d has no output %s; it has %s", at.AudienceID, idType, has))
		}
	}
	slices.SortStableFunc(files, func(a, b output) int { return strings.Compare(a.Type, b.Type) })
	return files, warnings, nil
}

// within returns the position in files with so many rows. When they are other files than
// before, their records have other numbers, so they are read from the first.
func (at position) within(rows int64) position {
	if at.Rows != rows {
		at.Record, at.Page = 0, 0
	}
	at.Rows = rows
	return at
}

// advance makes a page of the next records, and the position after it. The last page
// ends the sweep when it is done.
func (at position) advance(a audience, records []schema.Record, done bool) (extract.Page, position) {
	at.Record += int64(len(records))
	at.Page++
	at.Done = done
	return extract.Page{
		Partition: at.id(),
		Next:      extract.Encode(at),
		Sweep:     at.sweep(),
		Complete:  done,
		Number:    at.Page,
		Audience:  at.id(),
		Records:   records,
		Audiences: []schema.Audience{a.describe(at.id())},
	}, at
}
