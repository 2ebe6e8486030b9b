package api

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	htmlType  = "text/html; charset=utf-8"
	errorPage = "<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head>" +
		"<body><center><h1>502 Bad Gateway</h1></center></body></html>\n"
)

// fail applies a transient fault. Only LostAnswer, Slow and Latin1 do the work that
// the request asks for, so no other fault costs anything; and UnknownWord does where it
// tells the id of what was ordered.
func (c *Call) fail(w http.ResponseWriter, fault Fault, e Endpoint) {
	switch fault {
	case Slow:
		reply := e(c)
		c.settle(reply)
		c.log(reply.Status, fault, reply.Credits)
		wait(c.HTTP.Context(), c.Sim.Options.SlowLatency)
		c.write(w, reply)
	case Latin1:
		reply := latin1(e(c))
		c.settle(reply)
		c.log(reply.Status, fault, reply.Credits)
		c.write(w, reply)
	case ErrorBesideEmpty, ErrorBesideNull, ErrorBesideRows, ErrorsList, ErrorInMeta, NoSuccess, DataObject, DataText, FailedWord, UnknownWord:
		honest := e(c)
		reply, told := c.lie(fault, honest)
		if !told || fault == UnknownWord && honest.Order != nil {
			c.settle(honest)
		}
		if !told {
			fault = ""
		}
		c.log(reply.Status, fault, 0)
		c.write(w, reply)
	case LostAnswer:
		reply := e(c)
		c.settle(reply)
		c.log(0, fault, reply.Credits)
		hangUp(w)
	case Reset:
		c.log(0, fault, 0)
		hangUp(w)
	case Truncated:
		reply := e(c)
		c.log(reply.Status, fault, 0)
		truncate(w, reply)
	default:
		advise(w.Header(), fault)
		reply := c.failure(fault)
		c.log(reply.Status, fault, 0)
		c.write(w, reply)
	}
}

// failure is the error that a transient fault answers with.
func (c *Call) failure(fault Fault) Answer {
	switch fault {
	case RateLimit, RateLimitSeconds, RateLimitDate, RateLimitReset,
		RateLimitUnit, RateLimitWords, RateLimitZone, RateLimitFields, RateLimitAfter:
		return c.Problem(http.StatusTooManyRequests, "Rate limit exceeded")
	case ForbiddenLimit:
		return c.Problem(http.StatusForbidden, "Rate limit exceeded")
	case InternalError:
		return c.Problem(http.StatusInternalServerError, unexpected)
	case Unavailable:
		return c.Problem(http.StatusServiceUnavailable, "Service temporarily unavailable")
	case BadGateway:
		return Answer{Status: http.StatusBadGateway, ContentType: htmlType, Body: []byte(errorPage)}
	case HTML:
		return Answer{Status: http.StatusOK, ContentType: htmlType, Body: []byte(errorPage)}
	}
	var names []string
	for _, f := range Faults() {
		names = append(names, string(f))
	}
	return c.Invalid(fmt.Sprintf("X-Simulate-Fault: no fault is called %q; there are %s", fault, strings.Join(names, ", ")))
}

// advise says when to come back, in the ways that clients must understand. The
// times are short, since a simulation need not take long.
func advise(h http.Header, fault Fault) {
	soon := time.Now().Add(time.Second).UTC()
	switch fault {
	case RateLimitSeconds:
		h.Set("Retry-After", "1")
	case RateLimitDate: // RFC 9110, section 10.2.3
		h.Set("Retry-After", soon.Format(http.TimeFormat))
	case RateLimitReset:
		h.Set("X-RateLimit-Limit", "60")
		h.Set("X-RateLimit-Remaining", "0")
		h.Set("X-RateLimit-Reset", strconv.FormatInt(soon.Unix(), 10))
	case RateLimitUnit:
		h.Set("Retry-After", "1s")
	case RateLimitWords:
		h.Set("Retry-After", "1 seconds")
	case RateLimitZone:
		h.Set("Retry-After", soon.Format(time.RFC1123Z))
	case RateLimitFields: // draft-ietf-httpapi-ratelimit-headers, before it became a structured field
		h.Set("RateLimit", "limit=100, remaining=0, reset=1")
	case RateLimitAfter:
		h.Set("X-RateLimit-Reset-After", "1")
	case ForbiddenLimit:
		h.Set("Retry-After", "1")
		h.Set("X-RateLimit-Remaining", "0")
	}
}

// truncate sends half of the body under the length of the whole, then closes.
func truncate(w http.ResponseWriter, reply Answer) {
	reply.ContentType = jsonType
	writePart(w, reply, len(reply.Body)/2)
	if f, ok := w.(http.Flusher); ok {
		f.Flush()
	}
	panic(http.ErrAbortHandler) // net/http's way to close the connection without a log line
}

// hangUp resets the connection without an answer.
func hangUp(w http.ResponseWriter) {
	hijacker, ok := w.(http.Hijacker)
	if !ok {
		panic(http.ErrAbortHandler)
	}
	conn, _, err := hijacker.Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // RST instead of FIN
	}
	_ = conn.Close()
}

// wait pauses unless the client goes away.
func wait(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}
