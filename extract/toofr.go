package extract

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/idna"

	"contactsync/internal/suggest"
	"contactsync/schema"
)

// ToofrProspects reads the people whom Toofr finds for websites or industries
// and titles. Every prospect costs a credit, each time it is served, and there is
// no way to ask for news only. So a search is bought once, page by page, and
// rests until Refresh is over.
//
// A partition is one search. Websites are searched in batches; a website stays in
// the batch in which it was first bought, so that a longer list buys only what is
// new.
type ToofrProspects struct {
	Websites   []string // bare domains or URLs
	Industries []string // of ToofrIndustries; not together with Websites
	Titles     []string // of ToofrTitles; none: any title
	Batch      int      // websites per search; 0: 25

	MaxCredits       int64         // for this run; -1: no limit
	MonthCreditsLeft int64         // what the month's limit leaves; -1: no limit
	Refresh          time.Duration // a finished search is not bought again before
	Full             bool          // buy everything again
}

const (
	toofrPath    = "/api/v1/audiences"
	toofrBalance = "/api/v1/credits/balance"

	defaultBatch = 25

	// toofrPageCost is the most that an ordinary page costs: "10 returned per
	// page, so max of 10 credits consumed per page response".
	toofrPageCost = 10
)

// Problems is what is wrong with the definition.
func (p ToofrProspects) Problems() []Problem {
	var found problems
	switch {
	case len(p.Websites) > 0 && len(p.Industries) > 0:
		found.add("industries", "websites and industries are both given, and Toofr would ignore the industries; keep one of them, or make two pipelines")
	case len(p.Websites)+len(p.Industries) == 0:
		found.add("websites", "neither websites nor industries are given; name at least one")
	}
	if p.Batch < 0 {
		found.add("batch", "%d websites per search is impossible; leave it out for %d", p.Batch, defaultBatch)
	}
	for i, w := range p.Websites {
		if _, ok := Website(w); !ok {
			found.add(fmt.Sprintf("websites[%d]", i), "%q is no website; a domain such as example.com, or its URL", w)
		}
	}
	found.categories("industries", "industry", p.Industries, ToofrIndustries)
	found.categories("titles", "title", p.Titles, ToofrTitles)
	return found
}

// categories requires every value to be a category of the vendor.
func (p *problems) categories(path, what string, values, known []string) {
	for i, v := range values {
		if !slices.Contains(known, v) {
			*p = append(*p, Problem{
				Path: fmt.Sprintf("%s[%d]", path, i), Message: fmt.Sprintf("%q is no %s category of Toofr, which must match exactly", v, what),
				Suggest: suggest.Nearest(v, known), Unknown: Unknown{what, v, known},
			})
		}
	}
}

// Website is the bare domain of a website or URL, without "www.".
func Website(s string) (string, bool) {
	s = strings.ToLower(strings.TrimSpace(s))
	if !strings.Contains(s, "://") {
		s = "https://" + s
	}
	u, err := url.Parse(s)
	if err != nil {
		return "", false
	}
	host, err := idna.Lookup.ToASCII(strings.TrimSuffix(u.Hostname(), "."))
	host = strings.TrimPrefix(host, "www.")
	if err != nil || !strings.Contains(host, ".") || strings.ContainsAny(host, ", ") {
		return "", false
	}
	return host, true
}

// toofrSearch is what one search asks for, in normal form: sorted, nothing twice.
type toofrSearch struct {
	Websites   []string `json:"websites,omitempty"`
	Industries []string `json:"industries,omitempty"`
	Titles     []string `json:"titles,omitempty"`
}

// id names the search by what it asks for.
func (s toofrSearch) id() string {
	hash := sha256.Sum256([]byte(s.definition()))
	return "search_" + hex.EncodeToString(hash[:8])
}

func (s toofrSearch) definition() string {
	definition, _ := json.Marshal(s) // strings always marshal
	return string(definition)
}

// name is the search for people to read: "example.com, example.org × ceo, cto".
func (s toofrSearch) name() string {
	name := abridged(append(slices.Clone(s.Websites), s.Industries...))
	if len(s.Titles) > 0 {
		name += " × " + abridged(s.Titles)
	}
	return name
}

func abridged(words []string) string {
	const shown = 3
	if len(words) <= shown+1 {
		return strings.Join(words, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(words[:shown], ", "), len(words)-shown)
}

func (s toofrSearch) query(page int) url.Values {
	q := url.Values{"page": {fmt.Sprint(page)}}
	for name, values := range map[string][]string{"websites": s.Websites, "industries": s.Industries, "titles": s.Titles} {
		if len(values) > 0 {
			q.Set(name, strings.Join(values, ","))
		}
	}
	return q
}

func (s toofrSearch) audience() schema.Audience {
	return schema.Audience{Source: schema.Toofr, AudienceID: s.id(), Kind: schema.KindSearch, Name: s.name(), Attributes: s.definition()}
}

// sortedSet is the values in order, each once.
func sortedSet(values []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(values)))
}
