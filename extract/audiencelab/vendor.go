package audiencelab

import (
	"cmp"
	"context"
	"encoding/json"
	"net/url"
	"time"

	"contactsync/extract"
	"contactsync/extract/api"
	"contactsync/extract/audiencelab/enrichment"
	"contactsync/internal/words"
	"contactsync/schema"
)

const (
	name    = schema.AudienceLab
	baseURL = "https://api.audiencelab.io"
)

// Vendor is AudienceLab.
func Vendor() extract.Vendor {
	listing := extract.Traits{Lists: true}
	return extract.Vendor{
		Name:    name,
		Doc:     "AudienceLab: segments, audiences and pixels",
		Section: func() extract.Section { return new(Section) },
		Streams: []extract.Stream{
			{Name: "audiencelab.segments", New: func() extract.Definition { return new(Segments) }},
			{Name: "audiencelab.members", New: func() extract.Definition { return new(Members) }, Traits: extract.Traits{Bought: bought}},
			{Name: "audiencelab.audiences", New: func() extract.Definition { return new(Audiences) }, Traits: listing},
			{Name: "audiencelab.pixels", New: func() extract.Definition { return new(Pixels) }, Traits: listing},
			{Name: "audiencelab.enrichments", New: func() extract.Definition { return enrichment.New(identify) }, Traits: extract.Traits{Bought: enrichment.Bought}},
			{Name: "audiencelab.visits", New: func() extract.Definition { return new(Visits) }},
		},
		Check:    check,
		Identify: identify,
	}
}

// paths are the documented ones, which a base URL may repeat at its end.
var paths = []string{
	"/segments/{id}", "/audiences/attributes", "/audiences/{id}", "/pixels/{id}/v4", "/enrichments/{id}", "/enrich/contact",
	"/enrichment/jobs/{id}",
}

// Section is the section of audiencelab.
type Section struct {
	APIKey          schema.Secret `yaml:"api_key" jsonschema:"required,example=${AUDIENCELAB_API_KEY}" doc:"API key (sk_...)"`
	Auth            string        `yaml:"auth" jsonschema:"default=auto,enum=auto,enum=api_key,enum=bearer" doc:"how the key is sent: in X-Api-Key, as a bearer token, or by whichever the vendor takes"`
	Concurrency     int           `yaml:"concurrency" jsonschema:"default=4,minimum=1" doc:"requests in flight"`
	PageSize        int           `yaml:"page_size" jsonschema:"default=100,minimum=1,maximum=10000" doc:"people per page; documented up to 100, segments were seen to take 10000"`
	extract.Traffic `yaml:",inline"`
}

// Settings implements [extract.Section]. The reference says that the key is sent as
// Bearer, every client that works sends X-Api-Key: auto tries the header first, then
// Bearer, and keeps what worked. No document tells what a 403 means here, and keys and
// segments belong to workspaces.
func (s *Section) Settings() extract.Settings {
	schemes := []api.Scheme{api.APIKey, api.Bearer}
	switch s.Auth {
	case "api_key":
		schemes = schemes[:1]
	case "bearer":
		schemes = schemes[1:]
	}
	return s.Traffic.Settings(extract.Settings{PageSize: s.PageSize, Paths: paths, Settings: api.Settings{
		Source: name, BaseURL: baseURL, Credential: s.APIKey, CredentialKey: "sources.audiencelab.api_key",
		Schemes: schemes, ForbiddenIsLocal: true, Concurrency: s.Concurrency,
	}})
}

// check counts the audiences, and the attributes where that answers.
func check(ctx context.Context, env extract.Env) (extract.AccountStatus, error) {
	var audiences struct {
		Total        *extract.LenientInt `json:"total"`
		TotalRecords *extract.LenientInt `json:"total_records"`
	}
	one := url.Values{"page": {"1"}, "page_size": {"1"}}
	if err := extract.Ask(ctx, env, api.Request{Path: "/audiences", Query: one}, &audiences); err != nil {
		return extract.AccountStatus{}, err
	}
	detail := "the key is accepted"
	if total := cmp.Or(audiences.TotalRecords, audiences.Total); total != nil {
		detail = words.Counted(int(*total), "saved audience", "saved audiences")
	}
	var attributes struct {
		Attributes []json.RawMessage `json:"attributes"`
	}
	err := extract.Ask(ctx, env, api.Request{Path: "/audiences/attributes", Once: true}, &attributes)
	if err == nil && len(attributes.Attributes) > 0 {
		detail += ", " + words.Counted(len(attributes.Attributes), "attribute", "attributes")
	}
	return extract.AccountStatus{Detail: detail}, ctx.Err()
}

func identify(raw json.RawMessage) (id string, asOf time.Time) {
	record, err := newDecoder(raw).ReadValue() // what was kept of an answer need be no JSON
	if err != nil {
		return "", time.Time{}
	}
	p := pageReader{Scanner: extract.Scan(record), body: record}
	row := p.row()
	return row.ID, row.AsOf
}
