package extract

import "contactsync/schema"

// Known is what the program knows of people who may be asked for: by what they are
// recognised, who must stay out, and who was asked for already.
type Known struct {
	// Keys are the identifiers in normal form that a value names somebody by: an
	// address, a hash of one, or the address of a LinkedIn profile. The first is the
	// one to recognise them by. None: the value names nobody.
	Keys func(value string) []schema.Identifier
	// Suppressed reports whether an identifier, or anything in a text, is of
	// somebody who must stay out.
	Suppressed func(keys []schema.Identifier, text string) bool
	Asked      []schema.Asked      // whom the pipeline has asked for
	Jobs       []schema.Enrichment // the jobs that it has booked
}
