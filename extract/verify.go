package extract

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"contactsync/internal/suggest"
)

// A Verifier is a [Definition] that names what the vendor keeps: an audience, a segment.
type Verifier interface {
	// Verify asks the vendor, by calls that cost nothing, whether it has what is named.
	// The problems are what it has not; an error says that it could not be asked.
	Verify(ctx context.Context, env Env) ([]Problem, error)
}

// Missing reports whether a vendor answered that it does not have what was asked for.
func Missing(err error) bool {
	answer, ok := errors.AsType[*APIError](err)
	return ok && (answer.Status == http.StatusNotFound || answer.Status == http.StatusGone)
}

// Offer is a thing that a vendor lists.
type Offer struct {
	ID   LenientText `json:"id"`
	Name LenientText `json:"name"`
}

// shownOffers is how many of a list's things a problem names.
const shownOffers = 5

// NotOffered is the problem of an id that the vendor does not have, with what it has
// that is near, by its id or by its name.
func NotOffered(path, what, id string, offers []Offer) Problem {
	p := Problem{Path: path, Message: fmt.Sprintf("there is no %s %q", what, id)}
	words, meant, listed := []string{}, map[string]string{}, []string{}
	for _, o := range offers {
		words = append(words, string(o.ID))
		meant[string(o.ID)] = string(o.ID)
	}
	for _, o := range offers {
		if _, taken := meant[string(o.Name)]; !taken && o.Name != "" {
			words = append(words, string(o.Name))
			meant[string(o.Name)] = string(o.ID)
		}
		listed = append(listed, fmt.Sprintf("%s (%s)", o.ID, o.Name))
	}
	p.Suggest = meant[suggest.Nearest(id, words)]
	switch n := len(listed); {
	case n == 0:
		return p
	case n > shownOffers:
		listed = append(listed[:shownOffers], fmt.Sprintf("%d more", n-shownOffers))
	}
	p.Message += "; the account has " + strings.Join(listed, ", ")
	return p
}
