package load

// Standing is how a version that an audience serves stands to what is stored of its record.
type Standing struct {
	Known bool // anything is stored of the record, whoever served it
	Same  bool // its audience served the same payload last, and under no earlier date
	Older bool // its audience served something of a later date last
}
