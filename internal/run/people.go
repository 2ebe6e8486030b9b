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
		Warn: func(m load.Merged) []string {
			return slices.Concat(overrides.warn(m), unlinked(m), guarded(m, load.Guard(settings.Guard)), doubts(m.Doubts))
		},
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

// Overridden are the overrides as they stood when they were read last.
func Overridden(r *Runner) Overrides {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.overrides
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
	return warnings
}

// unlinked says which identifiers of a merge link nobody, or not everybody, and why.
func unlinked(m load.Merged) (warnings []string) {
	for _, u := range []struct {
		n         int
		one, many string
	}{
		{m.Shared, "identifier is shared by too many people and links nobody", "identifiers are shared by too many people and link nobody"},
		{
			m.Blocked, "identifier would join people whom identity.overrides keeps apart, and does not link all who carry it",
			"identifiers would join people whom identity.overrides keeps apart, and do not link all who carry them",
		},
		{
			m.Large, "identifier would make a person of more records or names than identity.max_records and max_names allow, and links no further ones",
			"identifiers would make people of more records or names than identity.max_records and max_names allow, and link no further ones",
		},
	} {
		if u.n > 0 {
			warnings = append(warnings, words.Counted(u.n, u.one, u.many)+"; see etl.identity_warnings")
		}
	}
	return warnings
}

// guarded says what the guard of a merge found, under the guard of the config.
func guarded(m load.Merged, configured load.Guard) (warnings []string) {
	if m.Refused > 0 {
		links := "not made"
		if m.Guard == load.GuardWarn {
			links = "made all the same"
		}
		warnings = append(warnings, words.Counted(m.Refused, "identifier is doubtful", "identifiers are doubtful")+
			": links between records that speak for different people are "+links+"; see etl.identity_warnings")
	}
	if m.Splits == 0 || m.Guard != load.GuardWarn {
		return warnings
	}
	split := "the guard would split " + words.Counted(m.Splits, "contact", "contacts")
	if configured == load.GuardOn {
		split += "; nothing is split yet: the next run does it, or `sync resolve --apply-guard` now; " +
			"identity.guard: warn or off keeps them together"
	}
	return append(warnings, split)
}
