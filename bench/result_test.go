package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestFiguresAreMediansAndRatiosThoseOfTheirRounds(t *testing.T) {
	tr := &trial{size: 10, vendor: &vendor{bytes: 1000}}
	for _, round := range []struct{ floor, load time.Duration }{{1, 3}, {10, 20}, {2, 10}} { // the second one on a busy machine
		tr.samples.add("load", sample{usage{wall: round.load * time.Second, peak: 5}, usage{wall: round.floor * time.Second}})
	}
	tr.sizes.add("file", 100)
	tr.sizes.add("file", 300)
	r := tr.result()
	require.Equal(t, []Measure{{Name: "load", Seconds: 10, Peak: 5, ToFloor: 3}}, r.Measures)
	require.Equal(t, []File{{Name: "file", Bytes: 200, ToJSON: 0.2}}, r.Files)
}

func TestNumbersAreShort(t *testing.T) {
	for x, want := range map[float64]string{0: "0", 0.0456: "0.046", 1.234: "1.23", 12.34: "12.3", 1234.5: "1234"} {
		require.Equal(t, want, figure(x))
	}
	for n, want := range map[int]string{1: "1", 999: "999", 1000: "1,000", 1234567: "1,234,567"} {
		require.Equal(t, want, thousands(n))
	}
}

func TestTablesStandInColumns(t *testing.T) {
	require.Equal(t, "| what   |   s |\n| ------ | --: |\n| längst | 1.0 |\n", markdown([][]string{{"what", "s"}, {"längst", "1.0"}}))
}

func TestOnlyWhatStandsBetweenTheMarkersIsReplaced(t *testing.T) {
	text, err := between("a\n"+documentStart+"\nold\n"+documentEnd+"\nb\n", "new\n", documentStart, documentEnd)
	require.NoError(t, err)
	require.Equal(t, "a\n"+documentStart+"\n\nnew\n\n"+documentEnd+"\nb\n", text)
	for _, broken := range []string{"", documentStart, documentEnd + documentStart} {
		_, err := between(broken, "new", documentStart, documentEnd)
		require.ErrorContains(t, err, documentEnd)
	}
}

func TestFlagsAreChecked(t *testing.T) {
	o, err := parse([]string{"-records", "10, 200"})
	require.NoError(t, err)
	require.Equal(t, []int{10, 200}, o.records)
	for _, args := range [][]string{{"-records", "ten"}, {"-records", "0"}, {"-rounds", "0"}, {"-page-size", "0"}, {"more"}} {
		_, err := parse(args)
		require.Error(t, err, args)
	}
}
