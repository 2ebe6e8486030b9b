package audiencelab

import (
	"strconv"

	"contactsync/internal/simulate/api"
	"contactsync/internal/simulate/world"
)

// audience is a saved audience.
type audience struct{ id, name string }

var audienceTopics = []string{
	"Enterprise leads", "VIP customers", "Golang developers", "Home owners", "Site visitors", "Newsletter readers",
	"CFOs, North-East", "Renewal risk",
	"Conference 2026", "Job changers", "Start-ups", "Retail buyers",
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
func listAudiences(c *api.Call) api.Answer {
	number, valid := c.Number("page", 1, 1)
	size, validSize := c.Number("page_size", 20, 1)
	if !valid || !validSize {
		return c.Problem(400, "page and page_size must be positive integers")
	}
	size = min(size, 100)
	all := audienceList()
	s, failure, failed := c.Span(number, size, len(all))
	if failed {
		return failure
	}
	rows := []api.Object{}
	for n, a := range all[s.From:s.To] {
		rows = append(rows, a.json(s.From+n, c))
	}
	return api.OK(api.Object{{"data", rows}, {"page", number}, {"page_size", size}, {"total", s.Declared}, {"total_pages", s.Pages}})
}

// json has the six fields of an audience. refresh_interval is text and counts
// days, whatever the original document says.
func (a audience) json(n int, c *api.Call) api.Object {
	row := api.Object{{"id", a.id}, {"name", a.name}, {"next_scheduled_refresh", nil}, {"refresh_interval", nil},
		{"scheduled_refresh", false}, {"webhook_url", nil}}
	if n%3 == 0 {
		row[2].Value = c.Today.AddDate(0, 0, 1).Format("2006-01-02T15:04:05.000000-07:00")
		row[3].Value = "1"
		row[4].Value = true
	}
	if n%5 == 0 {
		row[5].Value = "https://hooks.example/audience/" + strconv.Itoa(n)
	}
	return row
}
