package extract

import (
	"cmp"
	"fmt"
	"reflect"
	"time"

	"contactsync/extract/api"
)

// Settings is how one source is read: how its API is reached, how much it serves
// at a time, and how long is waited for what it prepares.
type Settings struct {
	api.Settings
	PageSize     int
	PollInterval time.Duration
	PollTimeout  time.Duration

	Home  string   // the vendor's own base URL
	Paths []string // documented for it, with {id} for one step; a base URL may end in the beginning of one
}

// CheckBaseURL says why the base URL cannot be meant; nil: it can.
func (s Settings) CheckBaseURL() error {
	_, err := homeOf(s.BaseURL, s.Home, s.Paths)
	return err
}

// WithDefaults is s with every field set that was left zero and has a default.
func (s Settings) WithDefaults() Settings {
	s.Settings = s.Settings.WithDefaults()
	s.PageSize = cmp.Or(s.PageSize, 100)
	s.PollInterval = cmp.Or(s.PollInterval, time.Minute)
	s.PollTimeout = cmp.Or(s.PollTimeout, time.Hour)
	return s
}

// Equal reports whether two sources are read alike.
func (s Settings) Equal(o Settings) bool { return reflect.DeepEqual(s, o) }

// Client is the client of one source, which all its pipelines share, with the
// settings that they read by.
type Client struct {
	*api.Client
	settings Settings
}

// NewClient makes the client of one source.
func NewClient(s Settings) *Client {
	s = s.WithDefaults()
	return &Client{api.NewClient(s.Settings), s}
}

// Settings is what the client was made with, defaults filled in.
func (c *Client) Settings() Settings { return c.settings }

// Section is what the config says of a source: a pointer to a struct with the
// tags yaml, jsonschema and doc, which the decoder fills.
type Section interface {
	Settings() Settings
}

// Traffic is what every section has besides the vendor's own keys. A section
// inlines it.
type Traffic struct {
	BaseURL      string        `yaml:"base_url" jsonschema:"format=uri" doc:"scheme and host, with a path prefix where a proxy needs one; the documented paths are appended, and cut where they stand at its end; default: the vendor's"`
	Rate         Rate          `yaml:"rate" jsonschema:"example=5/s" doc:"the most requests in a time; default: no limit"`
	Timeout      time.Duration `yaml:"timeout" jsonschema:"default=30s,minimum=1ms" doc:"the longest that one request may take"`
	MaxAttempts  int           `yaml:"max_attempts" jsonschema:"default=6,minimum=1" doc:"how often a request is tried before its page fails"`
	MaxWait      time.Duration `yaml:"max_wait" jsonschema:"default=15m,minimum=1ms" doc:"the longest that a vendor may make us wait; beyond it the run ends limited, its state kept"`
	PollInterval time.Duration `yaml:"poll_interval" jsonschema:"default=60s,minimum=100ms" doc:"how often to ask whether data is ready"`
	PollTimeout  time.Duration `yaml:"poll_timeout" jsonschema:"default=1h,minimum=1ms" doc:"how long to wait for data that is not ready; then the run ends not ready, its state kept"`
}

// Settings adds what all sections have to what a vendor's folder knows of its API and
// the rest of its section says.
func (t Traffic) Settings(own Settings) Settings {
	own.Home = own.BaseURL
	own.BaseURL, _ = homeOf(cmp.Or(t.BaseURL, own.Home), own.Home, own.Paths) // an error is for CheckBaseURL
	own.Rate, own.Timeout = t.Rate.PerSecond(), t.Timeout
	own.MaxWait, own.MaxAttempts = t.MaxWait, t.MaxAttempts
	own.PollInterval, own.PollTimeout = t.PollInterval, t.PollTimeout
	return own.WithDefaults()
}

// Rate bounds how often something may happen.
type Rate struct {
	Count int
	Per   time.Duration // a second, a minute or an hour; 0: no bound
}

// RateUnits are the times that a rate may count in.
var RateUnits = map[string]time.Duration{"s": time.Second, "m": time.Minute, "h": time.Hour}

// PerSecond is the rate in events a second; 0: no bound.
func (r Rate) PerSecond() float64 {
	if r.Per == 0 {
		return 0
	}
	return float64(r.Count) / r.Per.Seconds()
}

// String is the rate as it is written.
func (r Rate) String() string {
	for unit, per := range RateUnits {
		if r.Per == per {
			return fmt.Sprintf("%d/%s", r.Count, unit)
		}
	}
	return ""
}
