package vendortest

import (
	"errors"
	"maps"
	"net/http"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"contactsync/extract"
)

// Form is what a vendor's answers look like from outside: by it the suite makes
// answers that lie, and their harmless twins.
type Form struct {
	Lists  func(*http.Request) bool  // an answer to it lists rows
	Rows   []string                  // the path to the rows: of a list, or of the files of one
	Status []string                  // the path to the vendor's word for the state
	Empty  func(body map[string]any) // makes an answer a proper end without rows
	Strict bool                      // a word that is not known is waited for even beside rows
	Short  func(body map[string]any) // makes the answer with a list's last rows declare more than were served; nil: totals are informative
}

// outcome is what a run that meets an answer comes to.
type outcome int

const (
	fails   outcome = iota // it is a failed page
	waits                  // it is not ready
	matters                // it is as good as any: what looks like an error is none
)

// lie is an answer that says one thing and means another, or seems to.
type lie struct {
	edit func(f Form, body map[string]any)
	want outcome
	warn bool // and a person is told
}

// lies are the kinds of them. What the error is called and where it stands, the
// tests of extract/api vary; here is what a source makes of it.
func lies() map[string]lie {
	all := map[string]lie{}
	put := func(key string, value any) func(Form, map[string]any) {
		return func(_ Form, body map[string]any) { body[key] = value }
	}
	empty := func(more ...func(Form, map[string]any)) func(Form, map[string]any) {
		return func(f Form, body map[string]any) {
			f.Empty(body)
			for _, edit := range more {
				edit(f, body)
			}
		}
	}
	rows := func(value any) func(Form, map[string]any) {
		return func(f Form, body map[string]any) { set(body, f.Rows, value) }
	}
	status := func(word any) func(Form, map[string]any) {
		return func(f Form, body map[string]any) { set(body, f.Status, word) }
	}
	all["an error beside no rows"] = lie{empty(put("error", map[string]any{"code": "UPSTREAM", "message": "no"})), fails, false}
	all["an error in words beside no rows"] = lie{empty(put("error", "upstream timeout")), fails, false}
	all["an error beside null"] = lie{empty(rows(nil), put("error", "upstream timeout")), fails, false}
	all["errors beside no rows"] = lie{empty(put("errors", []any{map[string]any{"message": "no"}})), fails, false}
	all["an error beside rows"] = lie{put("error", "some are missing"), fails, false}
	all["no success beside no rows"] = lie{empty(put("success", false)), fails, false}
	for name, value := range map[string]any{"an object": map[string]any{}, "an object of rows": map[string]any{"0": map[string]any{}}, "text": "none", "a number": 0, "a flag": false} {
		all["rows that are "+name] = lie{empty(rows(value)), fails, false}
	}
	for _, word := range []string{"failed", "Failed.", "ERROR", "Timeout", "timed_out", "Cancelled", "failed: out of memory"} {
		all["no rows, and the word "+word] = lie{empty(status(word)), fails, false}
	}
	for _, word := range []string{"processing", "Materializing", "IN_QUEUE", "Wait and Try Again", "No Data"} {
		all["no rows, and the word "+word] = lie{empty(status(word)), waits, false}
	}
	for _, word := range []string{"brewing", "partially cooked"} {
		all["no rows, and the unheard word "+word] = lie{empty(status(word)), waits, true}
		all["rows, and the unheard word "+word] = lie{status(word), matters, true}
	}
	for _, word := range []string{"READY", "Complete", "Succeeded."} {
		all["rows, and the word "+word] = lie{status(word), matters, false}
	}
	for name, value := range map[string]any{"null": nil, "false": false, "zero": 0, "no text": "", "an empty object": map[string]any{}, "an empty list": []any{}} {
		all["rows, and an error that is "+name] = lie{put("error", value), matters, false}
		all["rows, and errors that are "+name] = lie{put("errors", value), matters, false}
	}
	all["rows, and success"] = lie{func(_ Form, body map[string]any) { body["success"], body["ok"] = true, true }, matters, false}
	return all
}

