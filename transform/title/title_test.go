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

// TestOffices holds the kinds of titles whose words do not say at first sight which office
// a person holds; "" is none.
func TestOffices(t *testing.T) {
	for want, titles := range map[string][]string{
		"c_suite": {
			"EVP, CFO", "Vice President and CFO", "SVP & Chief Marketing Officer", "VP-CFO", "COO & SVP", "Chief Executive, Canada",
			"Executive Vice-President, Strategy and Chief Operations Officer", "Chief Sales and Marketing Officer", "Chief Technology & Product",
			"Interim CEO", "Acting CFO", "CEO (interim)", "President & Former CTO", "VP, CEO", "ex-CTO, now CEO", "CEO | Ex-Google", "Co-CEO",
			"CEO…", "C.E.O", "C E O", "President/CEO", "CEO🚀Founder", "ＣＥＯ", "𝗖𝗘𝗢", "CEO@Example", "“CEO”", "Managing‐Director", "CEO of Head Sports",
			"Directeur Général", "DIRECTRICE GENERALE", "P.D.G.", "Président-directeur général", "Gérant", "Chef d’entreprise",
			"Consejera Delegada", "Gerente General", "Director Ejecutivo", "Amministratore Delegato", "Direttrice Generale", "Diretor Geral", "Sócio-gerente",
			"Algemeen Directeur", "Gedelegeerd bestuurder", "Geschäftsführerin", "Geschaeftsfuehrer", "Vorstandsvorsitzender", "Mitglied des Vorstands",
		},
		"": {
			"Former CEO", "Ex-CEO", "Past President", "President-Elect", "CEO (former)", "CEO, Retired", "Retired", "Retired - VP of Sales", "Ret. CFO",
			"(Former) CEO & President", "Previously CEO at Example", "Aspiring CEO", "CEO Candidate", "CEO-designate", "Chairman Emeritus", "MBA Candidate",
			"Office of the CEO", "CFO Group", "CEO's Office", "Reporting to CEO", "Advisor to the President", "Student Government President",
			"Ancien directeur", "Geschäftsführer a.D.", "Ex Director General", "Referent der Geschäftsführung", "Analyst at Partners Healthcare",
			"Chief Petty Officer", "Committee Chair", "Head Coach", "Chair Maker", "Head Start Teacher", "Product Owner", "Talent Partner", "Lead Generation",
			"Postdoctoral Fellow", "Teaching Fellow", "Physician Assistant", "Internship Coordinator", "Executive Chef", "Account Executive",
		},
		"head": {
			"Chief of Police", "Section Chief", "Bureau Chief", "Chief Wrench", "Chief Architect", "Department Chair", "Chair, Department of Surgery",
			"Head – Sales", "Head Marketing", "School Principal", "Leiterin Vertrieb", "IT-Leiter", "Personalleiter", "Jefa de Ventas",
			"Hoofd Inkoop", "Chef des ventes",
		},
		"vp": {
			"VP.Sales", "V.P.Sales", "Vice–President", "“VP” Sales", "VP@Example", "VP to the CEO", "Vice President, Office of the CEO", "Deputy CEO",
			"Deputy Chief Financial Officer", "Vice Chairman", "Vicepresidente", "Stellv. Geschäftsführer", "Directeur Général Adjoint",
		},
		"director": {
			"Director - CTO Group", "Sr.Director", "Director—Sales", "Manager/Director", "Director, Office of the CFO", "Vice Principal", "Deputy Director",
			"Directeur commercial", "Directora de Ventas", "Direttore Vendite", "Bestuurder", "Prokurist",
		},
		"manager": {
			"Sr.Manager", "Assistant Manager", "Partner Manager", "Chef de projet", "Responsable marketing", "Responsabile Acquisti", "Gerente de Ventas",
			"Vertriebsmanager", "Teamleider", "Projektleiter",
		},
		"founder": {"Co‑Founder", "Co—Founder", "Founder & Former CEO", "Socia fundadora", "Mitgründer"},
		"owner":   {"Owner/Operator", "Inhaberin", "Titolare", "Eigenaar", "Propriétaire"},
		"partner": {"Socio", "Associé", "Gesellschafter", "Partner and Team Leader"},
		"senior":  {"Tech Lead", "Chief Clerk", "Senior Consultant"},
		"entry": {
			"Sr Exec Asst", "Executive Assistant to the CEO, CFO and COO", "EA to CEO", "CEO Assistant", "Assistant du PDG", "Assistentin der Geschäftsführung",
		},
		"intern": {"Stagiaire", "Werkstudentin Marketing", "Becaria", "Estagiário", "Manager in Training", "MBA Student", "Sales Manager Trainee"},
	} {
		for _, title := range titles {
			rank, _ := Read(title, nil, nil)
			assert.Equal(t, want, rank, title)
		}
	}
}

func TestFunctions(t *testing.T) {
	for want, titles := range map[string][]string{
		"research":               {"Research & Development Manager", "R&D Director", "R+D", "Forschung und Entwicklung"},
		"sales":                  {"Business Developer", "Sales Associate", "Vertrieb", "Directeur commercial", "Gerente de Ventas"},
		"real_estate":            {"Real Estate Developer", "Land Development Manager", "Broker/Owner"},
		"human_resources":        {"Training and Development Manager", "Learning & Development", "DRH", "Jefe de Personal", "Technical Recruiter", "Ressources humaines"},
		"medical":                {"Veterinary Technician", "Dental Assistant", "School Nurse"},
		"legal":                  {"Legal Assistant", "Real Estate Attorney"},
		"education":              {"Teaching Assistant", "Nursing Professor", "Professor Emeritus", "Curriculum Developer"},
		"finance":                {"Loan Officer", "Buchhaltung", "VP Commercial Lending", "Office of the CFO"},
		"information_technology": {"IT Manager", "It Manager", "Director of it", "Directeur des systèmes d'information"},
		"marketing":              {"PR", "Media Buyer", "Marketing Manager, Product"},
		"executive":              {"Assistant VP", "Vice President", "Owner/Operator", "Geschäftsführer"},
		"":                       {"Director of Development", "Police Officer", "Make it happen Manager", "Security Guard", "Former CEO"},
	} {
		for _, title := range titles {
			_, function := Read(title, nil, nil)
			assert.Equal(t, want, function, title)
		}
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
	requireClosed(t, Seniorities, seniorityRuleList)
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
		for _, text := range spelledOut(r.Phrases) {
			assert.False(t, seen[text], "twice: %s", text)
			seen[text] = true
			plain := strings.Join(strings.Fields(strings.NewReplacer(gap, " ", endOfWhat, "", " , ", " ").Replace(text)), " ")
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
