package toofr

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"contactsync/extract"
	"contactsync/schema"
)

// reply is a page as Toofr serves it. Its samples are no literal JSON and
// its text leaves much open, so every field may be missing or of another type.
type reply struct {
	Total      *extract.LenientInt `json:"total"` // results on this page, and credits charged for it
	Prospects  []json.RawMessage   `json:"prospects"`
	NextPage   *extract.LenientInt `json:"next_page"`
	TotalPages *extract.LenientInt `json:"total_pages"`
	Status     extract.StatusText  `json:"status"`
	Message    extract.LenientText `json:"message"`
}

func decode(body []byte) (reply, error) {
	var a reply
	if err := json.Unmarshal(body, &a); err != nil {
		return a, errors.New("the answer is no page of prospects")
	}
	a.Status = a.Status.Or(a.Message)
	status := extract.Judge(string(a.Status), len(a.Prospects) > 0)
	switch {
	case status == extract.StatusFailed:
		return a, fmt.Errorf("the vendor says that the search failed (status %.40q)", a.Status)
	case len(a.Prospects) > 0: // they were paid for, whatever the vendor says besides
		return a, nil
	case status == extract.StatusWaiting:
		return a, errLater
	case a.Prospects == nil && a.Total == nil && (a.TotalPages == nil || *a.TotalPages != 0):
		return a, errors.New("the answer has no prospects")
	}
	return a, nil
}

// cost is what an answer may have cost that is no page.
func (a reply) cost() int64 {
	if a.Total == nil && len(a.Prospects) == 0 {
		return pageCost
	}
	return a.credits()
}

// credits is what the page cost.
func (a reply) credits() int64 {
	if a.Total != nil && *a.Total >= 0 {
		return int64(*a.Total)
	}
	return int64(len(a.Prospects))
}

func (a reply) totalPages() int {
	if a.TotalPages == nil {
		return 0
	}
	return int(*a.TotalPages)
}

// ends reports whether page is the search's last. Toofr's documents leave open
// what next_page is there, so each sign of an end counts: no next page or one
// that does not advance, the page count reached, nothing on the page.
func (a reply) ends(page int) bool {
	return len(a.Prospects) == 0 || !a.hasNext(page) || a.TotalPages != nil && page >= a.totalPages()
}

func (a reply) hasNext(page int) bool { return a.NextPage != nil && int(*a.NextPage) > page }

// promises reports whether an empty page contradicts itself: it says that more
// is to come. Where pages are counted, the count is what tells.
func (a reply) promises(page int) bool {
	if a.TotalPages != nil {
		return a.totalPages() > page
	}
	return a.hasNext(page)
}

// breaksOff reports whether a page ends the search before the declared number of pages.
func (a reply) breaksOff(page int) bool { return a.ends(page) && a.totalPages() > page }

func (a reply) status() string {
	if a.Status == "" {
		return "searching in the background"
	}
	return string(a.Status)
}

// prospect is what reading needs to know of a prospect.
type prospect struct {
	ID     extract.LenientText `json:"id"`
	Domain struct {
		Domain extract.LenientText `json:"domain"`
	} `json:"domain"`
}

// records makes a record of each prospect, whatever it is, and counts those
// whose domain was not asked for.
func (a reply) records(s search) (records []schema.Record, unasked int) {
	for _, raw := range a.Prospects {
		p := prospectOf(raw)
		records = append(records, schema.Record{Source: schema.Toofr, ID: string(p.ID), Raw: raw})
		if p.Domain.Domain != "" && len(s.Websites) > 0 && !s.asksFor(string(p.Domain.Domain)) {
			unasked++
		}
	}
	return records, unasked
}

// prospectOf reads a prospect. What is none has no id, and is rejected later.
func prospectOf(raw json.RawMessage) (p prospect) {
	_ = json.Unmarshal(raw, &p)
	return p
}

func (s search) asksFor(domain string) bool {
	host, ok := extract.Website(domain)
	for ok {
		if contains(s.Websites, host) {
			return true
		}
		_, host, ok = strings.Cut(host, ".")
	}
	return false
}

// warnings is what a person should know of a page.
func (a reply) warnings(s search, page, unasked int) []string {
	var found []string
	if unasked > 0 {
		found = append(found, fmt.Sprintf("toofr: %s: page %d: %d of %d prospects are of a website that was not asked for", s.name(), page, unasked, len(a.Prospects)))
	}
	if a.breaksOff(page) {
		found = append(found, fmt.Sprintf("toofr: %s: page %d leads to no other though %d pages are declared; taken for the last, and closes no membership by itself",
			s.name(), page, a.totalPages()))
	}
	return found
}
