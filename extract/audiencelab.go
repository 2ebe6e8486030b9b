package extract

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"contactsync/schema"
)

// AudienceLab has four streams, all of them lists in numbered pages that may
// change while they are read and have no "since". So each run sweeps a list
// whole. A sweep that was interrupted goes on where it stopped, for SweepMaxAge;
// then it starts again.

// AudienceLabSegments reads the rows of Studio segments: people, or events of a pixel.
type AudienceLabSegments struct {
	Segments    []string // ids, as the Studio shows them
	SweepMaxAge time.Duration
}

// AudienceLabMembers reads the people of saved audiences.
type AudienceLabMembers struct {
	Audiences   []string // ids
	SweepMaxAge time.Duration
}

// AudienceLabAudiences reads the list of saved audiences itself.
type AudienceLabAudiences struct{ SweepMaxAge time.Duration }

// AudienceLabPixels reads the list of pixels itself.
type AudienceLabPixels struct{ SweepMaxAge time.Duration }

// defaultSweepMaxAge is how long page numbers of a moving list are trusted.
const defaultSweepMaxAge = 6 * time.Hour

// Problems is what is wrong with the definition.
func (s AudienceLabSegments) Problems() []Problem {
	return labProblems("segments", "segment", s.Segments, s.SweepMaxAge)
}

// Problems is what is wrong with the definition.
func (m AudienceLabMembers) Problems() []Problem {
	return labProblems("audiences", "audience", m.Audiences, m.SweepMaxAge)
}

func labProblems(path, what string, ids []string, maxAge time.Duration) []Problem {
	var found problems
	if len(ids) == 0 {
		found.add(path, "no %s is named; the ids stand in the address bar of AudienceLab", what)
	}
	for i, id := range ids {
		if strings.TrimSpace(id) == "" || strings.ContainsAny(id, "/?#% ") {
			found.add(fmt.Sprintf("%s[%d]", path, i), "%q is no id of a %s", id, what)
		}
	}
	found.distinct(path, ids)
	if maxAge < 0 {
		found.add("sweep_max_age", "%s is impossible; leave it out for %s", maxAge, defaultSweepMaxAge)
	}
	return found
}

// Source is the stream as read by env.
func (s AudienceLabSegments) Source(env Env) Source {
	return newLab(env, s.SweepMaxAge, labLists(s.Segments, "/segments/", schema.KindSegment))
}

// Source is the stream as read by env.
func (m AudienceLabMembers) Source(env Env) Source {
	return newLab(env, m.SweepMaxAge, labLists(m.Audiences, "/audiences/", schema.KindAudience))
}

// Source is the stream as read by env.
func (a AudienceLabAudiences) Source(env Env) Source {
	return newLab(env, a.SweepMaxAge, []labList{{partition: "audiences", path: "/audiences", lists: schema.KindAudience, paged: true}})
}

// Source is the stream as read by env.
func (p AudienceLabPixels) Source(env Env) Source {
	return newLab(env, p.SweepMaxAge, []labList{{partition: "pixels", path: "/pixels", lists: schema.KindPixel}})
}

// labList is one list in pages.
type labList struct {
	partition string
	path      string
	members   string // kind of the audience whose members the rows are; "" where the rows are audiences
	lists     string // kind of the audiences that the rows are
	paged     bool   // whether its document has page and page_size
}

func labLists(ids []string, prefix, kind string) []labList {
	var lists []labList
	for _, id := range slices.Compact(slices.Clone(ids)) {
		lists = append(lists, labList{partition: id, path: prefix + url.PathEscape(id), members: kind, paged: true})
	}
	return lists
}

func (l labList) name() string {
	if l.members != "" {
		return l.members + " " + l.partition
	}
	return l.partition
}

func (l labList) request(page, size int) Request {
	r := Request{Method: http.MethodGet, Path: l.path, Page: page, Query: url.Values{}}
	if l.paged {
		r.Query.Set("page_size", fmt.Sprint(size))
	}
	// GET /pixels has no parameters, so its first page is asked for without.
	if l.paged || page > 1 {
		r.Query.Set("page", fmt.Sprint(page))
	}
	return r
}

// fill puts the rows of a page where they belong.
func (l labList) fill(p *Page, answer labAnswer) {
	if l.members == "" {
		for _, row := range answer.rows {
			if a := l.audience(row.Raw); a.AudienceID != "" {
				p.Audiences = append(p.Audiences, a)
			} else {
				p.Nameless = append(p.Nameless, row.Raw)
			}
		}
		return
	}
	p.Records, p.Audience = answer.rows, l.partition
	p.Audiences = []schema.Audience{{Source: schema.AudienceLab, AudienceID: l.partition, Kind: l.members, Name: answer.name}}
}

// audience is an audience or pixel as the vendor lists it.
func (l labList) audience(raw json.RawMessage) schema.Audience {
	var known struct {
		ID          lenientText `json:"id"`
		Name        lenientText `json:"name"`
		WebsiteName lenientText `json:"website_name"`
		WebsiteURL  lenientText `json:"website_url"`
	}
	_ = json.Unmarshal(raw, &known) // what is missing stays ""
	a := schema.Audience{Source: schema.AudienceLab, AudienceID: string(known.ID), Kind: l.lists, Attributes: "{}"}
	for _, name := range []lenientText{known.Name, known.WebsiteName, known.WebsiteURL} {
		if a.Name == "" {
			a.Name = string(name)
		}
	}
	var compact bytes.Buffer
	if json.Compact(&compact, raw) == nil && bytes.HasPrefix(compact.Bytes(), []byte("{")) {
		a.Attributes = compact.String()
	}
	return a
}
