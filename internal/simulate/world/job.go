package world

// Job is a job title with what the vendors derive from it.
type Job struct {
	Title      string
	Seniority  string // AudienceLab's wording
	Department string
}

// Jobs are the titles that people hold.
var Jobs = []Job{
	{"CEO", "Cxo", "Executive"},
	{"Founder & CEO", "Cxo", "Executive"},
	{"Chief Technology Officer", "Cxo", "Engineering"},
	{"CFO", "Cxo", "Finance"},
	{"Chief Marketing Officer", "Cxo", "Marketing"},
	{"VP of Sales", "Vp", "Sales"},
	{"Vice President, Product", "Vp", "Product"},
	{"SVP Operations", "Vp", "Operations"},
	{"Director of Engineering", "Director", "Engineering"},
	{"Director, Human Resources", "Director", "Human Resources"},
	{"Marketing Director", "Director", "Marketing"},
	{"Head of Data Science", "Director", "Data Science"},
	{"IT Manager", "Manager", "Information Technology"},
	{"Account Manager", "Manager", "Account Management"},
	{"Product Manager", "Manager", "Product"},
	{"Regional Sales Manager", "Manager", "Sales"},
	{"Senior Software Engineer", "Senior", "Engineering"},
	{"Software Engineer", "Staff", "Engineering"},
	{"Data Analyst", "Staff", "Data Science"},
	{"Accountant", "Staff", "Finance"},
	{"HR Generalist", "Staff", "Human Resources"},
	{"Customer Success Specialist", "Staff", "Account Management"},
	{"Operations Coordinator", "Staff", "Operations"},
	{"Marketing Intern", "Entry", "Marketing"},
}
