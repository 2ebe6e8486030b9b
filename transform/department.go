package transform

// Departments is the closed list of functions.
var Departments = []string{
	"administration", "consulting", "customer_success", "data_science", "design", "education", "engineering", "executive", "finance",
	"human_resources", "information_technology", "legal", "marketing", "media", "medical", "operations", "product", "real_estate",
	"research", "sales", "trades",
}

// departmentRules are read in order: the narrow before the wide, so that a sales
// engineer sells and a marketing manager at a product company markets. A title
// that says nothing but a rank ("CEO", "President") is executive, at the end.
var departmentRules = newRulebook([]term{
	{"human_resources", []string{"human resources", "human resource", "hr", "hris", "recruiter", "recruiting", "recruitment", "talent", "people operations", "people officer", "people", "chro", "payroll", "compensation", "benefits", "workforce", "personnel", "staffing"}},
	{"legal", []string{"legal", "counsel", "attorney", "lawyer", "paralegal", "compliance", "clo", "privacy", "contracts", "litigation", "solicitor"}},
	{"data_science", []string{"data science", "data scientist", "machine learning", "data analytics", "data analyst", "analytics", "business intelligence", "data engineer", "data engineering", "chief data", "cdo", "statistician", "artificial intelligence", "ai", "ml"}},
	{"marketing", []string{"marketing", "marketer", "cmo", "brand", "demand generation", "growth", "seo", "sem", "advertising", "communications", "communication", "public relations", "pr", "social media", "content", "copywriter", "events", "community"}},
	{"customer_success", []string{"customer success", "customer service", "customer support", "customer experience", "customer care", "client services", "client success", "account management", "account manager", "technical support", "support specialist", "support engineer", "call center"}},
	{"sales", []string{"sales", "business development", "account executive", "account manager", "account director", "revenue", "cro", "partnerships", "alliances", "channel", "salesperson", "inside sales", "bdr", "sdr", "territory", "merchandising"}},
	{"product", []string{"product manager", "product management", "product", "chief product", "cpo", "product owner", "products"}},
	{"design", []string{"design", "designer", "ux", "ui", "creative", "art", "illustrator", "graphic", "animator"}},
	{"information_technology", []string{"information technology", "it", "cio", "information systems", "information security", "infosec", "ciso", "cybersecurity", "cyber", "systems administrator", "system administrator", "network", "help desk", "helpdesk", "database administrator", "sysadmin", "information", "security analyst", "desktop support"}},
	{"engineering", []string{"engineering", "engineer", "engineers", "developer", "software", "programmer", "cto", "technology", "architect", "devops", "sre", "technical", "development", "qa", "quality assurance", "web", "cloud", "frontend", "backend", "full stack"}},
	{"finance", []string{"finance", "financial", "cfo", "accounting", "accountant", "controller", "comptroller", "treasurer", "treasury", "audit", "auditor", "tax", "bookkeeper", "accounts payable", "accounts receivable", "investment", "investor", "investments", "banking", "banker", "credit", "underwriter", "actuary", "billing", "risk", "insurance", "loan"}},
	{"medical", []string{"nurse", "physician", "medical", "clinical", "doctor", "surgeon", "dentist", "dental", "pharmacist", "pharmacy", "therapist", "health", "healthcare", "patient", "nursing", "rn", "veterinarian", "psychologist", "paramedic", "radiology", "chiropractor"}},
	{"education", []string{"teacher", "professor", "education", "lecturer", "instructor", "faculty", "academic", "school", "principal of", "dean", "tutor", "curriculum", "teaching", "student", "librarian"}},
	{"research", []string{"research", "researcher", "scientist", "laboratory", "lab", "r d", "scientific", "chemist", "biologist"}},
	{"real_estate", []string{"real estate", "realtor", "property", "leasing", "mortgage", "broker", "appraiser"}},
	{"media", []string{"media", "editor", "editorial", "journalist", "reporter", "producer", "writer", "broadcast", "publisher", "photographer", "video"}},
	{"consulting", []string{"consultant", "consulting", "advisor", "adviser", "advisory"}},
	{"operations", []string{"operations", "operation", "ops", "coo", "logistics", "supply chain", "procurement", "purchasing", "buyer", "manufacturing", "production", "plant", "warehouse", "quality", "facilities", "facility", "program manager", "project manager", "project", "program", "process", "inventory", "safety", "transportation", "fleet", "store", "restaurant", "general manager", "distribution"}},
	{"administration", []string{"administrative", "administrator", "administration", "office manager", "office", "secretary", "receptionist", "executive assistant", "assistant", "clerk", "coordinator"}},
	{"trades", []string{"technician", "mechanic", "electrician", "plumber", "carpenter", "driver", "operator", "welder", "construction", "maintenance", "foreman", "installer", "machinist"}},
	{"executive", []string{"ceo", "president", "chairman", "chairwoman", "chair", "founder", "cofounder", "owner", "managing director", "executive director", "chief executive", "managing partner", "partner", "proprietor", "principal", "board member", "geschäftsführer", "geschäftsführerin", "head"}},
})

// departmentWords are the vendors' own words for a function: AudienceLab
// DEPARTMENT and JOB_TITLE_ROLE, intent department (marketing, README 2.4),
// Toofr's title categories.
var departmentWords = wordIndex([]term{
	{"administration", []string{"administrative", "admin", "office management"}},
	{"consulting", []string{"consultant", "advisory"}},
	{"customer_success", []string{"customer service", "customer support", "support", "account management", "customer experience"}},
	{"data_science", []string{"data", "analytics", "data analytics", "business intelligence", "analyst"}},
	{"design", []string{"arts and design", "creative", "art", "graphic design", "ux"}},
	{"education", []string{"teaching", "academic"}},
	{"engineering", []string{"engineering technical", "engineering and technical", "software", "software engineering", "technical", "technology", "development", "product development"}},
	{"executive", []string{"c suite", "c level", "cxo", "executive management", "leadership", "general management", "management", "ceo", "founder", "entrepreneurship"}},
	{"finance", []string{"accounting", "accounting and finance", "finance and accounting", "financial", "banking", "cfo"}},
	{"human_resources", []string{"hr", "human resource", "people", "recruiting", "talent", "talent acquisition"}},
	{"information_technology", []string{"it", "information systems", "information security", "security", "it and is"}},
	{"legal", []string{"compliance", "law", "legal and compliance"}},
	{"marketing", []string{"public relations", "marketing and communications", "communications", "pr", "advertising", "growth", "cmo"}},
	{"media", []string{"media and communication", "media and communications", "editorial", "publishing"}},
	{"medical", []string{"health", "healthcare", "health care", "medical and health", "medical health", "healthcare services", "clinical", "nursing"}},
	{"operations", []string{"logistics", "supply chain", "purchasing", "procurement", "manufacturing", "production", "quality assurance", "program and project management", "project management", "quality", "program management"}},
	{"product", []string{"product management", "products"}},
	{"real_estate", []string{"realestate", "property management"}},
	{"research", []string{"r d", "research and development", "science", "scientific"}},
	{"sales", []string{"business development", "revenue", "sales and marketing", "partnerships"}},
	{"trades", []string{"skilled trades", "construction", "maintenance", "field service"}},
})
