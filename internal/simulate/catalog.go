package simulate

import (
	"fmt"
	"strings"
	"time"
)

// What the vendors offer, by id. The ids hold for every seed and size; some are
// those of the vendor documents' own samples.
const (
	IntentAudience        = "3c90c3cc-0d44-4b50-8888-8dd25736052a"
	IntentAudienceLeaders = "7b1f0c52-6a0e-4f0e-9d5e-2f6f3c1a9b10"
	StatSocialAudience    = 67454
	SegmentLeads          = "seg_abc123"      // all 74 fields, the shape that clients see
	SegmentBasic          = "seg_basic_feed"  // 11 fields, the shape of the original document
	SegmentEveryone       = "seg_everyone"    // nearly all of the vendor's people
	SegmentVisits         = "seg_site_visits" // events of a pixel
	SegmentVisitsLower    = "seg_shop_visits" // events of a pixel, keys in lower case
	AudienceVIP           = "aud_abc123"
	AudienceSmall         = "aud_board"
	PixelID               = "96e62502-f16d-43fa-acf7-22ff6e7f686d"
)

// Listings are the ids that a config can use.
type Listings struct {
	Websites           []string // companies of which Toofr knows people
	Titles             []string // Toofr's title categories that bring people
	TopicIDs           []int
	IntentAudiences    []string
	StatSocialAudience int
	StatSocialOutputs  []string
	Segments           []string // of people
	PixelSegments      []string // of events
	Audiences          []string // of which members can be read
	Pixels             []string
}

// Catalog lists what the simulated vendors offer.
func Catalog() Listings {
	l := Listings{
		Titles:             []string{"ceo", "founder", "cto", "cfo", "cmo", "c_level", "presidents_and_vps", "directors", "managers", "engineering", "marketing", "sales"},
		IntentAudiences:    []string{IntentAudience, IntentAudienceLeaders},
		StatSocialAudience: StatSocialAudience,
		StatSocialOutputs:  statSocialOutputs,
		Segments:           []string{SegmentLeads, SegmentBasic, SegmentEveryone},
		PixelSegments:      []string{SegmentVisits, SegmentVisitsLower},
		Audiences:          []string{AudienceVIP, AudienceSmall},
		Pixels:             []string{PixelID},
	}
	for n := range 20 {
		l.Websites = append(l.Websites, makeCompany(n).domain)
	}
	for _, t := range topics {
		l.TopicIDs = append(l.TopicIDs, t.id)
	}
	return l
}

// Websites lists as many companies as it takes for a Toofr search, without
// titles, to find so many prospects on the first night; fewer where the
// universe has not so many.
func (s *Simulator) Websites(prospects int) []string {
	var websites []string
	for n, found := 0, 0; n < s.universe.companies() && found < prospects; n++ {
		websites = append(websites, makeCompany(n).domain)
		found += len(s.universe.toofrMatches(toofrSearch{}, []int{n}, 0))
	}
	return websites
}

// ConfigSnippet is the part of a pipelines.yaml that reads everything worth
// reading from a simulator at those base URLs.
func (s *Simulator) ConfigSnippet(urls map[string]string) string {
	var b strings.Builder
	b.WriteString("sources:\n")
	for _, v := range Vendors {
		credential := "api_key"
		if v == StatSocial {
			credential = "token"
		}
		fmt.Fprintf(&b, "  %s:\n    base_url: %q\n    %s: %q\n    poll_interval: 100ms\n", v, urls[v], credential, s.options.AcceptKeys[v])
	}
	fmt.Fprintf(&b, `
pipelines:
  saas-leaders:
    from: toofr.prospects
    schedule: "0 2 * * *"
    websites: [%s]
    titles: [c_level, presidents_and_vps, directors]
    max_credits: 500
  crm-intent:
    from: intent.matches
    schedule: "30 2 * * *"
    audience_id: %s
    since: %s
  golang-fans:
    from: statsocial.outputs
    schedule: "0 3 * * 1"
    audience_id: %d
    outputs: [%s]
  site-leads:
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
`,
		strings.Join(s.Websites(300), ", "), IntentAudience, s.Today().AddDate(0, 0, -intentDays).Format(time.DateOnly),
		StatSocialAudience, strings.Join(statSocialOutputs, ", "), SegmentLeads, SegmentBasic, SegmentVisits, AudienceVIP)
	return b.String()
}
