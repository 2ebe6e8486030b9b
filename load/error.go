package load

// EngineError is what went wrong in the engine, in one line that a user can read.
// It unwraps to what the engine itself said, which may run over many lines.
type EngineError struct {
	Text  string
	Cause error
}

func (e *EngineError) Error() string { return e.Text }
func (e *EngineError) Unwrap() error { return e.Cause }
