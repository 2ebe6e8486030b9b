// Package crash lets tests kill this program at named points of its work, to
// prove that nothing is lost and nothing is doubled wherever it is killed.
//
// Only a build with the tag crash can be killed; in any other, [At] is nothing
// and [Small] gives back what it gets. Such a build dies by SIGKILL, as if the
// machine had lost power as far as the process can tell, where the environment says:
//
//	SYNC_CRASH_AT=commit.inside:3         on the third passing of the point commit.inside
//	SYNC_CRASH_AT=commit.inside:3+500us   that long after it, in the middle of whatever comes then
//	SYNC_CRASH_BY=stop                    there it stops, until it gets SIGCONT, as a laptop that is closed
package crash

// Points lists the points of a run by name, in the order in which a first one
// passes them.
var Points = []string{
	CreateBefore, CreateRename, CreateAfter,
	CommitBefore, CommitInside, CommitAfter,
	TransactionCommit, TransactionDone,
	MergeBefore, MergeStep, MergeResolved, MergeGolden, MergeInside, MergeAfter,
	RetentionPruned,
	ExportStaged, ExportAnnounced, ExportExchanged, ExportRecorded, ExportWritten, ExportDelivered,
	CloseBefore, CloseAfter,
	SnapshotCopied, SnapshotRenamed,
}

// Uploading lists the points of an export to object storage, which has no staging and
// exchanging.
var Uploading = []string{ExportUploaded, ExportNamed, ExportShown}

// Replacing lists the points that are passed while a new file takes the
// warehouse's place: to erase somebody, or to bring an older layout to this one.
// Beside them an erasure passes those of exports, closing and the snapshot.
var Replacing = []string{ReplaceBegun, ReplaceCopied, ReplaceErased, ReplaceFinished, ReplaceRenamed}

// Rescuing lists the points that are passed by what is done about damage and loss:
// backups, restores and repairs, and the journal of suppressions that they rest on.
var Rescuing = []string{
	JournalWritten, BackupCopied, BackupRenamed, RestoreCopied, RestoreReady, RestoreAside, RestoreRenamed, RepairAside, RepairCut,
}

// The points.
const (
	CreateBefore = "create.before" // there is no warehouse yet
	CreateRename = "create.rename" // it is whole, under its temporary name
	CreateAfter  = "create.after"

	CommitBefore = "commit.before" // the pages of a batch are read and normalised
	CommitInside = "commit.inside" // rows and checkpoints are inserted, not committed
	CommitAfter  = "commit.after"

	TransactionCommit = "transaction.commit" // any transaction, merges and notes included, just before COMMIT
	TransactionDone   = "transaction.done"   // and just after it

	MergeBefore   = "merge.before"
	MergeStep     = "merge.step"     // after each of its steps
	MergeResolved = "merge.resolved" // it is worked out who is who, and not stored
	MergeGolden   = "merge.golden"   // after each chunk of people
	MergeInside   = "merge.inside"   // all is done but for COMMIT
	MergeAfter    = "merge.after"

	RetentionPruned = "retention.pruned" // old rows are gone; whom retention erases is not

	ExportStaged    = "export.staged"    // the new files lie next to the old ones
	ExportAnnounced = "export.announced" // what they are is noted beside them
	ExportExchanged = "export.exchanged" // they have changed places, the old ones are still there
	ExportRecorded  = "export.recorded"  // the note is the manifest
	ExportWritten   = "export.written"   // the warehouse does not know yet
	ExportDelivered = "export.delivered"

	ExportUploaded = "export.uploaded" // the new objects lie beside the prefix, and nothing names them
	ExportNamed    = "export.named"    // the manifest names them, and readers of the prefix see the old ones
	ExportShown    = "export.shown"    // all readers see them, and the old ones are still there

	CloseBefore = "close.before" // the log is about to be written into the file
	CloseAfter  = "close.after"

	LakeSegment   = "lake.segment"   // a batch lies in the bucket, and no entry of the log names it
	LakeAppended  = "lake.appended"  // the entry is there, and the scratch lacks the batch
	LakeBranched  = "lake.branched"  // a branch of a table is there, for each table
	LakeWritten   = "lake.written"   // a table's changes are on its branch, for each table
	LakeStated    = "lake.stated"    // all changes and the books are stored, and no entry names them
	LakeDecided   = "lake.decided"   // the entry is there, and no main branch knows of it
	LakeForwarded = "lake.forwarded" // a main branch does, for each table
	LakePublished = "lake.published" // all do, and the books are not shown
	LakeShown     = "lake.shown"     // at the end of a session: they are
	LakeRewritten = "lake.rewritten" // files are written anew, and the log does not know of it
	LakeExpired   = "lake.expired"   // what was erased is in no table's file any more, and maybe in the bucket

	SnapshotCopied  = "snapshot.copied" // the copy is whole, under its temporary name
	SnapshotRenamed = "snapshot.renamed"

	ReplaceBegun    = "replace.begun"    // the new file lies next to the old one, and holds nothing yet
	ReplaceCopied   = "replace.copied"   // after each table
	ReplaceErased   = "replace.erased"   // it holds all who stay, and not yet what must stay out
	ReplaceFinished = "replace.finished" // it is whole and closed, under its temporary name
	ReplaceRenamed  = "replace.renamed"  // it is in its place, and nothing is cleared up

	JournalWritten = "journal.written" // what must stay out is in the journal, and not in the warehouse
	BackupCopied   = "backup.copied"   // the copy is whole, under its temporary name
	BackupRenamed  = "backup.renamed"
	RestoreCopied  = "restore.copied"  // the backup is copied, and holds who was erased since
	RestoreReady   = "restore.ready"   // they are erased from the copy
	RestoreAside   = "restore.aside"   // the warehouse has a second name, and its log another
	RestoreRenamed = "restore.renamed" // the copy is in its place
	RepairAside    = "repair.aside"    // the damaged log is copied
	RepairCut      = "repair.cut"      // and cut
)

// LakePoints are those of a warehouse that is kept in a lake, in the same order, but for the
// two of an erasure.
var LakePoints = []string{
	LakeSegment, LakeAppended, LakeBranched, LakeWritten, LakeStated, LakeDecided, LakeForwarded, LakePublished, LakeShown,
}
