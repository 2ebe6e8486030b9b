package simulate

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// topic is an entry of the intent vendor's catalogue.
type topic struct {
	id                           int
	name, kind, industry, branch string
}

// topics is a short catalogue; the vendor's has more than 20,000 entries.
var topics = []topic{
	{101, "Data Platforms", "b2b", "Technology", "Data"},
	{102, "Customer Data Platforms", "b2b", "Technology", "Marketing"},
	{103, "Cloud Cost Management", "b2b", "Technology", "Infrastructure"},
	{104, "Identity Resolution", "b2b", "Technology", "Data"},
	{105, "Sales Engagement", "b2b", "Business Services", "Sales"},
	{106, "Payroll Software", "b2b", "Business Services", "Human Resources"},
	{107, "Solar Panels", "both", "Energy", "Renewables"},
	{108, "Commercial Insurance", "b2b", "Insurance", "Property"},
	{109, "Electric Vehicles", "both", "Automotive", "Vehicles"},
	{110, "Home Refinancing", "b2c", "Finance", "Mortgages"},
	{111, "Warehouse Robotics", "b2b", "Logistics", "Automation"},
	{117805, "Marketing Automation", "b2b", "Technology", "Marketing"},
}

// intentAudience is a saved audience with its definition.
type intentAudience struct {
	id, name string
	config   intentQuery
}

func intentAudienceList() []intentAudience {
	return []intentAudience{
		{IntentAudience, "CRM intent", intentQuery{TopicIDs: []int{101, 102, 104}, MinScore: 60, MaxScore: 100, MinTopicOverlap: 1}},
		{IntentAudienceLeaders, "Leaders in the cloud", intentQuery{TopicIDs: []int{103, 117805}, MinScore: 50, MaxScore: 100, MinTopicOverlap: 1,
			Filters: intentFilters{Seniority: []string{"c_suite", "vp", "director"}}}},
	}
}

func (s *Simulator) intent() http.Handler {
	mux := http.NewServeMux()
	key := func(c *call) bool { return c.holds(c.r.Header.Get("X-API-Key")) }
	const root = "/v1/intent/"
	for pattern, e := range map[string]endpoint{
		"GET " + root + "topics":        intentTopics,
		"GET " + root + "topics/search": intentTopicSearch,
	} {
		mux.Handle(pattern, s.handle(Intent, nil, e)) // "Discovery endpoints are public"
	}
	for pattern, e := range map[string]endpoint{
		"GET " + root + "audiences/filters":                   intentFilterValues,
		"POST " + root + "audiences/preview":                  intentPreview,
		"POST " + root + "audiences/query":                    intentQueryPage,
		"GET " + root + "audiences":                           intentAudiences,
		"GET " + root + "audiences/{id}":                      intentAudienceDetail,
		"GET " + root + "audiences/{id}/runs":                 intentRuns,
		"GET " + root + "audiences/{id}/status":               intentStatus,
		"GET " + root + "audiences/{id}/results":              intentResults,
		"GET " + root + "audiences/{id}/runs/{runID}/results": intentRunResults,
	} {
		mux.Handle(pattern, s.handle(Intent, key, e))
	}
	mux.Handle("/", s.handle(Intent, nil, notFound))
	return mux
}

// intentDays is how many days before the first simulated one have a run.
const intentDays = 6

// intentGap is the day, counted back from the first simulated one, on which
// the vendor's daily run did not happen.
const intentGap = 3

// days lists the days that have a run, latest first.
func (c *call) days() []string {
	var days []string
	for back := 0; back <= intentDays+c.night; back++ {
		if back != intentGap+c.night {
			days = append(days, c.today.AddDate(0, 0, -back).Format(time.DateOnly))
		}
	}
	return days
}

// nightOf is the night of a day; before the first simulated one it is that.
func (c *call) nightOf(day string) int {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return 0
	}
	return max(int(t.Sub(c.sim.options.Today).Hours()/24), 0)
}

