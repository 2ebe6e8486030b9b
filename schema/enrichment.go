package schema

import "time"

// The statuses of an enrichment beside the vendor's own words, which are kept in
// upper case: IN_QUEUE, PROCESSING, COMPLETED, FAILED, NO_DATA.
const (
	EnrichmentBooked    = "BOOKED"     // it is about to be posted, or its answer was lost
	EnrichmentNotPosted = "NOT_POSTED" // the vendor never got it; whoever was in it is asked for again
)

// Enrichment is a job by which a vendor was asked for people. Its key is pipeline
// and name.
type Enrichment struct {
	JobID      string    `col:"job_id" doc:"the vendor's id of the job; NULL until it has answered"`
	Name       string    `col:"name" doc:"our name of the job, by which it is found again"`
	Pipeline   string    `col:"pipeline" doc:"name in pipelines.yaml"`
	Status     string    `col:"status" doc:"BOOKED before it is posted, then the vendor's word, such as IN_QUEUE, COMPLETED, FAILED or NO_DATA; NOT_POSTED: the vendor never got it"`
	Asked      int64     `col:"asked" doc:"people that were asked for; they count against max_records_per_month"`
	Found      int64     `col:"found" doc:"records that came back so far; 0 where nobody was found"`
	BookedAt   time.Time `col:"booked_at" doc:"when it was noted that it would be posted"`
	PostedAt   time.Time `col:"posted_at" doc:"when it was posted; NULL: not yet"`
	FinishedAt time.Time `col:"finished_at" doc:"when its result was read to the end, or it failed; NULL: not yet"`
	RunID      string    `col:"run_id" doc:"the run that last changed the row"`
}

// Asked is one identifier of somebody whom a job asks for: who was asked for rests
// by it until refresh has passed.
type Asked struct {
	Pipeline string    `col:"pipeline" doc:"name in pipelines.yaml"`
	Job      string    `col:"job" doc:"the name of the job in etl.enrichments"`
	Person   int64     `col:"person" doc:"whose identifier it is: the place of the person in the job"`
	Kind     Kind      `col:"kind" doc:"email_sha256, email_md5, linkedin, ...; row: a hash of all that was sent of somebody who has none of these"`
	Value    string    `col:"value" doc:"the identifier in normal form"`
	AskedAt  time.Time `col:"asked_at" doc:"when the job was booked"`
}

// AskedRow is the kind of the hash of all that was sent of a person.
const AskedRow Kind = "row"

// Enrichments is the promised table of jobs, and AskedPeople that of who is in them.
var (
	Enrichments = Table[Enrichment]{"etl.enrichments", "a job by which a vendor was asked for people; key: pipeline, name", ColumnsOf[Enrichment]()}
	AskedPeople = Table[Asked]{"etl.asked", "an identifier of somebody whom an enrichment job asked for", ColumnsOf[Asked]()}
)
