package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"net/http"
	"net/url"
	"time"
)

// Open streams a file that a vendor made, unpacked where its first bytes say
// gzip or zip, within bounds ([ErrUnpacked]). The credential is sent only where the URL's host is the API's own. A
// stream that breaks off is read again from the start, and goes on where it
// stopped if what came before is the same. The caller closes it.
func (c *Session) Open(ctx context.Context, rawURL string) (io.ReadCloser, error) {
	u, err := url.Parse(rawURL)
	if err != nil || !supported(rawURL) {
		return nil, fmt.Errorf("%s: the address of a file is no http or https URL", c.settings.Source)
	}
	home, err := url.Parse(c.settings.BaseURL)
	if err != nil {
		return nil, err
	}
	r := Request{Method: http.MethodGet, Path: u.Path, foreign: !sameHost(home, u)}
	if r.foreign {
		r.Path = u.Scheme + "://" + u.Host + u.Path
	}
	f := &file{
		open:     func() (io.ReadCloser, error) { return c.open(ctx, r, u) },
		wanted:   func() bool { return ctx.Err() == nil },
		patience: c.settings.MaxAttempts,
		seen:     sha256.New(),
	}
	if f.body, err = f.open(); err != nil {
		return nil, err
	}
	return unpack(f, c.secrets)
}

// open asks for the file until it begins to come.
func (c *Session) open(ctx context.Context, r Request, u *url.URL) (io.ReadCloser, error) {
	var body io.ReadCloser
	err := c.persist(ctx, r, func(ctx context.Context, scheme int) *failure {
		c.Meter.requests.Add(1)
		attempt, cancel := context.WithCancel(ctx)
		idle := time.AfterFunc(c.settings.Timeout, cancel)
		res, f := c.fetch(attempt, r, u, scheme)
		if inTime := idle.Stop(); f != nil {
			cancel()
			if !inTime {
				f.api.Err = errSilence(c.settings.Timeout)
			}
			return f
		}
		body = &timedBody{ReadCloser: res.Body, idle: idle, timeout: c.settings.Timeout, cancel: cancel}
		return nil
	})
	return body, err
}

func (c *Client) fetch(ctx context.Context, r Request, u *url.URL, scheme int) (*http.Response, *failure) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, &failure{api: c.apiError(r, 0, unquoted(err))}
	}
	req.Header.Set("User-Agent", userAgent)
	// Whether the file is packed is told by its bytes, not by the transport.
	req.Header.Set("Accept-Encoding", "identity")
	if !r.foreign {
		c.auth.sign(req, scheme)
	}
	res, f := c.send(c.files, req, r)
	if f != nil {
		return nil, f
	}
	if res.StatusCode != http.StatusOK {
		defer res.Body.Close()
		return nil, c.refusal(res, r)
	}
	return res, nil
}

// timedBody ends a read for which nothing comes in time. The time between two
// reads is the reader's own.
type timedBody struct {
	io.ReadCloser
	idle    *time.Timer
	timeout time.Duration
	cancel  context.CancelFunc
}

func (b *timedBody) Read(p []byte) (int, error) {
	b.idle.Reset(b.timeout)
	n, err := b.ReadCloser.Read(p)
	if inTime := b.idle.Stop(); !inTime && err != nil {
		err = errSilence(b.timeout)
	}
	return n, err
}

// errSilence takes the place of the cancellation by which a timeout ends a read:
// the run itself was not cancelled.
func errSilence(d time.Duration) error { return fmt.Errorf("nothing came for %s", d) }

func (b *timedBody) Close() error {
	b.cancel()
	return b.ReadCloser.Close()
}

// file is a file as the vendor sends it, which survives that a stream breaks off.
type file struct {
	open     func() (io.ReadCloser, error)
	wanted   func() bool // the run still goes on
	patience int         // streams that may break off before one brings anything new
	body     io.ReadCloser
	read     int64
	seen     hash.Hash
	broken   int
}

func (f *file) Read(p []byte) (int, error) {
	for {
		n, err := f.body.Read(p)
		f.seen.Write(p[:n])
		f.read += int64(n)
		if n > 0 {
			f.broken = 0
		}
		if err == nil || errors.Is(err, io.EOF) {
			return n, err
		}
		if n > 0 {
			return n, nil // the next read meets the error again
		}
		if f.broken++; f.broken >= f.patience || !f.wanted() {
			return 0, fmt.Errorf("the file breaks off after %d bytes: %w", f.read, err)
		}
		if err := f.resume(); err != nil {
			return 0, err
		}
	}
}

// resume opens the file again and skips what was read, which must be the same.
func (f *file) resume() error {
	f.body.Close()
	body, err := f.open()
	if err != nil {
		return err
	}
	again := sha256.New()
	_, err = io.CopyN(again, body, f.read)
	switch {
	case errors.Is(err, io.EOF), err == nil && !bytes.Equal(again.Sum(nil), f.seen.Sum(nil)):
		body.Close()
		return errors.New("the file changed while it was read")
	case err != nil:
		body.Close()
		f.body = io.NopCloser(brokenReader{err}) // the next read tries once more
	default:
		f.body = body
	}
	return nil
}

func (f *file) Close() error { return f.body.Close() }

type brokenReader struct{ err error }

func (b brokenReader) Read([]byte) (int, error) { return 0, b.err }
