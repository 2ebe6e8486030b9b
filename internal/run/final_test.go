package run

import (
	"errors"
	"fmt"
	"net/http"
	"testing"

	"contactsync/extract"

	"github.com/stretchr/testify/require"
)

func TestAnAnswerThatWouldComeAgainIsNotAskedForAgain(t *testing.T) {
	status := func(code int) error { return &extract.APIError{Source: "audiencelab", Status: code} }
	for _, c := range []struct {
		what string
		err  error
		want bool
	}{
		{"a success", nil, false},
		{"a refused credential", status(http.StatusUnauthorized), true},
		{"an id that the vendor does not know", fmt.Errorf("segment x: %w", status(http.StatusNotFound)), true},
		{"an outage", status(http.StatusBadGateway), false},
		{"several wrong ids", errors.Join(status(http.StatusNotFound), status(http.StatusNotFound)), true},
		{"a wrong id beside an outage", errors.Join(status(http.StatusNotFound), status(http.StatusBadGateway)), false},
		{"a full disk", errors.New("no space left"), false},
	} {
		require.Equal(t, c.want, final(c.err), c.what)
	}
}
