package intent

import (
	"strconv"
	"strings"

	"contactsync/internal/simulate/api"
	"contactsync/internal/simulate/world"
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

func (t topic) json() api.Object {
	return api.Object{{"topicId", t.id}, {"topicName", t.name}, {"type", t.kind}, {"industry", t.industry}, {"category", t.branch}}
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
func findTopics(c *api.Call) []api.Object {
	found := []api.Object{}
	for _, t := range topics {
		kind, industry, branch := c.Query.Get("type"), c.Query.Get("industry"), c.Query.Get("category")
		if (kind == "" || t.kind == kind) && (industry == "" || t.industry == industry) && (branch == "" || t.branch == branch) &&
			strings.Contains(strings.ToLower(t.name), strings.ToLower(c.Query.Get("q"))) {
			found = append(found, t.json())
		}
	}
	return found
}

func listTopics(c *api.Call) api.Answer {
	found := findTopics(c)
	meta := api.Object{{"total", len(found)}, {"page", 1}, {"pageSize", len(found)}, {"hasMore", false}}
	return api.OK(api.Object{{"data", found}, {"meta", meta}})
}

func searchTopics(c *api.Call) api.Answer {
	limit, valid := c.Number("limit", 10, 1)
	if !valid || c.Query.Get("q") == "" {
		return c.Invalid("q is required, and limit must be 1 to 50")
	}
	found := findTopics(c)
	return api.OK(api.Object{{"data", found[:min(limit, len(found), 50)]}})
}

func filterValues(*api.Call) api.Answer {
	seniority := world.Each(world.Jobs, func(j world.Job) string { return seniorityCode[j.Seniority] })
	department := world.Each(world.Jobs, func(j world.Job) string { return world.Code(j.Department) })
	industry := world.Each(world.Industries, func(i world.Industry) string { return i.Label })
	return api.OK(api.Object{{"data", api.Object{
		{"seniority", world.Distinct(seniority)}, {"companyIndustry", world.Distinct(industry)}, {"companySize", world.CompanySizes},
		{"department", world.Distinct(department)}, {"companyRevenueRange", world.CompanyRevenue},
		{"ageRange", world.AgeRanges}, {"gender", []string{"F", "M"}},
	}}})
}

// seniorityCode is the intent vendor's spelling of a seniority.
var seniorityCode = map[string]string{
	"Cxo": "c_suite", "Vp": "vp", "Director": "director", "Manager": "manager", "Senior": "senior", "Staff": "staff", "Entry": "entry",
}
