package stage

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"contactsync/internal/config"
	"contactsync/load"
	"contactsync/schema"
	"contactsync/transform"
)

// The changes of a field.
const (
	fieldNew     = "new"
	fieldMissing = "missing"
	fieldRetyped = "retyped"
	fieldDamaged = "invalid_utf8" // and what stands for it among the types of a field
	// fieldUnmapped is no change of the vendor's: a field of its documents that no
	// column takes is named once, so that nobody looks for it in vain.
	fieldUnmapped = schema.DriftUnmapped
)

const (
	verdictRecords = 50  // a run of fewer records says nothing of what is usual
	usualPercent   = 95  // a field that so many records have is missed when none has it
	fieldLimit     = 500 // names beyond are taken for data used as names
)

// drift watches the top-level fields of a stream's records for changes in what
// the vendor sends. Only records whose payload changed are looked at, so a quiet
// night costs nothing; a field that vanishes changes every payload that had it.
//
// A field is new when neither the vendor's documents nor an earlier record of the
// stream has it. It is retyped when it comes with a JSON type that it had not
// before a run was first read to its end; null and "" have no type. It is missing
// when it was usual where the records come from and a whole run has none of it. It is
// damaged, which is said once, when text in it holds a character that stands for bytes
// that are none. A documented field is unmapped when its values are in the payload alone.
type drift struct {
	rules                    *transform.Rules
	source, stream, pipeline string
	documented               map[string]bool
	payloadOnly              map[string]bool // of the documented

	mu    sync.Mutex            // guards seen
	seen  map[string]*sightings // of this run, by origin; fields by their documented name
	read  map[string]int64      // records of this run, by origin
	place int                   // of the batch in the run
	known map[string]*schema.Field
	dirty map[string]bool // fields to store with the next commit
	found []schema.Drift  // changes to store with the next commit
	total int             // changes of this run
}

// newDrift starts from what earlier runs of the stream have seen.
func newDrift(ctx context.Context, w load.Lookup, p *config.Pipeline, rules *transform.Rules) (*drift, error) {
	d := &drift{
		rules: rules, source: p.Source, stream: p.Stream, pipeline: p.Name,
		documented: map[string]bool{}, payloadOnly: map[string]bool{}, seen: map[string]*sightings{}, read: map[string]int64{}, known: map[string]*schema.Field{}, dirty: map[string]bool{},
	}
	for _, name := range transform.KnownFields(p.Source) {
		d.documented[name] = true
	}
	for _, name := range transform.PayloadFields(p.Source) {
		d.payloadOnly[name] = true
	}
	fields, err := w.Fields(ctx, p.Source, p.Stream)
	for i := range fields {
		d.known[fields[i].Field] = &fields[i]
	}
	return d, err
}

// origin is where records come from that have the same fields.
func (d *drift) origin(v *served) string {
	if d.rules.AudienceFields && v.audience != "" {
		return v.audience
	}
	return d.pipeline
}

// note adds what was seen of some records of a batch, by origin. It may be called
// from several goroutines.
func (d *drift) note(origins map[string]*sightings) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for origin, s := range origins {
		if d.seen[origin] == nil {
			d.seen[origin] = &sightings{}
		}
		d.seen[origin].merge(s)
	}
}

// compare holds the fields of a batch against what is known of them.
func (d *drift) compare() {
	all := sightings{}
	for _, s := range d.seen {
		all.merge(s)
	}
	for _, name := range slices.Sorted(maps.Keys(all.fields)) {
		d.see(name, all.fields[name].kinds())
	}
}

// see compares a field with what is known of it. Its types come in the order in
// which they were met, so that the report does not depend on how a run was cut
// into batches; a field that has said nothing yet is not known yet.
func (d *drift) see(name string, types []string) {
	f := d.known[name]
	if f == nil {
		if len(types) == 0 || len(d.known) >= fieldLimit {
			return
		}
		f = &schema.Field{Source: d.source, Stream: d.stream, Field: name}
		d.known[name], d.dirty[name] = f, true
		if !d.documented[name] {
			d.report(name, fieldNew, cmp.Or(slices.DeleteFunc(slices.Clone(types), isDamage)...))
		}
	}
	if d.payloadOnly[name] && !f.PayloadOnly && len(types) > 0 {
		d.found = append(d.found, schema.Drift{Source: d.source, Stream: d.stream, Field: name, Change: fieldUnmapped, SampleType: types[0]})
		f.PayloadOnly, d.dirty[name] = true, true
	}
	for _, t := range types {
		if slices.Contains(f.Types, t) {
			continue
		}
		if t == fieldDamaged {
			d.report(name, fieldDamaged, "string")
		} else if f.Settled {
			d.report(name, fieldRetyped, t)
		}
		f.Types = append(f.Types, t)
		slices.Sort(f.Types)
		d.dirty[name] = true
	}
}

func isDamage(t string) bool { return t == fieldDamaged }

// conclude draws the verdict of a run that was read to its end: the types seen so
// far are settled, and where it looked at nearly all of a good number of records,
// it tells which fields are usual and which are missing.
func (d *drift) conclude() {
	for name, f := range d.known {
		if !f.Settled {
			f.Settled, d.dirty[name] = true, true
		}
	}
	for _, origin := range slices.Sorted(maps.Keys(d.seen)) {
		s := d.seen[origin]
		if s.records < verdictRecords || s.records*100 < d.read[origin]*usualPercent {
			continue
		}
		for _, name := range slices.Sorted(maps.Keys(d.known)) {
			d.judge(d.known[name], origin, s)
		}
	}
}

// judge tells whether a field is usual in an origin, or was and is missing.
func (d *drift) judge(f *schema.Field, origin string, s *sightings) {
	present := int64(0)
	if seen := s.fields[f.Field]; seen != nil {
		present = seen.records
	}
	usual := slices.Contains(f.UsualIn, origin)
	switch {
	case usual && present == 0:
		missed := func(found schema.Drift) bool { return found.Field == f.Field && found.Change == fieldMissing }
		if !slices.ContainsFunc(d.found, missed) { // by another origin
			d.report(f.Field, fieldMissing, "")
		}
		f.UsualIn = slices.DeleteFunc(f.UsualIn, func(o string) bool { return o == origin })
	case !usual && present*100 >= s.records*usualPercent:
		f.UsualIn = append(f.UsualIn, origin)
		slices.Sort(f.UsualIn)
	default:
		return
	}
	d.dirty[f.Field] = true
}

func (d *drift) report(field, change, sample string) {
	d.total++
	d.found = append(d.found, schema.Drift{Source: d.source, Stream: d.stream, Field: field, Change: change, SampleType: sample})
}

// take hands over what has to be stored.
func (d *drift) take(runID string, at time.Time) (fields []schema.Field, drifts []schema.Drift) {
	for _, name := range slices.Sorted(maps.Keys(d.dirty)) {
		f := d.known[name]
		if f.FirstSeenAt.IsZero() {
			f.FirstSeenAt = at
		}
		fields = append(fields, *f)
	}
	for _, found := range d.found {
		found.FirstSeenAt, found.RunID = at, runID
		drifts = append(drifts, found)
	}
	clear(d.dirty)
	d.found = nil
	return fields, drifts
}
