package config

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"contactsync/extract"
	"contactsync/schema"
)

// Sources are the vendors; those that no pipeline uses may be left out.
type Sources struct {
	Toofr       *Toofr       `yaml:"toofr" doc:"Toofr, later FindEmails: people by website or industry, and title"`
	Intent      *Intent      `yaml:"intent" doc:"Leadpipe Orbit: people by interest in topics"`
	StatSocial  *StatSocial  `yaml:"statsocial" doc:"StatSocial Silhouette: audiences from social networks"`
	AudienceLab *AudienceLab `yaml:"audiencelab" doc:"AudienceLab: segments, audiences and pixels"`
}

// Traffic is what every source may say of how it is asked.
type Traffic struct {
	BaseURL      string        `yaml:"base_url" jsonschema:"format=uri" doc:"scheme and host, with a path prefix where a proxy needs one; the documented paths are appended; default: the vendor's"`
	Rate         Rate          `yaml:"rate" jsonschema:"example=5/s" doc:"the most requests in a time; default: no limit"`
	Timeout      time.Duration `yaml:"timeout" jsonschema:"default=30s,minimum=1ms" doc:"the longest that one request may take"`
	MaxAttempts  int           `yaml:"max_attempts" jsonschema:"default=6,minimum=1" doc:"how often a request is tried before its page fails"`
	MaxWait      time.Duration `yaml:"max_wait" jsonschema:"default=15m,minimum=1ms" doc:"the longest that a vendor may make us wait; beyond it the run ends limited, its state kept"`
	PollInterval time.Duration `yaml:"poll_interval" jsonschema:"default=60s,minimum=100ms" doc:"how often to ask whether data is ready"`
	PollTimeout  time.Duration `yaml:"poll_timeout" jsonschema:"default=1h,minimum=1ms" doc:"how long to wait for data that is not ready; then the run ends not ready, its state kept"`
}

// Toofr is the section of toofr. Each page costs, so one is read at a time.
type Toofr struct {
	APIKey      schema.Secret `yaml:"api_key" jsonschema:"required,example=${TOOFR_API_KEY}" doc:"key of the Toofr account page"`
	Concurrency int           `yaml:"concurrency" jsonschema:"default=1,minimum=1,maximum=1" doc:"requests in flight; each page costs, so one at a time"`
	PageSize    int           `yaml:"page_size" jsonschema:"default=100,minimum=1" doc:"without effect: Toofr serves ten people a page"`
	Traffic     `yaml:",inline"`
}

// Intent is the section of intent.
type Intent struct {
	APIKey      schema.Secret `yaml:"api_key" jsonschema:"required,example=${INTENT_API_KEY}" doc:"organization API key (sk_...)"`
	API         string        `yaml:"api" jsonschema:"default=query,enum=query,enum=runs" doc:"which generation of the API to read: POST /audiences/query, or the results of /runs"`
	Concurrency int           `yaml:"concurrency" jsonschema:"default=4,minimum=1" doc:"requests in flight"`
	PageSize    int           `yaml:"page_size" jsonschema:"default=100,minimum=1,maximum=100" doc:"people per page"`
	Traffic     `yaml:",inline"`
}

// StatSocial is the section of statsocial, which documents no parallel use.
type StatSocial struct {
	Token       schema.Secret `yaml:"token" jsonschema:"required,example=${STATSOCIAL_TOKEN}" doc:"bearer token"`
	Concurrency int           `yaml:"concurrency" jsonschema:"default=1,minimum=1" doc:"requests in flight; the vendor documents no parallel use"`
	PageSize    int           `yaml:"page_size" jsonschema:"default=100,minimum=1" doc:"without effect: StatSocial serves files"`
	Traffic     `yaml:",inline"`
}

// AudienceLab is the section of audiencelab.
type AudienceLab struct {
	APIKey      schema.Secret `yaml:"api_key" jsonschema:"required,example=${AUDIENCELAB_API_KEY}" doc:"API key (sk_...)"`
	Auth        string        `yaml:"auth" jsonschema:"default=auto,enum=auto,enum=api_key,enum=bearer" doc:"how the key is sent: in X-Api-Key, as a bearer token, or by whichever the vendor takes"`
	Concurrency int           `yaml:"concurrency" jsonschema:"default=4,minimum=1" doc:"requests in flight"`
	PageSize    int           `yaml:"page_size" jsonschema:"default=100,minimum=1,maximum=10000" doc:"people per page; documented up to 100, segments were seen to take 10000"`
	Traffic     `yaml:",inline"`
}

