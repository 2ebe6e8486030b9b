package load

import "fmt"

// EngineError is what went wrong in the engine, in words that a user can read: one
// line, or all that it says of a query that somebody wrote.
// It unwraps to what the engine itself said, which may run over many lines.
type EngineError struct {
	Text  string
	Cause error
}

func (e *EngineError) Error() string { return e.Text }
func (e *EngineError) Unwrap() error { return e.Cause }

// DamagedError says that a warehouse cannot be opened as it lies there.
type DamagedError struct {
	Path  string
	What  string // is the matter with it
	Next  string // to do
	Cause error
}

func (e *DamagedError) Error() string {
	return fmt.Sprintf("warehouse %s: %s: %s", e.Path, e.What, e.Next)
}
func (e *DamagedError) Unwrap() error { return e.Cause }

// OverdueError says that a warehouse does not know of people who must stay out of it:
// it is an older copy that somebody put in its place.
type OverdueError struct {
	Path    string
	Missing int
}

func (e *OverdueError) Error() string {
	return fmt.Sprintf("warehouse %s: it is an older copy, which lacks suppressions (%d) of %s, and may hold people who were erased since; "+
		"`sync repair` erases them, and so does the next `sync run`", e.Path, e.Missing, JournalOf(e.Path).Path())
}
