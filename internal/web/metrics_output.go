package web

import (
	"contactsync/internal/daemon"

	"github.com/prometheus/client_golang/prometheus"
)

// outputs reads how exports and snapshot stand from the overview.
type outputs struct{ overview func() daemon.Overview }

var (
	exportSuccessDesc = desc("sync_export_last_success_timestamp_seconds",
		"When the export was last written, or found to lack nothing, by whomever.", "export")
	exportAgeDesc = desc("sync_export_age_seconds",
		"Time since the export was last known to hold all there is or, if it never was, since the daemon began.", "export")
	exportFailuresDesc = desc("sync_export_failures_total", "Times that the export could not be written.", "export")
	exportFailingDesc  = desc("sync_export_failing", "1 while the last writing of the export failed.", "export")
	snapshotDesc       = desc("sync_snapshot_timestamp_seconds", "When the snapshot was written.")
	snapshotAgeDesc    = desc("sync_snapshot_age_seconds",
		"Time since the snapshot was written or, where there is none, since the daemon began. Absent where none is configured.")
)

// Describe describes the metrics.
func (s outputs) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{
		exportSuccessDesc, exportAgeDesc, exportFailuresDesc, exportFailingDesc, snapshotDesc, snapshotAgeDesc,
	} {
		ch <- d
	}
}

// Collect reads the metrics.
func (s outputs) Collect(ch chan<- prometheus.Metric) {
	o := s.overview()
	send := func(d *prometheus.Desc, kind prometheus.ValueType, v float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, kind, v, labels...)
	}
	for _, e := range o.Exports {
		since := o.Started
		if !e.Success.IsZero() {
			since = e.Success
			send(exportSuccessDesc, prometheus.GaugeValue, unix(e.Success), e.Name)
		}
		send(exportAgeDesc, prometheus.GaugeValue, o.Now.Sub(since).Seconds(), e.Name)
		send(exportFailuresDesc, prometheus.CounterValue, float64(e.Failures), e.Name)
		send(exportFailingDesc, prometheus.GaugeValue, truth(e.Failing), e.Name)
	}
	if !o.Snapshot.Configured {
		return
	}
	since := o.Started
	if !o.Snapshot.Written.IsZero() {
		since = o.Snapshot.Written
		send(snapshotDesc, prometheus.GaugeValue, unix(since))
	}
	send(snapshotAgeDesc, prometheus.GaugeValue, max(o.Now.Sub(since).Seconds(), 0))
}
