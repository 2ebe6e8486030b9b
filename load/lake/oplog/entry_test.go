package oplog

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"contactsync/load"
)

func sample(kind Kind) Entry {
	e := Entry{
		N: 7, ID: "I", Prev: "P", Kind: kind, Writer: "W", Fence: 3, At: time.Date(2026, 11, 26, 3, 0, 0, 5e6, time.UTC),
		Pipeline: "toofr", Run: "R", Counts: map[string]int64{"records": 1 << 40},
	}
	switch kind {
	case Lease:
		e.Fence, e.Holder, e.Until = 7, &load.Holder{PID: 1, Host: "h", Since: e.At}, e.At.Add(time.Minute)
	case Batch:
		e.Segment = "segments/7"
	case State:
		e.State, e.Outstanding = "states/7", []Segment{{N: 5, Pipeline: "toofr", Key: "segments/5"}}
		e.Publish = map[string]Snapshot{"records": {Branch: "b", Snapshot: 1<<63 - 1}}
	}
	return e
}

func TestAnEntryIsReadAsItWasWritten(t *testing.T) {
	for _, kind := range []Kind{Lease, Batch, State} {
		body, err := encode(sample(kind))
		require.NoError(t, err)
		require.Contains(t, string(body), `"format": 1,`)
		got, err := decode(7, body)
		require.NoError(t, err)
		require.Equal(t, sample(kind), got)
	}
}

func TestAnEntryThatIsNotWholeIsRefused(t *testing.T) {
	good, err := encode(sample(State))
	require.NoError(t, err)
	for _, test := range []struct{ old, new, want string }{
		{"{", "", "not JSON"},
		{string(good), "", "not JSON"},
		{string(good), "null", "names no format"},
		{string(good), "[]", "not JSON"},
		{`"format": 1,`, "", "names no format"},
		{`"format": 1`, `"format": -1`, "names no format"},
		{`"n": 7`, `"n": 8`, "says that it is entry 8"},
		{`"n": 7`, `"n": "7"`, "not of the form"},
		{`"run"`, `"runs"`, "not of the form"},
		{`"id": "I"`, `"id": ""`, "who wrote it"},
		{`"prev": "P"`, `"prev": ""`, "what it follows"},
		{`"fence": 3`, `"fence": 0`, "no lease"},
		{`"fence": 3`, `"fence": 8`, "no lease"},
		{`"kind": "state"`, `"kind": "lease"`, "lease of nobody"},
		{`"kind": "state"`, `"kind": "batch"`, "without a segment"},
		{`"kind": "state"`, `"kind": "other"`, "kind is not known"},
		{`"state": "states/7",`, ``, "without its object"},
		{`"n": 5`, `"n": 7`, "outstanding"},
		{`"key": "segments/5"`, `"key": ""`, "outstanding"},
	} {
		require.Contains(t, string(good), test.old)
		_, err := decode(7, []byte(strings.Replace(string(good), test.old, test.new, 1)))
		require.ErrorContains(t, err, test.want, test.new)
	}
	_, err = decode(7, append(good, "{}"...))
	require.ErrorContains(t, err, "not JSON")
}

func TestANewerEntryNamesItsFormat(t *testing.T) {
	_, err := decode(7, []byte(`{"format": 2, "n": {"something": "else"}}`))
	var newer *NewerError
	require.ErrorAs(t, err, &newer)
	newer.Path, newer.Key = "s3://lake/w", keyOf(7)
	require.EqualError(t, err,
		"warehouse s3://lake/w: a newer sync wrote log/000000000007.json (format 2; this one knows 1): update sync")
}

func TestKeysOfEntriesAreInOrder(t *testing.T) {
	for _, n := range []int64{1, 9, 10, 999_999_999_999} {
		got, ok := numberOf(keyOf(n))
		require.True(t, ok)
		require.Equal(t, n, got)
	}
	require.Less(t, keyOf(9), keyOf(10))
	for _, key := range []string{"", "log/", "log/1.json", "log/000000000000.json", "log/-00000000001.json", "log/+00000000001.json",
		"log/0000000000001.json", "log/000000000001.json.x", "log/000000000001", "x/000000000001.json", "log/1000000000000.json"} {
		_, ok := numberOf(key)
		require.False(t, ok, key)
	}
}

func FuzzEntriesAreReadOrRefused(f *testing.F) {
	for _, kind := range []Kind{Lease, Batch, State} {
		body, err := encode(sample(kind))
		require.NoError(f, err)
		f.Add(int64(7), body)
		f.Add(int64(7), body[:len(body)/2])
	}
	f.Add(int64(1), []byte(`{"format":2}`))
	f.Add(int64(1), []byte(`{"format":1e400}`))
	f.Fuzz(func(t *testing.T, n int64, body []byte) {
		e, err := decode(n, body)
		if err != nil {
			require.NotEmpty(t, err.Error())
			return
		}
		require.Equal(t, n, e.N)
		again, err := encode(e)
		require.NoError(t, err)
		same, err := decode(n, again)
		require.NoError(t, err)
		third, err := encode(same)
		require.NoError(t, err)
		require.Equal(t, string(again), string(third), "what is read is written as it was")
	})
}

func TestErrorsSayWhatToDo(t *testing.T) {
	const stops = "this run stops, and what it had not stored the next one reads again"
	at := time.Date(2026, 11, 26, 3, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		err  error
		want string
	}{
		{&LostError{"w", load.Holder{PID: 4, Host: "h", Since: at}},
			"process 4 on h has taken over its writing at 2026-11-26 03:00:00 UTC: " + stops},
		{&LostError{Path: "w"}, "another process has taken over its writing: " + stops},
		{&DamagedError{"w", "k", errors.New("x")}, "entry k of its log is damaged: x; bring back the bucket's log/ folder from a backup"},
		{&UnknownError{"w", errors.New("x")}, "it is not known whether the last commit was stored: start again, and the next run finds out: x"},
	} {
		require.EqualError(t, test.err, "warehouse w: "+test.want)
	}
}
