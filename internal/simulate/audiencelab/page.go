package audiencelab

import "contactsync/internal/simulate/api"

// segment is a list of people or events: a segment of the Studio, or the members
// of an audience.
type segment struct {
	id, name string
	from, to float64 // share of the vendor's people, by rank
	fields   []string
	shape    shape
	limit    int // largest page the server gives, whatever is asked
	pixel    pixelKeys
	more     func(record) api.Object // fields beside the 74; nil is none
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
		{id: SegmentNoUUID, name: "As the how-to shows", from: 0.6, to: 0.7, shape: verifiedShape, limit: 500,
			fields: howToFields, more: record.howTo},
		{id: SegmentDeliverable, name: "Cold outreach", from: 0.5, to: 0.8, shape: verifiedShape, limit: 500, more: record.deliverability},
	}
}

// basicFields are the 11 fields of a narrow feed.
var basicFields = []string{
	"UUID", "FIRST_NAME", "LAST_NAME", "BUSINESS_EMAIL", "PERSONAL_EMAILS", "MOBILE_PHONE", "LINKEDIN_URL", "JOB_TITLE",
	"COMPANY_NAME", "COMPANY_DOMAIN", "PERSONAL_STATE",
}

// howToFields are the columns of the table in the vendor's own how-to, which has no
// UUID, and one by which people without an address can be told apart.
var howToFields = []string{
	"FIRST_NAME", "LAST_NAME", "COMPANY_NAME", "COMPANY_DOMAIN", "BUSINESS_VERIFIED_EMAILS", "MOBILE_PHONE", "LINKEDIN_URL",
}

// paged answers one page of a list. A page has size rows unless the request says
// otherwise, and never more than most.
func paged(c *api.Call, size, most, total int, answer func(number, size int, s api.Span) api.Answer) api.Answer {
	number, valid := c.Number("page", 1, 1)
	size, validSize := c.Number("page_size", size, 1)
	if !valid || !validSize {
		return c.Invalid("page and page_size must be positive integers")
	}
	size = min(size, most)
	return c.Page(number, size, total, func(s api.Span) api.Answer { return answer(number, size, s) })
}

// noData is the answer, with status 200, for what is not materialised yet.
var noData = api.Object{{"status", "no data"}}

func segmentPage(c *api.Call) api.Answer {
	for _, g := range segments() {
		switch {
		case g.id != c.HTTP.PathValue("id"):
		case c.On(api.NotReady):
			return api.OK(noData)
		default:
			return g.page(c)
		}
	}
	return c.NotFound("Segment not found")
}

// memberSegment lists the members of the saved audience at a place in the list.
func memberSegment(n int, a audience) segment {
	from := float64(n%8) / 10
	return segment{id: a.id, name: a.name, from: from, to: from + 0.12, shape: memberShape, limit: 100}
}

// page answers one page of a segment.
func (g segment) page(c *api.Call) api.Answer {
	known := c.People()
	w := known.Window(g.from, g.to, c.Night)
	total := w.Size
	if g.pixel != noPixel {
		total = visits(w.Size, c.Night)
	}
	return paged(c, 50, g.limit, total, func(number, size int, s api.Span) api.Answer {
		rows := c.Rows(s, "COMPANY_INDUSTRY", "SKIPTRACE_EXACT_AGE", func(position int) api.Object {
			if g.pixel != noPixel {
				return visit(known, g, position, c)
			}
			return g.row(newRecord(known, known.World.Person(known.Member(w, position), c.Night)))
		})
		return api.OK(g.envelope(rows, number, size, s))
	})
}

// row is a person as the segment shows people.
func (g segment) row(r record) api.Object {
	row := r.json()
	if g.more == nil {
		return only(row, g.fields)
	}
	return only(append(g.more(r), row...), g.fields) // of two fields with one name the first is shown
}

// only is the object reduced to some keys; nil is all of them.
func only(o api.Object, keys []string) api.Object {
	if keys == nil {
		return o
	}
	kept := make(api.Object, 0, len(keys))
	for _, key := range keys {
		for _, f := range o {
			if f.Key == key {
				kept = append(kept, f)
				break
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
