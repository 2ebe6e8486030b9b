package world

// Job is a job title with what the vendors derive from it.
type Job struct {
	Title      string
	Toofr      []string // title categories of the Toofr document
	Seniority  string   // AudienceLab's wording, which the intent vendor writes as seniorityCode
	Department string
}

// Jobs are the titles that people hold.
var Jobs = []Job{
	{"CEO", []string{"ceo", "c_level"}, "Cxo", "Executive"},
	{"Founder & CEO", []string{"founder", "ceo", "c_level"}, "Cxo", "Executive"},
	{"Chief Technology Officer", []string{"cto", "c_level", "engineering"}, "Cxo", "Engineering"},
	{"CFO", []string{"cfo", "c_level", "finance"}, "Cxo", "Finance"},
	{"Chief Marketing Officer", []string{"cmo", "c_level", "marketing"}, "Cxo", "Marketing"},
	{"VP of Sales", []string{"sales", "presidents_and_vps"}, "Vp", "Sales"},
	{"Vice President, Product", []string{"product", "presidents_and_vps"}, "Vp", "Product"},
	{"SVP Operations", []string{"operations", "presidents_and_vps"}, "Vp", "Operations"},
	{"Director of Engineering", []string{"engineering", "directors"}, "Director", "Engineering"},
	{"Director, Human Resources", []string{"human_resources", "directors"}, "Director", "Human Resources"},
	{"Marketing Director", []string{"marketing", "directors"}, "Director", "Marketing"},
	{"Head of Data Science", []string{"data_science", "directors"}, "Director", "Data Science"},
	{"IT Manager", []string{"information_technology", "managers"}, "Manager", "Information Technology"},
	{"Account Manager", []string{"account_management", "managers"}, "Manager", "Account Management"},
	{"Product Manager", []string{"product", "managers"}, "Manager", "Product"},
	{"Regional Sales Manager", []string{"sales", "managers"}, "Manager", "Sales"},
	{"Senior Software Engineer", []string{"engineering"}, "Senior", "Engineering"},
	{"Software Engineer", []string{"engineering"}, "Staff", "Engineering"},
	{"Data Analyst", []string{"data_science"}, "Staff", "Data Science"},
	{"Accountant", []string{"finance"}, "Staff", "Finance"},
	{"HR Generalist", []string{"human_resources"}, "Staff", "Human Resources"},
	{"Customer Success Specialist", []string{"account_management"}, "Staff", "Account Management"},
	{"Operations Coordinator", []string{"operations"}, "Staff", "Operations"},
	{"Marketing Intern", []string{"marketing"}, "Entry", "Marketing"},
}
