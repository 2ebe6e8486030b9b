// Package audiencelab reads AudienceLab's segments, saved audiences and pixels.
//
// It has five streams, all of them lists in numbered pages that may change while
// they are read and have no "since". So each run sweeps a list whole. A sweep that
// was interrupted goes on where it stopped, for sweep_max_age; then it starts again.
// A partition is one list.
package audiencelab

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
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
	Segments []string `yaml:"segments" jsonschema:"required,minItems=1,uniqueItems=true" doc:"segment ids, or their addresses as the Studio's Show API button shows them"`
	Sweep    `yaml:",inline"`
}

// Members are the people of saved audiences.
type Members struct {
	Audiences []string           `yaml:"audiences" jsonschema:"minItems=1,uniqueItems=true" doc:"ids of saved audiences; or give audience"`
	Audience  AudienceDefinition `yaml:"audience" doc:"an audience to make, once: its name and filters in the vendor's own form"`
	OnChange  string             `yaml:"on_change" jsonschema:"default=error,enum=error,enum=create" doc:"what to do when the definition changed: the vendor keeps the audience that was made of it"`
	Sweep     `yaml:",inline"`
}

// Visits are what pixels saw: an event a row, with the person that the vendor
// recognised in the visitor.
type Visits struct {
	Pixels []string `yaml:"pixels" jsonschema:"required,minItems=1,uniqueItems=true" doc:"ids of pixels, as audiencelab.pixels lists them"`
	Sweep  `yaml:",inline"`
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

// What follows implements [extract.Definition] for each of them.

func (s Segments) Problems(section extract.Section) []extract.Problem {
	return problemsOf("segments", "segment", s.Segments, s.MaxAge, section)
}

func (m Members) Problems(section extract.Section) []extract.Problem {
	if !m.Audience.given() {
		return problemsOf("audiences", "audience", m.Audiences, m.MaxAge, section)
	}
	var found extract.Problems
	if len(m.Audiences) > 0 {
		found.Add("audiences", "names existing audiences, and audience defines a new one; keep one of the two, or make two pipelines")
	}
	if m.OnChange != "" {
		found.OneOf("on_change", "reaction", m.OnChange, []string{extract.OnChangeError, extract.OnChangeCreate})
	}
	m.Audience.check(&found)
	return found
}

func (v Visits) Problems(section extract.Section) []extract.Problem {
	return problemsOf("pixels", "pixel", v.Pixels, v.MaxAge, section)
}

func (s Sweep) Problems(extract.Section) []extract.Problem { return nil }

func problemsOf(path, what string, ids []string, maxAge time.Duration, section extract.Section) []extract.Problem {
	var found extract.Problems
	own := ""
	if section != nil {
		own = hostOf(section.Settings().BaseURL)
	}
	if len(ids) == 0 {
		found.Add(path, "no %s is named; the ids stand in the address bar of AudienceLab", what)
	}
	known := make([]string, len(ids))
	for i, written := range ids {
		id, err := idOf(what, written, own)
		if err != nil {
			found.Add(fmt.Sprintf("%s[%d]", path, i), "%v", err)
			id = fmt.Sprintf("\x00%d", i) // no other's
		}
		known[i] = id
	}
	found.Distinct(path, known)
	if maxAge < 0 {
		found.Add("sweep_max_age", "%s is impossible; leave it out for %s", maxAge, defaultMaxAge)
	}
	return found
}

func (s Segments) Open(_ context.Context, _ extract.Run, env extract.Env) (extract.Source, []string, error) {
	return s.open(env, membersOf(env, schema.KindSegment, "/segments/", s.Segments)...)
}

func (m Members) Open(_ context.Context, _ extract.Run, env extract.Env) (extract.Source, []string, error) {
	if m.Audience.given() {
		return defined{m, env.WithDefaults()}, nil, nil
	}
	return m.open(env, membersOf(env, schema.KindAudience, "/audiences/", m.Audiences)...)
}

func (v Visits) Open(_ context.Context, _ extract.Run, env extract.Env) (extract.Source, []string, error) {
	lists := membersOf(env, schema.KindPixel, "/pixels/", v.Pixels)
	for i := range lists {
		lists[i].path += "/v4"
		lists[i].most = visitsPage
	}
	return v.open(env, lists...)
}

func (a Audiences) Open(_ context.Context, _ extract.Run, env extract.Env) (extract.Source, []string, error) {
	return a.open(env, list{partition: "audiences", name: "audiences", path: "/audiences", kind: schema.KindAudience})
}

func (p Pixels) Open(_ context.Context, _ extract.Run, env extract.Env) (extract.Source, []string, error) {
	return p.open(env, list{partition: "pixels", name: "pixels", path: "/pixels", kind: schema.KindPixel, unpaged: true})
}

func (s Sweep) open(env extract.Env, lists ...list) (extract.Source, []string, error) {
	return source{env: env.WithDefaults(), lists: lists, maxAge: cmp.Or(max(s.MaxAge, 0), defaultMaxAge)}, nil, nil
}

// membersOf returns the lists of the members of segments, audiences or pixels.
func membersOf(env extract.Env, kind, prefix string, ids []string) []list {
	var lists []list
	own := hostOf(env.Client.Settings().BaseURL)
	for _, written := range slices.Compact(slices.Clone(ids)) {
		id, err := idOf(kind, written, own)
		if err != nil {
			id = written // which Problems has refused
		}
		lists = append(lists, list{partition: id, name: kind + " " + id, path: prefix + url.PathEscape(id), kind: kind, members: true})
	}
	return lists
}

func (s Segments) Plan(context.Context, extract.Run) (extract.Plan, error) {
	return extract.Plan{Detail: "a complete sweep of " + words.Counted(len(s.Segments), "segment", "segments"), Preview: &s}, nil
}

func (m Members) Plan(ctx context.Context, run extract.Run) (extract.Plan, error) {
	if m.Audience.given() {
		return m.planDefined(ctx, run)
	}
	audiences := words.Counted(len(m.Audiences), "audience", "audiences")
	return extract.Plan{Detail: "a complete sweep of the members of " + audiences, Preview: &m}, nil
}

func (v Visits) Plan(context.Context, extract.Run) (extract.Plan, error) {
	return extract.Plan{Detail: "the visits of " + words.Counted(len(v.Pixels), "pixel", "pixels") + "; known ones are not stored again", Preview: &v}, nil
}

func (a Audiences) Plan(context.Context, extract.Run) (extract.Plan, error) {
	return extract.Plan{Detail: "the list of audiences", Note: noPeople}, nil
}

func (p Pixels) Plan(context.Context, extract.Run) (extract.Plan, error) {
	return extract.Plan{Detail: "the list of pixels", Note: noPeople}, nil
}

const noPeople = "the stream lists audiences, not people"

// list is one list in pages.
type list struct {
	partition string
	name      string
	path      string
	kind      string // of the audience whose members the rows are, or of the audiences that the rows are
	members   bool   // the rows are members
	unpaged   bool   // its document has no page and page_size
	most      int    // rows that a page may be asked for; 0: as configured
}

// visitsPage is the largest page of visits (vendors' README 4.9).
const visitsPage = 1000

// size is how many rows of a page are asked for; 0: the list has no such parameter.
func (l list) size(configured int) int {
	switch {
	case l.unpaged:
		return 0
	case l.most > 0:
		return min(configured, l.most)
	}
	return configured
}

func (l list) request(page, configured int) api.Request {
	query := url.Values{}
	if size := l.size(configured); size > 0 {
		query.Set("page_size", fmt.Sprint(size))
	}
	if !l.unpaged || page > 1 {
		query.Set("page", fmt.Sprint(page))
	}
	return api.Request{Method: http.MethodGet, Path: l.path, Page: page, Query: query}
}

// check refuses an answer that is no page, or not the page that was asked for.
func (l list) check(a reply, page int) error {
	switch {
	case !a.hasData && a.id != "" && l.members && l.kind == schema.KindAudience:
		return l.trouble("GET %s answers what the audience is, not who is in it; this API does not list the members of a saved audience, so make a segment of it in the Studio and read that", l.path)
	case !a.hasData:
		return l.trouble("GET %s answers no list of rows", l.path)
	case a.page != nil && int(*a.page) != page && len(a.rows) > 0:
		return l.trouble("page %d was asked for and page %d came; the list cannot be read to its end", page, *a.page)
	}
	return nil
}

// page is a page that leads to a position, with the rows of an answer where they belong.
func (l list) page(next position, a reply) extract.Page {
	p := extract.Page{
		Partition: l.partition,
		Next:      extract.Encode(next),
		Sweep:     next.Sweep.UTC().Format(time.RFC3339Nano),
		Complete:  next.done() && !next.Doubt,
		Ended:     next.done(),
		Number:    next.Pages,
		Declared:  orZero(a.total),
		Served:    next.served(),
	}
	switch {
	case !a.hasData: // the position alone
	case l.members:
		p.Records, p.Audience = a.rows, l.partition
		p.Audiences = []schema.Audience{{Source: name, AudienceID: l.partition, Kind: l.kind, Name: a.name}}
	default:
		for _, row := range a.rows {
			if a := l.audience(row.Raw); a.AudienceID != "" {
				p.Audiences = append(p.Audiences, a)
			} else {
				p.Nameless = append(p.Nameless, row.Raw)
			}
		}
	}
	return p
}

// audience is an audience or pixel as the vendor lists it.
func (l list) audience(raw json.RawMessage) schema.Audience {
	var known struct {
		ID          extract.LenientText `json:"id"`
		Name        extract.LenientText `json:"name"`
		WebsiteName extract.LenientText `json:"website_name"`
		WebsiteURL  extract.LenientText `json:"website_url"`
	}
	_ = json.Unmarshal(raw, &known) // what is missing stays ""
	var attributes bytes.Buffer
	_ = json.Compact(&attributes, raw) // a row is JSON
	title := cmp.Or(known.Name, known.WebsiteName, known.WebsiteURL)
	return schema.Audience{Source: name, AudienceID: string(known.ID), Kind: l.kind, Name: string(title), Attributes: attributes.String()}
}

// unknown is what to look at where the vendor has no such list.
func (l list) unknown() string {
	if l.members {
		return "is the id right, and of the same account as the key?"
	}
	return "is base_url right?"
}

func (l list) trouble(format string, args ...any) error {
	return &extract.PartitionError{Source: name, What: l.name, Err: fmt.Errorf(format, args...)}
}
