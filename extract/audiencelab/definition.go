// Package audiencelab reads AudienceLab's segments, saved audiences and pixels.
//
// It has four streams, all of them lists in numbered pages that may change while
// they are read and have no "since". So each run sweeps a list whole. A sweep that
// was interrupted goes on where it stopped, for sweep_max_age; then it starts again.
// A partition is one list.
package audiencelab

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"contactsync/extract"
	"contactsync/extract/api"
	"contactsync/internal/words"
	"contactsync/schema"
)

// Sweep bounds the age of a listing by page numbers.
type Sweep struct {
	MaxAge time.Duration `yaml:"sweep_max_age" jsonschema:"default=6h,minimum=1s" doc:"an interrupted listing is resumed up to this age and begun anew after it"`
}

// Segments are the rows of Studio segments: people, or events of a pixel.
type Segments struct {
	Segments []string `yaml:"segments" jsonschema:"required,minItems=1,uniqueItems=true" doc:"segment ids, copied from the Studio"`
	Sweep    `yaml:",inline"`
}

// Members are the people of saved audiences.
type Members struct {
	Audiences []string `yaml:"audiences" jsonschema:"required,minItems=1,uniqueItems=true" doc:"ids of saved audiences"`
	Sweep     `yaml:",inline"`
}

// Audiences is the list of saved audiences itself.
type Audiences struct {
	Sweep `yaml:",inline"`
}

// Pixels is the list of pixels itself.
type Pixels struct {
	Sweep `yaml:",inline"`
}

// defaultMaxAge is how long page numbers of a moving list are trusted.
const defaultMaxAge = 6 * time.Hour

// Problems implements [extract.Definition].
func (s Segments) Problems(extract.Section) []extract.Problem {
	return problemsOf("segments", "segment", s.Segments, s.MaxAge)
}

// Problems implements [extract.Definition].
func (m Members) Problems(extract.Section) []extract.Problem {
	return problemsOf("audiences", "audience", m.Audiences, m.MaxAge)
}

func problemsOf(path, what string, ids []string, maxAge time.Duration) []extract.Problem {
	var found extract.Problems
	if len(ids) == 0 {
		found.Add(path, "no %s is named; the ids stand in the address bar of AudienceLab", what)
	}
	for i, id := range ids {
		if strings.TrimSpace(id) == "" || strings.ContainsAny(id, "/?#% ") {
			found.Add(fmt.Sprintf("%s[%d]", path, i), "%q is no id of a %s", id, what)
		}
	}
	found.Distinct(path, ids)
	if maxAge < 0 {
		found.Add("sweep_max_age", "%s is impossible; leave it out for %s", maxAge, defaultMaxAge)
	}
	return found
}

// Open implements [extract.Definition].
func (s Segments) Open(_ context.Context, _ extract.Run, env extract.Env) (extract.Source, []string, error) {
	return s.Source(env), nil, nil
}

// Source is the stream as read by env.
func (s Segments) Source(env extract.Env) extract.Source {
	return newLab(env, s.MaxAge, labLists(s.Segments, "/segments/", schema.KindSegment))
}

// Open implements [extract.Definition].
func (m Members) Open(_ context.Context, _ extract.Run, env extract.Env) (extract.Source, []string, error) {
	return m.Source(env), nil, nil
}

// Source is the stream as read by env.
func (m Members) Source(env extract.Env) extract.Source {
	return newLab(env, m.MaxAge, labLists(m.Audiences, "/audiences/", schema.KindAudience))
}

// Open implements [extract.Definition].
func (a Audiences) Open(_ context.Context, _ extract.Run, env extract.Env) (extract.Source, []string, error) {
	return a.Source(env), nil, nil
}

// Source is the stream as read by env.
func (a Audiences) Source(env extract.Env) extract.Source {
	return newLab(env, a.MaxAge, []labList{{partition: "audiences", path: "/audiences", lists: schema.KindAudience, paged: true}})
}

// Open implements [extract.Definition].
func (p Pixels) Open(_ context.Context, _ extract.Run, env extract.Env) (extract.Source, []string, error) {
	return p.Source(env), nil, nil
}

// Source is the stream as read by env.
func (p Pixels) Source(env extract.Env) extract.Source {
	return newLab(env, p.MaxAge, []labList{{partition: "pixels", path: "/pixels", lists: schema.KindPixel}})
}

// Problems implements [extract.Definition].
func (a Audiences) Problems(extract.Section) []extract.Problem { return nil }

// Problems implements [extract.Definition].
func (p Pixels) Problems(extract.Section) []extract.Problem { return nil }

// Plan implements [extract.Definition].
func (s Segments) Plan(context.Context, extract.Run) (extract.Plan, error) {
	return extract.Plan{Detail: "a complete sweep of " + words.Counted(len(s.Segments), "segment", "segments"), Preview: &s}, nil
}

// Plan implements [extract.Definition].
func (m Members) Plan(context.Context, extract.Run) (extract.Plan, error) {
	return extract.Plan{Detail: "a complete sweep of the members of " + words.Counted(len(m.Audiences), "audience", "audiences"), Preview: &m}, nil
}

// Plan implements [extract.Definition].
func (a Audiences) Plan(context.Context, extract.Run) (extract.Plan, error) {
	return extract.Plan{Detail: "the list of audiences", Note: noPeople}, nil
}

// Plan implements [extract.Definition].
func (p Pixels) Plan(context.Context, extract.Run) (extract.Plan, error) {
	return extract.Plan{Detail: "the list of pixels", Note: noPeople}, nil
}

const noPeople = "the stream lists audiences, not people"

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

func (l labList) request(page, size int) api.Request {
	r := api.Request{Method: http.MethodGet, Path: l.path, Page: page, Query: url.Values{}}
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
func (l labList) fill(p *extract.Page, answer labAnswer) {
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
		ID          extract.LenientText `json:"id"`
		Name        extract.LenientText `json:"name"`
		WebsiteName extract.LenientText `json:"website_name"`
		WebsiteURL  extract.LenientText `json:"website_url"`
	}
	_ = json.Unmarshal(raw, &known) // what is missing stays ""
	a := schema.Audience{Source: schema.AudienceLab, AudienceID: string(known.ID), Kind: l.lists, Attributes: "{}"}
	for _, name := range []extract.LenientText{known.Name, known.WebsiteName, known.WebsiteURL} {
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
