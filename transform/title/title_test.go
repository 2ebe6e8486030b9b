package title

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"contactsync/internal/lists"
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
		{"Fire Chief", "head", ""},
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
		rank, function := Read(c[0], nil, nil)
		assert.Equal(t, c[1:], []string{rank, function}, c[0])
	}
}

func TestVendorsOwnWordComesFirst(t *testing.T) {
	for word, want := range map[string]string{
		"Cxo": "c_suite", "cxo": "c_suite", "C-Suite": "c_suite", "c_suite": "c_suite", "VP": "vp", "Director": "director", "manager, owner": "manager",
		"Staff": "staff", "Entry Level": "entry", "presidents_and_vps": "vp", "directors": "director", "weird": "intern", "": "intern",
	} {
		rank, _ := Read("Sales Intern", []string{word}, nil)
		require.Equal(t, want, rank, word)
	}
	for word, want := range map[string]string{
		"Marketing": "marketing", "human_resources": "human_resources", "Engineering & Technical": "engineering", "health": "medical",
		"account_management": "customer_success", "weird": "sales",
	} {
		_, function := Read("Sales Intern", nil, []string{word})
		require.Equal(t, want, function, word)
	}
}

func TestListsAreClosedAndTheirValuesMapToThemselves(t *testing.T) {
	for _, value := range Seniorities {
		rank, _ := Read("", []string{value}, nil)
		require.Equal(t, value, rank)
	}
	for _, value := range Departments {
		_, function := Read("", nil, []string{value})
		require.Equal(t, value, function)
	}
	requireClosed(t, append(Seniorities, around), seniorityRuleList)
	requireClosed(t, Departments, departmentRuleList)
	requireClosed(t, []string{former, elect, whose, serves, now}, qualifierList)
	for _, value := range seniorityWords {
		require.Contains(t, Seniorities, value)
	}
	for _, value := range departmentWords {
		require.Contains(t, Departments, value)
	}
}

// requireClosed holds for rules whose values are of a list, and whose phrases are written
// as titles are read.
func requireClosed(t *testing.T, values []string, rules string) {
	t.Helper()
	seen := map[string]bool{}
	for _, r := range lists.Table(rules) {
		require.Contains(t, append(values, nothing), r.Value)
		for _, text := range r.Phrases {
			assert.False(t, seen[text], "twice: %s", text)
			seen[text] = true
			plain := strings.Join(strings.Fields(strings.NewReplacer(gap, " ", endOfWhat, "").Replace(text)), " ")
			assert.Equal(t, plain, string(appendKey(nil, plain)))
		}
	}
}

func TestToofrsTitleCategoriesAreAllKnown(t *testing.T) {
	for _, category := range []string{"ceo", "founder", "cmo", "cto", "cfo", "finance", "marketing", "engineering", "product", "sales", "operations",
		"account_management", "information_technology", "data_science", "human_resources", "c_level", "directors", "presidents_and_vps", "managers"} {
		words := strings.ReplaceAll(category, "_", " ")
		rank, function := Read(words, []string{category}, []string{category})
		require.NotEmpty(t, rank+function, category)
	}
}

func TestClosedListsAreDocumented(t *testing.T) {
	doc, err := os.ReadFile("../../docs/normalising.md")
	require.NoError(t, err)
	require.Contains(t, string(doc), "`"+strings.Join(Seniorities, "`, `")+"`")
	require.Contains(t, string(doc), "`"+strings.Join(Departments, "`, `")+"`")
}

func FuzzTitle(f *testing.F) {
	for _, l := range labelledTitles(f) {
		f.Add(l.title)
	}
	f.Add("Vice\u2011Pr\xe9sident \U0001d402\U0001d404\U0001d40e...@|\u200d\u0308")
	f.Fuzz(func(t *testing.T, title string) {
		rank, function := Read(title, nil, nil)
		require.True(t, rank == "" || slices.Contains(Seniorities, rank), rank)
		require.True(t, function == "" || slices.Contains(Departments, function), function)
		again, same := Read(title, []string{rank}, []string{function})
		require.Equal(t, []string{rank, function}, []string{again, same}, "what was read is a vendor's word, too")
		Read("", []string{title}, []string{title})
	})
}
