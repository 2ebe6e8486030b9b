package api

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
)

// maxErrorBody is how much of an error's body is looked at.
const maxErrorBody = 16 << 10

const userAgent = "contactsync"

// attempt sends the request once and reads its answer, within the timeout.
func (c *Session) attempt(ctx context.Context, r Request, scheme int) (Response, *failure) {
	ctx, cancel := context.WithTimeout(ctx, c.settings.Timeout)
	defer cancel()
	var sent atomic.Bool
	req, err := c.newRequest(ctx, r, scheme, &sent)
	if err != nil {
		return Response{}, &failure{api: c.apiError(r, 0, err)}
	}
	c.Meter.requests.Add(1)
	answer, f := c.exchange(req, r)
	if f != nil {
		f.sent = sent.Load() && !f.throttled
		if f.sent && !f.free && lost(f.api.Status) {
			c.Meter.Spend(r.Lost)
		}
		if ctx.Err() != nil && f.api.Err != nil {
			f.api.Err = fmt.Errorf("no complete answer within %s", c.settings.Timeout)
		}
	}
	return answer, f
}

// lost reports whether a vendor that charges for answers may have charged for
// one that could not be read.
func lost(status int) bool { return status == 0 || status == http.StatusOK }

func (c *Client) newRequest(ctx context.Context, r Request, scheme int, sent *atomic.Bool) (*http.Request, error) {
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteHeaders: func() { sent.Store(true) }})
	address := strings.TrimRight(c.settings.BaseURL, "/") + r.Path
	if len(r.Query) > 0 {
		address += "?" + r.Query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, r.Method, address, bytes.NewReader(r.Body))
	if err != nil {
		return nil, unquoted(err)
	}
	req.Header.Set("Accept", "application/json")
	// The transport, had it asked by itself, would trip over what follows the gzip.
	req.Header.Set("Accept-Encoding", "gzip")
	req.Header.Set("User-Agent", userAgent)
	if r.Body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	// On a kept connection that died the transport would send a GET again by
	// itself. What costs gets a connection of its own.
	req.Close = r.Lost > 0 || r.Once
	c.auth.sign(req, scheme)
	return req, nil
}

func (c *Client) exchange(req *http.Request, r Request) (Response, *failure) {
	res, f := c.send(c.api, req, r)
	if f != nil {
		return Response{}, f
	}
	defer res.Body.Close()
	if res.StatusCode/100 != 2 {
		return Response{}, c.refusal(res, r)
	}
	body, err := readBody(res)
	paid := err == nil && r.Lost > 0 // for an answer that came whole, whatever is in it
	var found glance
	if err == nil {
		body, found, err = understood(res, body)
		body = c.secrets.Data(body) // some vendors repeat in each record how they were asked
	}
	if err != nil {
		f := &failure{api: c.apiError(r, res.StatusCode, err), retry: !errors.Is(err, errTooLarge) && !errors.Is(err, errTooManyRows)}
		_, inMiddle := errors.AsType[*brokenError](err)
		f.whole = inMiddle || paid
		f.api.Body = c.ExcerptOfPage(body)
		return Response{}, f
	}
	c.heed(res.Header)
	// A 202 says that there is no answer yet, and may give its reason as it likes.
	if found.fault != "" && (res.StatusCode != http.StatusAccepted || found.rows) {
		f := &failure{api: c.apiError(r, res.StatusCode, ErrInAnswer), retry: true, free: !found.rows, whole: found.rows && r.Lost > 0}
		f.api.Body = c.Excerpt([]byte(found.fault))
		return Response{}, f
	}
	after, _ := askedAfter(res.Header)
	return Response{Status: res.StatusCode, Header: res.Header, Body: body, RetryAfter: after}, nil
}

// send sends a request by one of the two HTTP clients, and counts what is answered.
func (c *Client) send(by *http.Client, req *http.Request, r Request) (*http.Response, *failure) {
	res, err := by.Do(req)
	if err != nil {
		c.answers[0].Add(1)
		return nil, &failure{api: c.apiError(r, 0, unquoted(err)), retry: passing(err)}
	}
	if res.StatusCode < len(c.answers) {
		c.answers[res.StatusCode].Add(1)
	}
	return res, nil
}

// heed pauses the source when the vendor says that nothing is left of its rate
// limit. A reset beyond max_wait is not believed before a 429 confirms it.
func (c *Client) heed(h http.Header) {
	if d, ok := exhausted(h); ok && d <= c.settings.MaxWait {
		c.turns.pauseFor(d)
	}
}

// refusal is an answer other than 2xx.
func (c *Client) refusal(res *http.Response, r Request) *failure {
	body, _ := io.ReadAll(io.LimitReader(res.Body, maxErrorBody))
	f := &failure{api: c.apiError(r, res.StatusCode, nil)}
	f.api.Body = c.Excerpt(unpackedStart(body, maxErrorBody))
	switch status := res.StatusCode; {
	case status/100 == 3:
		f.api = c.apiError(r, status, redirected(res)) // without its body, which repeats the URL
	case status == http.StatusTooManyRequests, status == http.StatusForbidden && limits(res.Header):
		f.retry, f.throttled, f.api.Limited = true, true, true
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		if !r.foreign {
			f.api.Credential = c.settings.CredentialKey
		}
	case status == http.StatusRequestTimeout, status == http.StatusTooEarly:
		f.retry = true
	case status >= 500:
		f.retry = status != http.StatusNotImplemented
	}
	if f.retry {
		f.wait = retryAfter(res.Header)
		f.api.RetryAfter = f.wait
	}
	return f
}

// redirected says where a redirect that was not followed leads. Its query may hold
// anything, and so may the path of another host.
func redirected(res *http.Response) error {
	to, err := res.Location()
	if err != nil {
		return errors.New("a redirect that leads nowhere")
	}
	if sameHost(res.Request.URL, to) {
		return fmt.Errorf("redirects to %s, where the %s would become a GET without its body; if the vendor moved there, set base_url",
			to.Path, res.Request.Method)
	}
	return fmt.Errorf("redirects to %s://%s, which does not get the credential; if the vendor moved there, set base_url", to.Scheme, to.Host)
}

func (c *Client) apiError(r Request, status int, err error) *Error {
	if err != nil && c.reveals(err.Error()) {
		err = errors.New(c.Excerpt([]byte(err.Error())))
	}
	return &Error{Source: c.settings.Source, Method: r.Method, Path: r.Path, Page: r.Page, Status: status, Err: err}
}

// unquoted is the error without the URL that net/http puts before it, which may
// carry the key.
func unquoted(err error) error {
	if ue, ok := errors.AsType[*url.Error](err); ok {
		return ue.Err
	}
	return err
}
