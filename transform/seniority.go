package transform

// Seniorities is the closed list of ranks, highest first. A title that holds
// several ranks ("Founder & CEO") gets the office before the stake.
var Seniorities = []string{
	"c_suite", "founder", "owner", "partner", "vp", "head", "director", "manager", "senior", "staff", "entry", "intern",
}

// seniorityRules are read in order, so that what must not be mistaken comes
// first: an intern before the department's head, a vice president before a
// president, an assistant director before an assistant.
var seniorityRules = newRulebook([]term{
	{"intern", []string{"intern", "internship", "trainee", "apprentice", "working student", "werkstudent", "praktikant"}},
	{"vp", []string{"vice president", "vice presidents", "vicepresident", "vp", "svp", "evp", "avp", "rvp", "gvp", "senior vp", "vice pres"}},
	{"c_suite", []string{
		"chief", "ceo", "coo", "cfo", "cto", "cio", "cmo", "cpo", "cro", "cso", "ciso", "cdo", "chro", "cco", "clo", "cao", "cxo", "cho", "cbo",
		"president", "chairman", "chairwoman", "chairperson", "chair", "managing director", "executive director", "geschäftsführer", "geschäftsführerin",
	}},
	{"founder", []string{"founder", "cofounder", "founding partner", "founders"}},
	{"owner", []string{"owner", "co owner", "coowner", "proprietor", "franchisee", "inhaber", "inhaberin"}},
	{"partner", []string{"partner", "managing partner", "general partner", "shareholder"}},
	{"head", []string{"head"}},
	{"director", []string{"director", "directors", "dir", "directrice", "directeur"}},
	{"manager", []string{"manager", "managers", "mgr", "supervisor", "superintendent", "foreman", "controller", "comptroller", "principal of"}},
	{"senior", []string{"senior", "sr", "lead", "principal", "leader", "fellow", "staff engineer", "staff software engineer", "architect"}},
	{"entry", []string{"junior", "jr", "entry level", "entry", "assistant", "clerk", "cashier", "receptionist"}},
})

// seniorityWords are the vendors' own words for a rank: AudienceLab
// SENIORITY_LEVEL (Cxo or cxo, vendors' README 4.8) and JOB_TITLE_LEVELS, intent
// seniority (director, c_suite, README 2.4), Toofr's title categories.
var seniorityWords = wordIndex([]term{
	{"c_suite", []string{"cxo", "c suite", "csuite", "c level", "clevel", "chief", "c suites", "executive", "president", "board"}},
	{"founder", []string{"cofounder", "co founder"}},
	{"owner", []string{"business owner", "co owner"}},
	{"partner", nil},
	{"vp", []string{"vice president", "vps", "svp", "evp", "vp level", "presidents and vps"}},
	{"head", []string{"head of", "department head"}},
	{"director", []string{"directors", "director level", "dir", "senior director"}},
	{"manager", []string{"managers", "mgr", "manager level", "supervisor", "mid senior", "mid senior level", "middle management"}},
	{"senior", []string{"sr", "senior level", "lead", "principal", "experienced"}},
	{"staff", []string{"individual contributor", "ic", "non manager", "non management", "associate", "specialist", "employee"}},
	{"entry", []string{"entry level", "junior", "jr", "assistant"}},
	{"intern", []string{"internship", "training", "trainee", "unpaid", "student"}},
})
