package simulate

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"contactsync/internal/simulate/apitest"
	"contactsync/internal/simulate/statsocial"
	"contactsync/internal/simulate/toofr"
)

// client asks the vendors of a started simulator.
type client struct {
	testing.TB
	sim  *Simulator
	urls map[string]string
}

// start serves a small universe without waiting, unless the options say otherwise.
func start(t testing.TB, o Options) client {
	t.Helper()
	s := New(apitest.Defaults(o))
	urls, err := s.Start(t.Context(), nil)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return client{t, s, urls}
}

// at is the client of one vendor; it has the credential where the vendor wants it.
func (c client) at(vendor string) apitest.Client {
	sign := func(r *http.Request) { r.Header.Set("X-Api-Key", DefaultKey(vendor)) }
	switch vendor {
	case toofr.Name:
		sign = func(r *http.Request) {
			q := r.URL.Query()
			q.Set("key", DefaultKey(toofr.Name))
			r.URL.RawQuery = q.Encode()
		}
	case statsocial.Name:
		sign = func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+DefaultKey(vendor)) }
	}
	return apitest.Client{TB: c, Sim: c.sim.Simulation, URL: c.urls[vendor], Sign: sign}
}
