package vendortest

import (
	"context"
	"fmt"
	"maps"
	"testing"

	"github.com/stretchr/testify/require"

	"contactsync/extract"
	"contactsync/schema"
)

// Resume checks the promise of every checkpoint: wherever reading stops after a
// stored page, it goes on as if nothing had happened. Nothing is missed, nothing
// comes twice, nothing is asked for again, and the sweep keeps its name. open
// makes the source anew, as another process would.
func Resume(t testing.TB, open func() extract.Source) {
	t.Helper()
	whole, _ := Read(t, open(), extract.State{}, -1)
	require.NotEmpty(t, whole)
	for stop := 1; stop < len(whole); stop++ {
		before, state := Read(t, open(), extract.State{}, stop)
		after, _ := Read(t, open(), state, -1)
		require.Equal(t, Outline(whole), Outline(append(before, after...)), "stopped after page %d of %d and resumed", stop, len(whole))
	}
}

// Read reads up to n pages, or all (-1), without an error, and the state after them.
func Read(t testing.TB, source extract.Source, from extract.State, n int) ([]extract.Page, extract.State) {
	t.Helper()
	pages, state, err := ReadUntil(t.Context(), source, from, n)
	require.NoError(t, err)
	return pages, state
}

// ReadUntil reads up to n pages, or all (-1), as a pipeline would: each page is
// committed with its checkpoint.
func ReadUntil(ctx context.Context, source extract.Source, from extract.State, n int) ([]extract.Page, extract.State, error) {
	var pages []extract.Page
	state := maps.Clone(from)
	if state == nil {
		state = extract.State{}
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

// Collect reads a source to its end or its first error, keeps the state up to
// date, and returns the pages.
func Collect(t testing.TB, source extract.Source, state extract.State) ([]extract.Page, error) {
	t.Helper()
	pages, after, err := ReadUntil(t.Context(), source, state, -1)
	maps.Copy(state, after)
	for _, p := range pages {
		RequireReadable(t, p.Next)
	}
	return pages, err
}

// Line is what two readings of the same data have in common. Sweeps are
// named by time, so they are compared by their order within the partition.
type Line struct {
	Partition string
	Sweep     int
	Complete  bool
	Number    int
	Audience  string
	Records   []string
	Audiences []string
	Declared  int64
}

// Outline is the lines of pages.
func Outline(pages []extract.Page) []Line {
	sweeps := map[string]map[string]int{}
	var lines []Line
	for _, p := range pages {
		names := sweeps[p.Partition]
		if names == nil {
			names = map[string]int{}
			sweeps[p.Partition] = names
		}
		if names[p.Sweep] == 0 {
			names[p.Sweep] = len(names) + 1
		}
		line := Line{
			Partition: p.Partition, Sweep: names[p.Sweep], Complete: p.Complete, Number: p.Number, Audience: p.Audience, Declared: p.Declared,
		}
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

// IDs are the ids of all records, in the order in which they came.
func IDs(pages []extract.Page) []string {
	var ids []string
	for _, p := range pages {
		for _, r := range p.Records {
			ids = append(ids, r.ID)
		}
	}
	return ids
}

// RequireReadable requires a checkpoint that people can read: a JSON object.
func RequireReadable(t testing.TB, c schema.Checkpoint) {
	t.Helper()
	require.True(t, len(c) > 1 && c[0] == '{' && c[len(c)-1] == '}', "checkpoint %s", c)
}
