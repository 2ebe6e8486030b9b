package world

import (
	"embed"
	"strings"
)

// The lists of which people are made: a line each, its fields separated by tabs.
//
//go:embed lists/*.txt
var lists embed.FS

func rows[T any](name string, row func(fields []string) T) (list []T) {
	text, _ := lists.ReadFile("lists/" + name) // embedded
	for line := range strings.Lines(string(text)) {
		list = append(list, row(strings.Split(strings.TrimSuffix(line, "\n")+"\t", "\t")))
	}
	return list
}

// GivenName is a first name and the short form that some vendors know instead.
type GivenName struct{ Full, Short string }

func word(f []string) string { return f[0] }

func givenName(f []string) GivenName { return GivenName{f[0], f[1]} }

// Place is a home town with the area code of its telephone numbers.
type Place struct {
	City, State, Code, ZIP, AreaCode, DMA string
}

// Places are the home towns, which are those of companies, too. There must be more
// surnames than a company has people: colleagues then differ in surname, and so in
// address (see universe.surname).
var (
	Places     = rows("places.txt", func(f []string) Place { return Place{f[0], f[1], f[2], f[3], f[4], f[5]} })
	womenNames = rows("women.txt", givenName)
	menNames   = rows("men.txt", givenName)
	surnames   = rows("surnames.txt", word)
)

// Streets are street names without a number.
var Streets = []string{"Maple Ave", "Oak St", "Harbor Rd", "Lakeview Dr", "Mill Ln", "Sunset Blvd", "Church St", "Orchard Way",
	"Prospect Pl", "Cedar Ct", "Juniper Ter", "Railroad Ave"}

var freeMail = []string{"gmail.com", "gmail.com", "gmail.com", "yahoo.com", "outlook.com", "hotmail.com", "icloud.com",
	"aol.com", "comcast.net", "proton.me"}
