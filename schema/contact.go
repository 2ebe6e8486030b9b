package schema

import "time"

// Profile is the common contact schema: what is known of a person, from one
// vendor's record or merged over all of them. "" and nil mean not known.
type Profile struct {
	FullName        string
	FirstName       string
	LastName        string
	Email           string
	BusinessEmail   string
	PersonalEmail   string
	EmailVerified   *bool
	EmailSHA256     string
	EmailMD5        string
	Phone           string
	PhoneDNC        *bool
	LinkedInURL     string
	TwitterHandle   string
	JobTitle        string
	Seniority       string
	Department      string
	CompanyName     string
	CompanyDomain   string
	CompanyIndustry string
	CompanySize     string
	CompanyRevenue  string
	City            string
	Region          string
	PostalCode      string
	Country         string
	Gender          string
	AgeRange        string
}

// SourceContact is the latest version of one vendor's record of a person, in
// the common schema, beside the payload it was made of.
type SourceContact struct {
	Source   string
	SourceID string
	Profile
	Emails      []string  // every valid address of the record, best first
	Phones      []string  // every valid number of the record, best first
	Notes       []string  // what was dropped or repaired, by field; never the value itself
	Payload     string    // all keys the vendor ever sent for this record, newest values
	AsOf        time.Time // the vendor's own date of the record
	RecordHash  string    // sha256 of payload and normalised values: equal hash, equal row
	FirstSeenAt time.Time
	LastSeenAt  time.Time
	UpdatedAt   time.Time
	RunID       string
}

// Contact is a person, merged over all vendors.
type Contact struct {
	ContactID string
	Profile
	Sources     []string // sorted
	RecordCount int64
	FirstSeenAt time.Time
	LastSeenAt  time.Time
	UpdatedAt   time.Time
}

// ProfileColumns are the common columns, in the order every table has them.
var ProfileColumns = []Column[Profile]{
	Col("full_name", "name as one would write it", func(p *Profile) any { return &p.FullName }),
	Col("first_name", "given name", func(p *Profile) any { return &p.FirstName }),
	Col("last_name", "family name", func(p *Profile) any { return &p.LastName }),
	Col("email", "best address: business before personal, verified first; lower case, IDNA domain", func(p *Profile) any { return &p.Email }),
	Col("business_email", "best address at a company's own domain", func(p *Profile) any { return &p.BusinessEmail }),
	Col("personal_email", "best address at a free-mail provider", func(p *Profile) any { return &p.PersonalEmail }),
	Col("email_verified", "whether a vendor verified the address in email; NULL where none says", func(p *Profile) any { return &p.EmailVerified }),
	Col("email_sha256", "hex SHA-256 of email, or the vendor's own hash where there is no address", func(p *Profile) any { return &p.EmailSHA256 }),
	Col("email_md5", "hex MD5 of email, or the vendor's own hash where there is no address", func(p *Profile) any { return &p.EmailMD5 }),
	Col("phone", "best number, E.164", func(p *Profile) any { return &p.Phone }),
	Col("phone_dnc", "whether phone is on a do-not-call list; NULL where no vendor says", func(p *Profile) any { return &p.PhoneDNC }),
	Col("linkedin_url", "https://www.linkedin.com/in/<slug>, slug in lower case", func(p *Profile) any { return &p.LinkedInURL }),
	Col("twitter_handle", "handle in lower case, without @", func(p *Profile) any { return &p.TwitterHandle }),
	Col("job_title", "title as the vendor sends it", func(p *Profile) any { return &p.JobTitle }),
	Col("seniority", "rank, from the closed list in docs/normalising.md", func(p *Profile) any { return &p.Seniority }),
	Col("department", "function, from the closed list in docs/normalising.md", func(p *Profile) any { return &p.Department }),
	Col("company_name", "employer as the vendor writes it", func(p *Profile) any { return &p.CompanyName }),
	Col("company_domain", "employer's registrable domain by the public suffix list", func(p *Profile) any { return &p.CompanyDomain }),
	Col("company_industry", "industry as the vendor writes it", func(p *Profile) any { return &p.CompanyIndustry }),
	Col("company_size", "range of employees as the vendor writes it", func(p *Profile) any { return &p.CompanySize }),
	Col("company_revenue", "range of revenue as the vendor writes it", func(p *Profile) any { return &p.CompanyRevenue }),
	Col("city", "home city", func(p *Profile) any { return &p.City }),
	Col("region", "home state: two-letter code in the US and Canada, else as sent", func(p *Profile) any { return &p.Region }),
	Col("postal_code", "home postal code, leading zeros kept", func(p *Profile) any { return &p.PostalCode }),
	Col("country", "home country, ISO 3166-1 alpha-2", func(p *Profile) any { return &p.Country }),
	Col("gender", "female, male, or as sent", func(p *Profile) any { return &p.Gender }),
	Col("age_range", "range of years as the vendor writes it", func(p *Profile) any { return &p.AgeRange }),
}

// SourceContactColumns are the stored columns of a source contact; contact_id is
// joined to them, so that a change of identity rewrites only a narrow table.
var SourceContactColumns = Concat(
	[]Column[SourceContact]{
		Col("source", "vendor", func(s *SourceContact) any { return &s.Source }),
		Col("source_id", "the vendor's stable key of the person", func(s *SourceContact) any { return &s.SourceID }),
	},
	Within(func(s *SourceContact) *Profile { return &s.Profile }, ProfileColumns),
	[]Column[SourceContact]{
		Col("emails", "every valid address of the record, best first", func(s *SourceContact) any { return &s.Emails }),
		Col("phones", "every valid number of the record in E.164, best first", func(s *SourceContact) any { return &s.Phones }),
		Col("notes", "what normalising dropped or repaired, by field", func(s *SourceContact) any { return &s.Notes }),
		{Name: "payload", Doc: "the record as the vendor served it; keys of older payloads stay", Field: func(s *SourceContact) any { return &s.Payload }, JSON: true},
		Col("as_of", "the vendor's own date of the record", func(s *SourceContact) any { return &s.AsOf }),
		Col("record_hash", "hex SHA-256 of payload and normalised values", func(s *SourceContact) any { return &s.RecordHash }),
		Col("first_seen_at", "when a run first stored the record", func(s *SourceContact) any { return &s.FirstSeenAt }),
		Col("last_seen_at", "when the record was last known to exist: its last change, or the end of the last complete sweep that lists it", func(s *SourceContact) any { return &s.LastSeenAt }),
		Col("updated_at", "when the row last changed", func(s *SourceContact) any { return &s.UpdatedAt }),
		Col("run_id", "the run that last changed the row", func(s *SourceContact) any { return &s.RunID }),
	},
)

// Contacts is the promised table of people.
var Contacts = Table[Contact]{
	Name: "contacts",
	Doc:  "a person, merged over all vendors",
	Columns: Concat(
		[]Column[Contact]{
			Col("contact_id", "stable id of the person", func(c *Contact) any { return &c.ContactID }),
		},
		Within(func(c *Contact) *Profile { return &c.Profile }, ProfileColumns),
		[]Column[Contact]{
			Col("sources", "vendors that know the person, sorted", func(c *Contact) any { return &c.Sources }),
			Col("record_count", "vendor records merged into this row", func(c *Contact) any { return &c.RecordCount }),
			Col("first_seen_at", "earliest of its records", func(c *Contact) any { return &c.FirstSeenAt }),
			Col("last_seen_at", "latest of its records", func(c *Contact) any { return &c.LastSeenAt }),
			Col("updated_at", "when a value of the row last changed", func(c *Contact) any { return &c.UpdatedAt }),
		},
	),
}
