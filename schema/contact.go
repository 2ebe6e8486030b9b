package schema

import "time"

// Profile is the common contact schema: what is known of a person, from one
// vendor's record or merged over all of them. "" and nil mean not known.
type Profile struct {
	FullName      string `col:"full_name" doc:"name as one would write it"`
	FirstName     string `col:"first_name" doc:"given name"`
	LastName      string `col:"last_name" doc:"family name"`
	Email         string `col:"email" doc:"best address: business before personal, deliverable first, invalid last; lower case, IDNA domain"`
	BusinessEmail string `col:"business_email" doc:"best address at a company's own domain"`
	PersonalEmail string `col:"personal_email" doc:"best address at a free-mail provider"`
	EmailVerified *bool  `col:"email_verified" doc:"whether a vendor verified the address in email: true of valid_esp and valid, false of invalid; NULL where none says"`
	// Records that say nothing of these keep the hash that they had before there were such columns.
	EmailStatus     EmailStatus `col:"email_status" json:",omitzero" doc:"whether mail to email arrives: valid_esp, valid, catch_all, unknown or invalid; NULL where no vendor says"`
	EmailLastSeenAt time.Time   `col:"email_last_seen_at" json:",omitzero" doc:"when a mail provider last saw email in use; NULL where no vendor says"`
	EmailSHA256     string      `col:"email_sha256" doc:"hex SHA-256 of email, or the vendor's own hash where there is no address"`
	EmailMD5        string      `col:"email_md5" doc:"hex MD5 of email, or the vendor's own hash where there is no address"`
	Phone           string      `col:"phone" doc:"best number, E.164"`
	PhoneDNC        *bool       `col:"phone_dnc" doc:"whether phone is on a do-not-call list; NULL where no vendor says"`
	PhoneKind       PhoneKind   `col:"phone_kind" json:",omitzero" doc:"mobile, direct, landline, company or unknown, by the vendor's field; NULL without a phone"`
	PhoneSource     string      `col:"phone_source" json:",omitzero" doc:"the vendor's field that phone and its kind come from, in the vendor's spelling"`
	LinkedInURL     string      `col:"linkedin_url" doc:"https://www.linkedin.com/in/<slug>, slug in lower case"`
	TwitterHandle   string      `col:"twitter_handle" doc:"handle in lower case, without @"`
	JobTitle        string      `col:"job_title" doc:"title as the vendor sends it"`
	Seniority       string      `col:"seniority" doc:"rank, from the closed list in docs/normalising.md"`
	Department      string      `col:"department" doc:"function, from the closed list in docs/normalising.md"`
	CompanyName     string      `col:"company_name" doc:"employer as the vendor writes it"`
	CompanyDomain   string      `col:"company_domain" doc:"employer's registrable domain by the public suffix list"`
	CompanyKey      string      `col:"company_key" json:",omitzero" doc:"company_name folded and without its legal form, for grouping; NULL where it names no company"`
	CompanyIndustry string      `col:"company_industry" doc:"industry as the vendor writes it"`
	CompanySize     string      `col:"company_size" doc:"range of employees as the vendor writes it"`
	CompanyRevenue  string      `col:"company_revenue" doc:"range of revenue as the vendor writes it"`
	City            string      `col:"city" doc:"home city"`
	Region          string      `col:"region" doc:"home state: two-letter code in the US and Canada, else as sent"`
	PostalCode      string      `col:"postal_code" doc:"home postal code, leading zeros kept"`
	Country         string      `col:"country" doc:"home country, ISO 3166-1 alpha-2"`
	Gender          string      `col:"gender" doc:"female, male, or as sent"`
	AgeRange        string      `col:"age_range" doc:"range of years as the vendor writes it"`
}

// SourceContact is the latest version of one vendor's record of a person, in
// the common schema, beside the payload it was made of.
type SourceContact struct {
	Source   string `col:"source" doc:"vendor"`
	SourceID string `col:"source_id" doc:"the vendor's stable key of the person"`
	Profile
	Emails []string `col:"emails" doc:"every valid address of the record, best first"`
	Phones []string `col:"phones" doc:"every valid number of the record in E.164, best first"`
	// Notes never hold the dropped value itself.
	Notes   []string  `col:"notes" doc:"what normalising dropped or repaired, by field"`
	Payload string    `col:"payload,json" doc:"the record as the vendor served it; keys of older payloads stay"`
	AsOf    time.Time `col:"as_of" doc:"the vendor's own date of the record"`
	// Rows are equal where their RecordHash is.
	RecordHash  string    `col:"record_hash" doc:"hex SHA-256 of payload and normalised values"`
	FirstSeenAt time.Time `col:"first_seen_at" doc:"when a run first stored the record"`
	LastSeenAt  time.Time `col:"last_seen_at" doc:"when the record was last known to exist: its last change, or the end of the last complete sweep that lists it"`
	UpdatedAt   time.Time `col:"updated_at" doc:"when the row last changed"`
	RunID       string    `col:"run_id" doc:"the run that last changed the row"`
}

// Contact is a person, merged over all vendors.
type Contact struct {
	ContactID string `col:"contact_id" doc:"stable id of the person"`
	Profile
	Sources     []string  `col:"sources" doc:"vendors that know the person, sorted"`
	RecordCount int64     `col:"record_count" doc:"vendor records merged into this row"`
	FirstSeenAt time.Time `col:"first_seen_at" doc:"earliest of its records"`
	LastSeenAt  time.Time `col:"last_seen_at" doc:"latest of its records"`
	UpdatedAt   time.Time `col:"updated_at" doc:"when a value of the row last changed"`
}

// ProfileColumns are the common columns, in the order every table has them.
var ProfileColumns = ColumnsOf[Profile]()

// SourceContactColumns are the stored columns of a source contact; contact_id is
// joined to them, so that a change of identity rewrites only a narrow table.
var SourceContactColumns = ColumnsOf[SourceContact]()

// Contacts is the promised table of people.
var Contacts = Table[Contact]{"contacts", "a person, merged over all vendors", ColumnsOf[Contact]()}
