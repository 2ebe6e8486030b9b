// Package audiencelab simulates AudienceLab: segments, members of audiences and
// events of pixels, page by page.
package audiencelab

import (
	"fmt"
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
	AudienceVIP        = "aud_abc123"
	AudienceSmall      = "aud_board"
	PixelID            = "96e62502-f16d-43fa-acf7-22ff6e7f686d"
)

// known is of how many of every 20 people the vendor knows.
const known = 12

// Vendor describes the vendor.
func Vendor() api.Vendor {
	return api.Vendor{
		Name: Name, Credential: "api_key", DefaultKey: "sk_sim_audiencelab", Known: known,
		Handler: handler, Problem: problem, Truth: truth, Pipelines: pipelines,
	}
}

// people are the people whom the vendor knows.
func people(u world.Universe) world.Coverage { return u.Coverage(Name, known) }

// problem has one of two forms: "Error body is not uniform".
func problem(status int, message string) api.Object {
	if status == http.StatusBadRequest {
		return api.Object{{"error", message}, {"status", status}}
	}
	return api.Object{{"error", api.Object{{"code", errorCode(status)}, {"message", message}, {"details", api.Object{}}}}}
}

func errorCode(status int) string {
	switch status {
	case http.StatusNotFound:
		return "NOT_FOUND"
	case http.StatusUnauthorized, http.StatusForbidden:
		return "UNAUTHORIZED"
	default:
		return "INTERNAL"
	}
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
`, SegmentLeads, SegmentBasic, SegmentVisits, AudienceVIP)
}
