package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"contactsync/bench/fake"
)

// peer is another program that loads a segment into DuckDB: a directory with load.py,
// which says how it is called, and with its versions in requirements.txt.
type peer struct {
	name   string
	script string
	python string // of the environment that has its packages
}

// findPeers installs the peers of a directory, each into a virtual environment of its
// own beside the binary, where an earlier run may have left it. Peers are optional:
// one that cannot be installed is left out, and progress says why.
func findPeers(ctx context.Context, dir, environments string, progress io.Writer) ([]peer, error) {
	if dir == "" {
		return nil, nil
	}
	scripts, err := filepath.Glob(filepath.Join(dir, "*", "load.py"))
	if err != nil {
		return nil, err
	}
	if len(scripts) == 0 {
		return nil, fmt.Errorf("--peers %s: no directory in it has a load.py", dir)
	}
	if err := exec.CommandContext(ctx, "python3", "-m", "pip", "--version").Run(); err != nil {
		fmt.Fprintf(progress, "peers are left out: python3 -m pip: %v\n", err)
		return nil, ctx.Err()
	}
	var found []peer
	for _, script := range scripts {
		p, err := install(ctx, script, environments)
		if err != nil {
			fmt.Fprintf(progress, "%s is left out: %v\n", filepath.Base(filepath.Dir(script)), err)
			continue
		}
		found = append(found, p)
	}
	return found, ctx.Err()
}

// install makes the environment of a peer, unless there is one with these versions.
func install(ctx context.Context, script, environments string) (peer, error) {
	script, err := filepath.Abs(script)
	if err != nil {
		return peer{}, err
	}
	name := filepath.Base(filepath.Dir(script))
	environment, err := filepath.Abs(filepath.Join(environments, name))
	if err != nil {
		return peer{}, err
	}
	p := peer{name: name, script: script, python: filepath.Join(environment, "bin", "python")}
	requirements := filepath.Join(filepath.Dir(script), "requirements.txt")
	want, err := os.ReadFile(requirements)
	if err != nil {
		return peer{}, err
	}
	installed := filepath.Join(environment, "installed.txt")
	if have, err := os.ReadFile(installed); err == nil && string(have) == string(want) {
		return p, nil
	}
	for _, command := range [][]string{
		{"python3", "-m", "venv", "--clear", environment},
		{p.python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement", requirements},
	} {
		if _, _, err := spend(ctx, "", command[0], command[1:]...); err != nil {
			return peer{}, err
		}
	}
	return p, os.WriteFile(installed, want, 0o600)
}

// measurePeers measures a first load and a quiet second night of each peer. One that
// fails is left out from then on: peers are optional, the rest of the report is not.
func (t *trial) measurePeers(ctx context.Context, round int, floor usage, dir string) error {
	var kept []peer
	for _, p := range t.peers {
		if err := t.measurePeer(ctx, round, p, floor, filepath.Join(dir, p.name)); err != nil {
			t.say(fmt.Sprintf("%s is left out: %v", p.name, err))
			t.samples.drop(p.name + ": ")
			t.sizes.drop(p.name + ": ")
			continue
		}
		kept = append(kept, p)
	}
	t.peers = kept
	return ctx.Err()
}

func (t *trial) measurePeer(ctx context.Context, round int, p peer, floor usage, dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	for _, night := range []string{stepFirst, stepQuiet} {
		t.sayRound(round, p.name+": "+night)
		u, out, err := spend(ctx, dir, p.python, p.script, t.vendor.segment(fake.First, "all"), strconv.Itoa(t.pageSize), dir)
		if err != nil {
			return err
		}
		if rows := lastLines(out, 1); strings.TrimSpace(rows) != strconv.Itoa(t.size) {
			return fmt.Errorf("%s: want %d rows, have %q", night, t.size, rows)
		}
		t.samples.add(p.name+": "+night, sample{u, floor})
		if night == stepFirst {
			size, err := treeSize(filepath.Join(dir, "peer.duckdb"))
			if err != nil {
				return err
			}
			t.sizes.add(p.name+": DuckDB's file", size)
		}
	}
	return nil
}
