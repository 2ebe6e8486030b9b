package extract

// Tree is a value of any shape, as JSON: what a vendor takes in a form of its own, of
// which nothing is known here. Mappings keep the order of the file. "": there is none.
type Tree string

// MarshalJSON implements [json.Marshaler].
func (t Tree) MarshalJSON() ([]byte, error) {
	if t == "" {
		return []byte("null"), nil
	}
	return []byte(t), nil
}
