package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"contactsync/bench/fake"
)

const (
	nameFloor     = "floor: fetch the pages, `read_json`"
	fileFloor     = "floor: DuckDB's table"
	fileWarehouse = "warehouse"
	fileSnapshot  = "snapshot"
	fileExports   = "exports"
	fileAtTheEnd  = "warehouse after all nights"
)

// trial is the measuring of one number of records.
type trial struct {
	options
	size    int // records
	dir     string
	vendor  *vendor
	peers   []peer
	samples series[sample]
	sizes   series[int64]

	progress io.Writer
}

func (t *trial) say(what string) {
	fmt.Fprintf(t.progress, "%s records: %s\n", thousands(t.size), what)
}

func (t *trial) sayRound(number int, what string) {
	t.say(fmt.Sprintf("round %d of %d: %s", number+1, t.rounds, what))
}

// measure takes all rounds of so many records.
func measure(ctx context.Context, o options, records int, progress io.Writer) (result Result, err error) {
	dir, err := os.MkdirTemp(o.dir, "sync-bench-")
	if err != nil {
		return Result{}, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	t := &trial{options: o, size: records, dir: dir, progress: progress}
	if t.peers, err = findPeers(ctx, o.peers, filepath.Join(filepath.Dir(o.binary), "peers"), progress); err != nil {
		return Result{}, err
	}
	t.say("the fake vendor writes its records")
	data := filepath.Join(dir, "vendor")
	if err := os.Mkdir(data, 0o700); err != nil {
		return Result{}, err
	}
	if t.vendor, err = startVendor(ctx, data, records); err != nil {
		return Result{}, err
	}
	defer func() { err = errors.Join(err, t.vendor.stop()) }()
	for round := range o.rounds {
		if err := t.round(ctx, round); err != nil {
			return Result{}, err
		}
	}
	return t.result(), nil
}

// round measures everything once, in directories that are gone afterwards.
func (t *trial) round(ctx context.Context, number int) (err error) {
	dir := filepath.Join(t.dir, "round")
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	t.sayRound(number, "floor")
	floor, err := t.floor(ctx, filepath.Join(dir, "floor"))
	if err != nil {
		return err
	}
	w, err := newWorkspace(filepath.Join(dir, "sync"), t.binary, t.vendor, t.pageSize)
	if err != nil {
		return err
	}
	for _, s := range steps(t.size) {
		t.sayRound(number, s.name)
		taken, err := w.do(ctx, s)
		if err != nil {
			return err
		}
		for _, u := range taken {
			t.samples.add(s.name, sample{u, floor})
		}
		if s.name != stepFirst {
			continue
		}
		if err := t.weigh(w, fileWarehouse, fileSnapshot, fileExports); err != nil {
			return err
		}
	}
	all, err := w.files()
	if err != nil {
		return err
	}
	t.sizes.add(fileAtTheEnd, all[fileWarehouse])
	return t.measurePeers(ctx, number, floor, dir)
}

// floor measures the floor of a round.
func (t *trial) floor(ctx context.Context, dir string) (usage, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return usage{}, err
	}
	self, err := os.Executable()
	if err != nil {
		return usage{}, err
	}
	u, _, err := spend(ctx, dir, self, "floor", "--segment", t.vendor.segment(fake.First, "all"),
		"--page-size", strconv.Itoa(t.pageSize), "--dir", dir)
	if err != nil {
		return usage{}, err
	}
	t.samples.add(nameFloor, sample{u, u})
	size, err := treeSize(filepath.Join(dir, floorFile))
	t.sizes.add(fileFloor, size)
	return u, err
}

// weigh notes the sizes of some of the files.
func (t *trial) weigh(w *workspace, names ...string) error {
	all, err := w.files()
	if err != nil {
		return err
	}
	for _, name := range names {
		t.sizes.add(name, all[name])
	}
	return nil
}
