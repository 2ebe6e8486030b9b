package simulate

import (
	"net/http"
	"strconv"
	"strings"
)

// segment is a listing of AudienceLab: a segment of the Studio, or the members
// of an audience.
type segment struct {
	id, name string
	from, to float64 // share of the vendor's people, by rank
	fields   []string
	shape    shape
	limit    int // largest page the server gives, whatever is asked
	pixel    pixelKeys
}

// shape is the envelope around a page.
type shape int

const (
	verifiedShape shape = iota // segment_id, total_records, total_pages, has_more: seen by clients
	seedShape                  // data, total, page, page_size: the original document
	memberShape                // data, total_records, page, page_size, total_pages: GET /audiences/{id}
)

func audienceLabSegments() []segment {
	return []segment{
		{id: SegmentLeads, name: "Enterprise leads", from: 0, to: 0.5, shape: verifiedShape, limit: 500},
		{id: SegmentBasic, name: "Basic feed", from: 0.35, to: 0.65, fields: basicFields, shape: seedShape, limit: 100},
		{id: SegmentEveryone, name: "Everyone", from: 0, to: 0.96, shape: verifiedShape, limit: 10000},
		{id: SegmentVisits, name: "Site visits", from: 0.2, to: 0.4, shape: verifiedShape, limit: 50, pixel: upperKeys},
		{id: SegmentVisitsLower, name: "Shop visits", from: 0.3, to: 0.45, shape: verifiedShape, limit: 100, pixel: lowerKeys},
	}
}

// basicFields are the 11 fields of a narrow feed.
var basicFields = []string{
	"UUID", "FIRST_NAME", "LAST_NAME", "BUSINESS_EMAIL", "PERSONAL_EMAILS", "MOBILE_PHONE", "LINKEDIN_URL", "JOB_TITLE", "COMPANY_NAME", "COMPANY_DOMAIN", "PERSONAL_STATE",
}

func (s *Simulator) audienceLab() http.Handler {
	mux := http.NewServeMux()
	key := func(c *call) bool {
		if bearer, ok := strings.CutPrefix(c.r.Header.Get("Authorization"), "Bearer "); ok && s.options.AcceptBearer {
			return c.holds(bearer)
		}
		return c.holds(c.r.Header.Get("X-Api-Key"))
	}
	for pattern, e := range map[string]endpoint{
		"GET /segments/{id}":               audienceLabSegment,
		"GET /audiences":                   audienceLabAudiences,
		"GET /audiences/{id}":              audienceLabMembers,
		"GET /audiences/attributes/{name}": audienceLabAttribute,
		"GET /pixels":                      audienceLabPixels,
		"GET /pixels/{id}":                 audienceLabPixel,
	} {
		mux.Handle(pattern, s.handle(AudienceLab, key, e))
	}
	mux.Handle("/", s.handle(AudienceLab, nil, notFound))
	return mux
}

func audienceLabSegment(c *call) answer {
	for _, g := range audienceLabSegments() {
		if g.id != c.r.PathValue("id") {
			continue
		}
		if c.on(NotReady) {
			return ok(noData)
		}
		return c.page(g)
	}
	return c.problem(http.StatusNotFound, "Segment not found")
}

// noData is the answer, with status 200, for what is not materialised yet.
var noData = object{{"status", "no data"}}

func audienceLabMembers(c *call) answer {
	id := c.r.PathValue("id")
	for n, a := range audienceLabAudienceList() {
		if a.id != id {
			continue
		}
		ready, count := c.sim.ready(c, AudienceLab+"/"+id)
		reply := ok(noData)
		if ready {
			reply = c.page(memberSegment(n, a))
		}
		reply.done = count
		return reply
	}
	return c.problem(http.StatusNotFound, "Audience not found")
}

// memberSegment lists the members of the saved audience at a place in the list.
func memberSegment(n int, a audienceLabAudience) segment {
	from := float64(n%8) / 10
	return segment{id: a.id, name: a.name, from: from, to: from + 0.12, shape: memberShape, limit: 100}
}

// page answers one page of a segment.
func (c *call) page(g segment) answer {
	number, valid := c.number("page", 1, 1)
	size, validSize := c.number("page_size", 50, 1)
	if !valid || !validSize {
		return c.problem(http.StatusBadRequest, "page and page_size must be positive integers")
	}
	size = min(size, g.limit)
	known := c.sim.universe.coverage(AudienceLab)
	w := known.window(g.from, g.to, c.night)
	total := w.size
	if g.pixel != noPixel {
		total = visits(w.size, c.night)
	}
	s, failure, failed := c.span(number, size, total)
	if failed {
		return failure
	}
	rows := make([]object, 0, s.to-s.from)
	drifts := c.on(SchemaDrift)
	for k := s.from; k < s.to; k++ {
		row := known.segmentRow(g, w, k, c)
		if drifts {
			row = drift(row, "COMPANY_INDUSTRY", "SKIPTRACE_EXACT_AGE")
		}
		rows = append(rows, row)
	}
	return ok(g.envelope(rows, number, size, s))
}

// segmentRow is the row at a position of a segment.
func (k coverage) segmentRow(g segment, w window, position int, c *call) object {
	if g.pixel != noPixel {
		return k.visit(g, w, position, c)
	}
	p := k.person(k.at(w.rank(position)), c.night)
	row := k.audienceLabRecord(p).json()
	if g.fields != nil {
		row = row.only(g.fields)
	}
	return row
}

// only is the object reduced to some keys.
func (o object) only(keys []string) object {
	kept := make(object, 0, len(keys))
	for _, key := range keys {
		for _, f := range o {
			if f.key == key {
				kept = append(kept, f)
			}
		}
	}
	return kept
}

func (g segment) envelope(rows []object, number, size int, s span) object {
	switch g.shape {
	case seedShape:
		return object{{"data", rows}, {"total", s.declared}, {"page", number}, {"page_size", size}}
	case memberShape:
		return object{{"data", rows}, {"total_records", s.declared}, {"page", number}, {"page_size", size}, {"total_pages", s.pages}}
	default:
		return object{
			{"data", rows}, {"segment_id", g.id}, {"segment_name", g.name},
			{"total_records", s.declared}, {"total_pages", s.pages}, {"page", number}, {"page_size", size}, {"has_more", s.more},
		}
	}
}

// audienceLabAttribute lists the values that filters may use.
func audienceLabAttribute(c *call) answer {
	var values []string
	name := c.r.PathValue("name")
	switch name {
	case "industries", "COMPANY_INDUSTRY":
		for _, i := range industries {
			values = append(values, i.label)
		}
	case "departments", "DEPARTMENT":
		for _, j := range jobs {
			values = append(values, j.department)
		}
	case "seniority", "SENIORITY_LEVEL":
		for code := range seniorityCode {
			values = append(values, strings.ToLower(code))
		}
	default:
		return c.problem(http.StatusNotFound, "Attribute "+strconv.Quote(name)+" not found")
	}
	values = distinct(values)
	return ok(object{{"attributes", object{{name, object{{"count", len(values)}, {"data", values}}}}}})
}
