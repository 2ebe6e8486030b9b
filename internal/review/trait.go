package review

import (
	"cmp"
	"slices"
	"strings"

	"contactsync/load/duckdb/report"
	"contactsync/schema"
)

// Trait is what each of the two records tells of one thing, for people to compare.
type Trait struct {
	Name    string
	Sides   [2][]string
	Differs bool // both tell something, and nothing that is the same
}

// knownTo is told of people, not of records: it is nothing to compare.
const knownTo = "known to"

// Traits are what at least one of the two tells, in the order in which people look.
func (p Pair) Traits() (told []Trait) {
	for _, t := range []struct {
		name string
		of   func(*report.Side) []string
	}{
		{"name", func(s *report.Side) []string { return lines(s.FullName) }},
		{"addresses", func(s *report.Side) []string { return listed(s.Emails, s.Email) }},
		{"phones", func(s *report.Side) []string { return listed(s.Phones, s.Phone) }},
		{"company", func(s *report.Side) []string { return lines(companyOf(s.Profile)) }},
		{"title", func(s *report.Side) []string { return lines(s.JobTitle) }},
		{"place", func(s *report.Side) []string { return lines(Place(s.Profile)) }},
		{"age", func(s *report.Side) []string { return lines(s.AgeRange) }},
		{"gender", func(s *report.Side) []string { return lines(s.Gender) }},
		{"LinkedIn", func(s *report.Side) []string {
			return lines(strings.TrimPrefix(s.LinkedInURL, "https://www.linkedin.com/in/"))
		}},
		{knownTo, func(s *report.Side) []string { return s.Sources }},
	} {
		sides := [2][]string{t.of(&p.Sides[0]), t.of(&p.Sides[1])}
		if len(sides[0])+len(sides[1]) > 0 {
			told = append(told, Trait{t.name, sides, t.name != knownTo && differ(sides[0], sides[1])})
		}
	}
	return told
}

func differ(a, b []string) bool {
	return len(a) > 0 && len(b) > 0 && !slices.ContainsFunc(a, func(x string) bool {
		return slices.ContainsFunc(b, func(y string) bool { return strings.EqualFold(x, y) })
	})
}

// lines is a value as a list, empty where there is none.
func lines(value string) []string {
	if value == "" {
		return nil
	}
	return []string{value}
}

// listed are the values of a list, or the one beside it where that is empty.
func listed(list []string, single string) []string {
	if len(list) > 0 {
		return list
	}
	return lines(single)
}

func companyOf(p schema.Profile) string {
	if p.CompanyName == "" || p.CompanyDomain == "" {
		return cmp.Or(p.CompanyName, p.CompanyDomain)
	}
	return p.CompanyName + " (" + p.CompanyDomain + ")"
}

// Place is where somebody lives, in a line.
func Place(p schema.Profile) string {
	region := strings.TrimSpace(p.Region + " " + p.PostalCode)
	return strings.Join(slices.DeleteFunc([]string{p.City, region, p.Country}, func(s string) bool { return s == "" }), ", ")
}

// Common says what the two have in common, how they stand now, and what it is worth to
// know.
func (p Pair) Common() string {
	const shown = 16 // of a hash
	s := "they share no identifier"
	switch {
	case p.Address != "":
		s = "they share the address " + p.Address
	case len(p.Value) > shown+len("..."):
		s = "they share " + p.Kind + " " + p.Value[:shown] + "..."
	case p.Kind != "":
		s = "they share " + p.Kind + " " + p.Value
	}
	if p.Joined {
		s += ", and are one person now"
	} else {
		s += ", and are two people now"
	}
	switch {
	case p.Intent:
		s += "; with intent"
	case p.Reachable:
		s += "; reachable"
	}
	return s
}
