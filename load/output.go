package load

// Delivery is how an output, an export by its name and definition, stands.
type Delivery struct {
	Due    bool  // it lacks a change that a merge made
	Change int64 // the last of these changes, for Delivered; 0: nothing was ever changed
	Anew   bool  // it was withdrawn: nothing of it may be kept
}
