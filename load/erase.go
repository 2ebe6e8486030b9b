package load

import (
	"encoding/json"
	"slices"

	"contactsync/schema"
)

// Request names somebody to erase: the id of a person, or keys of which records
// carry one, in clear or as hashes. A key is an identifier in normal form, or a vendor's own id of the
// kind [schema.VendorID].
type Request struct {
	Selector string // schema.ByEmail, ...
	Contact  string
	Keys     []schema.Identifier
	// Suppressed are hashes of keys, as suppressions have them. A record that carries
	// such a key is asked for by the key.
	Suppressed []schema.Suppression
}

// Belongings are what is known to belong to people who are to be erased, and to
// no one else.
type Belongings struct {
	Keys      []schema.Identifier // identifiers and vendor ids, phones and role addresses apart
	Addresses []string            // in clear, of which the keys have the hashes, and their spellings
}

// Own is told what belongs to the people found, and returns how to find more of it
// in texts.
type Own func(Belongings) Mentions

// Mentions reports whether a text of a vendor names somebody who must stay out;
// the source is "" where the text may be of any. Ids says that the text may be a
// whole record that could not be read, so that bare vendor ids count, too.
type Mentions func(source, text string, ids bool) bool

// FoundRecord is a record that is to be erased.
type FoundRecord struct {
	Request   int64  `col:"n"` // position of the first request that it answers to; -1: it only mentions somebody
	ContactID string `col:"contact_id"`
	Source    string `col:"source"`
	SourceID  string `col:"source_id"`
}

// Found is what is to be erased.
type Found struct {
	Records  []FoundRecord
	Contacts []string         // people of whom nothing is left
	Rows     map[string]int64 // by table
}

// ByAge reports whether requests are retention's. Those erase people whom nobody serves
// any more, and nobody who is served: not who mentions them, nor who was read only now.
func ByAge(requests []Request) bool {
	return len(requests) > 0 && !slices.ContainsFunc(requests, func(r Request) bool { return r.Selector != schema.ByAge })
}

// Held is all that is held of somebody: what Find would find, row by row, and what the
// books have to do with it.
type Held struct {
	Found
	Tables []HeldTable
}

// HeldTable are the rows of a table that are about somebody, each as one JSON object.
type HeldTable struct {
	Name string
	Rows []json.RawMessage
}
