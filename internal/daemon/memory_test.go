//go:build duckdb_arrow

package daemon

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"contactsync/internal/run"
	"contactsync/internal/runtest"
	"contactsync/load/duckdb"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

func TestADamagedMemoryIsSetAside(t *testing.T) {
	for name, content := range map[string]string{
		"cut": `{"callback": "ABC", "pipelines": {"labs": {"sin`, "empty": "", "zeros": strings.Repeat("\x00", 512), "null": "null", "a list": "[]",
		"nothing in it": "{}", "no pipelines": `{"callback": "ABC", "pipelines": null}`, "no callback": `{"pipelines": {}}`,
		"other types": `{"callback": "ABC", "pipelines": {"labs": 7}}`, "a moment that is none": `{"callback": "ABC", "pipelines": {"labs": {"since": "now"}}}`,
	} {
		t.Run(name, func(t *testing.T) {
			w := runtest.New(t, "sources: {audiencelab: {api_key: k}}\npipelines: {labs: {from: audiencelab.audiences}}\n")
			var log bytes.Buffer
			w.Runner.Log = slog.New(slog.NewTextHandler(&log, nil))
			path := memoryPath(w.Runner.Config.Warehouse.Path.Full)
			require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
			_, err := CallbackSecret(t.Context(), w.Runner)
			require.ErrorContains(t, err, "the next start of `sync serve` sets it aside")

			d, err := New(w.Runner)
			require.NoError(t, err)
			require.Contains(t, log.String(), "is set aside as "+path+".damaged")
			kept, err := os.ReadFile(path + ".damaged")
			require.NoError(t, err)
			require.Equal(t, content, string(kept))
			require.NotEmpty(t, d.CallbackSecret())
			m, err := recall(path)
			require.NoError(t, err)
			require.Equal(t, d.CallbackSecret(), m.Callback)
			require.Equal(t, w.Now, m.Pipelines["labs"].Handled, "schedules count from now")
		})
	}
}

func TestAMemoryThatCannotBeReadKeepsTheDaemonDown(t *testing.T) {
	w := runtest.New(t, "pipelines: {}\n")
	require.NoError(t, os.Mkdir(memoryPath(w.Runner.Config.Warehouse.Path.Full), 0o700))
	_, err := New(w.Runner)
	require.ErrorContains(t, err, "the daemon's memory: read ")
}

func TestSignedOutSessionsStaySoAfterARestart(t *testing.T) {
	w := runtest.New(t, "pipelines: {}\n")
	d, err := New(w.Runner)
	require.NoError(t, err)
	d.SignOut("s1", w.Now.Add(time.Hour))
	d.SignOut("s2", w.Now.Add(2*time.Hour))
	again, err := New(w.Runner)
	require.NoError(t, err)
	require.True(t, again.SignedOut("s1"))
	require.False(t, again.SignedOut("s3"))
	content, err := os.ReadFile(memoryPath(w.Runner.Config.Warehouse.Path.Full))
	require.NoError(t, err)
	require.NotContains(t, string(content), `"s1"`, "the session itself is nowhere")

	w.Now = w.Now.Add(90 * time.Minute)
	again.SignOut("s4", w.Now.Add(time.Hour))
	require.Len(t, again.memory.SignedOut, 2, "what has ended by itself is forgotten")
	for i := range mostSignedOut {
		again.memory.SignedOut[fmt.Sprint(i)] = w.Now.Add(time.Hour)
	}
	again.SignOut("s5", w.Now.Add(2*time.Hour))
	require.Len(t, again.memory.SignedOut, mostSignedOut)
	require.True(t, again.SignedOut("s5"))
}

// TestAVanishedWarehouseIsNotBegunAnew takes the warehouse away from a daemon, with and
// without the note beside it, which a disk that is not mounted takes with it.
func TestAVanishedWarehouseIsNotBegunAnew(t *testing.T) {
	for name, takes := range map[string]string{"the file": "warehouse.duckdb", "the folder": ""} {
		t.Run(name, func(t *testing.T) {
			lab, address := runtest.NewLab(t)
			lab.Set("s", runtest.People(t, 4, nil)...)
			w := runtest.New(t, runtest.LabConfig(address, "p=s"))
			data := filepath.Join(w.Dir, "data")
			require.NoError(t, os.Mkdir(data, 0o700))
			w.Runner.Config.Warehouse.Path.Full = filepath.Join(data, "warehouse.duckdb")
			w.Night()
			d, err := New(w.Runner)
			require.NoError(t, err)
			d.refresh(t.Context())
			require.Empty(t, d.Overview().Obstacle)

			elsewhere := filepath.Join(w.Dir, "elsewhere")
			require.NoError(t, os.Rename(filepath.Join(data, takes), elsewhere))
			if takes == "" {
				require.NoError(t, os.Mkdir(data, 0o700))
			}
			o := d.Overview()
			require.Contains(t, o.Obstacle, "the warehouse has vanished")
			require.NotContains(t, o.Obstacle, w.Dir, "everybody may read it")
			require.Len(t, o.Problems, 1)
			require.Contains(t, o.Problems[0], "sync run --new")
			var ended []Ended
			d.Ended = func(e Ended) { ended = append(ended, e) }
			require.NoError(t, d.Act(RunNow, "p"))
			d.invoke(t.Context())
			require.Len(t, ended, 1)
			require.Equal(t, schema.Failed, ended[0].Run.Status)
			require.Contains(t, ended[0].Run.Error, "has vanished")
			require.NoFileExists(t, w.Runner.Config.Warehouse.Path.Full)
			_, err = run.Pipelines(t.Context(), w.Runner, nil, run.Options{})
			require.ErrorAs(t, err, new(*run.VanishedError), "nor by anybody else")
			next, err := New(w.Runner)
			require.NoError(t, err)
			require.NotEmpty(t, next.Overview().Obstacle, "nor by the next daemon")

			if takes == "" {
				require.NoError(t, os.RemoveAll(data))
			}
			require.NoError(t, os.Rename(elsewhere, filepath.Join(data, takes)))
			require.Empty(t, d.Overview().Obstacle, "it is back")
			require.NoError(t, d.Act(RunNow, "p"))
			d.invoke(t.Context())
			require.Equal(t, schema.Succeeded, ended[1].Run.Status)
		})
	}
}

func TestVisitorsOfTheReviewHoldUpNoRun(t *testing.T) {
	w := runtest.New(t, "pipelines: {}\n")
	w.Open(func(*duckdb.Warehouse) {})
	d, err := New(w.Runner)
	require.NoError(t, err)
	d.locking = true
	_, err = d.Review(t.Context(), 1)
	require.ErrorAs(t, err, new(*run.BusyError), "a run waits for the warehouse")
	d.locking = false
	_, err = d.Review(t.Context(), 1)
	require.NoError(t, err)

	d.reading <- struct{}{} // a visitor for whom it is open
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = d.Review(gone, 1)
	require.ErrorIs(t, err, context.Canceled, "who has gone waits no longer")
}
