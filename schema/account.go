package schema

import "time"

// DecisionMakers are the seniorities of those who decide what a company buys.
var DecisionMakers = []string{"c_suite", "founder", "owner", "partner", "vp", "head", "director"}

// Account is a company: the contacts of one domain, or of one company_key where no
// domain is known.
type Account struct {
	AccountID       string    `col:"account_id" doc:"stable id of the company: hex SHA-256 of domain:<company_domain>, else of key:<company_key>"`
	CompanyDomain   string    `col:"company_domain" doc:"registrable domain; NULL where none is known"`
	CompanyKey      string    `col:"company_key" doc:"most frequent company_key of its people"`
	CompanyName     string    `col:"company_name" doc:"most frequent spelling among its people; of equals the first by the alphabet, as below"`
	CompanyIndustry string    `col:"company_industry" doc:"most frequent industry"`
	CompanySize     string    `col:"company_size" doc:"most frequent range of employees"`
	CompanyRevenue  string    `col:"company_revenue" doc:"most frequent range of revenue"`
	People          int64     `col:"people" doc:"contacts of the company"`
	DecisionMakers  int64     `col:"decision_makers" doc:"of these: c_suite, founder, owner, partner, vp, head or director"`
	WithEmail       int64     `col:"with_email" doc:"of these: with an address"`
	WithPhone       int64     `col:"with_phone" doc:"of these: with a number, on a do-not-call list or not"`
	IntentPeople7d  int64     `col:"intent_people_7d" doc:"of these: with intent in the 7 days up to the newest data_date of the warehouse"`
	IntentPeople28d int64     `col:"intent_people_28d" doc:"of these: with intent in the 28 days up to that date"`
	Topics28d       int64     `col:"topics_28d" doc:"topics of that intent of 28 days"`
	MaxScore28d     float64   `col:"max_score_28d" doc:"highest score of it; NULL without any"`
	LastDataDate    Date      `col:"last_data_date" doc:"newest day on which one of its people showed intent, however long ago"`
	Sources         []string  `col:"sources" doc:"vendors that know its people, sorted"`
	FirstSeenAt     time.Time `col:"first_seen_at" doc:"earliest of its people"`
	LastSeenAt      time.Time `col:"last_seen_at" doc:"latest of its people"`
}

// Accounts is the promised table of companies.
var Accounts = Table[Account]{"accounts", "a company, by its domain, else by its company_key", ColumnsOf[Account]()}

// HotAccount is a company whose people showed intent lately.
type HotAccount struct {
	AccountID      string    `col:"account_id" doc:"the company in accounts"`
	CompanyDomain  string    `col:"company_domain" doc:"registrable domain; NULL where none is known"`
	CompanyName    string    `col:"company_name" doc:"most frequent spelling among its people"`
	People         int64     `col:"people" doc:"contacts of the company, with intent or without"`
	People7d       int64     `col:"people_7d" doc:"of these: with intent in the 7 days up to the newest data_date of the warehouse"`
	People28d      int64     `col:"people_28d" doc:"of these: with intent in the 28 days up to that date"`
	Topics         int64     `col:"topics" doc:"topics of that intent of 28 days"`
	MaxScore       float64   `col:"max_score" doc:"highest score of it"`
	DecisionMakers int64     `col:"decision_makers" doc:"contacts: c_suite, founder, owner, partner, vp, head or director"`
	Reachable      int64     `col:"reachable" doc:"contacts that can be written to or called, by reachable_contacts"`
	FirstSeenAt    time.Time `col:"first_seen_at" doc:"earliest of its people"`
	LastDataDate   Date      `col:"last_data_date" doc:"newest day on which one of its people showed intent"`
}

// HotAccounts is the promised view of companies with intent.
var HotAccounts = Table[HotAccount]{"hot_accounts", "a company with intent in the last 28 days of data", ColumnsOf[HotAccount]()}
