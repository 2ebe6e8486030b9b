package config

import (
	"fmt"
	"testing"

	"contactsync/extract/api"
	"contactsync/extract/statsocial"
	"contactsync/extract/vendors"
	"contactsync/internal/config/example"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

var credentials = map[string]string{
	"TOOFR_API_KEY": "key-t", "INTENT_API_KEY": "key-i", "STATSOCIAL_TOKEN": "key-s", "AUDIENCELAB_API_KEY": "key-a",
}

func TestTheExampleNamesTheVariablesItMisses(t *testing.T) {
	c := parse(t, example.Config(), noEnv)
	require.Empty(t, c.Warnings)
	var lines []string
	for _, m := range c.MissingVariables() {
		lines = append(lines, m.Path+": "+m.Message)
	}
	require.Equal(t, []string{
		"sources.toofr.api_key: the variable TOOFR_API_KEY is not set",
		"sources.intent.api_key: the variable INTENT_API_KEY is not set",
		"sources.statsocial.token: the variable STATSOCIAL_TOKEN is not set",
		"sources.audiencelab.api_key: the variable AUDIENCELAB_API_KEY is not set",
	}, lines)
	require.Len(t, c.MissingVariables("labs", "site-visitors"), 1)
	require.Equal(t, "audiencelab", c.MissingVariables("labs")[0].Source)
	require.Empty(t, parse(t, example.Config(), env(credentials)).MissingVariables())
}

func TestAVariableOfAnUnusedSourceIsNotMissed(t *testing.T) {
	c := parse(t, "version: 1\nsources:\n  toofr: {api_key: \"${TOOFR_API_KEY}\"}\n", noEnv)
	require.Empty(t, c.MissingVariables())
	require.Len(t, c.MissingIn("sources.toofr"), 1)
}

func TestSettingsNameTheMissingVariable(t *testing.T) {
	c := parse(t, example.Config(), noEnv)
	_, err := c.Settings(schema.Toofr)
	var missing *MissingError
	require.ErrorAs(t, err, &missing)
	require.EqualError(t, err, "pipelines.yaml:20:14: sources.toofr.api_key: the variable TOOFR_API_KEY is not set")
	_, err = parse(t, "version: 1", noEnv).Settings(schema.Intent)
	require.EqualError(t, err, "sources.intent is not configured: add it with its credential")
}

func TestAnEmptyVariableIsNotSet(t *testing.T) {
	c := parse(t, example.Config(), env(map[string]string{"TOOFR_API_KEY": ""}))
	require.Len(t, c.MissingVariables("saas-leaders"), 1)
}

func TestSettingsWithoutWordsAreTheSourcesDefaults(t *testing.T) {
	c := parse(t, example.Config(), env(credentials))
	keys := map[string]string{schema.Toofr: "api_key", schema.Intent: "api_key", schema.StatSocial: "token", schema.AudienceLab: "api_key"}
	for _, source := range schema.Sources {
		got, err := c.Settings(source)
		require.NoError(t, err)
		vendor, ok := vendors.Of(source)
		require.True(t, ok)
		want := vendor.Section().Settings()
		want.Credential = got.Credential
		require.Equal(t, want, got, source)
		require.Equal(t, "sources."+source+"."+keys[source], got.CredentialKey)
		require.Equal(t, "key-"+source[:1], got.Credential.Reveal())
	}
}

func TestSettingsCarryWhatTheConfigSays(t *testing.T) {
	c := parse(t, `
version: 1
sources:
  audiencelab:
    api_key: "${AUDIENCELAB_API_KEY}"
    auth: bearer
    base_url: https://proxy.example.com/lab
    rate: 300/m
    concurrency: 8
    timeout: 5s
    max_attempts: 2
    max_wait: 1m
    poll_interval: 100ms
    poll_timeout: 1d
    page_size: 500
`, env(credentials))
	got, err := c.Settings(schema.AudienceLab)
	require.NoError(t, err)
	require.Equal(t, "https://proxy.example.com/lab", got.BaseURL)
	require.Equal(t, []api.Scheme{api.Bearer}, got.Schemes)
	require.Equal(t, 5.0, got.Rate)
	require.Equal(t, []int{8, 2, 500}, []int{got.Concurrency, got.MaxAttempts, got.PageSize})
	require.Equal(t, "5s 1m0s 100ms 24h0m0s", fmt.Sprint(got.Timeout, got.MaxWait, got.PollInterval, got.PollTimeout))
}

func TestMissingVariablesOfTheDaemonWaitForTheDaemon(t *testing.T) {
	c := parse(t, `
version: 1
serve: {listen: "0.0.0.0:80", auth_token: "${SYNC_TOKEN}"}
alerts: {urls: ["${ALERT_URL}", "${OTHER_URL}"]}
`, env(map[string]string{"OTHER_URL": "generic://example.com"}))
	require.Empty(t, c.MissingVariables())
	require.Len(t, c.MissingIn("serve"), 1)
	require.Len(t, c.MissingIn("alerts"), 1)
	require.Len(t, c.Alerts.URLs, 1, "what is not set is not in the list")
	require.Equal(t, "pipelines.yaml:4:17: alerts.urls[0]: the variable ALERT_URL is not set", c.MissingIn("alerts")[0].String())
}

func TestSecretsWrittenOutAreOneWarning(t *testing.T) {
	c := parse(t, "version: 1\nsources:\n  toofr: {api_key: k1}\n  intent: {api_key: sk_2}\n  statsocial: {token: k3}\n"+
		"pipelines:\n  labs: {from: intent.matches, topic_ids: [1]}\n", noEnv)
	require.Len(t, c.Warnings, 1)
	require.Contains(t, c.Warnings[0], "pipelines.yaml:3: sources.toofr.api_key, sources.intent.api_key and sources.statsocial.token are written out; ")
}

func TestASecretWrittenOutWorksWithAWarningThatDoesNotShowIt(t *testing.T) {
	c := parse(t, "version: 1\nsources: {statsocial: {token: s3cret}}\n", noEnv)
	require.Equal(t, "s3cret", c.Sources["statsocial"].(*statsocial.Section).Token.Reveal())
	require.Contains(t, c.Warnings[0], "pipelines.yaml:2: sources.statsocial.token is written out")
	require.NotContains(t, fmt.Sprintf("%v %+v %#v %v", c, c, c.Sources["statsocial"], c.Warnings), "s3cret")
}

func TestNoProblemShowsWhatAVariableHolds(t *testing.T) {
	text := `
version: 1
timezone: "${SECRET}"
warehouse: {memory_limit: "${SECRET}"}
sources: {toofr: {api_key: "${SECRET}", base_url: "${SECRET}", rate: "${SECRET}", concurrency: "${SECRET}"}, intent: {api_key: x, api: "${SECRET}"}, audiencelab: {api_key: x}}
pipelines:
  x: {from: audiencelab.pixels, schedule: "${SECRET}", sweep_max_age: "${NUMBER}"}
serve: {listen: "${SECRET}", retries: "${SECRET}", catch_up: "${SECRET}", deadline: "${SECRET}"}
alerts: {on: ["${SECRET}"]}
`
	found := problems(t, text, env(map[string]string{"SECRET": "hunter2", "NUMBER": "1234567"}))
	require.Len(t, found, 13)
	for _, p := range found {
		require.NotContains(t, p.String(), "hunter2")
		require.NotContains(t, p.String(), "1234567")
		require.Regexp(t, `\$\{(SECRET|NUMBER)\}`, p.Message)
	}
}
