package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"contactsync/bench/fake"
)

// workspace is a directory with a warehouse, and a config for each night: they differ
// in the vendor's address alone.
type workspace struct {
	dir    string
	binary string
	vendor *vendor
}

// config leaves all but the page size to the program's own defaults, as a user would.
const config = `version: 1
warehouse: {path: warehouse.duckdb, snapshot: analytics.duckdb}
sources:
  audiencelab: {api_key: bench, auth: api_key, base_url: %q, page_size: %d}
pipelines:
  all: {from: audiencelab.segments, segments: [all]}
  few: {from: audiencelab.segments, segments: [few]}
exports:
  contacts: {table: contacts, path: exports/contacts}
`

// newWorkspace writes the configs.
func newWorkspace(dir, binary string, v *vendor, pageSize int) (*workspace, error) {
	binary, err := filepath.Abs(binary)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	w := &workspace{dir: dir, binary: binary, vendor: v}
	for _, night := range []string{fake.First, fake.Changed, fake.Few} {
		text := fmt.Sprintf(config, v.baseURL(night), pageSize)
		if err := os.WriteFile(filepath.Join(dir, configOf(night)), []byte(text), 0o600); err != nil {
			return nil, err
		}
	}
	return w, nil
}

func configOf(night string) string { return night + ".yaml" }

// sync runs the program on a night.
func (w *workspace) sync(ctx context.Context, night string, args ...string) (usage, string, error) {
	return spend(ctx, w.dir, w.binary, append([]string{"--config", configOf(night)}, args...)...)
}

// step is something that is measured of sync, once a round and in this order.
type step struct {
	name    string
	night   string
	args    []string
	written int // rows that the run must write; a figure for anything else would be worth nothing
	times   int // how often it is measured a round
}

const (
	stepFirst  = "first load"
	stepQuiet  = "quiet second night"
	startTimes = 5
	notARun    = -1
)

// steps are the nights of so many records, and starts of the program between them and
// after them.
func steps(records int) []step {
	few := fake.FewOf(records)
	return []step{
		{stepFirst, fake.First, []string{"run", "all"}, records, 1},
		{stepQuiet, fake.First, []string{"run", "all"}, 0, 1},
		{"1 % changed", fake.Changed, []string{"run", "all"}, fake.ChangedOf(records), 1},
		{fmt.Sprintf("%s changed, they alone are read", thousands(few)), fake.Few, []string{"run", "few"}, few, 1},
		{"`resolve --rebuild`", fake.First, []string{"resolve", "--rebuild"}, notARun, 1},
		{"`status`", fake.First, []string{"status"}, notARun, startTimes},
		{"`--help`", fake.First, []string{"--help"}, notARun, startTimes},
	}
}

// do takes a step, and checks that the work was done.
func (w *workspace) do(ctx context.Context, s step) (taken []usage, err error) {
	for range s.times {
		u, _, err := w.sync(ctx, s.night, s.args...)
		if err != nil {
			return nil, err
		}
		taken = append(taken, u)
	}
	if s.written == notARun {
		return taken, nil
	}
	_, text, err := w.sync(ctx, s.night, "runs", "--limit", "1", "-o", "json")
	if err != nil {
		return nil, err
	}
	var runs []struct {
		Status      string `json:"status"`
		RowsWritten int    `json:"rows_written"`
	}
	if err := json.Unmarshal([]byte(text), &runs); err != nil {
		return nil, fmt.Errorf("sync runs: %w", err)
	}
	if len(runs) != 1 || runs[0].Status != "succeeded" || runs[0].RowsWritten != s.written {
		return nil, fmt.Errorf("%s: want one run that succeeded and wrote %d rows, have %+v", s.name, s.written, runs)
	}
	return taken, nil
}

// files are the bytes on disk by what they are: the warehouse with all that stands
// beside it, the snapshot, the exports.
func (w *workspace) files() (map[string]int64, error) {
	sizes := map[string]int64{}
	for name, pattern := range map[string]string{
		fileWarehouse: "warehouse*", fileSnapshot: "analytics*", fileExports: "exports",
	} {
		found, err := filepath.Glob(filepath.Join(w.dir, pattern))
		if err != nil {
			return nil, err
		}
		for _, path := range found {
			size, err := treeSize(path)
			if err != nil {
				return nil, err
			}
			sizes[name] += size
		}
	}
	return sizes, nil
}

// treeSize is the bytes of a file, or of all files below a directory.
func treeSize(root string) (size int64, err error) {
	err = filepath.WalkDir(root, func(_ string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			size += info.Size()
		}
		return err
	})
	return size, err
}
