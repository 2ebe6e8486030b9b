package vendortest

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

// short has every listing end with fewer rows than the vendor declares. That is no
// failure, and the rows are stored; but no page may say that the listing was whole.
func (s Suite) short(t *testing.T) {
	ends := func(t *testing.T, server http.Handler) (whole, ended int) {
		pages, _ := Read(t, s.Open(s.env(t, server)), nil, -1)
		for _, p := range pages {
			if p.Complete {
				whole++
			}
			if p.Complete || p.Ended {
				ended++
			}
		}
		return whole, ended
	}
	healthy := s.Server(t)
	whole, ended := ends(t, healthy)
	require.NotZero(t, whole)
	require.Equal(t, ended, whole, "nothing speaks against a listing as it should be")
	if s.Form.Short == nil {
		t.Skip("its totals are informative")
	}
	lying := Edited(healthy, func(r *http.Request, body map[string]any) {
		if s.Form.Lists(r) {
			s.Form.Short(body)
		}
	})
	whole, again := ends(t, lying)
	require.Zero(t, whole)
	require.Equal(t, ended, again)
}
