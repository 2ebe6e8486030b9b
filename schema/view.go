package schema

import "time"

// The views for analysts. What they count the last days back from is the newest day of
// intent, or else the end of the last run: the same warehouse gives the same answer on
// every day.

// RisingTopic is a topic and how many are interested in it, this week and last.
type RisingTopic struct {
	TopicID      string `col:"topic_id" doc:"the vendor's id of the topic; sync intent topics finds its name"`
	People7d     int64  `col:"people_7d" doc:"people with intent in the 7 days up to the newest data_date of the warehouse"`
	PeoplePrev7d int64  `col:"people_prev_7d" doc:"people with intent in the 7 days before these"`
	Change       int64  `col:"change" doc:"people_7d less people_prev_7d"`
	Accounts7d   int64  `col:"accounts_7d" doc:"companies of the people of people_7d"`
}

// RisingTopics is the promised view of topics by the week.
var RisingTopics = Table[RisingTopic]{"rising_topics", "a topic, with the people interested in it this week and last", ColumnsOf[RisingTopic]()}

// NewContact is a person whom no vendor knew a week ago.
type NewContact struct {
	ContactID   string    `col:"contact_id" doc:"the person in contacts"`
	FullName    string    `col:"full_name" doc:"name as one would write it"`
	CompanyName string    `col:"company_name" doc:"employer as the vendor writes it"`
	JobTitle    string    `col:"job_title" doc:"title as the vendor sends it"`
	Sources     []string  `col:"sources" doc:"vendors that know the person, sorted"`
	FirstSeenAt time.Time `col:"first_seen_at" doc:"earliest of its records"`
}

// NewContacts is the promised view of people first seen lately.
var NewContacts = Table[NewContact]{"new_contacts", "a person first seen in the 7 days up to the end of the last run", ColumnsOf[NewContact]()}

// JobChange says that a person's employer or title became another.
type JobChange struct {
	ContactID  string    `col:"contact_id" doc:"the person in contacts"`
	FullName   string    `col:"full_name" doc:"name as one would write it, now"`
	OldCompany string    `col:"old_company" doc:"company_name before"`
	NewCompany string    `col:"new_company" doc:"company_name after; the same where only the title changed"`
	OldTitle   string    `col:"old_title" doc:"job_title before"`
	NewTitle   string    `col:"new_title" doc:"job_title after; the same where only the employer changed"`
	ChangedAt  time.Time `col:"changed_at" doc:"when a run changed it"`
}

// JobChanges is the promised view of people who changed their job.
var JobChanges = Table[JobChange]{
	"job_changes", "a person whose employer or title changed from one known value to another, by more than its spelling",
	ColumnsOf[JobChange](),
}

// Reach says by which ways a person can be reached.
type Reach struct {
	ContactID   string      `col:"contact_id" doc:"the person in contacts"`
	CanEmail    bool        `col:"can_email" doc:"whether email is of status valid or valid_esp, seen in the last 90 days where the vendor says when, and neither a role's nor disposable"`
	CanCall     bool        `col:"can_call" doc:"whether there is a number that no vendor calls do-not-call"`
	EmailStatus EmailStatus `col:"email_status" doc:"whether mail to email arrives: valid_esp, valid, catch_all, unknown or invalid; NULL where no vendor says"`
	PhoneKind   PhoneKind   `col:"phone_kind" doc:"mobile, direct, landline, company or unknown; NULL without a phone"`
	WhyNot      string      `col:"why_not" doc:"what stands against the ways that are closed: no_email, role_email, disposable_email, invalid_email, unverified_email or stale_email, then no_phone or do_not_call, with a comma between; NULL where both are open"`
}

// ReachableContacts is the promised view of how people can be reached.
var ReachableContacts = Table[Reach]{"reachable_contacts", "a person, with the ways to reach them", ColumnsOf[Reach]()}

// Overlap says how many members two audiences have in common.
type Overlap struct {
	Source          string  `col:"source" doc:"vendor of the first audience"`
	AudienceID      string  `col:"audience_id" doc:"the first audience in audiences"`
	OtherSource     string  `col:"other_source" doc:"vendor of the other audience"`
	OtherAudienceID string  `col:"other_audience_id" doc:"the other audience in audiences"`
	People          int64   `col:"people" doc:"people who are members of the first now"`
	OtherPeople     int64   `col:"other_people" doc:"people who are members of the other now"`
	Both            int64   `col:"both" doc:"people who are members of both"`
	Share           float64 `col:"share" doc:"both as a part of people, above 0 and up to 1; the pair has a row the other way round, too"`
}

// AudienceOverlap is the promised view of what audiences have in common.
var AudienceOverlap = Table[Overlap]{
	"audience_overlap", "two audiences with members in common, once each way round; key: source, audience_id, other_source, other_audience_id",
	ColumnsOf[Overlap](),
}

// VendorSet is a set of vendors and whom exactly these know.
type VendorSet struct {
	Sources   []string `col:"sources" doc:"the vendors, sorted"`
	People    int64    `col:"people" doc:"people whom all of these know, and no other"`
	WithEmail int64    `col:"with_email" doc:"of these: with an address"`
	WithPhone int64    `col:"with_phone" doc:"of these: with a number, on a do-not-call list or not"`
}

// VendorOverlap is the promised view of which vendors know the same people.
var VendorOverlap = Table[VendorSet]{"vendor_overlap", "a set of vendors that know the same people", ColumnsOf[VendorSet]()}

// Movement is how an audience changed on a day.
type Movement struct {
	Source     string `col:"source" doc:"vendor"`
	AudienceID string `col:"audience_id" doc:"the audience in audiences"`
	Day        Date   `col:"day" doc:"a day, in UTC, on which somebody joined or left"`
	Joined     int64  `col:"joined" doc:"memberships that began on that day"`
	Left       int64  `col:"left" doc:"memberships that ended on that day"`
	Members    int64  `col:"members" doc:"members at its end"`
}

// AudienceMovement is the promised view of who joined and who left.
var AudienceMovement = Table[Movement]{
	"audience_movement", "an audience on a day on which somebody joined or left it; key: source, audience_id, day", ColumnsOf[Movement](),
}
