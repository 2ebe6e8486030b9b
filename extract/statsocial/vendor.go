package statsocial

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
	name    = schema.StatSocial
	baseURL = "https://api.statsocial.com"
)

// Vendor is StatSocial.
func Vendor() extract.Vendor {
	return extract.Vendor{
		Name:     name,
		Doc:      "StatSocial Silhouette: audiences from social networks",
		Section:  func() extract.Section { return new(Section) },
		NoEffect: []string{"page_size"},
		Callback: true,
		Streams: []extract.Stream{
			{Name: "statsocial.outputs", New: func() extract.Definition { return new(Outputs) }, Traits: extract.Traits{Bought: Paid}},
		},
		Check:    check,
		Identify: identify,
	}
}

// paths are the documented ones, which a base URL may repeat at its end.
var paths = []string{
	audiencesPath + "/{id}", creditsPath, "/platform/v0/affinities", "/platform/v0/personality-types", "/platform/v0/b2b/job-titles",
	"/platform/v0/b2b/employers", "/platform/v0/location/cities", "/platform/v0/location/countries", "/platform/v0/location/dmas",
	"/platform/v0/location/regions",
}

// Section is the section of statsocial, which documents no parallel use.
type Section struct {
	Token           schema.Secret `yaml:"token" jsonschema:"required,example=${STATSOCIAL_TOKEN}" doc:"bearer token"`
	Concurrency     int           `yaml:"concurrency" jsonschema:"default=1,minimum=1" doc:"requests in flight; the vendor documents no parallel use"`
	PageSize        int           `yaml:"page_size" jsonschema:"default=100,minimum=1" doc:"without effect: StatSocial serves files"`
	extract.Traffic `yaml:",inline"`
}

// Settings implements [extract.Section].
func (s *Section) Settings() extract.Settings {
	return s.Traffic.Settings(extract.Settings{PageSize: s.PageSize, Paths: paths, Settings: api.Settings{
		Source: name, BaseURL: baseURL, Credential: s.Token, CredentialKey: "sources.statsocial.token",
		Schemes: []api.Scheme{api.Bearer}, Concurrency: max(s.Concurrency, 1),
	}})
}

// check asks for the number of builds left.
func check(ctx context.Context, env extract.Env) (extract.AccountStatus, error) {
	var answer struct {
		Response struct {
			Builds *extract.LenientInt `json:"builds"`
		} `json:"response"`
	}
	if err := extract.Ask(ctx, env, api.Request{Path: creditsPath}, &answer); err != nil {
		return extract.AccountStatus{}, err
	}
	switch builds := answer.Response.Builds; {
	case builds == nil:
		return extract.AccountStatus{Detail: "the token is accepted; credits are not told"}, nil
	case *builds < 0:
		return extract.AccountStatus{Detail: "unlimited builds"}, nil
	default:
		return extract.AccountStatus{Detail: words.Counted(int(*builds), "build", "builds") + " left"}, nil
	}
}

// identify finds the key of a record, which is one object.
func identify(raw json.RawMessage) (id string, asOf time.Time) {
	var object map[string]json.RawMessage
	_ = json.Unmarshal(raw, &object) // what is no object has no key
	values := columns{}
	for column, value := range object {
		values.add(column, value)
	}
	return newFileRow(values, "", "").ID, time.Time{}
}
