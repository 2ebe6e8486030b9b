package api

import (
	"cmp"
	"crypto/subtle"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"
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
	Credits     int // that it costs
	Done        func()
}

// Endpoint answers one documented path of a vendor.
type Endpoint func(*Call) Answer

// maxBody bounds a request's body; the largest documented one has 16 parameters.
const maxBody = 1 << 20

// Handle turns an endpoint into a handler: it reads the request, meets faults,
// writes the answer and the log. A nil authorised leaves the path open to all.
func (s *Simulation) Handle(vendor Vendor, authorised func(*Call) bool, e Endpoint) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		if err != nil {
			http.Error(w, "the body cannot be read", http.StatusBadRequest)
			return
		}
		c := s.call(vendor, r, body)
		fault := c.transient()
		wait(r.Context(), s.Options.Latency)
		if reply, refused := c.refuse(authorised); refused {
			c.log(reply.Status, "", 0)
			c.write(w, reply)
			return
		}
		if fault == "" {
			c.deliver(w, e(c))
			return
		}
		c.fail(w, fault, e)
	})
}

func (s *Simulation) call(vendor Vendor, r *http.Request, body []byte) *Call {
	s.mu.Lock()
	night, today := s.night, s.today()
	s.mu.Unlock()
	c := &Call{Sim: s, vendor: vendor, HTTP: r, Query: r.URL.Query(), Body: body, Night: night, Today: today}
	c.forced = Fault(r.Header.Get("X-Simulate-Fault"))
	c.Entry = Request{
		Time: time.Now(), Vendor: vendor.Name, Method: r.Method, Path: r.URL.Path, Query: withoutKey(c.Query),
		Page: cmp.Or(c.Query.Get("page"), c.Query.Get("offset")), Cursor: c.Query.Get("cursor"), Date: c.Query.Get("date"),
	}
	return c
}

// transient is the fault that this request meets: one asked for by header, or drawn.
func (c *Call) transient() Fault {
	if c.forced != "" {
		if c.forced.Lasting() {
			return ""
		}
		return c.forced
	}
	return c.Sim.draw(c.vendor.Name, c.HTTP.Method+" "+c.vendor.Name+c.HTTP.URL.Path+"?"+c.Entry.Query+"\n"+string(c.Body))
}

// On reports whether a lasting fault applies to this request.
func (c *Call) On(f Fault) bool {
	if c.forced == f {
		return true
	}
	c.Sim.mu.Lock()
	defer c.Sim.mu.Unlock()
	return c.lasting(f)
}

// lasting is on for one who holds the lock.
func (c *Call) lasting(f Fault) bool {
	return c.forced == f || c.Sim.lasting[f] || c.Sim.lasting[f.At(c.vendor.Name)]
}

// refuse checks the credential.
func (c *Call) refuse(authorised func(*Call) bool) (Answer, bool) {
	switch {
	case authorised == nil:
		return Answer{}, false
	case c.On(RevokedKey):
		return c.Problem(http.StatusForbidden, "API key revoked"), true
	case c.On(ExpiredKey), !authorised(c):
		return c.Problem(http.StatusUnauthorized, "There was a problem with your API key."), true
	}
	return Answer{}, false
}

// Holds compares a credential with the vendor's.
func (c *Call) Holds(credential string) bool {
	want := c.Sim.Options.AcceptKeys[c.vendor.Name]
	return subtle.ConstantTimeCompare([]byte(credential), []byte(want)) == 1
}

// deliver writes an endpoint's answer and does what it stands for.
func (c *Call) deliver(w http.ResponseWriter, reply Answer) {
	c.settle(reply)
	c.log(reply.Status, c.shown(), reply.Credits)
	c.write(w, reply)
}

// settle charges for an answer and applies its effects.
func (c *Call) settle(reply Answer) {
	if reply.Done != nil {
		reply.Done()
	}
	c.Sim.mu.Lock()
	defer c.Sim.mu.Unlock()
	c.Sim.charged[c.vendor.Name] += reply.Credits
}

// shown is the lasting fault that was asked for by header, for the log.
func (c *Call) shown() Fault {
	if c.forced.Lasting() {
		return c.forced
	}
	return ""
}

func (c *Call) log(status int, fault Fault, credits int) {
	c.Entry.Status, c.Entry.Fault, c.Entry.Credits = status, fault, credits
	c.Sim.log.add(c.Entry)
}

func (c *Call) write(w http.ResponseWriter, reply Answer) {
	w.Header().Set("Content-Type", cmp.Or(reply.ContentType, "application/json; charset=utf-8"))
	w.Header().Set("Content-Length", strconv.Itoa(len(reply.Body)))
	w.WriteHeader(reply.Status)
	_, _ = w.Write(reply.Body) // the client may have gone; that is its affair
}

// OK is a JSON answer with status 200.
func OK(value any) Answer { return Answer{Status: http.StatusOK, Body: Encode(value)} }

// Ready reports whether a job, search or day has said not ready often enough,
// and counts the answer when it is delivered.
func (c *Call) Ready(key string) (ready bool, count func()) {
	s := c.Sim
	s.mu.Lock()
	defer s.mu.Unlock()
	ready = s.asked[key] >= s.Options.Warmup && !c.lasting(NotReady)
	return ready, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.asked[key]++
	}
}

// Problem is an error in the vendor's own form.
func (c *Call) Problem(status int, message string) Answer {
	return Answer{Status: status, Body: Encode(c.vendor.Problem(status, message))}
}

// Decode reads a JSON body.
func (c *Call) Decode(into any) error { return json.Unmarshal(c.Body, into) }

// Number is a positive number of the query, or its default; ok is false for nonsense.
func (c *Call) Number(name string, otherwise, least int) (n int, ok bool) {
	text := c.Query.Get(name)
	if text == "" {
		return otherwise, true
	}
	n, err := strconv.Atoi(text)
	return n, err == nil && n >= least
}
