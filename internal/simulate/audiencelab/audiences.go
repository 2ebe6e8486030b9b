package audiencelab

import (
	"strconv"
	"strings"

	"contactsync/internal/simulate/api"
	"contactsync/internal/simulate/world"
)

// audience is a saved audience.
type audience struct{ id, name string }

var audienceTopics = []string{
	"Enterprise leads", "VIP customers", "Golang developers", "Home owners", "Site visitors", "Newsletter readers",
	"CFOs, North-East", "Renewal risk", "Conference 2026", "Job changers", "Start-ups", "Retail buyers",
}

const savedAudiences = 36 // more than one page of them

// audienceList lists the saved audiences; they are the same for every seed.
func audienceList() []audience {
	list := []audience{{AudienceVIP, "VIP members"}, {AudienceSmall, "Board members"}}
	for n := len(list); n < savedAudiences; n++ {
		name := audienceTopics[n%len(audienceTopics)] + " " + strconv.Itoa(n/len(audienceTopics)+1)
		list = append(list, audience{world.UUID(world.HashText(3, name), world.HashText(4, name)), name})
	}
	return list
}

// listAudiences answers GET /audiences. The original document shows data
// and total; clients have seen the page's numbers, too.
func (a *account) listAudiences(c *api.Call) api.Answer {
	all := a.list()
	return paged(c, 20, 100, len(all), func(number, size int, s api.Span) api.Answer {
		rows := []api.Object{}
		for n, a := range all[s.From:s.To] {
			rows = append(rows, a.json(s.From+n, c))
		}
		return api.OK(api.Object{{"data", rows}, {"page", number}, {"page_size", size}, {"total", s.Declared}, {"total_pages", s.Pages}})
	})
}

// json has the six fields of an audience. refresh_interval is text and counts
// days, whatever the original document says.
func (a audience) json(n int, c *api.Call) api.Object {
	var next, interval, webhook any
	if n%3 == 0 {
		next, interval = c.Today.AddDate(0, 0, 1).Format("2006-01-02T15:04:05.000000-07:00"), "1"
	}
	if n%5 == 0 {
		webhook = "https://hooks.example/audience/" + strconv.Itoa(n)
	}
	return api.Object{{"id", a.id}, {"name", a.name}, {"next_scheduled_refresh", next}, {"refresh_interval", interval},
		{"scheduled_refresh", next != nil}, {"webhook_url", webhook}}
}

// attribute lists the values that filters may use.
func attribute(c *api.Call) api.Answer {
	var values []string
	name := c.HTTP.PathValue("name")
	switch name {
	case "industries", "COMPANY_INDUSTRY":
		values = world.Each(world.Industries, func(i world.Industry) string { return i.Label })
	case "departments", "DEPARTMENT":
		values = world.Each(world.Jobs, func(j world.Job) string { return j.Department })
	case "seniority", "SENIORITY_LEVEL":
		values = world.Each(world.Jobs, func(j world.Job) string { return strings.ToLower(j.Seniority) })
	default:
		return c.NotFound("Attribute " + strconv.Quote(name) + " not found")
	}
	values = world.Distinct(values)
	return api.OK(api.Object{{"attributes", api.Object{{name, api.Object{{"count", len(values)}, {"data", values}}}}}})
}