// Missing is a variable or file that the config refers to and that is not there.
type Missing struct {
	Source       string // the vendor whose section refers to it; "" = another section
	Variable     string // its name; "" = a file
	Path         string // where, such as "sources.toofr.api_key"
	What         string // such as "the variable TOOFR_API_KEY is not set"
	File         string
	Line, Column int
}

// String is a line for people.
func (m Missing) String() string {
	return fmt.Sprintf("%s:%d:%d: %s: %s", m.File, m.Line, m.Column, m.Path, m.What)
}

// MissingError says that something cannot work because values are missing.
type MissingError struct{ Missing []Missing }

// Error prints a line per value.
func (e *MissingError) Error() string {
	lines := make([]string, len(e.Missing))
	for i, m := range e.Missing {
		lines[i] = m.String()
	}
	return strings.Join(lines, "\n")
}

// waiting are the sections in which a missing value matters only to what needs them.
var waiting = []string{"sources", "serve", "alerts"}

// canWait reports whether a missing value at a path is for whoever needs it to report.
func canWait(path string) bool {
	return slices.ContainsFunc(waiting, func(section string) bool { return within(path, section) })
}

// sourceOf is the vendor whose section a path lies in.
func sourceOf(path string) string {
	steps := strings.SplitN(path, ".", 3)
	if steps[0] == "sources" && len(steps) > 1 {
		return steps[1]
	}
	return ""
}

// MissingIn lists the values missing at a path and below it: in "sources.toofr",
// "serve" or "alerts".
func (c *Config) MissingIn(path string) []Missing {
	var list []Missing
	for _, m := range c.missing {
		if within(m.Path, path) {
			list = append(list, m)
		}
	}
	return list
}

// MissingVariables lists the values missing in the sections of the sources that
// the named pipelines use; of all pipelines, if none is named.
func (c *Config) MissingVariables(pipelines ...string) []Missing {
	used := map[string]bool{}
	for _, p := range c.Pipelines {
		if len(pipelines) == 0 || slices.Contains(pipelines, p.Name) {
			used[p.Source] = true
		}
	}
	var list []Missing
	for _, m := range c.missing {
		if used[m.Source] {
			list = append(list, m)
		}
	}
	return list
}

// Settings are what a source's client needs, its credential among it. The error
// is a [*MissingError] when a variable of the source is not set.
func (c *Config) Settings(source string) (extract.Settings, error) {
	if missing := c.MissingIn("sources." + source); len(missing) > 0 {
		return extract.Settings{}, &MissingError{missing}
	}
	if !c.Sources.has(source) {
		return extract.Settings{}, fmt.Errorf("sources.%s is not configured: add it with its credential", source)
	}
	return c.Sources.settings(source), nil
}

// has reports whether the config has a section for a source.
func (s Sources) has(source string) bool {
	switch source {
	case schema.Toofr:
		return s.Toofr != nil
	case schema.Intent:
		return s.Intent != nil
	case schema.StatSocial:
		return s.StatSocial != nil
	case schema.AudienceLab:
		return s.AudienceLab != nil
	}
	return false
}

func (s Sources) settings(source string) extract.Settings {
	switch source {
	case schema.Toofr:
		return s.Toofr.settings(source, s.Toofr.APIKey, "api_key", s.Toofr.Concurrency, s.Toofr.PageSize)
	case schema.Intent:
		return s.Intent.settings(source, s.Intent.APIKey, "api_key", s.Intent.Concurrency, s.Intent.PageSize)
	case schema.StatSocial:
		return s.StatSocial.settings(source, s.StatSocial.Token, "token", s.StatSocial.Concurrency, s.StatSocial.PageSize)
	default:
		settings := s.AudienceLab.settings(source, s.AudienceLab.APIKey, "api_key", s.AudienceLab.Concurrency, s.AudienceLab.PageSize)
		settings.Auth = s.AudienceLab.Auth
		return settings
	}
}

// settings joins what all sources have with what is a source's own.
func (t Traffic) settings(source string, credential schema.Secret, key string, concurrency, pageSize int) extract.Settings {
	return extract.Settings{
		Source:        source,
		BaseURL:       t.BaseURL,
		Credential:    credential,
		CredentialKey: "sources." + source + "." + key,
		Rate:          t.Rate.PerSecond(),
		Concurrency:   concurrency,
		Timeout:       t.Timeout,
		MaxWait:       t.MaxWait,
		PollInterval:  t.PollInterval,
		PollTimeout:   t.PollTimeout,
		MaxAttempts:   t.MaxAttempts,
		PageSize:      pageSize,
	}.WithDefaults()
}
