package intent

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"contactsync/extract"
	"contactsync/extract/api"
	"contactsync/internal/words"
	"contactsync/schema"
)

const (
	name    = schema.Intent
	baseURL = "https://api.aws53.cloud"
	root    = "/v1/intent"
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

// paths are the documented ones, which a base URL may repeat at its end.
var paths = []string{
	root + "/audiences/query", root + "/audiences/preview", root + "/audiences/{id}/runs/{id}/results", root + "/audiences/{id}/results",
	root + "/audiences/{id}/status", root + "/topics/search",
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
	return s.Traffic.Settings(extract.Settings{PageSize: s.PageSize, Paths: paths, Settings: api.Settings{
		Source: name, BaseURL: baseURL, Credential: s.APIKey, CredentialKey: "sources.intent.api_key",
		Schemes: []api.Scheme{api.APIKey}, Concurrency: s.Concurrency,
	}})
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

// Topic is a subject that people may be interested in.
type Topic struct {
	ID       extract.LenientInt `json:"topicId"`
	Name     string             `json:"topicName"`
	Type     string             `json:"type"` // b2b, b2c or both
	Industry string             `json:"industry"`
	Category string             `json:"category"`
}

// SearchTopics finds topics by name, the best fifty. The routes of topic
// discovery are public, and free.
func SearchTopics(ctx context.Context, env extract.Env, query string) ([]Topic, error) {
	query = strings.TrimSpace(query)
	if n := utf8.RuneCountInString(query); n < 1 || n > 100 {
		return nil, errors.New("intent: a topic query has 1 to 100 characters")
	}
	answer, err := env.WithDefaults().API.Do(ctx, api.Request{
		Method: http.MethodGet,
		Path:   root + "/topics/search",
		Query:  url.Values{"q": {query}, "limit": {"50"}}, // the documented maximum
	})
	if err != nil {
		return nil, err
	}
	var body struct {
		Data []Topic `json:"data"`
	}
	if err := json.Unmarshal(answer.Body, &body); err != nil {
		return nil, fmt.Errorf("intent: the topics have another form than documented: %w", err)
	}
	return body.Data, nil
}
