package enrichment

import (
	"slices"
	"strings"

	"contactsync/extract"
	"contactsync/internal/normal"
	"contactsync/schema"
)

// What a row of a result gets where it does not repeat by what its person was asked
// for: else nothing would tell that it is the answer. The rules of transform read both.
const (
	AskedHash     = "ASKED_HASH"         // hash of the address that was asked for, as sent or made here
	AskedLinkedIn = "ASKED_LINKEDIN_URL" // profile that was asked for
)

// linker finds out of whom a row of a job's result is: by a value that the person was
// asked for by, wherever it stands in the row; failing that by a full name that only
// one person of the job has, or because the job asks for one person only.
type linker struct {
	known   extract.Known
	columns []string                      // that were sent
	keys    map[schema.Identifier]int64   // whose an identifier is
	by      map[int64][]schema.Identifier // by what each was asked for
	names   map[string][]int64            // who has a full name
	claimed map[int64]bool                // whose row has come
}

// linker makes the linker of a job. The people of a job of an earlier run are known by
// their identifiers, and by name as far as people still lists them.
func (a *asker) linker(j job) *linker {
	l := &linker{
		known: a.known, columns: a.columnNames(), keys: map[schema.Identifier]int64{}, by: map[int64][]schema.Identifier{},
		names: map[string][]int64{}, claimed: map[int64]bool{},
	}
	for _, asked := range a.asked {
		if asked.Job == j.Name {
			id := schema.Identifier{Kind: asked.Kind, Value: asked.Value}
			l.keys[id], l.by[asked.Person] = asked.Person, append(l.by[asked.Person], id)
		}
	}
	for _, p := range a.people {
		for _, k := range p.keys {
			if number, ok := l.keys[k]; ok {
				full := nameOf(a.columnNames(), p.values)
				l.names[full] = append(l.names[full], number)
				break
			}
		}
	}
	delete(l.names, "")
	return l
}

// nameOf is a full name in one case; "" where either part is missing.
func nameOf(columns, values []string) string {
	first, last := "", ""
	for i, c := range columns {
		switch c {
		case "FIRST_NAME":
			first = strings.ToLower(strings.TrimSpace(values[i]))
		case "LAST_NAME":
			last = strings.ToLower(strings.TrimSpace(values[i]))
		}
	}
	if first == "" || last == "" {
		return ""
	}
	return first + " " + last
}

// answers reports whether a row says anything but what was asked.
func (l *linker) answers(row ordered) bool {
	return slices.ContainsFunc(row, func(m member) bool {
		return m.value != "" && !slices.Contains(l.columns, strings.ToUpper(m.name))
	})
}

// identifying are the fields by whose values records link (the rules of transform).
var identifying = []string{
	"EMAIL", "BUSINESS_EMAIL", "BUSINESS_EMAILS", "PERSONAL_EMAIL", "PERSONAL_EMAILS", "ADDITIONAL_PERSONAL_EMAILS", "BUSINESS_VERIFIED_EMAILS",
	"PERSONAL_VERIFIED_EMAILS", "DEEP_VERIFIED_EMAILS", "SHA256_BUSINESS_EMAIL", "SHA256_PERSONAL_EMAIL", "HEM_SHA256", "LINKEDIN_URL",
	"INDIVIDUAL_LINKEDIN_URL",
}

// link is what a row gets besides, so that it links to whoever was asked for; none,
// where it does by itself, or nobody knows whose it is.
func (l *linker) link(row ordered) (more ordered) {
	person, repeats, found := l.whose(row)
	if !found {
		return nil
	}
	l.claimed[person] = true
	if repeats {
		return nil
	}
	for _, id := range l.by[person] {
		switch id.Kind {
		case schema.EmailSHA256, schema.EmailSHA1, schema.EmailMD5:
			more = append(more, member{AskedHash, id.Value})
		case schema.LinkedIn:
			more = append(more, member{AskedLinkedIn, normal.LinkedInProfile + id.Value})
		}
	}
	return distinct(more)
}

// distinct joins what stands under one name: a field of hashes may hold several.
func distinct(more ordered) (joined ordered) {
	for _, m := range more {
		i := slices.IndexFunc(joined, func(o member) bool { return o.name == m.name })
		if i < 0 {
			joined = append(joined, m)
			continue
		}
		joined[i].value += ", " + m.value
	}
	return joined
}

// whose is the person of a row, and whether a field by which records link repeats what
// the person was asked for by.
func (l *linker) whose(row ordered) (person int64, repeats, found bool) {
	for _, m := range row {
		for _, value := range l.naming(m.value) {
			for _, id := range l.known.Keys(value) {
				if number, ok := l.keys[id]; ok {
					person, found = number, true
					repeats = repeats || slices.Contains(identifying, strings.ToUpper(m.name))
				}
			}
		}
	}
	if found {
		return person, repeats, true
	}
	columns, values := make([]string, len(row)), make([]string, len(row))
	for i, m := range row {
		columns[i], values[i] = strings.ToUpper(m.name), m.value
	}
	namesakes := l.names[nameOf(columns, values)]
	switch {
	case len(namesakes) == 1:
		person = namesakes[0]
	case len(l.by) == 1:
		for person = range l.by {
		}
	default:
		return 0, false, false
	}
	return person, false, !l.claimed[person]
}

// naming are the parts of a value that may name somebody: addresses, hashes, profiles.
func (l *linker) naming(value string) (parts []string) {
	if !strings.Contains(value, "@") && !strings.Contains(strings.ToLower(value), "linkedin.com") && len(value) < 32 {
		return nil
	}
	for part := range strings.FieldsFuncSeq(value, func(r rune) bool { return strings.ContainsRune(", ;|\n\t\"[]", r) }) {
		if strings.Contains(part, "@") || strings.Contains(strings.ToLower(part), "linkedin.com") || len(part) == 32 || len(part) == 40 || len(part) == 64 {
			parts = append(parts, part)
		}
	}
	return parts
}
