package extract

import (
	"context"
	"fmt"
	"maps"
	"testing"

	"github.com/stretchr/testify/require"

	"contactsync/schema"
)

// conform checks the promise of every checkpoint: wherever reading stops after a
// stored page, it goes on as if nothing had happened. Nothing is missed, nothing
// comes twice, nothing is asked for again, and the sweep keeps its name. open
// makes the source anew, as another process would.
func conform(t *testing.T, open func() Source) {
	t.Helper()
	whole, _ := readPages(t, open(), State{}, -1)
	require.NotEmpty(t, whole)
	for stop := 1; stop < len(whole); stop++ {
		before, state := readPages(t, open(), State{}, stop)
		after, _ := readPages(t, open(), state, -1)
		require.Equal(t, outline(whole), outline(append(before, after...)), "stopped after page %d of %d and resumed", stop, len(whole))
	}
}

// readPages reads up to n pages, or all (-1), without an error, and the state after them.
func readPages(t *testing.T, source Source, from State, n int) ([]Page, State) {
	t.Helper()
	pages, state, err := readUntil(t.Context(), source, from, n)
	require.NoError(t, err)
	return pages, state
}

// readUntil reads up to n pages, or all (-1), as a pipeline would: each page is
// committed with its checkpoint.
func readUntil(ctx context.Context, source Source, from State, n int) ([]Page, State, error) {
	var pages []Page
	state := maps.Clone(from)
	if state == nil {
		state = State{}
	}
	for page, err := range source.Pages(ctx, from) {
		if err != nil {
			return pages, state, err
		}
		pages = append(pages, page)
		state[page.Partition] = page.Next
		if len(pages) == n {
			break
		}
	}
	return pages, state, nil
}

// pageOutline is what two readings of the same data have in common. Sweeps are
// named by time, so they are compared by their order within the partition.
type pageOutline struct {
	Partition string
	Sweep     int
	Complete  bool
	Number    int
	Audience  string
	Records   []string
	Audiences []string
	Declared  int64
}

func outline(pages []Page) []pageOutline {
	sweeps := map[string]map[string]int{}
	var lines []pageOutline
	for _, p := range pages {
		names := sweeps[p.Partition]
		if names == nil {
			names = map[string]int{}
			sweeps[p.Partition] = names
		}
		if names[p.Sweep] == 0 {
			names[p.Sweep] = len(names) + 1
		}
		line := pageOutline{Partition: p.Partition, Sweep: names[p.Sweep], Complete: p.Complete, Number: p.Number, Audience: p.Audience, Declared: p.Declared}
		for _, r := range p.Records {
			line.Records = append(line.Records, fmt.Sprintf("%s %s %s %s", r.Source, r.ID, r.AsOf, r.Raw))
		}
		for _, a := range p.Audiences {
			line.Audiences = append(line.Audiences, fmt.Sprintf("%s %s %s %s", a.Kind, a.AudienceID, a.Name, a.Attributes))
		}
		lines = append(lines, line)
	}
	return lines
}

// idsOf are the ids of all records, in the order in which they came.
func idsOf(pages []Page) []string {
	var ids []string
	for _, p := range pages {
		for _, r := range p.Records {
			ids = append(ids, r.ID)
		}
	}
	return ids
}

// requireReadable requires a checkpoint that people can read: a JSON object.
func requireReadable(t *testing.T, c schema.Checkpoint) {
	t.Helper()
	require.True(t, len(c) > 1 && c[0] == '{' && c[len(c)-1] == '}', "checkpoint %s", c)
}