// set puts a value at a path of a body, whose objects must be there.
func set(body map[string]any, path []string, value any) {
	for _, step := range path[:len(path)-1] {
		body, _ = body[step].(map[string]any)
	}
	if body != nil {
		body[path[len(path)-1]] = value
	}
}

// lied reads a vendor whose answers lie, from the first list on or from a later one.
// No sweep is complete by such an answer, and when the vendor has recovered, the runs
// after it read what is missing.
func (s Suite) lied(t *testing.T, l lie, from int64) {
	healthy := s.Server(t)
	whole, _ := Read(t, s.Open(s.env(t, healthy)), nil, -1)
	if l.want == matters {
		s.harmless(t, l, whole)
		return
	}
	wanted := idsOf(whole)
	read, state := map[string][]string{}, extract.State{}
	take := func(pages []extract.Page) {
		for _, p := range pages {
			read[p.Partition] = append(read[p.Partition], IDs([]extract.Page{p})...)
			if p.Complete {
				require.Subset(t, read[p.Partition], wanted[p.Partition], "%s is complete, and somebody was never seen", p.Partition)
			}
		}
	}
	var lists atomic.Int64
	liar := s.editing(healthy, func(body map[string]any) {
		if lists.Add(1) >= from {
			l.edit(s.Form, body)
		}
	})
	for range 2 {
		env, warned := s.env(t, liar), new(atomic.Bool)
		env.Warn = func(string) { warned.Store(true) } // pages are read side by side
		pages, next, err := ReadUntil(t.Context(), s.Open(env), state, -1)
		_, notReady := errors.AsType[*extract.NotReadyError](err)
		require.Error(t, err)
		require.Equal(t, l.want == waits, notReady, "%v", err)
		require.Equal(t, l.warn, warned.Load())
		require.LessOrEqual(t, env.Meter.Requests(), s.Most)
		take(pages)
		state = next
	}
	for range mending {
		pages, next, err := ReadUntil(t.Context(), s.Open(s.env(t, healthy)), state, -1)
		take(pages)
		state = next
		if err == nil {
			break
		}
	}
	for partition, ids := range wanted {
		require.Subset(t, read[partition], ids, "nothing is missed")
	}
}

// harmless reads a vendor whose answers only look odd. What audiences say of themselves
// may hold the odd word.
func (s Suite) harmless(t *testing.T, l lie, whole []extract.Page) {
	if s.Form.Strict && l.warn {
		t.Skip("the vendor's rows may be those of the time before")
	}
	env, warned := s.env(t, s.editing(s.Server(t), func(body map[string]any) { l.edit(s.Form, body) })), new(atomic.Bool)
	env.Warn = func(string) { warned.Store(true) } // pages are read side by side
	pages, _ := Read(t, s.Open(env), nil, -1)
	require.Equal(t, recordsOnly(whole), recordsOnly(pages))
	require.Equal(t, l.warn, warned.Load())
}

// editing changes the answers that list rows.
func (s Suite) editing(next http.Handler, edit func(body map[string]any)) http.Handler {
	edited := Edited(next, func(_ *http.Request, body map[string]any) { edit(body) })
	return Instead(next, func(w http.ResponseWriter, r *http.Request) bool {
		if !s.Form.Lists(r) {
			return false
		}
		edited.ServeHTTP(w, r)
		return true
	})
}

// recordsOnly is the outline without what audiences say of themselves.
func recordsOnly(pages []extract.Page) []Line {
	lines := Outline(pages)
	for i := range lines {
		lines[i].Audiences = nil
	}
	return lines
}

func idsOf(pages []extract.Page) map[string][]string {
	ids := map[string][]string{}
	for _, p := range pages {
		ids[p.Partition] = append(ids[p.Partition], IDs([]extract.Page{p})...)
	}
	return ids
}

// lying runs all lies, from the first list on and from a later one.
func (s Suite) lying(t *testing.T) {
	if s.Small != nil {
		s.Server = s.Small
	}
	all := lies()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		for when, from := range map[string]int64{"at once": 1, "later": s.Later} {
			if from == 0 || all[name].want == matters && from > 1 {
				continue
			}
			t.Run(name+", "+when, func(t *testing.T) { s.lied(t, all[name], from) })
		}
	}
}
