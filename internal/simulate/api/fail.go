package api

import (
	"context"
	"net"
	"net/http"
	"strconv"
	"time"
)

const errorPage = "<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center></body></html>\n"

// fail lets a request meet a transient fault. Only LostAnswer and Slow do the
// work that the request asks for, so no other fault costs anything.
func (c *Call) fail(w http.ResponseWriter, fault Fault, e Endpoint) {
	switch fault {
	case Slow:
		reply := e(c)
		c.settle(reply)
		c.log(reply.Status, fault, reply.Credits)
		wait(c.HTTP.Context(), c.Sim.Options.SlowLatency)
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
		c.truncate(w, reply)
	default:
		status := c.refuseForNow(w, fault)
		c.log(status, fault, 0)
	}
}

// refuseForNow answers with an error that will pass.
func (c *Call) refuseForNow(w http.ResponseWriter, fault Fault) int {
	reply := Answer{ContentType: "text/html; charset=utf-8", Body: []byte(errorPage)}
	switch fault {
	case RateLimit, RateLimitSeconds, RateLimitDate, RateLimitReset:
		reply = c.Problem(http.StatusTooManyRequests, "Rate limit exceeded")
		advise(w.Header(), fault)
	case InternalError:
		reply = c.Problem(http.StatusInternalServerError, "We had an unexpected problem with your request.")
	case Unavailable:
		reply = c.Problem(http.StatusServiceUnavailable, "Service temporarily unavailable")
	case BadGateway:
		reply.Status = http.StatusBadGateway
	case HTML:
		reply.Status = http.StatusOK
	default:
		reply = c.Problem(http.StatusBadRequest, "X-Simulate-Fault: no fault is called "+strconv.Quote(string(fault))+"; there are "+JoinFaults(Faults()))
	}
	c.write(w, reply)
	return reply.Status
}

// advise says when to come back, in the ways that clients must understand. The
// times are short, so that nobody waits for a simulation.
func advise(h http.Header, fault Fault) {
	switch fault {
	case RateLimitSeconds:
		h.Set("Retry-After", "1")
	case RateLimitDate: // RFC 9110, section 10.2.3
		h.Set("Retry-After", time.Now().Add(time.Second).UTC().Format(http.TimeFormat))
	case RateLimitReset:
		h.Set("X-RateLimit-Limit", "60")
		h.Set("X-RateLimit-Remaining", "0")
		h.Set("X-RateLimit-Reset", strconv.FormatInt(time.Now().Add(time.Second).Unix(), 10))
	}
}

// truncate sends half of the body under the length of the whole, then closes.
func (c *Call) truncate(w http.ResponseWriter, reply Answer) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(reply.Body)))
	w.WriteHeader(reply.Status)
	_, _ = w.Write(reply.Body[:len(reply.Body)/2])
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
