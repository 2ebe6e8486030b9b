package title

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTitleTellsRankAndFunction(t *testing.T) {
	for _, c := range [][3]string{
		{"CEO", "c_suite", "executive"},
		{"C.E.O.", "c_suite", "executive"},
		{"Founder & CEO", "c_suite", "executive"},
		{"Co-Founder", "founder", "executive"},
		{"Co-Founder, CTO", "c_suite", "engineering"},
		{"Owner", "owner", "executive"},
		{"Owner/Operator", "owner", "executive"},
		{"Product Owner", "", "product"},
		{"Managing Partner", "partner", "executive"},
		{"HR Business Partner", "", "human_resources"},
		{"Partner Account Manager", "manager", "customer_success"},
		{"President", "c_suite", "executive"},
		{"Vice President of Sales", "vp", "sales"},
		{"V.P. Engineering", "vp", "engineering"},
		{"SVP, Marketing", "vp", "marketing"},
		{"Assistant Vice President", "vp", "executive"},
		{"Executive Assistant to the CEO", "entry", "administration"},
		{"Head of Growth", "head", "marketing"},
		{"Head of social media", "head", "marketing"},
		{"Head of Go-to-Market", "head", "marketing"},
		{"Head Chef", "", ""},
		{"Chief of Staff", "head", "executive"},
		{"Chief People Officer", "c_suite", "human_resources"},
		{"Chief Information Officer", "c_suite", "information_technology"},
		{"Chief Engineer", "head", "engineering"},
		{"Fire Chief", "head", "executive"},
		{"Editor-in-Chief", "head", "media"},
		{"Director of IT", "director", "information_technology"},
		{"Associate Director, Clinical Research", "director", "medical"},
		{"Student Services Director", "director", "education"},
		{"Art Director", "", "design"},
		{"Managing Director", "c_suite", "executive"},
		{"Assistant Manager", "manager", ""},
		{"Senior Product Manager", "manager", "product"},
		{"Customer Success Manager", "manager", "customer_success"},
		{"Sr. Data Engineer", "senior", "data_science"},
		{"Sr. Software Engineer", "senior", "engineering"},
		{"Lead Generation Specialist", "", "marketing"},
		{"Senior Living Director", "director", ""},
		{"Junior Developer", "entry", "engineering"},
		{"Software Engineering Intern", "intern", "engineering"},
		{"Internal Auditor", "", "finance"},
		{"Account Executive", "", "sales"},
		{"Sales Engineer", "", "sales"},
		{"Registered Nurse", "", "medical"},
		{"General Counsel", "", "legal"},
		{"Truck Driver", "", "trades"},
		{"Geschäftsführer", "c_suite", "executive"},
		{"Nevermind", "", ""},
		{"", "", ""},
	} {
		require.Equal(t, c[1], Seniority(nil, c[0]), c[0])
		require.Equal(t, c[2], Department(nil, c[0]), c[0])
	}
}

func TestVendorsOwnWordComesFirst(t *testing.T) {
	for word, want := range map[string]string{
		"Cxo": "c_suite", "cxo": "c_suite", "C-Suite": "c_suite", "c_suite": "c_suite", "VP": "vp", "Director": "director", "manager, owner": "manager",
		"Staff": "staff", "Entry Level": "entry", "presidents_and_vps": "vp", "directors": "director", "weird": "intern", "": "intern",
	} {
		require.Equal(t, want, Seniority([]string{word}, "Sales Intern"), word)
	}
	for word, want := range map[string]string{
		"Marketing": "marketing", "human_resources": "human_resources", "Engineering & Technical": "engineering", "health": "medical",
		"account_management": "customer_success", "weird": "sales",
	} {
		require.Equal(t, want, Department([]string{word}, "Sales Intern"), word)
	}
}

func TestListsAreClosedAndTheirValuesMapToThemselves(t *testing.T) {
	require.Subset(t, Seniorities, seniorityRules.values)
	require.Subset(t, Departments, departmentRules.values)
	for _, value := range Seniorities {
		require.Equal(t, value, Seniority([]string{value}, ""), value)
	}
	for _, value := range Departments {
		require.Equal(t, value, Department([]string{value}, ""), value)
	}
	for _, value := range seniorityWords {
		require.Contains(t, Seniorities, value)
	}
	for _, value := range departmentWords {
		require.Contains(t, Departments, value)
	}
}

func TestToofrsTitleCategoriesAreAllKnown(t *testing.T) {
	for _, category := range []string{"ceo", "founder", "cmo", "cto", "cfo", "finance", "marketing", "engineering", "product", "sales", "operations",
		"account_management", "information_technology", "data_science", "human_resources", "c_level", "directors", "presidents_and_vps", "managers"} {
		words := strings.ReplaceAll(category, "_", " ")
		rank, function := Seniority([]string{category}, words), Department([]string{category}, words)
		require.NotEmpty(t, rank+function, category)
	}
}

func TestClosedListsAreDocumented(t *testing.T) {
	doc, err := os.ReadFile("../../docs/normalising.md")
	require.NoError(t, err)
	require.Contains(t, string(doc), "`"+strings.Join(Seniorities, "`, `")+"`")
	require.Contains(t, string(doc), "`"+strings.Join(Departments, "`, `")+"`")
}
