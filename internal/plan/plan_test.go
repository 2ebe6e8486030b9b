//go:build duckdb_arrow

package plan_test

import (
	"contactsync/internal/plan"
	"contactsync/internal/runtest"
	"strings"
	"testing"

	"contactsync/internal/run"
	"contactsync/internal/simulate"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

func TestCheckAndDryRunSayWhatARunOfADefinitionWillDo(t *testing.T) {
	t.Parallel()
	s := simulate.New(simulate.Options{Seed: 3, People: 100, Warmup: -1, Today: runtest.Start(), AcceptKeys: map[string]string{schema.StatSocial: "t"}})
	urls, err := s.Start(t.Context(), map[string]int{schema.StatSocial: 0})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	definition := `sources: {statsocial: {token: t, base_url: "` + urls[schema.StatSocial] + `", poll_interval: 100ms}}
pipelines:
  fans:
    from: statsocial.outputs
    audience: {name: Golang fans}
    parameters: [{operation: OR, tweet_search: {phrases: [golang]}}]
    outputs: [ss_id, md5]
`
	w := runtest.New(t, definition)
	checked := func() plan.Checked {
		t.Helper()
		list, err := plan.Check(t.Context(), w.Runner, nil, true)
		require.NoError(t, err)
		require.Len(t, list, 1)
		return list[0]
	}
	c := checked()
	require.Equal(t, `the outputs of "Golang fans", built first from 1 parameter: ss_id, md5`, c.Detail)
	require.EqualValues(t, 1, c.Cost)
	previews, err := plan.DryRun(t.Context(), w.Runner, nil, run.Options{})
	require.NoError(t, err)
	require.Contains(t, previews[0].Note, "built first")

	night := w.Night()[0]
	require.Equal(t, schema.Succeeded, night.Status, night.Error)
	require.EqualValues(t, 1, night.Credits, "the build")
	c = checked()
	require.Regexp(t, `^the outputs of audience \d+, built from the definition of "Golang fans": ss_id, md5$`, c.Detail)
	require.Zero(t, c.Cost)
	require.Zero(t, w.Night()[0].Credits)
	s.ResetLog()
	previews, err = plan.DryRun(t.Context(), w.Runner, nil, run.Options{})
	require.NoError(t, err)
	require.NotEmpty(t, previews[0].Rows)
	for _, r := range s.Log() {
		require.Equal(t, "GET", r.Method, "a dry run orders nothing")
	}

	w.Configure(strings.Replace(definition, "golang]", "rust]", 1))
	c = checked()
	require.ErrorContains(t, c.Problem, "the definition changed")
	_, err = plan.DryRun(t.Context(), w.Runner, nil, run.Options{})
	require.ErrorContains(t, err, "the definition changed")
	night = w.Night()[0]
	require.Equal(t, schema.Failed, night.Status)
	require.Equal(t, c.Problem.Error(), night.Error, "which is what the run says, too")
}
