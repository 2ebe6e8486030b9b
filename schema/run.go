package schema

import "time"

// The statuses of a run.
const (
	Running     = "running"
	Succeeded   = "succeeded"
	Failed      = "failed"
	Interrupted = "interrupted" // by a signal, or found running after a crash
	Limited     = "limited"     // stopped by a limit the user set; the state is kept
	NotReady    = "not_ready"   // the vendor did not finish in time; the state is kept
)

// Run is one run of one pipeline and its counters so far.
type Run struct {
	RunID         string    `col:"run_id" doc:"id of the run; sorts by start time"`
	Pipeline      string    `col:"pipeline" doc:"name in pipelines.yaml"`
	StartedAt     time.Time `col:"started_at" doc:"start"`
	FinishedAt    time.Time `col:"finished_at" doc:"end; NULL while it runs"`
	Status        string    `col:"status" doc:"running, succeeded, failed, interrupted, limited or not_ready"`
	RowsRead      int64     `col:"rows_read" doc:"records the vendor served"`
	RowsWritten   int64     `col:"rows_written" doc:"rows that were new or changed"`
	RowsNew       int64     `col:"rows_new" doc:"records not known before"`
	RowsChanged   int64     `col:"rows_changed" doc:"records whose content changed"`
	RowsUnchanged int64     `col:"rows_unchanged" doc:"records known and the same"`
	RowsRejected  int64     `col:"rows_rejected" doc:"records put into etl.rejects"`
	Requests      int64     `col:"requests" doc:"HTTP requests, retries included"`
	Credits       int64     `col:"credits" doc:"what the vendor charged"`
	Pages         int64     `col:"pages" doc:"pages read"`
	Warnings      []string  `col:"warnings" doc:"what a person should look at"`
	Error         string    `col:"error" doc:"why it did not succeed"`
	Replay        bool      `col:"replay" doc:"made of stored payloads: no vendor was asked"`
}

// Position is where one partition of a pipeline's stream stands.
type Position struct {
	Pipeline   string     `col:"pipeline" doc:"name in pipelines.yaml"`
	Partition  string     `col:"partition" doc:"the search, day, audience or segment"`
	Checkpoint Checkpoint `col:"position,json" doc:"the source's own note of how far it has read"`
	Complete   bool       `col:"complete" doc:"whether its last listing was read to the end"`
	Sweep      string     `col:"sweep" doc:"the name of that listing"`
	RunID      string     `col:"run_id" doc:"the run that moved it"`
	UpdatedAt  time.Time  `col:"updated_at" doc:"when it moved"`
}

// Reject is a record that could not be normalised, with all that its page knew
// of it, so that a replay needs no vendor.
type Reject struct {
	RejectID   string    `col:"reject_id" doc:"id of the reject"`
	RunID      string    `col:"run_id" doc:"the run that met it"`
	Pipeline   string    `col:"pipeline" doc:"name in pipelines.yaml"`
	Source     string    `col:"source" doc:"vendor"`
	SourceID   string    `col:"source_id" doc:"the vendor's key of the record, where it has one"`
	AsOf       time.Time `col:"as_of" doc:"the vendor's own date of the record"`
	Partition  string    `col:"partition" doc:"the search, day, audience or segment"`
	AudienceID string    `col:"audience_id" doc:"the audience that listed it"`
	Sweep      string    `col:"sweep" doc:"the listing that named it"`
	Reason     string    `col:"reason" doc:"why it could not be normalised"`
	Payload    string    `col:"payload" doc:"the record as the vendor served it, valid JSON or not"`
	Encoding   string    `col:"encoding" doc:"NULL, or latin1 where the payload is no UTF-8: then each character is one byte"`
	RejectedAt time.Time `col:"rejected_at" doc:"when"`
	ReplayedAt time.Time `col:"replayed_at" doc:"when a replay accepted it"`
}

// Latin1 is the encoding of a payload whose bytes are no UTF-8, so that no text
// column can hold them: each byte stands as the character of that number. Nothing
// is lost, and what is ASCII can still be read and searched.
const Latin1 = "latin1"

// Suppression is an identifier that must stay out of the warehouse.
type Suppression struct {
	Kind         string    `col:"kind" doc:"kind of identifier"`
	ValueSHA256  string    `col:"value_sha256" doc:"hex SHA-256 of kind:value"`
	Reason       string    `col:"reason" doc:"forgotten or opted out"`
	SuppressedAt time.Time `col:"suppressed_at" doc:"when"`
}

// Drift is a change in what a vendor sends.
type Drift struct {
	Source      string    `col:"source" doc:"vendor"`
	Stream      string    `col:"stream" doc:"stream as in pipelines.yaml"`
	Field       string    `col:"field" doc:"path of the field in the payload"`
	Change      string    `col:"change" doc:"new, missing, retyped, or unmapped: known, but no column takes it"`
	SampleType  string    `col:"sample_type" doc:"JSON type it has now"`
	FirstSeenAt time.Time `col:"first_seen_at" doc:"when it was first met"`
	RunID       string    `col:"run_id" doc:"the run that met it"`
}

// DriftUnmapped says of a field that the vendor's documents name it and no column
// takes it. It is named once; unlike the others it is no change in what is sent.
const DriftUnmapped = "unmapped"

// Change is a golden value of a contact that changed.
type Change struct {
	ContactID string    `col:"contact_id" doc:"the person"`
	Field     string    `col:"field" doc:"column of contacts"`
	OldValue  string    `col:"old_value" doc:"value before"`
	NewValue  string    `col:"new_value" doc:"value after"`
	ChangedAt time.Time `col:"changed_at" doc:"when a run changed it"`
	RunID     string    `col:"run_id" doc:"the run that changed it"`
}

// The promised tables of what runs leave: themselves, where streams stand, what was
// quarantined, what must stay out, what vendors changed, and golden values that did.
var (
	Runs         = Table[Run]{"etl.runs", "a pipeline run", ColumnsOf[Run]()}
	Checkpoints  = Table[Position]{"etl.checkpoints", "where a stream stands", ColumnsOf[Position]()}
	Rejects      = Table[Reject]{"etl.rejects", "a record that could not be normalised", ColumnsOf[Reject]()}
	Suppressions = Table[Suppression]{"etl.suppressions", "an identifier that must stay out", ColumnsOf[Suppression]()}
	Drifts       = Table[Drift]{"etl.drift", "a change in what a vendor sends", ColumnsOf[Drift]()}
	Changes      = Table[Change]{"contact_changes", "a golden value that changed", ColumnsOf[Change]()}
)
