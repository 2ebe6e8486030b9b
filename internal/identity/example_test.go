package identity_test

import (
	"fmt"
	"time"

	"contactsync/internal/identity"
	"contactsync/schema"
)

// Records that share an identifier, directly or through others, are one person.
func ExampleResolve() {
	people, err := identity.Resolve(identity.Graph{
		Surnames: []uint64{ // of records 0 to 3, from oldest to newest
			identity.SurnameHash("Lee", ""), identity.SurnameHash("Ray", ""), identity.SurnameHash("Lee", ""), 0,
		},
		Edges: []identity.Edge{
			{Record: 0, Identifier: 0}, {Record: 2, Identifier: 0}, // an address
			{Record: 2, Identifier: 1}, {Record: 3, Identifier: 1}, // a profile
		},
		MaxNames: 5,
	}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(people.Oldest) // per record, the oldest of its person
	// Output:
	// [0 1 0 0]
}

// Name, company and job travel as groups of one record; the id is that of the
// oldest record.
func ExampleGolden() {
	day := func(d int) time.Time { return time.Date(2026, 11, d, 0, 0, 0, 0, time.UTC) }
	contact := identity.Golden([]schema.SourceContact{
		{
			Source: schema.Toofr, SourceID: "1042", FirstSeenAt: day(1), AsOf: day(1),
			Profile: schema.Profile{
				FullName: "Ann Lee", JobTitle: "Director of Sales", Seniority: "director",
				BusinessEmail: "ann@acme.com", Email: "ann@acme.com",
			},
		},
		{
			Source: schema.AudienceLab, SourceID: "7f3c", FirstSeenAt: day(2), AsOf: day(2),
			Profile: schema.Profile{JobTitle: "VP of Sales", Seniority: "vp", City: "Boston"},
		},
	}, identity.Rules{Priority: schema.Sources})
	fmt.Println(contact.FullName, contact.Email, contact.JobTitle, contact.Seniority, contact.City)
	fmt.Println(contact.Sources, contact.ContactID == identity.ContactID(schema.Toofr, "1042"))
	// Output:
	// Ann Lee ann@acme.com VP of Sales vp Boston
	// [audiencelab toofr] true
}
