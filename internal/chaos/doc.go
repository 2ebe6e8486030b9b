// Package chaos holds the tests that kill, starve and interrupt the real program
// and prove that it loses nothing, doubles nothing and pays for nothing twice.
// It has no code of its own.
//
// The tests build bin/sync with the tag crash, serve the four simulated vendors
// from the test process, with transient faults on, run `sync run` in child
// processes, and kill those at the points of contactsync/internal/crash and at
// random moments. Then the same vendors, with the same seed, are read by a
// program that nobody disturbs, and both results must be equal:
//
//   - every table and view of the warehouse, whatever it is called, row by row;
//   - the same of the snapshot;
//   - the rows of the exports.
//
// Left out is only what says when and by which attempt a row came about, since
// that does differ:
//
//   - columns run_id, reject_id, forget_id and erasure_id, and the rows of etl.runs, of which must hold:
//     none is left running, and the last run of each pipeline succeeded;
//   - the value of a moment of our own clock (a TIMESTAMPTZ other than the
//     vendors' as_of and occurred_at); whether there is one must be equal. So of a
//     membership it counts how many periods it has and whether it is open;
//   - the moments within positions: sweep, round, done_at, checked, and a name of
//     a sweep that is a moment;
//   - usual_in of etl.fields, a run's verdict on the records that it alone has read;
//   - how often a reject was met: a restarted run may read its page again;
//   - the numbers of changes in etl.changes and etl.outputs, of which must hold:
//     every export has the last change.
//
// Staging must be empty in both. contact_id is compared: a person has the same id
// whatever died on the way. Only where a run failed or was interrupted, and so
// ended and merged what it had, people are compared by their records, without
// contact_changes and etl.merges: what was visible meanwhile is history.
//
// From the simulator's log of requests the tests prove that no committed page was
// asked for again. What is committed is read after each kill, from the positions
// in the warehouse that the dead process left behind.
//
// Vendors also lie: a night in which every answer of every vendor is a success that
// is none must close, end and cost nothing, and the honest run after it must come to
// the same as without (people compared by their records, since those runs failed).
//
// What is ordered is counted by the vendor: an audience of a definition is made once,
// a person is asked for once, whatever dies and whatever answer is lost.
//
// Erasures, and warehouses of an older layout, are killed in the same way, in
// copies of a folder. After an erasure nothing of the person may be found; the
// notes of requests and erasures (etl.forgets, etl.erasures) are not compared, since one
// that had done its work when it died is noted twice. Retention, which erases by itself,
// does its work once, however often it dies, and notes it once.
package chaos
