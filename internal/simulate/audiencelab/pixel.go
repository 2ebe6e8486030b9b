package audiencelab

import (
	"strconv"
	"strings"
	"time"

	"contactsync/internal/simulate/api"
	"contactsync/internal/simulate/world"
)

// pixelKeys says whether a segment holds events of a pixel, and how its keys are written.
type pixelKeys int

const (
	noPixel pixelKeys = iota
	upperKeys
	lowerKeys
)

const pixelDays = 7 // days of events before the first simulated one

var eventTypes = []string{"page_view", "page_view", "page_view", "click", "scroll", "form_submission", "authentication"}

// nightly is how many events a pixel segment of so many visitors gains in a night.
func nightly(visitors int) int { return visitors/5 + 1 }

// visits is how many events a pixel segment holds.
func visits(visitors, night int) int {
	if visitors == 0 {
		return 0
	}
	return nightly(visitors) * (pixelDays + night)
}

// moment is when an event of a list of events happened, and whose it is.
type moment struct {
	at      time.Time
	visitor int    // index of the person
	h       uint64 // decides the small things
}

// momentAt is the event at a position of a list of events: the newest comes first,
// so positions move when new ones come. The visitor of an event stays the same
// every night.
func momentAt(k world.Coverage, list string, from, to float64, position int, c *api.Call) moment {
	home := k.Window(from, to, 0)
	n := visits(home.Size, c.Night) - 1 - position // 0 is the oldest
	h := world.HashInts(k.World.Seed, world.HashText(0, list), uint64(n))
	day := n / nightly(home.Size)
	second := (n%nightly(home.Size) + 1) * 86400 / (nightly(home.Size) + 1)
	return moment{
		at:      c.Sim.Options.Today.AddDate(0, 0, day-pixelDays).Add(time.Duration(second) * time.Second),
		visitor: k.Member(home, world.UpTo(h, home.Size)), h: h,
	}
}

func (m moment) page() string {
	return "https://shop.example/pages/" + strconv.Itoa(world.UpTo(world.Mix(m.h^2), 40))
}

// visit is a row of a pixel segment: an event, and beside it the visitor.
func visit(k world.Coverage, g segment, position int, c *api.Call) api.Object {
	m := momentAt(k, g.id, g.from, g.to, position, c)
	r := newRecord(k, k.World.Person(m.visitor, c.Night))
	hash := "" // "hem_sha256 = first personal hash"
	if len(r.personal) > 0 {
		hash = world.SHA256Hex(r.personal[0])
	}
	row := api.Object{
		{"PIXEL_ID", PixelID}, {"EVENT_TYPE", world.Pick(world.Mix(m.h), eventTypes)}, {"EVENT_TIMESTAMP", m.at.Format(time.RFC3339)},
		{"HEM_SHA256", hash}, {"IP_ADDRESS", "192.0.2." + strconv.Itoa(world.UpTo(world.Mix(m.h^1), 254)+1)},
		{"REFERRER_URL", "https://search.example/"}, {"FULL_URL", m.page()},
		{"EVENT_DATA", string(api.Encode(api.Object{{"duration", world.UpTo(world.Mix(m.h^3), 600)}, {"url", "https://shop.example/"}}))},
		{"ACTIVITY_START_DATE", m.at.Add(-time.Minute).Format(time.RFC3339)},
	}
	row = append(row, r.json()...)
	if g.pixel == lowerKeys {
		for f := range row {
			row[f].Key = strings.ToLower(row[f].Key)
		}
	}
	return row
}

// site is a website with a pixel, and who visits it.
type site struct {
	id, name string
	from, to float64 // share of the vendor's people, by rank; nobody has visited a site of none
	form     visitForm
}

func sites() []site {
	other := func(name string) string { return world.UUID(world.HashText(1, name), world.HashText(2, name)) }
	return []site{
		{id: PixelID, name: "shop.example", from: 0.2, to: 0.4},
		{id: other("blog.example"), name: "blog.example", from: 0.3, to: 0.36, form: olderForm},
		{id: other("docs.example"), name: "docs.example"},
	}
}

// Pixels lists the ids of the pixels: the first answers as the vendor documents its
// visits, the second in other forms that were seen, the third has met nobody.
func Pixels() []string { return world.Each(sites(), func(s site) string { return s.id }) }

// listPixels answers GET /pixels.
func listPixels(c *api.Call) api.Answer {
	pixels := pixels(c)
	return api.OK(api.Object{{"data", pixels}, {"total", len(pixels)}})
}

func onePixel(c *api.Call) api.Answer {
	for _, p := range pixels(c) {
		if p[0].Value == c.HTTP.PathValue("id") {
			return api.OK(p)
		}
	}
	return c.NotFound("Pixel not found")
}

func pixels(c *api.Call) []api.Object {
	var pixels []api.Object
	for _, s := range sites() {
		var synced any // last_sync may be null
		if s.to > s.from {
			synced = c.Today.Add(2 * time.Hour).Format("2006-01-02T15:04:05-07:00")
		}
		pixels = append(pixels, api.Object{
			{"id", s.id}, {"install_url", "https://cdn.example/pixels/" + s.id + "/p.js"}, {"last_sync", synced},
			{"webhook_url", nil}, {"website_name", s.name}, {"website_url", "https://" + s.name},
		})
	}
	return pixels
}
