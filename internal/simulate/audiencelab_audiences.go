package simulate

import "strconv"

// audienceLabAudience is a saved audience.
type audienceLabAudience struct{ id, name string }

var audienceTopics = []string{
	"Enterprise leads", "VIP customers", "Golang developers", "Home owners", "Site visitors", "Newsletter readers", "CFOs, North-East", "Renewal risk",
	"Conference 2026", "Job changers", "Start-ups", "Retail buyers",
}

const savedAudiences = 36 // more than one page of them

// audienceLabAudienceList lists the saved audiences; they are the same for every seed.
func audienceLabAudienceList() []audienceLabAudience {
	list := []audienceLabAudience{{AudienceVIP, "VIP members"}, {AudienceSmall, "Board members"}}
	for n := len(list); n < savedAudiences; n++ {
		name := audienceTopics[n%len(audienceTopics)] + " " + strconv.Itoa(n/len(audienceTopics)+1)
		list = append(list, audienceLabAudience{uuid(hashText(3, name), hashText(4, name)), name})
	}
	return list
}

// audienceLabAudiences answers GET /audiences. The original document shows data
// and total; clients have seen the page's numbers, too.
func audienceLabAudiences(c *call) answer {
	number, valid := c.number("page", 1, 1)
	size, validSize := c.number("page_size", 20, 1)
	if !valid || !validSize {
		return c.problem(400, "page and page_size must be positive integers")
	}
	size = min(size, 100)
	all := audienceLabAudienceList()
	s, failure, failed := c.span(number, size, len(all))
	if failed {
		return failure
	}
	rows := []object{}
	for n, a := range all[s.from:s.to] {
		rows = append(rows, a.json(s.from+n, c))
	}
	return ok(object{{"data", rows}, {"page", number}, {"page_size", size}, {"total", s.declared}, {"total_pages", s.pages}})
}

// json has the six fields of an audience. refresh_interval is text and counts
// days, whatever the original document says.
func (a audienceLabAudience) json(n int, c *call) object {
	row := object{{"id", a.id}, {"name", a.name}, {"next_scheduled_refresh", nil}, {"refresh_interval", nil}, {"scheduled_refresh", false}, {"webhook_url", nil}}
	if n%3 == 0 {
		row[2].value = c.today.AddDate(0, 0, 1).Format("2006-01-02T15:04:05.000000-07:00")
		row[3].value = "1"
		row[4].value = true
	}
	if n%5 == 0 {
		row[5].value = "https://hooks.example/audience/" + strconv.Itoa(n)
	}
	return row
}
