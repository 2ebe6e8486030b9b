// Package audiencelab simulates AudienceLab: segments, members of audiences and
// events of pixels, page by page.
package audiencelab

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"

	"contactsync/internal/simulate/api"
	"contactsync/internal/simulate/world"
)

// Name is the vendor's name.
const Name = "audiencelab"

// What the vendor offers by id; the ids hold for every seed and size.
const (
	SegmentLeads       = "seg_abc123"      // all 74 fields, the shape that clients see
	SegmentBasic       = "seg_basic_feed"  // 11 fields, the shape of the original document
	SegmentEveryone    = "seg_everyone"    // nearly all of the vendor's people
	SegmentVisits      = "seg_site_visits" // events of a pixel
	SegmentVisitsLower = "seg_shop_visits" // events of a pixel, keys in lower case
	SegmentNoUUID      = "seg_no_uuid"     // 7 fields, no UUID among them: as the vendor's how-to shows
	SegmentDeliverable = "seg_deliverable" // the 74 fields, and how deliverable addresses are
	AudienceVIP        = "aud_abc123"
	AudienceSmall      = "aud_board"
	Enrichments        = "enrichments" // the listing of all who may be in the result of a job
	PixelID            = "96e62502-f16d-43fa-acf7-22ff6e7f686d"
)

// Vendor describes the vendor.
func Vendor() api.Vendor {
	return api.Vendor{
		Name: Name, Credential: "api_key", DefaultKey: "sk_sim_audiencelab", Known: 12,
		Rows: []string{"data", "events"}, Words: []string{"status"},
		Key:       func(r *http.Request) string { return r.Header.Get("X-Api-Key") },
		Endpoints: endpoints, Public: []string{storagePath}, Problem: problem, Listings: listings, Pipelines: pipelines,
	}
}

// BearerVendor takes the key as a bearer token, as the vendor's reference says.
func BearerVendor() api.Vendor {
	v := Vendor()
	v.Key = func(r *http.Request) string { return cmp.Or(api.Bearer(r), r.Header.Get("X-Api-Key")) }
	return v
}

// endpoints are those of an account of their own.
func endpoints() map[string]api.Endpoint {
	a := new(account)
	all := map[string]api.Endpoint{
		"GET /segments/{id}":               segmentPage,
		"POST /audiences":                  a.createAudience,
		"GET /audiences":                   a.listAudiences,
		"GET /audiences/{id}":              a.memberPage,
		"GET /audiences/attributes/{name}": attribute,
		"GET /pixels":                      listPixels,
		"GET /pixels/{id}":                 onePixel,
		"GET /pixels/{id}/v4":              visitsPage,
	}
	maps.Copy(all, a.enrichments())
	return all
}

// problem has one of two forms: "Error body is not uniform".
func problem(status int, message string) api.Object {
	if status == http.StatusBadRequest {
		return api.Object{{"error", message}, {"status", status}}
	}
	code := "INTERNAL"
	switch status {
	case http.StatusNotFound:
		code = "NOT_FOUND"
	case http.StatusUnauthorized, http.StatusForbidden:
		code = "UNAUTHORIZED"
	}
	return api.Object{{"error", api.Object{{"code", code}, {"message", message}, {"details", api.Object{}}}}}
}

// listings are the segments, the first audiences, the jobs and the pixels. A listing has
// everyone who was in it on any night so far.
func listings(k world.Coverage, night int) []api.Listing {
	all := segments()
	for n, a := range audienceList()[:2] {
		all = append(all, memberSegment(n, a))
	}
	var listings []api.Listing
	for _, g := range all {
		w := k.Window(g.from, g.to, 0)
		if g.pixel == noPixel && w.Size > 0 {
			w.Size = min(w.Size+night*w.Churn(), w.Total)
		}
		listings = append(listings, api.Listing{ID: g.id, Size: w.Size, At: func(position int) []world.Record {
			return g.truth(k, k.Member(w, position), night)
		}})
	}
	listings = append(listings, api.Listing{ID: Enrichments, Size: k.Size(), At: func(rank int) []world.Record {
		return []world.Record{newRecord(k, k.World.Person(k.At(rank), night)).truth(false)}
	}})
	for _, s := range sites() {
		w := k.Window(s.from, s.to, 0)
		listings = append(listings, api.Listing{ID: s.id, Size: w.Size, At: func(position int) []world.Record {
			return []world.Record{visitTruth(k, k.Member(w, position), night)}
		}})
	}
	return listings
}

// truth is what is true of a member's records: one for every employer so far where
// there is no UUID, since the business address is the key.
func (g segment) truth(k world.Coverage, i, night int) []world.Record {
	if g.id != SegmentNoUUID {
		return []world.Record{newRecord(k, k.World.Person(i, night)).truth(g.fields != nil)}
	}
	var records []world.Record
	for moves := range k.World.Moves(i, night) + 1 {
		records = append(records, newRecord(k, k.World.PersonAfter(i, moves)).howToTruth())
	}
	return records
}

func pipelines(*api.Simulation) string {
	return fmt.Sprintf(`  site-leads:
    from: audiencelab.segments
    schedule: "15 2 * * *"
    segments: [%s, %s, %s]
  vip-members:
    from: audiencelab.members
    schedule: "@weekly"
    audiences: [%s]
  labs:
    from: audiencelab.audiences
    schedule: "@daily"
  pixels:
    from: audiencelab.pixels
    schedule: "@daily"
  visits:
    from: audiencelab.visits
    schedule: "45 2 * * *"
    pixels: [%s]
`, SegmentLeads, SegmentBasic, SegmentVisits, AudienceVIP, PixelID)
}

// OrderingPipelines are lines of a config: an audience by definition, and jobs about
// people who lack a number.
const OrderingPipelines = `  engineers:
    from: audiencelab.members
    schedule: "@weekly"
    audience:
      name: Engineers
      filters: {businessProfile: {department: [engineering]}}
  fill-gaps:
    from: audiencelab.enrichments
    schedule: "30 4 * * *"
    people: {query: "SELECT email AS EMAIL, first_name AS FIRST_NAME FROM contacts WHERE phone IS NULL AND email IS NOT NULL"}
    max_records: 500
    max_records_per_month: 5000
`
