package api

import (
	"net/http"

	"contactsync/internal/simulate/world"
)

// Vendor is one simulated vendor. Each has a folder beside this one, whose
// Vendor function returns it.
type Vendor struct {
	Name       string
	Credential string // the setting of a config that holds the credential
	DefaultKey string // the credential that it takes unless Options say otherwise
	Known      int    // of every 20 people

	// Handler serves its documented paths at the root.
	Handler func(*Simulation) http.Handler
	// Problem is an error in its own form.
	Problem func(status int, message string) Object
	// Truth yields what is true of every record served up to a night. It reports whether yield wants more.
	Truth func(u world.Universe, night int, yield func(world.Record) bool) bool
	// Pipelines are lines of a config: the pipelines that read what is worth reading.
	Pipelines func(*Simulation) string
}

// NotFound answers where no documented path is.
func NotFound(c *Call) Answer {
	return c.Problem(http.StatusNotFound, "The resource you requested could not be found.")
}
