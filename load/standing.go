package load

import "contactsync/schema"

// Standing is how a version that an audience serves stands to what is stored of its record.
type Standing struct {
	Known bool // anything is stored of the record, whoever served it
	Same  bool // its audience served the same payload last, and under no earlier date
	Older bool // its audience served something of a later date last
}

// Laid is a version as it lies on those before it, without its payload: of one date, an
// outdated one leaves on top what is there.
type Laid struct {
	schema.Version
	Outdated bool `col:"outdated"`
}

// Laid returns the versions of a batch, in the order in which a merge lays them over what
// is stored. Those that only say that a record is to be made anew are none.
func (b Batch) Laid() []Laid {
	list := make([]Laid, 0, len(b.New)+len(b.Versions))
	for _, r := range b.New {
		for _, v := range r.Versions {
			list = append(list, Laid{Version: v})
		}
	}
	for _, v := range b.Versions {
		if v.Payload != "" {
			list = append(list, Laid{v.Version, v.Outdated})
		}
	}
	for i := range list {
		list[i].Payload = "" // which would keep its page in memory
	}
	return list
}
