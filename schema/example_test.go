package schema_test

import (
	"fmt"

	"contactsync/schema"
)

// One list of columns makes the DDL, the loaders, the exports and this dictionary.
func ExampleDictionary() {
	for _, table := range schema.Dictionary() {
		if table.Name != "contacts" {
			continue
		}
		fmt.Printf("%s: %s\n", table.Name, table.Doc)
		for _, column := range table.Columns[:3] {
			fmt.Printf("%s %s: %s\n", column.Name, column.Type, column.Doc)
		}
	}
	// Output:
	// contacts: a person, merged over all vendors
	// contact_id VARCHAR: stable id of the person
	// full_name VARCHAR: name as one would write it
	// first_name VARCHAR: given name
}

// Vendors write times in many ways; all of them mean a moment in UTC.
func ExampleParseTime() {
	for _, text := range []string{"2026-11-20T09:30:00+01:00", "2026-11-20 08:30:00", "soon"} {
		at, ok := schema.ParseTime(text)
		fmt.Println(at, ok)
	}
	// Output:
	// 2026-11-20 08:30:00 +0000 UTC true
	// 2026-11-20 08:30:00 +0000 UTC true
	// 0001-01-01 00:00:00 +0000 UTC false
}