// day picks the day of a request: the latest, or the one asked for.
func (c *call) day(asked string) (day string, reply answer, failed bool) {
	days := c.days()
	if asked == "" {
		return days[0], answer{}, false
	}
	if _, err := time.Parse(time.DateOnly, asked); err != nil {
		return "", c.problem(http.StatusBadRequest, "date must be YYYY-MM-DD"), true
	}
	switch {
	case slices.Contains(days, asked):
		return asked, answer{}, false
	case c.on(OtherDate):
		return days[0], answer{}, false
	}
	return "", c.problem(http.StatusNotFound, "No data for this date"), true
}

// saved finds the saved audience of the path.
func (c *call) saved(id string) (intentAudience, bool) {
	for _, a := range intentAudienceList() {
		if a.id == id {
			return a, true
		}
	}
	return intentAudience{}, false
}

func (t topic) json() object {
	return object{{"topicId", t.id}, {"topicName", t.name}, {"type", t.kind}, {"industry", t.industry}, {"category", t.branch}}
}

func topicName(id int) string {
	for _, t := range topics {
		if t.id == id {
			return t.name
		}
	}
	return "Topic " + strconv.Itoa(id)
}

// findTopics filters the catalogue as both topic endpoints do.
func (c *call) findTopics() []object {
	found := []object{}
	for _, t := range topics {
		kind, industry, branch := c.query.Get("type"), c.query.Get("industry"), c.query.Get("category")
		if (kind == "" || t.kind == kind) && (industry == "" || t.industry == industry) && (branch == "" || t.branch == branch) &&
			strings.Contains(strings.ToLower(t.name), strings.ToLower(c.query.Get("q"))) {
			found = append(found, t.json())
		}
	}
	return found
}

func intentTopics(c *call) answer {
	found := c.findTopics()
	return ok(object{{"data", found}, {"meta", object{{"total", len(found)}, {"page", 1}, {"pageSize", len(found)}, {"hasMore", false}}}})
}

func intentTopicSearch(c *call) answer {
	limit, valid := c.number("limit", 10, 1)
	if !valid || c.query.Get("q") == "" {
		return c.problem(http.StatusBadRequest, "q is required, and limit must be 1 to 50")
	}
	found := c.findTopics()
	return ok(object{{"data", found[:min(limit, len(found), 50)]}})
}

func intentFilterValues(*call) answer {
	var seniority, industry, department []string
	for _, j := range jobs {
		seniority = append(seniority, seniorityCode[j.seniority])
		department = append(department, departmentCode(j.department))
	}
	for _, i := range industries {
		industry = append(industry, i.label)
	}
	return ok(object{{"data", object{
		{"seniority", distinct(seniority)}, {"companyIndustry", distinct(industry)}, {"companySize", companySizes},
		{"department", distinct(department)}, {"companyRevenueRange", companyRevenue},
		{"ageRange", []string{"18-24", "25-34", "35-44", "45-54", "55-64", "65 and older"}}, {"gender", []string{"F", "M"}},
	}}})
}

func departmentCode(department string) string {
	return strings.ReplaceAll(strings.ToLower(department), " ", "_")
}

func intentAudiences(c *call) answer {
	rows := []object{}
	for _, a := range intentAudienceList() {
		rows = append(rows, a.json(c))
	}
	return ok(object{{"data", rows}})
}

func intentAudienceDetail(c *call) answer {
	a, found := c.saved(c.r.PathValue("id"))
	if !found {
		return c.problem(http.StatusNotFound, "Audience not found")
	}
	return ok(object{{"data", a.json(c)}})
}

func (a intentAudience) json(c *call) object {
	names := []object{}
	for _, id := range a.config.TopicIDs {
		names = append(names, object{{"id", id}, {"name", topicName(id)}})
	}
	config, err := json.Marshal(a.config)
	if err != nil {
		panic("simulate: " + err.Error())
	}
	stamp := c.today.Add(5 * time.Hour).Format(time.RFC3339)
	return object{
		{"id", a.id}, {"name", a.name}, {"status", "active"}, {"config", json.RawMessage(config)}, {"topics", names},
		{"audienceSize", len(c.matches(a.config, c.days()[0]))}, {"lastRefreshedAt", stamp},
		{"createdAt", c.sim.options.Today.AddDate(0, 0, -30).Format(time.RFC3339)}, {"updatedAt", stamp},
	}
}
