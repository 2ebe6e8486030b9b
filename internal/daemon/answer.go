package daemon

import (
	"slices"

	"contactsync/extract"
	"contactsync/internal/run"
)

// A source whose settings change gets another client, but what its clients count
// only ever grows, as counters must: those that a reload replaced count on while
// their runs last, and then hand over what they have counted.

// retire takes over the counts of replaced clients. No run uses them any more.
func (d *Daemon) retire() {
	current := clientsOf(d.runner)
	for client, source := range clientsOf(d.replaced...) {
		if _, ok := current[client]; !ok {
			count(d.answers, source, client.Answers())
		}
	}
	d.replaced = nil
}

// countAnswers adds up the answers of all clients, by source and status.
func (d *Daemon) countAnswers() map[string]map[int]int64 {
	total := map[string]map[int]int64{}
	for source, answers := range d.answers {
		count(total, source, answers)
	}
	for client, source := range clientsOf(slices.Concat(d.replaced, []*run.Runner{d.runner})...) {
		count(total, source, client.Answers())
	}
	return total
}

// clientsOf are the clients of the runners, each once, and their sources.
func clientsOf(runners ...*run.Runner) map[*extract.Client]string {
	sources := map[*extract.Client]string{}
	for _, r := range runners {
		for source, client := range r.Clients() {
			sources[client] = source
		}
	}
	return sources
}

func count(total map[string]map[int]int64, source string, answers map[int]int64) {
	if total[source] == nil {
		total[source] = map[int]int64{}
	}
	for code, n := range answers {
		total[source][code] += n
	}
}
