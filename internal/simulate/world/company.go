package world

import (
	"fmt"
	"strconv"
	"strings"
)

// Company is an employer. Its name and domain follow from its number alone, so
// that the catalog of websites holds for every seed.
type Company struct {
	Number   int
	Name     string
	Domain   string
	Industry Industry
	Size     string
	Revenue  string
	Founded  int
	Place    Place
}

// Industry is one of the categories that vendors know; Toofr writes the Code of the label.
type Industry struct {
	Label      string
	SIC, NAICS []string
}

// Industries are what companies do.
var Industries = []Industry{
	{"Computer Software", []string{"7372", "7371"}, []string{"511210", "541511"}},
	{"Information Technology and Services", []string{"7370", "7373", "7379"}, []string{"541512", "541519"}},
	{"Financial Services", []string{"6199", "6282"}, []string{"523930"}},
	{"Hospital & Health Care", []string{"8062"}, []string{"622110"}},
	{"Construction", []string{"1711", "1731", "5074"}, []string{"238220", "236220"}},
	{"Retail", []string{"5311", "5999"}, []string{"455110"}},
	{"Marketing and Advertising", []string{"7311", "8743"}, []string{"541810"}},
	{"Biotechnology", []string{"2836", "8731"}, []string{"541714"}},
	{"Logistics and Supply Chain", []string{"4731"}, []string{"488510"}},
	{"Education Management", []string{"8299"}, []string{"611710"}},
	{"Insurance", []string{"6411"}, []string{"524210"}},
	{"Renewables & Environment", []string{"4911", "3674"}, []string{"221114"}},
	{"Management Consulting", []string{"8742"}, []string{"541611"}},
	{"Real Estate", []string{"6531"}, []string{"531210"}},
	{"Internet", []string{"7375"}, []string{"519290"}},
	{"Automotive", []string{"3711", "5511"}, []string{"336110"}},
}

var (
	companyFirst  = rows("company-first.txt", word)
	companySecond = rows("company-second.txt", word)
	companyLegal  = []string{"", "", "", " Inc.", ", Inc.", " LLC", " Corp", " & Co."}
	CompanySizes  = []string{"1 to 10", "11 to 25", "26 to 50", "51 to 100", "101 to 250", "251 to 500", "501 to 1000", "1001 to 5000",
		"5001 to 10000", "10000+"}
	CompanyRevenue = []string{"Under 1 Million", "1 Million to 5 Million", "5 Million to 10 Million", "10 Million to 25 Million",
		"25 Million to 50 Million", "50 Million to 100 Million", "100 Million to 250 Million", "500 Million to 1 Billion", "1 Billion and Over"}
)

// companySeed is fixed: a company is the same for every universe.
const companySeed = 0xc0117ac7

// NewCompany makes the company of that number.
func NewCompany(number int) Company {
	first := companyFirst[number%len(companyFirst)]
	round := number / len(companyFirst)
	second := companySecond[(round+number*7)%len(companySecond)]
	label := first + " " + second
	if again := round / len(companySecond); again > 0 {
		label += " " + strconv.Itoa(again+1)
	}
	h := HashInts(companySeed, uint64(number))
	rank := UpTo(Mix(h^1), len(CompanySizes))
	return Company{
		Number:   number,
		Name:     label + Pick(Mix(h^2), companyLegal),
		Domain:   strings.ToLower(strings.ReplaceAll(label, " ", "-")) + ".example",
		Industry: Pick(Mix(h^3), Industries),
		Size:     CompanySizes[rank],
		Revenue:  CompanyRevenue[min(rank, len(CompanyRevenue)-1)],
		Founded:  1950 + UpTo(Mix(h^4), 72),
		Place:    Pick(Mix(h^5), Places),
	}
}

// Phone is the company's switchboard.
func (c Company) Phone() string { return phone(c.Place.AreaCode, c.Number%100) }

// phone is one of the numbers 555-0100 to 555-0199, the range reserved for fiction.
func phone(areaCode string, n int) string { return fmt.Sprintf("+1%s55501%02d", areaCode, n) }

// Description has line breaks, commas and quotes: a line-based CSV reader breaks on it.
func (c Company) Description() string {
	return c.Name + " was founded in " + strconv.Itoa(c.Founded) + ".\nWe do \"" + c.Industry.Label +
		"\", and we do it well,\nfrom " + c.Place.City + "."
}
