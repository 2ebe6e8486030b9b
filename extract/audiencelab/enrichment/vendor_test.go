package enrichment

import (
	"encoding/json"
	"strings"
	"time"

	"contactsync/extract"
	"contactsync/extract/api"
	"contactsync/schema"
)

// testSection is the vendor's section, as far as these tests need it.
type testSection struct{ extract.Traffic }

func (s *testSection) Settings() extract.Settings {
	return s.Traffic.Settings(extract.Settings{PageSize: 100, Settings: api.Settings{
		Source: name, BaseURL: "https://api.audiencelab.io", Credential: schema.NewSecret("k"), CredentialKey: "sources.audiencelab.api_key",
		Schemes: []api.Scheme{api.APIKey}, Concurrency: 4,
	}})
}

// vendor is the vendor that these tests ask.
func vendor() extract.Vendor {
	return extract.Vendor{Name: name, Section: func() extract.Section { return new(testSection) }}
}

// identify is a small model of the rules by which records are known.
func identify(raw json.RawMessage) (id string, asOf time.Time) {
	for _, m := range membersOfObject(raw) {
		if strings.EqualFold(m.name, "UUID") && id == "" {
			id = m.value
		}
	}
	return id, asOf
}
