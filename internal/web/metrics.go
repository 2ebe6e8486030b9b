package web

import (
	"net/http"
	"runtime"
	"strconv"
	"time"

	"contactsync/internal/daemon"
	"contactsync/schema"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics counts what the daemon's runs do. Counters start with the daemon;
// gauges are read from its overview when they are asked for.
type Metrics struct {
	overview func() daemon.Overview
	registry *prometheus.Registry
	runs     *prometheus.CounterVec
	rows     *prometheus.CounterVec
	credits  *prometheus.CounterVec
	duration *prometheus.HistogramVec
	drifts   *prometheus.CounterVec
}

// NewMetrics makes the metrics of a daemon.
func NewMetrics(overview func() daemon.Overview, release string) *Metrics {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
	}
	m := &Metrics{
		overview: overview,
		registry: prometheus.NewRegistry(),
		runs:     counter("sync_runs_total", "Runs that ended, by status.", "pipeline", "status"),
		rows:     counter("sync_rows_total", "Records read, by what became of them: new, changed, unchanged or rejected.", "pipeline", "outcome"),
		credits:  counter("sync_credits_total", "What the vendor charged.", "pipeline"),
		drifts:   counter("sync_drift_total", "New, missing and retyped fields that runs were the first to meet.", "pipeline"),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "sync_run_duration_seconds", Help: "How long runs took.", Buckets: []float64{1, 5, 15, 60, 300, 900, 3600, 4 * 3600},
		}, []string{"pipeline"}),
	}
	build := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "sync_build_info", Help: "1; the labels tell the program's version and that of Go.",
		ConstLabels: prometheus.Labels{"version": release, "goversion": runtime.Version()},
	}, func() float64 { return 1 })
	m.registry.MustRegister(m.runs, m.rows, m.credits, m.duration, m.drifts, standings{overview}, outputs{overview}, build,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

var (
	statuses = []string{schema.Succeeded, schema.Failed, schema.Interrupted, schema.Limited, schema.NotReady}
	outcomes = []string{"new", "changed", "unchanged", "rejected"}
)

// Observe counts a run that ended.
func (m *Metrics) Observe(e daemon.Ended) {
	r := e.Run
	m.runs.WithLabelValues(r.Pipeline, r.Status).Inc()
	for i, n := range []int64{r.RowsNew, r.RowsChanged, r.RowsUnchanged, r.RowsRejected} {
		m.rows.WithLabelValues(r.Pipeline, outcomes[i]).Add(float64(n))
	}
	m.credits.WithLabelValues(r.Pipeline).Add(float64(r.Credits))
	m.drifts.WithLabelValues(r.Pipeline).Add(float64(len(e.Drifts)))
	m.duration.WithLabelValues(r.Pipeline).Observe(r.FinishedAt.Sub(r.StartedAt).Seconds())
}

// Handler answers Prometheus.
func (m *Metrics) Handler() http.Handler {
	answer := promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		m.begin()
		answer.ServeHTTP(w, r)
	})
}

// begin lets every counter begin at 0, those of pipelines that a reload has brought
// too, so that a rate is seen from the first failure on.
func (m *Metrics) begin() {
	for _, p := range m.overview().Pipelines {
		for _, status := range statuses {
			m.runs.WithLabelValues(p.Name, status)
		}
		for _, outcome := range outcomes {
			m.rows.WithLabelValues(p.Name, outcome)
		}
		m.credits.WithLabelValues(p.Name)
		m.drifts.WithLabelValues(p.Name)
	}
}

// standings reads gauges, and the clients' counts of answers, from the overview.
type standings struct{ overview func() daemon.Overview }

var (
	requestsDesc = desc("sync_requests_total", "HTTP requests to vendors by status of the answer; none = no answer came.", "source", "code")
	successDesc  = desc("sync_last_success_timestamp_seconds", "When the pipeline last succeeded.", "pipeline")
	lagDesc      = desc("sync_lag_seconds",
		"Time since the pipeline last succeeded or, if it never did, since the daemon has known it.", "pipeline")
	nextDesc        = desc("sync_next_run_timestamp_seconds", "When the pipeline's schedule fires next.", "pipeline")
	periodDesc      = desc("sync_period_seconds", "Time between two fire times of the pipeline's schedule.", "pipeline")
	quarantinedDesc = desc("sync_rejects_waiting", "Quarantined records that no replay has accepted.", "pipeline")
	activeDesc      = desc("sync_running", "1 while the pipeline runs.", "pipeline")
	pausedDesc      = desc("sync_paused", "1 while the pipeline is paused.", "pipeline")
	peopleDesc      = desc("sync_contacts", "People in the warehouse.")

	warningsDesc = desc("sync_identity_warnings", "Identifiers that link nobody, or not everybody, by reason.", "reason")
	doubtfulDesc = desc("sync_doubtful_pairs", "Pairs of records that wait for a review of whether they are one person.")
	largestDesc  = desc("sync_largest_contact_records", "Records of the contact that has most.")
)

func desc(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc(name, help, labels, nil)
}

// Describe describes the gauges.
func (s standings) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{
		requestsDesc, successDesc, lagDesc, nextDesc, periodDesc, quarantinedDesc,
		activeDesc, pausedDesc, peopleDesc, warningsDesc, doubtfulDesc, largestDesc,
	} {
		ch <- d
	}
}

// Collect reads the gauges.
func (s standings) Collect(ch chan<- prometheus.Metric) {
	o := s.overview()
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	gauge(peopleDesc, float64(o.People()))
	for _, w := range o.Doubts.Warnings {
		gauge(warningsDesc, float64(w.Identifiers), w.Reason)
	}
	gauge(doubtfulDesc, float64(o.Open))
	gauge(largestDesc, float64(o.Doubts.Largest.Records))
	for source, answers := range o.Answers {
		for code, n := range answers {
			ch <- prometheus.MustNewConstMetric(requestsDesc, prometheus.CounterValue, float64(n), source, codeName(code))
		}
	}
	for _, p := range o.Pipelines {
		since := p.Since
		if !p.Success.IsZero() {
			since = p.Success
			gauge(successDesc, unix(p.Success), p.Name)
		}
		gauge(lagDesc, o.Now.Sub(since).Seconds(), p.Name)
		if !p.Next.IsZero() && !p.Paused {
			gauge(nextDesc, unix(p.Next), p.Name)
			gauge(periodDesc, p.Period.Seconds(), p.Name)
		}
		gauge(quarantinedDesc, float64(p.Quarantined), p.Name)
		gauge(activeDesc, truth(p.Phase == daemon.Active), p.Name)
		gauge(pausedDesc, truth(p.Paused), p.Name)
	}
}

func codeName(code int) string {
	if code == 0 {
		return "none"
	}
	return strconv.Itoa(code)
}

func unix(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }

func truth(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}
