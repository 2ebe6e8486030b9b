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
	RunID         string
	Pipeline      string
	StartedAt     time.Time
	FinishedAt    time.Time // zero: running
	Status        string
	RowsRead      int64 // records served by the vendor
	RowsWritten   int64 // new and changed rows
	RowsNew       int64
	RowsChanged   int64
	RowsUnchanged int64
	RowsRejected  int64
	Requests      int64 // HTTP requests, retries included
	Credits       int64 // what the vendor charges for them
	Pages         int64
	Warnings      []string
	Error         string
	Replay        bool // made of stored payloads: no vendor was asked
}

// Position is where one partition of a pipeline's stream stands.
type Position struct {
	Pipeline   string
	Partition  string
	Checkpoint Checkpoint
	Complete   bool   // the partition's last listing was read to its end
	Sweep      string // names that listing
	RunID      string
	UpdatedAt  time.Time
}

// Reject is a record that could not be normalised, with all that its page knew
// of it, so that a replay needs no vendor.
type Reject struct {
	RejectID   string
	RunID      string
	Pipeline   string
	Source     string
	SourceID   string // "": the record says nobody's key
	AsOf       time.Time
	Partition  string
	AudienceID string
	Sweep      string
	Reason     string
	Payload    string
	Encoding   string // how Payload holds bytes that are no text; "" = it is the text itself
	RejectedAt time.Time
	ReplayedAt time.Time
}

// Latin1 is the encoding of a payload whose bytes are no UTF-8, so that no text
// column can hold them: each byte stands as the character of that number. Nothing
// is lost, and what is ASCII can still be read and searched.
const Latin1 = "latin1"

// Suppression is an identifier that must stay out of the warehouse.
type Suppression struct {
	Kind         string
	ValueSHA256  string // sha256 of "kind:value"
	Reason       string
	SuppressedAt time.Time
}

// Drift is a change in what a vendor sends.
type Drift struct {
	Source      string
	Stream      string
	Field       string
	Change      string // new, missing, retyped
	SampleType  string
	FirstSeenAt time.Time
	RunID       string
}

// Change is a golden value of a contact that changed.
type Change struct {
	ContactID string
	Field     string
	OldValue  string
	NewValue  string
	ChangedAt time.Time
	RunID     string
}

// Runs is the promised table of pipeline runs.
var Runs = Table[Run]{
	Name: "etl.runs",
	Doc:  "a pipeline run",
	Columns: []Column[Run]{
		Col("run_id", "id of the run; sorts by start time", func(r *Run) any { return &r.RunID }),
		Col("pipeline", "name in pipelines.yaml", func(r *Run) any { return &r.Pipeline }),
		Col("started_at", "start", func(r *Run) any { return &r.StartedAt }),
		Col("finished_at", "end; NULL while it runs", func(r *Run) any { return &r.FinishedAt }),
		Col("status", "running, succeeded, failed, interrupted, limited or not_ready", func(r *Run) any { return &r.Status }),
		Col("rows_read", "records the vendor served", func(r *Run) any { return &r.RowsRead }),
		Col("rows_written", "rows that were new or changed", func(r *Run) any { return &r.RowsWritten }),
		Col("rows_new", "records not known before", func(r *Run) any { return &r.RowsNew }),
		Col("rows_changed", "records whose content changed", func(r *Run) any { return &r.RowsChanged }),
		Col("rows_unchanged", "records known and the same", func(r *Run) any { return &r.RowsUnchanged }),
		Col("rows_rejected", "records put into etl.rejects", func(r *Run) any { return &r.RowsRejected }),
		Col("requests", "HTTP requests, retries included", func(r *Run) any { return &r.Requests }),
		Col("credits", "what the vendor charged", func(r *Run) any { return &r.Credits }),
		Col("pages", "pages read", func(r *Run) any { return &r.Pages }),
		Col("warnings", "what a person should look at", func(r *Run) any { return &r.Warnings }),
		Col("error", "why it did not succeed", func(r *Run) any { return &r.Error }),
		Col("replay", "made of stored payloads: no vendor was asked", func(r *Run) any { return &r.Replay }),
	},
}

