package toofr

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"contactsync/extract"
	"contactsync/extract/api"
	"contactsync/schema"
)

const (
	name    = schema.Toofr
	baseURL = "https://www.toofr.com"

	searchPath  = "/api/v1/audiences"
	balancePath = "/api/v1/credits/balance"

	// pageCost is the most that an ordinary page costs: "10 returned per page, so
	// max of 10 credits consumed per page response".
	pageCost = 10
)

// Vendor is Toofr.
func Vendor() extract.Vendor {
	return extract.Vendor{
		Name:     name,
		Doc:      "Toofr, later FindEmails: people by website or industry, and title",
		Section:  func() extract.Section { return new(Section) },
		NoEffect: []string{"page_size"},
		Streams: []extract.Stream{
			{Name: "toofr.prospects", New: func() extract.Definition { return new(Prospects) }, Traits: extract.Traits{Paid: true}},
		},
		Check:    check,
		Identify: identify,
	}
}

// paths are the documented ones, which a base URL may repeat at its end.
var paths = []string{searchPath, balancePath}

// Section is the section of toofr. Each page costs, so one is read at a time.
type Section struct {
	APIKey          schema.Secret `yaml:"api_key" jsonschema:"required,example=${TOOFR_API_KEY}" doc:"key of the Toofr account page"`
	Concurrency     int           `yaml:"concurrency" jsonschema:"default=1,minimum=1,maximum=1" doc:"requests in flight; each page costs, so one at a time"`
	PageSize        int           `yaml:"page_size" jsonschema:"default=100,minimum=1" doc:"without effect: Toofr serves ten people a page"`
	extract.Traffic `yaml:",inline"`
}

// Settings implements [extract.Section].
func (s *Section) Settings() extract.Settings {
	return s.Traffic.Settings(extract.Settings{PageSize: s.PageSize, Paths: paths, Settings: api.Settings{
		Source: name, BaseURL: baseURL, Credential: s.APIKey, CredentialKey: "sources.toofr.api_key",
		Schemes: []api.Scheme{{Query: "key"}}, Concurrency: max(s.Concurrency, 1),
	}})
}

// check asks for the balance. The page that documents it left the index in 2018,
// so an account without it may still be in order.
func check(ctx context.Context, env extract.Env) (extract.AccountStatus, error) {
	var balance struct {
		Credits *extract.LenientInt `json:"credits"`
		Plan    extract.LenientText `json:"plan_name"`
	}
	err := extract.Ask(ctx, env, api.Request{Path: balancePath}, &balance)
	switch {
	case extract.Absent(err):
		return extract.AccountStatus{Detail: "the vendor has no balance to ask for; the key is first tried by a run"}, nil
	case err != nil:
		return extract.AccountStatus{}, err
	case balance.Credits == nil:
		return extract.AccountStatus{Detail: "the key is accepted; the balance is not told"}, nil
	}
	detail := fmt.Sprintf("%d credits", *balance.Credits)
	if balance.Plan != "" {
		detail += ", plan " + string(balance.Plan)
	}
	return extract.AccountStatus{Detail: detail}, nil
}

func identify(raw json.RawMessage) (id string, asOf time.Time) {
	return string(prospectOf(raw).ID), time.Time{}
}
