package intent

import (
	"context"
	"encoding/json"
	"time"

	"contactsync/extract"
	"contactsync/extract/api"
	"contactsync/internal/words"
	"contactsync/schema"
)

const (
	name    = schema.Intent
	baseURL = "https://api.aws53.cloud"
)

// Vendor is Leadpipe's intent data.
func Vendor() extract.Vendor {
	return extract.Vendor{
		Name:    name,
		Doc:     "Leadpipe Orbit: people by interest in topics",
		Section: func() extract.Section { return new(Section) },
		Streams: []extract.Stream{
			{Name: "intent.matches", New: func() extract.Definition { return new(Matches) }, Traits: extract.Traits{Days: true}},
		},
		Check:    check,
		Identify: identify,
	}
}

// Section is the section of intent.
type Section struct {
	APIKey          schema.Secret `yaml:"api_key" jsonschema:"required,example=${INTENT_API_KEY}" doc:"organization API key (sk_...)"`
	API             string        `yaml:"api" jsonschema:"default=query,enum=query,enum=runs" doc:"which generation of the API to read: POST /audiences/query, or the results of /runs"`
	Concurrency     int           `yaml:"concurrency" jsonschema:"default=4,minimum=1" doc:"requests in flight"`
	PageSize        int           `yaml:"page_size" jsonschema:"default=100,minimum=1,maximum=100" doc:"people per page"`
	extract.Traffic `yaml:",inline"`
}

// Settings implements [extract.Section]. "Do not send sk_ keys as Bearer tokens."
func (s *Section) Settings() extract.Settings {
	return s.Traffic.Settings(extract.Account{
		Source: name, BaseURL: baseURL, Credential: s.APIKey, Key: "api_key", Schemes: []api.Scheme{api.APIKey},
		Concurrency: s.Concurrency, PageSize: s.PageSize,
	})
}

// check lists the saved audiences.
func check(ctx context.Context, env extract.Env) (extract.AccountStatus, error) {
	var answer struct {
		Data []json.RawMessage `json:"data"`
	}
	if err := extract.Ask(ctx, env, api.Request{Path: root + "/audiences"}, &answer); err != nil {
		return extract.AccountStatus{}, err
	}
	return extract.AccountStatus{Detail: words.Counted(len(answer.Data), "saved audience", "saved audiences")}, nil
}

func identify(raw json.RawMessage) (id string, asOf time.Time) { return recordID(raw), time.Time{} }
