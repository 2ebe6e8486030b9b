package toofr

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"contactsync/schema"
)

// search is what one search asks for, in normal form: sorted, nothing twice.
type search struct {
	Websites   []string `json:"websites,omitempty"`
	Industries []string `json:"industries,omitempty"`
	Titles     []string `json:"titles,omitempty"`
}

// id names the search by what it asks for.
func (s search) id() string {
	hash := sha256.Sum256([]byte(s.definition()))
	return "search_" + hex.EncodeToString(hash[:8])
}

func (s search) definition() string {
	definition, _ := json.Marshal(s) // strings always marshal
	return string(definition)
}

// name is the search for people to read: "example.com, example.org × ceo, cto".
func (s search) name() string {
	name := abridged(append(slices.Clone(s.Websites), s.Industries...))
	if len(s.Titles) > 0 {
		name += " × " + abridged(s.Titles)
	}
	return name
}

func (s search) query(page int) url.Values {
	q := url.Values{"page": {fmt.Sprint(page)}}
	for name, values := range map[string][]string{"websites": s.Websites, "industries": s.Industries, "titles": s.Titles} {
		if len(values) > 0 {
			q.Set(name, strings.Join(values, ","))
		}
	}
	return q
}

func (s search) audience() schema.Audience {
	return schema.Audience{Source: name, AudienceID: s.id(), Kind: schema.KindSearch, Name: s.name(), Attributes: s.definition()}
}

// within reports whether all that s asks for is wanted. Industries are one
// search, so a changed list is another search.
func (s search) within(wanted search) bool {
	for _, w := range s.Websites {
		if !contains(wanted.Websites, w) {
			return false
		}
	}
	return slices.Equal(s.Industries, wanted.Industries)
}

// touches reports whether s answers a part of what is wanted.
func (s search) touches(wanted search) bool {
	if len(s.Websites) == 0 {
		return len(wanted.Websites) == 0 && slices.Equal(s.Industries, wanted.Industries)
	}
	return slices.ContainsFunc(s.Websites, func(w string) bool { return contains(wanted.Websites, w) })
}

// without is what is still wanted when s is searched.
func (s search) without(done search) search {
	if len(done.Industries) > 0 {
		s.Industries = nil
	}
	s.Websites = slices.DeleteFunc(slices.Clone(s.Websites), func(w string) bool { return contains(done.Websites, w) })
	return s
}

func contains(sorted []string, s string) bool {
	_, found := slices.BinarySearch(sorted, s)
	return found
}

// sortedSet is the values in order, each once.
func sortedSet(values []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(values)))
}

// abridged lists some words, and how many more there are.
func abridged(words []string) string {
	const shown = 3
	if len(words) <= shown+1 {
		return strings.Join(words, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(words[:shown], ", "), len(words)-shown)
}
