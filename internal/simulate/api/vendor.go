package api

import (
	"net/http"
	"slices"
	"strings"

	"contactsync/internal/simulate/world"
)

// Vendor is one simulated vendor. Each has a folder beside this one, whose
// Vendor function returns it.
type Vendor struct {
	Name       string
	Credential string // the setting of a config that holds the credential
	DefaultKey string // the credential that it takes unless Options say otherwise
	Known      int    // of every 20 people
	Credits    int    // opening balance unless Options say otherwise; it may go below zero

	// Key reads the credential from a request.
	Key func(*http.Request) string
	// Endpoints answer the documented paths, by their patterns in net/http; New calls it once.
	Endpoints func() map[string]Endpoint
	// Public are the patterns of the endpoints that need no credential.
	Public []string
	// Rows are the members of an answer in which rows may stand.
	Rows []string
	// Words are the paths of an answer's status, as in "meta.status".
	Words []string
	// Problem is an error in the vendor's own form.
	Problem func(status int, message string) Object
	// Listings are the lists of records served up to a night.
	Listings func(known world.Coverage, night int) []Listing
	// Pipelines are lines of a config: the pipelines that read what is worth reading.
	Pipelines func(*Simulation) string
}

// Listing is one list of records that a vendor serves, with the truth about each:
// a position has several records where the vendor serves a person in parts.
type Listing struct {
	ID   string
	Size int
	At   func(position int) []world.Record
}

// People are the part of a universe that the vendor knows.
func (v Vendor) People(u world.Universe) world.Coverage { return u.Coverage(v.Name, v.Known) }

// Bearer reads the credential that a request carries as a bearer token.
func Bearer(r *http.Request) string {
	token, found := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !found {
		return ""
	}
	return token
}

// handler serves a vendor's documented paths, and its form of 404 at all others.
func (s *Simulation) handler(v Vendor) http.Handler {
	mux := http.NewServeMux()
	for pattern, e := range v.Endpoints() {
		mux.Handle(pattern, s.handle(v, slices.Contains(v.Public, pattern), e))
	}
	mux.Handle("/", s.handle(v, true, NotFound))
	return mux
}

// NotFound answers paths that are not documented.
func NotFound(c *Call) Answer { return c.NotFound("The resource you requested could not be found.") }
