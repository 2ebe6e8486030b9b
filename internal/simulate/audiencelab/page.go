package audiencelab

import (
	"net/http"

	"contactsync/internal/simulate/api"
	"contactsync/internal/simulate/world"
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

func segments() []segment {
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
	"UUID", "FIRST_NAME", "LAST_NAME", "BUSINESS_EMAIL", "PERSONAL_EMAILS", "MOBILE_PHONE", "LINKEDIN_URL", "JOB_TITLE",
	"COMPANY_NAME", "COMPANY_DOMAIN", "PERSONAL_STATE",
}

// page answers one page of a segment.
func page(c *api.Call, g segment) api.Answer {
	number, valid := c.Number("page", 1, 1)
	size, validSize := c.Number("page_size", 50, 1)
	if !valid || !validSize {
		return c.Problem(http.StatusBadRequest, "page and page_size must be positive integers")
	}
	size = min(size, g.limit)
	known := people(c.Sim.Universe)
	w := known.Window(g.from, g.to, c.Night)
	total := w.Size
	if g.pixel != noPixel {
		total = visits(w.Size, c.Night)
	}
	s, failure, failed := c.Span(number, size, total)
	if failed {
		return failure
	}
	rows := make([]api.Object, 0, s.To-s.From)
	drifts := c.On(api.SchemaDrift)
	for k := s.From; k < s.To; k++ {
		row := segmentRow(known, g, w, k, c)
		if drifts {
			row = api.Drift(row, "COMPANY_INDUSTRY", "SKIPTRACE_EXACT_AGE")
		}
		rows = append(rows, row)
	}
	return api.OK(g.envelope(rows, number, size, s))
}

// segmentRow is the row at a position of a segment.
func segmentRow(k world.Coverage, g segment, w world.Window, position int, c *api.Call) api.Object {
	if g.pixel != noPixel {
		return visit(k, g, w, position, c)
	}
	p := k.Person(k.At(w.Rank(position)), c.Night)
	row := newRecord(k, p).json()
	if g.fields != nil {
		row = only(row, g.fields)
	}
	return row
}

// only is the object reduced to some keys.
func only(o api.Object, keys []string) api.Object {
	kept := make(api.Object, 0, len(keys))
	for _, key := range keys {
		for _, f := range o {
			if f.Key == key {
				kept = append(kept, f)
			}
		}
	}
	return kept
}

func (g segment) envelope(rows []api.Object, number, size int, s api.Span) api.Object {
	switch g.shape {
	case seedShape:
		return api.Object{{"data", rows}, {"total", s.Declared}, {"page", number}, {"page_size", size}}
	case memberShape:
		return api.Object{{"data", rows}, {"total_records", s.Declared}, {"page", number}, {"page_size", size}, {"total_pages", s.Pages}}
	default:
		return api.Object{
			{"data", rows}, {"segment_id", g.id}, {"segment_name", g.name},
			{"total_records", s.Declared}, {"total_pages", s.Pages}, {"page", number}, {"page_size", size}, {"has_more", s.More},
		}
	}
}
