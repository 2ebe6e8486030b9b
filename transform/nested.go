package transform

import (
	"slices"
	"strings"
)

// A record may hold its person within a member of its own, as a visit holds whom the
// vendor recognised (vendors' README 6.1). What is asked of the members of a record (is
// one dropped, does a newer payload lack it, is it a new field) is asked of these, too.

// path is where a member stands: documented names with dots between them.
type path string

func (p path) of(m member) path {
	if p == "" {
		return path(m.field)
	}
	return p + "." + path(m.field)
}

// LeadsToPerson reports whether the person of a record may stand within the member at
// a path of names as sent.
func (v *Rules) LeadsToPerson(names ...string) bool {
	full := strings.Join(names, ".")
	return v.leadsToPerson(path(v.spelling.of(full)))
}

// leadsToPerson reports whether a path is, or begins, one under which a person stands.
func (v *Rules) leadsToPerson(p path) bool {
	return slices.ContainsFunc(v.nested, func(person string) bool {
		return strings.HasPrefix(person, string(p)) && (len(person) == len(p) || person[len(p)] == '.')
	})
}

// open is the members of a member that may hold the person; nil for any other.
func (v *Rules) open(p path, m member) object {
	if len(v.nested) == 0 || !v.leadsToPerson(p) {
		return object{}
	}
	return m.value.opened(v.spelling)
}

// opened is the members of the object that a value is or holds as a text; nil where
// there is none, or it cannot be read.
func (v value) opened(spelling *spelling) object {
	text := v.object()
	if text == "" {
		return object{}
	}
	o, _ := parseObject(text, spelling)
	return o
}

// at is the first object with members under some paths; nil: there is none.
func (o object) at(spelling *spelling, paths []string) object {
	for _, full := range paths {
		at := o
		for name := range strings.SplitSeq(full, ".") {
			at = at.get(name).opened(spelling)
		}
		if len(at.all) > 0 {
			return at
		}
	}
	return object{}
}

// within is the member with other members in it.
func (v *Rules) within(m member, members object) member {
	m.value, m.plain = value(v.compose("", members.all).text), false
	return m
}

// laid is the members of a newer object over those of an older one, and whether
// they differ from the newer.
func (v *Rules) laid(newer, older object, at path) (all object, changed bool) {
	missing := newer.lacks(older)
	own := newer.all
	for i, m := range newer.all {
		inner := v.open(at.of(m), m)
		if inner.all == nil && !m.value.saysSomething() && v.leadsToPerson(at.of(m)) {
			inner.all = []member{} // nobody recognised, which takes nothing back
		}
		if inner.all == nil {
			continue
		}
		was := member{label: m.label, value: older.get(m.field)}
		if folded, differs := v.laid(inner, v.open(at.of(m), was), at.of(m)); differs {
			if !changed {
				own, changed = slices.Clone(newer.all), true
			}
			own[i] = v.within(m, folded)
		}
	}
	if len(missing) == 0 && !changed {
		return newer, false
	}
	return object{append(missing, own...), nil}, true
}

// pruned is an object without the members whose name, as sent, is to be dropped, and
// whether it had any.
func (v *Rules) pruned(o object, dropped func(name string) bool, at path) (kept object, changed bool) {
	kept.all = make([]member, 0, len(o.all))
	for _, m := range o.all {
		if dropped(m.name) {
			changed = true
			continue
		}
		if inner := v.open(at.of(m), m); inner.all != nil {
			if rest, had := v.pruned(inner, dropped, at.of(m)); had {
				m, changed = v.within(m, rest), true
			}
		}
		kept.all = append(kept.all, m)
	}
	return kept, changed
}

// eachField yields the members of a record, and those of the person within it, but
// none that stand between the two.
func (v *Rules) eachField(o object, at path, yield func(field, kind string) bool) bool {
	between := at != "" && !slices.Contains(v.nested, string(at))
	for _, m := range o.all {
		if !between && !yield(m.field, m.value.typeName()) {
			return false
		}
		if inner := v.open(at.of(m), m); inner.all != nil && !v.eachField(inner, at.of(m), yield) {
			return false
		}
	}
	return true
}
