package match

// SetMostRecords makes smaller blocks crowded, and returns how large they might be before.
func SetMostRecords(n int) (before int) {
	before, mostRecords = mostRecords, n
	return before
}
