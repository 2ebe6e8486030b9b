package statsocial

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"contactsync/extract"
	"contactsync/extract/api"
	"contactsync/internal/suggest"
)

// Entry is something that StatSocial knows and a definition can name.
type Entry struct {
	ID        string
	Name      string
	Kind      string
	Followers int64
	CanAdd    bool // whether an audience can be defined with it; a mere heading cannot
	Children  []Entry
}

// LookupKind is a kind of thing that can be looked up.
type LookupKind struct {
	Name string // as in `sync statsocial lookup KIND`
	path string
}

// LookupKinds lists what can be looked up.
var LookupKinds = []LookupKind{
	{"affinities", "/platform/v0/affinities"},
	{"job-titles", "/platform/v0/b2b/job-titles"},
	{"employers", "/platform/v0/b2b/employers"},
	{"personalities", "/platform/v0/personality-types"},
	{"cities", "/platform/v0/location/cities"},
	{"countries", "/platform/v0/location/countries"},
	{"dmas", "/platform/v0/location/dmas"},
	{"regions", "/platform/v0/location/regions"},
}

// maxLookupPages bounds a lookup, whose reader is a person.
const maxLookupPages = 50

// Lookup finds entries of a kind by name. Affinities come as a tree, cut down to
// what matches; the vendor's other lists are flat.
func Lookup(ctx context.Context, env extract.Env, kind, query string) ([]Entry, error) {
	i := slices.IndexFunc(LookupKinds, func(k LookupKind) bool { return k.Name == kind })
	if i < 0 {
		return nil, unknownLookup(kind)
	}
	q := url.Values{}
	if query != "" {
		q.Set("query", query)
	}
	env = env.WithDefaults()
	var found []Entry
	seen := map[string]bool{}
	for page := 1; page <= maxLookupPages; page++ {
		answer, err := env.API.Do(ctx, api.Request{Method: http.MethodGet, Path: LookupKinds[i].path, Query: q, Page: page})
		if err != nil {
			return nil, err
		}
		entries, next, err := decodeLookup(answer.Body)
		if err != nil {
			return nil, err
		}
		found = append(found, entries...)
		if next == "" {
			break
		}
		if seen[next] {
			return nil, fmt.Errorf("statsocial: %s: page %d points to a page that was read before", kind, page)
		}
		seen[next] = true
		if q, err = nextLookup(q, next); err != nil {
			return nil, fmt.Errorf("statsocial: %s: page %d points to no page: %w", kind, page, err)
		}
	}
	if kind == "personalities" { // the list is short and comes whole
		query = strings.ToLower(strings.TrimSpace(query))
		found = slices.DeleteFunc(found, func(e Entry) bool { return !strings.Contains(strings.ToLower(e.Name), query) })
	}
	return found, nil
}

// nextLookup is the query of the page after this one. "next" is documented only
// where it is empty: it is taken for a whole address, a query, or a token.
func nextLookup(query url.Values, next string) (url.Values, error) {
	if i := strings.IndexByte(next, '?'); i >= 0 {
		next = next[i+1:]
	} else if !strings.Contains(next, "=") {
		following := url.Values{"next": {next}}
		if q := query.Get("query"); q != "" {
			following.Set("query", q)
		}
		return following, nil
	}
	return url.ParseQuery(next)
}

func unknownLookup(kind string) error {
	var names []string
	for _, k := range LookupKinds {
		names = append(names, k.Name)
	}
	message := fmt.Sprintf("statsocial: %q cannot be looked up; one of %s", kind, strings.Join(names, ", "))
	if near := suggest.Nearest(kind, names); near != "" {
		message += fmt.Sprintf("; did you mean %s?", near)
	}
	return errors.New(message)
}

// lookupEntry is an entry as the vendor sends it.
type lookupEntry struct {
	ID        extract.LenientText `json:"id"`
	Name      string              `json:"name"`
	Kind      string              `json:"kind"`
	Followers extract.LenientInt  `json:"followers_count"`
	CanAdd    *bool               `json:"can_add"` // affinities only
	IsMatch   bool                `json:"is_match"`
	Term      string              `json:"term"` // personalities only: name and id in one
	Children  []lookupEntry       `json:"children"`
}

// decodeLookup reads a page in any of the three documented forms of response: an
// array, {"data": [...], "has_next", "next"}, or {"personalities": [...]}.
func decodeLookup(body []byte) (entries []Entry, next string, err error) {
	response, err := responseOf(body)
	if err != nil {
		return nil, "", err
	}
	var page struct {
		Data          []lookupEntry       `json:"data"`
		Personalities []lookupEntry       `json:"personalities"`
		HasNext       bool                `json:"has_next"`
		Next          extract.LenientText `json:"next"`
	}
	if response[0] == '[' {
		err = json.Unmarshal(response, &page.Data)
	} else {
		err = json.Unmarshal(response, &page)
	}
	switch {
	case err != nil:
		return nil, "", fmt.Errorf("statsocial: the answer has another form than documented: %w", err)
	case !page.HasNext:
		page.Next = ""
	case page.Next == "":
		return nil, "", errors.New("statsocial: the answer promises another page and does not name it")
	}
	return lookupTree(append(page.Data, page.Personalities...)), string(page.Next), nil
}

// lookupTree keeps, of a tree in which something matches, only the ways to it.
func lookupTree(list []lookupEntry) []Entry {
	onlyMatches := slices.ContainsFunc(list, lookupEntry.leadsToMatch)
	var entries []Entry
	for _, e := range list {
		if onlyMatches && !e.leadsToMatch() {
			continue
		}
		entry := Entry{ID: string(e.ID), Name: e.Name, Kind: e.Kind, Followers: int64(e.Followers), CanAdd: e.CanAdd == nil || *e.CanAdd}
		if e.Term != "" {
			entry.ID, entry.Name, entry.Kind = e.Term, e.Term, "personality"
		}
		entry.Children = lookupTree(e.Children)
		entries = append(entries, entry)
	}
	return entries
}

func (e lookupEntry) leadsToMatch() bool {
	return e.IsMatch || slices.ContainsFunc(e.Children, lookupEntry.leadsToMatch)
}
