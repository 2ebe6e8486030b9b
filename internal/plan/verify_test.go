package plan_test

import (
	"fmt"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"contactsync/internal/plan"
	"contactsync/internal/runtest"
	"contactsync/internal/simulate"
	"contactsync/internal/simulate/audiencelab"
	"contactsync/internal/simulate/intent"
	"contactsync/internal/simulate/statsocial"
	"contactsync/schema"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
	"github.com/stretchr/testify/require"
)

// asked is a config against a simulator that takes every key, and what a check says of
// its pipelines and exports by name.
func asked(t *testing.T, pipelines string) (map[string]plan.Checked, *simulate.Simulator) {
	t.Helper()
	vendors := []string{schema.Intent, schema.StatSocial, schema.AudienceLab}
	keys, ports := map[string]string{}, map[string]int{}
	for _, v := range vendors {
		keys[v], ports[v] = "k", 0
	}
	s := simulate.New(simulate.Options{Seed: 3, People: 50, Warmup: -1, Today: runtest.Start(), AcceptKeys: keys})
	urls, err := s.Start(t.Context(), ports)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	w := runtest.New(t, fmt.Sprintf(`sources:
  intent: {api_key: k, base_url: %q}
  statsocial: {token: k, base_url: %q}
  audiencelab: {api_key: k, base_url: %q}
`, urls[schema.Intent], urls[schema.StatSocial], urls[schema.AudienceLab])+pipelines)
	list, err := plan.Check(t.Context(), w.Runner, nil, false)
	require.NoError(t, err)
	found := map[string]plan.Checked{}
	for _, c := range list {
		found[c.Kind+" "+c.Name] = c
	}
	return found, s
}

func TestACheckFindsWhatTheVendorsDoNotHave(t *testing.T) {
	t.Parallel()
	found, s := asked(t, fmt.Sprintf(`pipelines:
  crm: {from: intent.matches, audience_id: %s}
  crm-typo: {from: intent.matches, audience_id: %s}
  fans: {from: statsocial.outputs, audience_id: %d}
  fans-none: {from: statsocial.outputs, audience_id: 1}
  leads: {from: audiencelab.segments, segments: [%s]}
  leads-none: {from: audiencelab.segments, segments: [%s, seg_none, %s]}
  vip: {from: audiencelab.members, audiences: [%s]}
  vip-name: {from: audiencelab.members, audiences: [%s, vip-members]}
  visits: {from: audiencelab.visits, pixels: [%s]}
  visits-none: {from: audiencelab.visits, pixels: [nowhere]}
  labs: {from: audiencelab.audiences}
`, intent.AudienceCRM, "0"+intent.AudienceCRM[1:], statsocial.Audience, audiencelab.SegmentLeads, audiencelab.SegmentLeads, audiencelab.AudienceVIP,
		audiencelab.AudienceVIP, audiencelab.AudienceSmall, audiencelab.Pixels()[0]))
	for _, name := range []string{"crm", "fans", "leads", "vip", "visits", "labs"} {
		require.NoError(t, found["pipeline "+name].Problem, name)
		require.True(t, found["pipeline "+name].OK, name)
	}
	for name, want := range map[string]string{
		"crm-typo": `.crm-typo.audience_id: there is no saved audience "0` + intent.AudienceCRM[1:] + `"; the account has ` + intent.AudienceCRM +
			` (CRM intent), ` + intent.AudienceLeaders + ` (Leaders in the cloud) (did you mean "` + intent.AudienceCRM + `"?)`,
		"fans-none":   `.audience_id: there is no audience 1; its number stands in the address bar of StatSocial`,
		"leads-none":  `.segments[1]: there is no segment "seg_none"; its id stands in the address bar of the Studio, and behind its Show API button`,
		"vip-name":    `(did you mean "` + audiencelab.AudienceVIP + `"?)`,
		"visits-none": `.pixels[0]: there is no pixel "nowhere"; the account has ` + audiencelab.Pixels()[0],
	} {
		require.False(t, found["pipeline "+name].OK, name)
		require.ErrorContains(t, found["pipeline "+name].Problem, want)
	}
	require.ErrorContains(t, found["pipeline leads-none"].Problem,
		`.segments[2]: there is no segment "`+audiencelab.AudienceVIP+`"; it is that of a saved audience, which from: audiencelab.members reads`)
	for _, r := range s.Log() {
		require.Equal(t, "GET", r.Method, r.Path)
	}
}

func TestACheckTriesTheBucketOfAnExport(t *testing.T) {
	backend := s3mem.New()
	require.NoError(t, backend.CreateBucket("lake"))
	server := httptest.NewServer(gofakes3.New(backend, gofakes3.WithLogger(gofakes3.DiscardLog())).Server())
	t.Cleanup(server.Close)
	parameters := "?anonymous=true&region=us-east-1&use_path_style=true&endpoint=" + url.QueryEscape(server.URL)
	found, _ := asked(t, strings.ReplaceAll(`pipelines: {labs: {from: audiencelab.audiences}}
exports:
  there: {table: contacts, path: "s3://lake/contacts?"}
  nowhere: {table: contacts, path: "s3://pond/contacts?"}
`, "?", parameters))
	require.True(t, found["export there"].OK)
	require.EqualError(t, found["export nowhere"].Problem,
		"export nowhere: object storage: bucket pond: list objects: there is no such bucket; create it, or correct path")
}
