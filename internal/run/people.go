package run

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"

	"contactsync/internal/identity"
	"contactsync/internal/identity/evidence"
	"contactsync/internal/selector"
	"contactsync/internal/stage"
	"contactsync/internal/words"
	"contactsync/load"
)

// People wires identity resolution into the warehouse's merge.
func (r *Runner) People() load.People {
	settings := r.Config.Identity
	r.mu.Lock()
	overrides := r.overrides
	r.mu.Unlock()
	return load.People{
		Priority:   settings.Priority,
		MaxNames:   settings.MaxNames,
		MaxRecords: settings.MaxRecords,
		Guard:      load.Guard(settings.Guard),
		Weights:    evidence.Version(),
		Stale:      settings.Stale,
		Match:      load.Matching(settings.Match),
		Threshold:  float64(settings.Threshold),
		Overrides:  overrides.List,
		Fold:       stage.Fold,
		Warn:       func(m load.Merged) []string { return append(overrides.warn(m), doubts(m.Doubts)...) },
	}
}

// Overrides are what identity.yaml says, ready for the warehouse.
type Overrides struct {
	List     []load.Override
	Places   []string // file:line of each
	warnings []string // about selectors that can name nobody
}

// OverridesError says what is wrong with the file of identity.overrides.
type OverridesError struct{ Err error }

func (e *OverridesError) Error() string { return e.Err.Error() }
func (e *OverridesError) Unwrap() error { return e.Err }

// Overrides reads the file of identity.overrides anew, and keeps it for the merges
// that follow. Its mistakes are an [*OverridesError].
func (r *Runner) Overrides() (Overrides, error) {
	o, err := parseOverrides(r.Config.Identity.Overrides.Written, r.Config.Identity.Overrides.Full)
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		err = r.Config.Problem("identity.overrides", fmt.Errorf("the file cannot be read: %w", path.Err))
	}
	if err != nil {
		return Overrides{}, &OverridesError{err}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.overrides = o
	return o, nil
}

func parseOverrides(name, path string) (o Overrides, err error) {
	if path == "" {
		return o, nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return o, err
	}
	parsed, err := identity.ParseOverrides(name, data)
	if err != nil {
		return o, err
	}
	for _, pair := range parsed.Always {
		o.add(name, pair, true)
	}
	for _, pair := range parsed.Never {
		o.add(name, pair, false)
	}
	return o, nil
}

func (o *Overrides) add(name string, pair identity.Pair, always bool) {
	place := fmt.Sprintf("%s:%d", name, pair.Line)
	a, problemA := selectorOf(pair.A)
	b, problemB := selectorOf(pair.B)
	for side, problem := range []string{problemA, problemB} {
		if problem != "" {
			o.warnings = append(o.warnings, fmt.Sprintf("%s: the %s of the pair %s", place, sides[side], problem))
		}
	}
	if problemA == "" && problemB == "" {
		o.List = append(o.List, load.Override{Always: always, A: a, B: b})
		o.Places = append(o.Places, place)
	}
}

var sides = [2]string{"first", "second"}

// selectorOf reads how an override names a person. The problem, if there is one,
// does not repeat the text, which is personal data.
func selectorOf(text string) (s load.Selector, problem string) {
	named, ok := selector.Parse(text)
	switch {
	case !ok || named.Contact != "":
		return s, "is no e-mail address or LinkedIn profile that a record could have"
	case named.IsRole():
		return s, "is a role address, masked or a placeholder, which many people share; name a record as source:id"
	}
	return load.Selector{Source: named.Record.Source, SourceID: named.Record.ID, Identifiers: named.Identifiers}, ""
}

// warn says what a person should look at in a merge.
func (o Overrides) warn(m load.Merged) []string {
	warnings := slices.Clone(o.warnings)
	for _, u := range m.Unapplied {
		what := fmt.Sprintf("%s: the %s of the pair ", o.Places[u.Override], sides[u.Side])
		switch u.Reason {
		case load.Nobody:
			what += "matches no record yet"
		case load.TooMany:
			what += "matches records of too many people; name a record as source:id"
		case load.Forbidden:
			what = o.Places[u.Override] + ": the two cannot be one person, since never keeps them apart"
		}
		warnings = append(warnings, what)
	}
	if m.Shared > 0 {
		warnings = append(warnings, words.Counted(m.Shared, "identifier is shared by too many people and links", "identifiers are shared by too many people and link")+" nobody; see etl.identity_warnings")
	}
	if m.Blocked > 0 {
		warnings = append(warnings, words.Counted(m.Blocked, "identifier would join people whom identity.overrides keeps apart, and links", "identifiers would join people whom identity.overrides keeps apart, and link")+" nobody; see etl.identity_warnings")
	}
	return warnings
}
