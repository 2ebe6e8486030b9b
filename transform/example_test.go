package transform_test

import (
	"fmt"

	"contactsync/schema"
	"contactsync/transform"
)

// A vendor's record becomes a profile in the common schema, and the identifiers
// by which it may turn out to be somebody whom another vendor knows.
func ExampleDocument_Contact() {
	payload := `{
		"UUID": "7f3c", "FIRST_NAME": "ANN", "LAST_NAME": "O'BRIEN", "JOB_TITLE": "VP of Sales",
		"BUSINESS_EMAIL": " Ann@Acme.com ", "MOBILE_PHONE": "(212) 555-0143", "MOBILE_PHONE_DNC": "Y",
		"LINKEDIN_URL": "http://uk.linkedin.com/in/Ann-OBrien/"
	}`
	rules, err := transform.RulesOf(schema.AudienceLab)
	if err != nil {
		fmt.Println(err)
		return
	}
	document, err := rules.Parse("7f3c", payload)
	if err != nil {
		fmt.Println(err)
		return
	}
	n := document.Contact()
	p := n.Profile
	fmt.Println(p.FullName, p.Email, p.Seniority, p.Department)
	fmt.Println(p.Phone, *p.PhoneDNC, p.LinkedInURL)
	for _, id := range n.Identifiers {
		if id.Kind == schema.LinkedIn {
			fmt.Println(id.Kind, id.Value)
		}
	}
	// Output:
	// Ann O'Brien ann@acme.com vp sales
	// +12125550143 true https://www.linkedin.com/in/ann-obrien
	// linkedin ann-obrien
}

// Segments differ in their fields: what a newer payload lacks keeps its value,
// what is there and empty clears it.
func ExampleDocument_Over() {
	rules, err := transform.RulesOf(schema.AudienceLab)
	if err != nil {
		fmt.Println(err)
		return
	}
	wide, _ := rules.Parse("7f3c", `{"UUID": "7f3c", "JOB_TITLE": "CTO", "CITY": "Boston"}`)
	narrow, _ := rules.Parse("7f3c", `{"UUID": "7f3c", "CITY": ""}`)
	fmt.Println(narrow.Over(wide).Payload())
	// Output:
	// {"CITY":"","JOB_TITLE":"CTO","UUID":"7f3c"}
}