// Checkpoints is the promised table of positions.
var Checkpoints = Table[Position]{
	Name: "etl.checkpoints",
	Doc:  "where a stream stands",
	Columns: []Column[Position]{
		Col("pipeline", "name in pipelines.yaml", func(p *Position) any { return &p.Pipeline }),
		Col("partition", "the search, day, audience or segment", func(p *Position) any { return &p.Partition }),
		{Name: "position", Doc: "the source's own note of how far it has read", Field: func(p *Position) any { return (*string)(&p.Checkpoint) }, JSON: true},
		Col("complete", "whether its last listing was read to the end", func(p *Position) any { return &p.Complete }),
		Col("sweep", "the name of that listing", func(p *Position) any { return &p.Sweep }),
		Col("run_id", "the run that moved it", func(p *Position) any { return &p.RunID }),
		Col("updated_at", "when it moved", func(p *Position) any { return &p.UpdatedAt }),
	},
}

// Rejects is the promised table of quarantined records.
var Rejects = Table[Reject]{
	Name: "etl.rejects",
	Doc:  "a record that could not be normalised",
	Columns: []Column[Reject]{
		Col("reject_id", "id of the reject", func(r *Reject) any { return &r.RejectID }),
		Col("run_id", "the run that met it", func(r *Reject) any { return &r.RunID }),
		Col("pipeline", "name in pipelines.yaml", func(r *Reject) any { return &r.Pipeline }),
		Col("source", "vendor", func(r *Reject) any { return &r.Source }),
		Col("source_id", "the vendor's key of the record, where it has one", func(r *Reject) any { return &r.SourceID }),
		Col("as_of", "the vendor's own date of the record", func(r *Reject) any { return &r.AsOf }),
		Col("partition", "the search, day, audience or segment", func(r *Reject) any { return &r.Partition }),
		Col("audience_id", "the audience that listed it", func(r *Reject) any { return &r.AudienceID }),
		Col("sweep", "the listing that named it", func(r *Reject) any { return &r.Sweep }),
		Col("reason", "why it could not be normalised", func(r *Reject) any { return &r.Reason }),
		Col("payload", "the record as the vendor served it, valid JSON or not", func(r *Reject) any { return &r.Payload }),
		Col("encoding", "NULL, or latin1 where the payload is no UTF-8: then each character is one byte", func(r *Reject) any { return &r.Encoding }),
		Col("rejected_at", "when", func(r *Reject) any { return &r.RejectedAt }),
		Col("replayed_at", "when a replay accepted it", func(r *Reject) any { return &r.ReplayedAt }),
	},
}

// Suppressions is the promised table of what must stay out.
var Suppressions = Table[Suppression]{
	Name: "etl.suppressions",
	Doc:  "an identifier that must stay out",
	Columns: []Column[Suppression]{
		Col("kind", "kind of identifier", func(s *Suppression) any { return &s.Kind }),
		Col("value_sha256", "hex SHA-256 of kind:value", func(s *Suppression) any { return &s.ValueSHA256 }),
		Col("reason", "forgotten or opted out", func(s *Suppression) any { return &s.Reason }),
		Col("suppressed_at", "when", func(s *Suppression) any { return &s.SuppressedAt }),
	},
}

// Drifts is the promised table of changes in what vendors send.
var Drifts = Table[Drift]{
	Name: "etl.drift",
	Doc:  "a change in what a vendor sends",
	Columns: []Column[Drift]{
		Col("source", "vendor", func(d *Drift) any { return &d.Source }),
		Col("stream", "stream as in pipelines.yaml", func(d *Drift) any { return &d.Stream }),
		Col("field", "path of the field in the payload", func(d *Drift) any { return &d.Field }),
		Col("change", "new, missing or retyped", func(d *Drift) any { return &d.Change }),
		Col("sample_type", "JSON type it has now", func(d *Drift) any { return &d.SampleType }),
		Col("first_seen_at", "when it was first met", func(d *Drift) any { return &d.FirstSeenAt }),
		Col("run_id", "the run that met it", func(d *Drift) any { return &d.RunID }),
	},
}

// Changes is the promised table of changed golden values.
var Changes = Table[Change]{
	Name: "contact_changes",
	Doc:  "a golden value that changed",
	Columns: []Column[Change]{
		Col("contact_id", "the person", func(c *Change) any { return &c.ContactID }),
		Col("field", "column of contacts", func(c *Change) any { return &c.Field }),
		Col("old_value", "value before", func(c *Change) any { return &c.OldValue }),
		Col("new_value", "value after", func(c *Change) any { return &c.NewValue }),
		Col("changed_at", "when a run changed it", func(c *Change) any { return &c.ChangedAt }),
		Col("run_id", "the run that changed it", func(c *Change) any { return &c.RunID }),
	},
}
