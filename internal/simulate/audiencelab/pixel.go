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

// visit is the event at a position of a pixel segment: the newest comes first,
// so positions move when new ones come. An event itself never changes.
func visit(k world.Coverage, g segment, w world.Window, position int, c *api.Call) api.Object {
	n := visits(w.Size, c.Night) - 1 - position // 0 is the oldest
	h := world.HashInts(k.World.Seed, world.HashText(0, g.id), uint64(n))
	day := n / nightly(w.Size)
	second := (n%nightly(w.Size) + 1) * 86400 / (nightly(w.Size) + 1)
	at := c.Sim.Options.Today.AddDate(0, 0, day-pixelDays).Add(time.Duration(second) * time.Second)
	home := k.Window(g.from, g.to, 0) // the visitor of an event stays the same every night
	p := k.World.Person(k.Member(home, world.UpTo(h, home.Size)), c.Night)
	r := newRecord(k, p)
	hash := "" // "hem_sha256 = first personal hash"
	if len(r.personal) > 0 {
		hash = world.SHA256Hex(r.personal[0])
	}
	row := api.Object{
		{"PIXEL_ID", PixelID}, {"EVENT_TYPE", world.Pick(world.Mix(h), eventTypes)}, {"EVENT_TIMESTAMP", at.Format(time.RFC3339)},
		{"HEM_SHA256", hash}, {"IP_ADDRESS", "192.0.2." + strconv.Itoa(world.UpTo(world.Mix(h^1), 254)+1)},
		{"REFERRER_URL", "https://search.example/"}, {"FULL_URL", "https://shop.example/pages/" + strconv.Itoa(world.UpTo(world.Mix(h^2), 40))},
		{"EVENT_DATA", string(api.Encode(api.Object{{"duration", world.UpTo(world.Mix(h^3), 600)}, {"url", "https://shop.example/"}}))},
		{"ACTIVITY_START_DATE", at.Add(-time.Minute).Format(time.RFC3339)},
	}
	row = append(row, r.json()...)
	if g.pixel == lowerKeys {
		for f := range row {
			row[f].Key = strings.ToLower(row[f].Key)
		}
	}
	return row
}

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
	for n, site := range []string{"shop.example", "blog.example", "docs.example"} {
		var synced any // last_sync may be null
		if n < 2 {
			synced = c.Today.Add(2 * time.Hour).Format("2006-01-02T15:04:05-07:00")
		}
		id := PixelID
		if n > 0 {
			id = world.UUID(world.HashText(1, site), world.HashText(2, site))
		}
		pixels = append(pixels, api.Object{
			{"id", id}, {"install_url", "https://cdn.example/pixels/" + id + "/p.js"}, {"last_sync", synced},
			{"webhook_url", nil}, {"website_name", site}, {"website_url", "https://" + site},
		})
	}
	return pixels
}
