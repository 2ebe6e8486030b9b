// Package daemon runs pipelines when their schedules fire, and keeps what the
// status page and the metrics show.
//
// A [Daemon] plans: each pipeline is a job that rests, is delayed by jitter, waits
// for another attempt, is queued or runs. What is queued runs within an invocation,
// which holds the warehouse's lock and ends soon, so that `sync run` works next
// to the daemon. What must survive a restart (fire times that are done, pauses, alerts
// that were sent) is in a small file next to the warehouse; everything else is read
// from the warehouse whenever it is open anyway.
package daemon
