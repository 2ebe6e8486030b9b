package simulate

import (
	"net/http"
	"strconv"
	"strings"
	"time"
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
func (k coverage) visit(g segment, w window, position int, c *call) object {
	n := visits(w.size, c.night) - 1 - position // 0 is the oldest
	h := hashInts(k.seed, hashText(0, g.id), uint64(n))
	day := n / nightly(w.size)
	second := (n%nightly(w.size) + 1) * 86400 / (nightly(w.size) + 1)
	at := c.sim.options.Today.AddDate(0, 0, day-pixelDays).Add(time.Duration(second) * time.Second)
	home := k.window(g.from, g.to, 0) // the visitor of an event stays the same every night
	p := k.person(k.at(home.rank(upTo(h, home.size))), c.night)
	r := k.audienceLabRecord(p)
	row := object{
		{"PIXEL_ID", PixelID}, {"EVENT_TYPE", one(mix(h), eventTypes)}, {"EVENT_TIMESTAMP", at.Format(time.RFC3339)},
		{"HEM_SHA256", firstHash(r.personal)}, {"IP_ADDRESS", "192.0.2." + strconv.Itoa(upTo(mix(h^1), 254)+1)},
		{"REFERRER_URL", "https://search.example/"}, {"FULL_URL", "https://shop.example/pages/" + strconv.Itoa(upTo(mix(h^2), 40))},
		{"EVENT_DATA", string(encode(object{{"duration", upTo(mix(h^3), 600)}, {"url", "https://shop.example/"}}))},
		{"ACTIVITY_START_DATE", at.Add(-time.Minute).Format(time.RFC3339)},
	}
	row = append(row, r.json()...)
	if g.pixel == lowerKeys {
		for f := range row {
			row[f].key = strings.ToLower(row[f].key)
		}
	}
	return row
}

// firstHash is the hash that a pixel knows a visitor by: "hem_sha256 = first personal hash".
func firstHash(addresses []string) string {
	if len(addresses) == 0 {
		return ""
	}
	return sha256Hex(addresses[0])
}

// audienceLabPixels answers GET /pixels.
func audienceLabPixels(c *call) answer {
	pixels := c.pixels()
	return ok(object{{"data", pixels}, {"total", len(pixels)}})
}

func audienceLabPixel(c *call) answer {
	for _, p := range c.pixels() {
		if p[0].value == c.r.PathValue("id") {
			return ok(p)
		}
	}
	return c.problem(http.StatusNotFound, "Pixel not found")
}

func (c *call) pixels() []object {
	var pixels []object
	for n, site := range []string{"shop.example", "blog.example", "docs.example"} {
		var synced any // last_sync may be null
		if n < 2 {
			synced = c.today.Add(2 * time.Hour).Format("2006-01-02T15:04:05-07:00")
		}
		id := PixelID
		if n > 0 {
			id = uuid(hashText(1, site), hashText(2, site))
		}
		pixels = append(pixels, object{
			{"id", id}, {"install_url", "https://cdn.example/pixels/" + id + "/p.js"}, {"last_sync", synced},
			{"webhook_url", nil}, {"website_name", site}, {"website_url", "https://" + site},
		})
	}
	return pixels
}
