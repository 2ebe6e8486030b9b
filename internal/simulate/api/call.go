package api

import (
	"cmp"
	"crypto/subtle"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"contactsync/internal/simulate/world"
)

// Call is one request on its way to an endpoint.
type Call struct {
	Sim    *Simulation
	vendor Vendor
	HTTP   *http.Request
	Query  url.Values
	Body   []byte
	Night  int
	Today  time.Time
	forced Fault // asked for by the header X-Simulate-Fault
	Entry  Request
}

// Answer is what an endpoint replies. It is made without side effects; Done
// applies them once it is certain that the answer is given, or lost after that.
type Answer struct {
	Status      int
	ContentType string // "" is JSON
	Body        []byte
	RetryAfter  string // header; "" is none
	Credits     int    // that it costs
	Order       *Order // that it confirms; nil is none
	Done        func()
}

// Endpoint answers one documented path of a vendor.
type Endpoint func(*Call) Answer

const (
	maxBody    = 16 << 20 // of a request; no document limits a job of many people
	jsonType   = "application/json; charset=utf-8"
	unexpected = "We had an unexpected problem with your request."
)

// handle turns an endpoint into a handler: it reads the request, applies faults,
// writes the answer and the log.
func (s *Simulation) handle(v Vendor, public bool, e Endpoint) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		if err != nil {
			http.Error(w, "the body cannot be read", http.StatusBadRequest)
			return
		}
		c := s.call(v, r, body)
		fault := c.transient()
		wait(r.Context(), s.Options.Latency)
		if reply, refused := c.refuse(); refused && !public {
			c.log(reply.Status, "", 0)
			c.write(w, reply)
			return
		}
		if fault != "" {
			c.fail(w, fault, e)
			return
		}
		reply := c.habit(e(c))
		c.settle(reply)
		if c.forced.Lasting() {
			fault = c.forced // for the log
		}
		c.log(reply.Status, fault, reply.Credits)
		c.write(w, reply)
	})
}

func (s *Simulation) call(v Vendor, r *http.Request, body []byte) *Call {
	s.mu.Lock()
	night, today := s.night, s.today()
	s.mu.Unlock()
	c := &Call{Sim: s, vendor: v, HTTP: r, Query: r.URL.Query(), Body: body, Night: night, Today: today}
	c.forced = Fault(r.Header.Get("X-Simulate-Fault"))
	c.Entry = Request{
		Time: time.Now(), Vendor: v.Name, Method: r.Method, Path: r.URL.Path, Query: withoutKey(c.Query),
		Page: cmp.Or(c.Query.Get("page"), c.Query.Get("offset")), Cursor: c.Query.Get("cursor"), Date: c.Query.Get("date"),
	}
	return c
}

// transient is the fault of this request alone: one asked for by header, or drawn.
func (c *Call) transient() Fault {
	switch {
	case c.forced.Lasting():
		return ""
	case c.forced != "":
		return c.forced
	}
	return c.Sim.draw(c.vendor.Name, c.HTTP.Method+" "+c.vendor.Name+c.HTTP.URL.Path+"?"+c.Entry.Query+"\n"+string(c.Body))
}

// On reports whether a lasting fault applies to this request.
func (c *Call) On(f Fault) bool {
	c.Sim.mu.Lock()
	defer c.Sim.mu.Unlock()
	return c.lasting(f)
}

// lasting is On for callers that hold the lock.
func (c *Call) lasting(f Fault) bool {
	return c.forced == f || c.Sim.lasting[f] || c.Sim.lasting[f.At(c.vendor.Name)]
}

// refuse checks the credential.
func (c *Call) refuse() (Answer, bool) {
	if c.On(RevokedKey) {
		return c.Problem(http.StatusForbidden, "API key revoked"), true
	}
	want := c.Sim.Options.AcceptKeys[c.vendor.Name]
	if c.On(ExpiredKey) || subtle.ConstantTimeCompare([]byte(c.vendor.Key(c.HTTP)), []byte(want)) != 1 {
		return c.Problem(http.StatusUnauthorized, "There was a problem with your API key."), true
	}
	return Answer{}, false
}

// settle charges for an answer and applies its effects.
func (c *Call) settle(reply Answer) {
	if reply.Done != nil {
		reply.Done()
	}
	c.Sim.mu.Lock()
	defer c.Sim.mu.Unlock()
	c.Sim.charged[c.vendor.Name] += reply.Credits
	if reply.Order != nil {
		reply.Order.Vendor = c.vendor.Name
		c.Sim.orders = append(c.Sim.orders, *reply.Order)
	}
}

func (c *Call) log(status int, fault Fault, credits int) {
	c.Entry.Status, c.Entry.Fault, c.Entry.Credits = status, fault, credits
	c.Sim.log.add(c.Entry)
}

func (c *Call) write(w http.ResponseWriter, reply Answer) { writePart(w, reply, len(reply.Body)) }

// writePart writes so many bytes of the body under the length of the whole.
func writePart(w http.ResponseWriter, reply Answer, length int) {
	w.Header().Set("Content-Type", cmp.Or(reply.ContentType, jsonType))
	w.Header().Set("Content-Length", strconv.Itoa(len(reply.Body)))
	if reply.RetryAfter != "" {
		w.Header().Set("Retry-After", reply.RetryAfter)
	}
	w.WriteHeader(reply.Status)
	_, _ = w.Write(reply.Body[:length]) // fails only where the client has gone
}

// OK is a JSON answer with status 200.
func OK(value any) Answer { return Answer{Status: http.StatusOK, Body: Encode(value)} }

// Created is a JSON answer with status 201.
func Created(value any) Answer { return Answer{Status: http.StatusCreated, Body: Encode(value)} }

// Accepted is a JSON answer with status 202: not ready.
func Accepted(value any) Answer { return Answer{Status: http.StatusAccepted, Body: Encode(value)} }

// Problem is an error in the vendor's own form.
func (c *Call) Problem(status int, message string) Answer {
	return Answer{Status: status, Body: Encode(c.vendor.Problem(status, message))}
}

// Invalid is the error for a request that makes no sense.
func (c *Call) Invalid(message string) Answer { return c.Problem(http.StatusBadRequest, message) }

// NotFound is the error for what the vendor does not have.
func (c *Call) NotFound(message string) Answer { return c.Problem(http.StatusNotFound, message) }

// People are those whom the vendor knows.
func (c *Call) People() world.Coverage { return c.vendor.People(c.Sim.Universe) }

// Number is a number of the query, or its default; ok is false for what is no
// number or less than the least.
func (c *Call) Number(name string, otherwise, least int) (n int, ok bool) {
	text := c.Query.Get(name)
	if text == "" {
		return otherwise, true
	}
	n, err := strconv.Atoi(text)
	return n, err == nil && n >= least
}
