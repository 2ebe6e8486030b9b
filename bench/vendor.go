package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"contactsync/bench/fake"
)

// serveVendor is the fake vendor's process. It prints its address once it can answer,
// and ends when its input does: with whoever started it, however that ended.
func serveVendor(dir string, records int, short bool, in io.Reader, out io.Writer) error {
	if short {
		return serveUntil(in, out, fake.NewShort(records))
	}
	if dir == "" {
		temporary, err := os.MkdirTemp("", "bench-vendor-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(temporary)
		dir = temporary
	}
	vendor, err := fake.New(dir, records)
	if err != nil {
		return err
	}
	return serveUntil(in, out, vendor)
}

func serveUntil(in io.Reader, out io.Writer, vendor http.Handler) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{Handler: vendor, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(listener) }() // always http.ErrServerClosed, after Close
	defer server.Close()
	fmt.Fprintln(out, "http://"+listener.Addr().String())
	_, err = io.Copy(io.Discard, in)
	return err
}

// vendor is the fake vendor in its process.
type vendor struct {
	url   string
	bytes int64 // of JSON that a first load fetches, envelopes apart
	stop  func() error
}

// startVendor starts the vendor of so many records and waits until it can answer.
func startVendor(ctx context.Context, dir string, records int) (*vendor, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	c := exec.CommandContext(ctx, self, "vendor", "--records", strconv.Itoa(records), "--dir", dir)
	c.Stderr = os.Stderr
	in, err := c.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := c.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := c.Start(); err != nil {
		return nil, err
	}
	v := &vendor{stop: func() error {
		_ = in.Close() // it is open until here
		return c.Wait()
	}}
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		_ = v.stop() // its own words are on stderr
		return nil, fmt.Errorf("the fake vendor did not start: %w", err)
	}
	v.url = strings.TrimSpace(address)
	info, err := os.Stat(filepath.Join(dir, fake.First+".json"))
	if err != nil {
		_ = v.stop()
		return nil, err
	}
	v.bytes = info.Size()
	return v, nil
}

// baseURL is the vendor's on a night.
func (v *vendor) baseURL(night string) string { return v.url + "/" + night }

// segment is the address of a segment on a night.
func (v *vendor) segment(night, id string) string { return v.baseURL(night) + "/segments/" + id }
