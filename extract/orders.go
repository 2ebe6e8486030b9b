package extract

import "maps"

// What to do when the definition of something that a vendor makes has changed: stop
// with an error, or have it made anew.
const (
	OnChangeError  = "error"
	OnChangeCreate = "create"
)

// Orders is the checkpoint of things that a vendor makes of definitions, such as
// audiences: what was made of what. A definition is known by its fingerprint. That
// one is ordered is stored before the order is sent, so that no run orders it twice.
type Orders[ID int64 | string] struct {
	Current   string        `json:"current,omitempty"`   // the definition that was read last
	Audiences map[string]ID `json:"audiences,omitempty"` // by definition
	Creating  string        `json:"creating,omitempty"`  // ordered, and the answer not yet stored
}

// Valid implements [Position]: a note of nothing is one, too.
func (o Orders[ID]) Valid() bool { return true }

// With returns the orders once the definition that is read is known to have made
// something.
func (o Orders[ID]) With(definition string, id ID) Orders[ID] {
	made := Orders[ID]{Current: definition, Audiences: map[string]ID{}}
	maps.Copy(made.Audiences, o.Audiences)
	made.Audiences[definition] = id
	return made
}

// Changed is what was made of the definition before this one, where this one has not
// made anything yet and onChange forbids that it does.
func (o Orders[ID]) Changed(definition, onChange string) (old ID, changed bool) {
	_, made := o.Audiences[definition]
	return o.Audiences[o.Current], !made && o.Current != "" && onChange != OnChangeCreate
}
