package privacy

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"contactsync/internal/run"
	"contactsync/internal/suppression"
	"contactsync/load"
	"contactsync/load/duckdb/report"
	"contactsync/load/export"
	"contactsync/schema"
)

// Access is all that is held of a person: what an erasure would erase, the runs that
// brought it, the audiences that listed it, what keeps the person out, and the exports
// that hold them.
type Access struct {
	AsOf     time.Time // when the snapshot was taken that was read; zero: the warehouse itself was
	Mentions []load.FoundRecord
	Contacts []string
	Subjects []Subject // in the order of the document, those without rows included
	Exports  []HeldExport
}

// HeldExport is an export and how many of its rows are about the person.
type HeldExport struct {
	Name      string    `json:"export"`
	Path      string    `json:"path"`
	WrittenAt time.Time `json:"written_at,omitzero"`
	Rows      int64     `json:"rows"`
	Problem   string    `json:"problem,omitempty"` // why it could not be searched
}

// Known reports whether anything is held of the person but that they must stay out.
func (a Access) Known() bool {
	return slices.ContainsFunc(a.Subjects, func(s Subject) bool { return s.Table != schema.Suppressions.Name && len(s.Rows) > 0 }) ||
		slices.ContainsFunc(a.Exports, func(e HeldExport) bool { return e.Rows > 0 })
}

// Suppressed reports whether the person must stay out.
func (a Access) Suppressed() bool {
	return slices.ContainsFunc(a.Subjects, func(s Subject) bool { return s.Table == schema.Suppressions.Name && len(s.Rows) > 0 })
}

// Held says all that is held of whom a request names, and changes nothing.
func Held(ctx context.Context, r *run.Runner, reader *run.Reader, request load.Request) (Access, error) {
	k, requests := keepOut{}, []load.Request{request}
	held, err := reader.Eraser().Held(ctx, requests, k.own(requests), r.People().Fold)
	if err != nil {
		return Access{}, err
	}
	suppressions, err := report.Suppressions(ctx, reader, slices.Collect(maps.Keys(k.kinds)))
	if err != nil {
		return Access{}, err
	}
	a := Access{AsOf: reader.AsOf.UTC(), Contacts: held.Contacts, Subjects: subjectsOf(held.Tables, suppressions)}
	for _, f := range held.Records {
		if f.Request < 0 {
			a.Mentions = append(a.Mentions, f)
		}
	}
	conn, err := reader.Conn(ctx)
	if err != nil {
		return Access{}, err
	}
	defer conn.Close()
	match := matcher(k.kinds, held.Found)
	for _, spec := range run.ExportSpecs(r) {
		found, err := export.Search(ctx, conn, spec, match)
		if ctx.Err() != nil {
			return Access{}, ctx.Err()
		}
		e := HeldExport{Name: spec.Name, Path: found.Path, WrittenAt: found.WrittenAt.UTC(), Rows: found.Rows}
		if err != nil {
			e.Problem = err.Error()
		}
		a.Exports = append(a.Exports, e)
	}
	return a, nil
}

// matcher finds the rows of exports that are about whom a search found.
func matcher(kinds map[string]schema.Kind, found load.Found) func(export.Row) bool {
	hashes, records, contacts := suppression.SetOf(kinds), map[[2]string]bool{}, map[string]bool{}
	for _, f := range found.Records {
		records[[2]string{f.Source, f.SourceID}] = true
		if slices.Contains(found.Contacts, f.ContactID) {
			contacts[f.ContactID] = true
		}
	}
	return func(r export.Row) bool {
		if contacts[r.ContactID] || records[[2]string{r.Source, r.SourceID}] || hashes.Mentions(r.Source, r.Text, false) {
			return true
		}
		for id := range contacts {
			if strings.Contains(r.Text, id) {
				return true
			}
		}
		return false
	}
}

// document is an answer as JSON.
type document struct {
	Request    string       `json:"request"` // where they were named
	Person     string       `json:"person"`  // how
	AsOf       time.Time    `json:"as_of,omitzero"`
	Known      bool         `json:"known"`
	Suppressed bool         `json:"suppressed"`
	Held       subjects     `json:"held"`
	Exports    []HeldExport `json:"exports"`
}

// JSON is the answer about somebody who was named in a place.
func (a Access) JSON(place, name string) ([]byte, error) {
	return readable(document{place, name, a.AsOf, a.Known(), a.Suppressed(), a.Subjects, holding(a.Exports)})
}

// holding are the exports that hold the person, and those of which nobody can tell.
func holding(list []HeldExport) []HeldExport {
	return slices.DeleteFunc(slices.Clone(list), func(e HeldExport) bool { return e.Rows == 0 && e.Problem == "" })
}
