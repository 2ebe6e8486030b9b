// Package schema is the vocabulary that the rest of the program shares: what a
// vendor record is, what it becomes, and the one list of columns that the
// warehouse's DDL, its loaders, the Parquet exports and the data dictionary
// follow. It holds no behaviour beyond that and imports the standard library
// only, so every other package may speak it.
//
// The life of a record: a vendor serves a [Record]; it is stored as served; its
// payload becomes a [Profile] with [Identifier]s, and, where it says so, [Match]
// and [Event] rows; records that share a strong identifier become one [Contact].
package schema

// The four vendors, as they stand in every `source` column and in the config.
const (
	Toofr       = "toofr"
	Intent      = "intent"
	StatSocial  = "statsocial"
	AudienceLab = "audiencelab"
)

// Sources lists the vendors in the default order of trust for golden values.
var Sources = []string{AudienceLab, Toofr, Intent, StatSocial}
