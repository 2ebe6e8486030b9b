package simulate

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

// call is one request on its way to an endpoint.
type call struct {
	sim    *Simulator
	vendor string
	r      *http.Request
	query  url.Values
	body   []byte
	night  int
	today  time.Time
	forced Fault // asked for by the header X-Simulate-Fault
	entry  Request
}

// answer is what an endpoint replies. It is made without side effects; done
// applies them once it is certain that the answer is given, or lost after that.
type answer struct {
	status  int
	kind    string // content type; "" = JSON
	body    []byte
	credits int // of Toofr
	done    func()
}

// endpoint answers one documented path of a vendor.
type endpoint func(*call) answer

// maxBody bounds a request's body; the largest documented one has 16 parameters.
const maxBody = 1 << 20

// handle turns an endpoint into a handler: it reads the request, meets faults,
// writes the answer and the log. A nil authorised leaves the path open to all.
func (s *Simulator) handle(vendor string, authorised func(*call) bool, e endpoint) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		if err != nil {
			http.Error(w, "the body cannot be read", http.StatusBadRequest)
			return
		}
		c := s.call(vendor, r, body)
		fault := c.transient()
		wait(r.Context(), s.options.Latency)
		if reply, refused := c.refuse(authorised); refused {
			c.log(reply.status, "", 0)
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

func (s *Simulator) call(vendor string, r *http.Request, body []byte) *call {
	s.mu.Lock()
	night, today := s.night, s.today()
	s.mu.Unlock()
	c := &call{sim: s, vendor: vendor, r: r, query: r.URL.Query(), body: body, night: night, today: today}
	c.forced = Fault(r.Header.Get("X-Simulate-Fault"))
	c.entry = Request{
		Time: time.Now(), Vendor: vendor, Method: r.Method, Path: r.URL.Path, Query: withoutKey(c.query),
		Page: cmp.Or(c.query.Get("page"), c.query.Get("offset")), Cursor: c.query.Get("cursor"), Date: c.query.Get("date"),
	}
	return c
}

// transient is the fault that this request meets: one asked for by header, or drawn.
func (c *call) transient() Fault {
	if c.forced != "" {
		if c.forced.lasting() {
			return ""
		}
		return c.forced
	}
	return c.sim.draw(c.vendor, c.r.Method+" "+c.vendor+c.r.URL.Path+"?"+c.entry.Query+"\n"+string(c.body))
}

// on reports whether a lasting fault applies to this request.
func (c *call) on(f Fault) bool {
	if c.forced == f {
		return true
	}
	c.sim.mu.Lock()
	defer c.sim.mu.Unlock()
	return c.lasting(f)
}

// lasting is on for one who holds the lock.
func (c *call) lasting(f Fault) bool {
	return c.forced == f || c.sim.lasting[f] || c.sim.lasting[f.At(c.vendor)]
}

// refuse checks the credential.
func (c *call) refuse(authorised func(*call) bool) (answer, bool) {
	switch {
	case authorised == nil:
		return answer{}, false
	case c.on(RevokedKey):
		return c.problem(http.StatusForbidden, "API key revoked"), true
	case c.on(ExpiredKey), !authorised(c):
		return c.problem(http.StatusUnauthorized, "There was a problem with your API key."), true
	}
	return answer{}, false
}

// holds compares a credential with the vendor's.
func (c *call) holds(credential string) bool {
	want := c.sim.options.AcceptKeys[c.vendor]
	return subtle.ConstantTimeCompare([]byte(credential), []byte(want)) == 1
}

// deliver writes an endpoint's answer and does what it stands for.
func (c *call) deliver(w http.ResponseWriter, reply answer) {
	c.settle(reply)
	c.log(reply.status, c.shown(), reply.credits)
	c.write(w, reply)
}

// settle charges for an answer and applies its effects.
func (c *call) settle(reply answer) {
	if reply.done != nil {
		reply.done()
	}
	c.sim.mu.Lock()
	defer c.sim.mu.Unlock()
	c.sim.credits -= reply.credits
}

// shown is the lasting fault that was asked for by header, for the log.
func (c *call) shown() Fault {
	if c.forced.lasting() {
		return c.forced
	}
	return ""
}

func (c *call) log(status int, fault Fault, credits int) {
	c.entry.Status, c.entry.Fault, c.entry.Credits = status, fault, credits
	c.sim.log.add(c.entry)
}

func (c *call) write(w http.ResponseWriter, reply answer) {
	w.Header().Set("Content-Type", cmp.Or(reply.kind, "application/json; charset=utf-8"))
	w.Header().Set("Content-Length", strconv.Itoa(len(reply.body)))
	w.WriteHeader(reply.status)
	_, _ = w.Write(reply.body) // the client may have gone; that is its affair
}

// ok is a JSON answer with status 200.
func ok(value any) answer { return answer{status: http.StatusOK, body: encode(value)} }

// problem is an error in the vendor's own form.
func (c *call) problem(status int, message string) answer {
	var body object
	switch c.vendor {
	case Toofr: // toofr-chrome reads responseJSON.message
		body = object{{"message", message}}
	case Intent: // SDK errors.ts
		body = object{{"error", object{{"message", message}}}}
	case StatSocial: // the envelope of every documented answer; response may be a string
		body = object{{"response", message}, {"information", object{{"version", "0.0.1"}}}}
	default: // "Error body is not uniform"
		if status == http.StatusBadRequest {
			body = object{{"error", message}, {"status", status}}
		} else {
			body = object{{"error", object{{"code", errorCode(status)}, {"message", message}, {"details", object{}}}}}
		}
	}
	return answer{status: status, body: encode(body)}
}

func errorCode(status int) string {
	switch status {
	case http.StatusNotFound:
		return "NOT_FOUND"
	case http.StatusUnauthorized, http.StatusForbidden:
		return "UNAUTHORIZED"
	default:
		return "INTERNAL"
	}
}

// decode reads a JSON body.
func (c *call) decode(into any) error { return json.Unmarshal(c.body, into) }

// number is a positive number of the query, or its default; ok is false for nonsense.
func (c *call) number(name string, otherwise, least int) (n int, ok bool) {
	text := c.query.Get(name)
	if text == "" {
		return otherwise, true
	}
	n, err := strconv.Atoi(text)
	return n, err == nil && n >= least
}
