package web

import (
	"encoding/json"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"contactsync/internal/daemon"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"
)

// scrape reads /metrics as Prometheus does: the names of its series and their labels.
func scrape(t *testing.T) map[string][]string {
	t.Helper()
	d := newDesk()
	m := NewMetrics(func() daemon.Overview { return d.overview }, "test")
	m.Observe(daemon.Ended{Run: d.overview.Pipelines[0].History[0]})
	_, body := visit(t, m.Handler(), "GET", "/metrics", nil)
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(strings.NewReader(body))
	require.NoError(t, err)
	series := map[string][]string{}
	for name, family := range families {
		labels := []string{"job", "instance"} // which Prometheus adds
		for _, label := range family.Metric[0].Label {
			labels = append(labels, label.GetName())
		}
		names := []string{name}
		if family.GetType().String() == "HISTOGRAM" {
			names, labels = []string{name + "_bucket", name + "_sum", name + "_count"}, append(labels, "le")
		}
		for _, n := range names {
			series[n] = labels
		}
	}
	return series
}

var (
	seriesName = regexp.MustCompile(`\b(?:sync|process|go)_[a-z0-9_]+`)
	byLabels   = regexp.MustCompile(`\b(?:by|on) ?\(([^)]*)\)`)
	legend     = regexp.MustCompile(`{{ ?(?:\$labels\.)?([a-z]+) ?}}`)
)

// checkQuery makes sure that every series and label of a query exists, as do the labels in
// the texts beside it.
func checkQuery(t *testing.T, series map[string][]string, query string, texts ...string) {
	t.Helper()
	var known []string
	for _, name := range seriesName.FindAllString(query, -1) {
		require.Contains(t, series, name, query)
		known = append(known, series[name]...)
	}
	for _, m := range byLabels.FindAllStringSubmatch(query, -1) {
		for label := range strings.SplitSeq(m[1], ",") {
			require.Contains(t, known, strings.TrimSpace(label), query)
		}
	}
	for _, text := range texts {
		for _, m := range legend.FindAllStringSubmatch(text, -1) {
			require.Contains(t, known, m[1], text)
		}
	}
}

func TestTheDashboardAsksForWhatThereIs(t *testing.T) {
	text, err := os.ReadFile("../../deploy/grafana-dashboard.json")
	require.NoError(t, err)
	var dashboard struct {
		Panels []struct {
			ID      int
			Title   string
			Targets []struct{ Expr, LegendFormat string }
		}
	}
	require.NoError(t, json.Unmarshal(text, &dashboard))
	require.NotEmpty(t, dashboard.Panels)
	series, asked := scrape(t), map[string]bool{}
	for _, p := range dashboard.Panels {
		require.NotEmpty(t, p.Targets, p.Title)
		for _, target := range p.Targets {
			checkQuery(t, series, target.Expr, target.LegendFormat)
			for _, name := range seriesName.FindAllString(target.Expr, -1) {
				asked[name] = true
			}
		}
	}
	for _, name := range []string{"sync_export_age_seconds", "sync_snapshot_age_seconds", "sync_rejects_waiting", "sync_doubtful_pairs", "sync_build_info"} {
		require.Contains(t, slices.Collect(maps.Keys(asked)), name)
	}
}

func TestTheAlertRulesAskForWhatThereIs(t *testing.T) {
	text, err := os.ReadFile("../../deploy/prometheus-alerts.yml")
	require.NoError(t, err)
	var file struct {
		Groups []struct {
			Rules []struct {
				Alert, Expr string
				Annotations map[string]string
			}
		}
	}
	require.NoError(t, yaml.Unmarshal(text, &file))
	series := scrape(t)
	var names []string
	for _, rule := range file.Groups[0].Rules {
		names = append(names, rule.Alert)
		checkQuery(t, series, rule.Expr, slices.Collect(maps.Values(rule.Annotations))...)
	}
	require.Subset(t, names, []string{"ContactsyncSnapshotStale", "ContactsyncExportFails", "ContactsyncExportStale"})
}
