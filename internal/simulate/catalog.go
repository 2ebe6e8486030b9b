package simulate

import (
	"fmt"
	"strings"

	"contactsync/internal/simulate/audiencelab"
	"contactsync/internal/simulate/intent"
	"contactsync/internal/simulate/statsocial"
	"contactsync/internal/simulate/toofr"
	"contactsync/internal/simulate/world"
)

// What the vendors offer, by id. The ids hold for every seed and size; some are
// those of the vendor documents' own samples.
const (
	IntentAudience        = intent.AudienceCRM
	IntentAudienceLeaders = intent.AudienceLeaders
	StatSocialAudience    = statsocial.Audience
	SegmentLeads          = audiencelab.SegmentLeads
	SegmentBasic          = audiencelab.SegmentBasic
	SegmentEveryone       = audiencelab.SegmentEveryone
	SegmentVisits         = audiencelab.SegmentVisits
	SegmentVisitsLower    = audiencelab.SegmentVisitsLower
	AudienceVIP           = audiencelab.AudienceVIP
	AudienceSmall         = audiencelab.AudienceSmall
	PixelID               = audiencelab.PixelID
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
		TopicIDs: intent.TopicIDs(),
		Titles: []string{"ceo", "founder", "cto", "cfo", "cmo", "c_level", "presidents_and_vps", "directors", "managers",
			"engineering", "marketing", "sales"},
		IntentAudiences:    []string{IntentAudience, IntentAudienceLeaders},
		StatSocialAudience: StatSocialAudience,
		StatSocialOutputs:  statsocial.Outputs,
		Segments:           []string{SegmentLeads, SegmentBasic, SegmentEveryone},
		PixelSegments:      []string{SegmentVisits, SegmentVisitsLower},
		Audiences:          []string{AudienceVIP, AudienceSmall},
		Pixels:             []string{PixelID},
	}
	for n := range 20 {
		l.Websites = append(l.Websites, world.NewCompany(n).Domain)
	}
	return l
}

// Websites lists as many companies as it takes for a Toofr search, without
// titles, to find so many prospects on the first night; fewer where the
// universe has not so many.
func (s *Simulator) Websites(prospects int) []string { return toofr.Websites(s.Universe, prospects) }

// ConfigSnippet is the part of a pipelines.yaml that reads everything worth
// reading from a simulator at those base URLs.
func (s *Simulator) ConfigSnippet(urls map[string]string) string {
	var b strings.Builder
	b.WriteString("sources:\n")
	for _, v := range vendors() {
		fmt.Fprintf(&b, "  %s:\n    base_url: %q\n    %s: %q\n    poll_interval: 100ms\n", v.Name, urls[v.Name], v.Credential,
			s.Options.AcceptKeys[v.Name])
	}
	b.WriteString("\npipelines:\n")
	for _, v := range vendors() {
		b.WriteString(v.Pipelines(s.Simulation))
	}
	return b.String()
}
