package statsocial

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"contactsync/extract"
	"contactsync/schema"
)

// fileRow is one row of an output file, or all rows of one ID.
type fileRow struct {
	ID     string  `json:"id"`             // the ss_id, or <type>:<value> where there is none; "": the row has neither
	Values columns `json:"values"`         // none where the row has no ID
	Line   string  `json:"line,omitempty"` // of a row without ID
}

// columns are values by the name of their column, some perhaps twice.
type columns map[string][]json.RawMessage

func (c columns) add(column string, values ...json.RawMessage) {
	if len(values) > 0 {
		c[column] = append(c[column], values...)
	}
}

// size is how many bytes the values have.
func (c columns) size() (n int) {
	for _, values := range c {
		for _, v := range values {
			n += len(v)
		}
	}
	return n
}

// distinct are values each once, sorted: to compare each with all would take hours
// where thousands of rows are of one person.
func distinct(values []json.RawMessage) []json.RawMessage {
	slices.SortFunc(values, func(a, b json.RawMessage) int { return bytes.Compare(a, b) })
	return slices.CompactFunc(values, func(a, b json.RawMessage) bool { return bytes.Equal(a, b) })
}

// payload is one object with sorted keys: a value, or an array of them where the
// rows have several. Those are sorted, since the order of a file means nothing.
func (c columns) payload() json.RawMessage {
	object := make(map[string]json.RawMessage, len(c))
	for column, values := range c {
		if values = distinct(values); len(values) > 1 {
			values = slices.DeleteFunc(values, func(v json.RawMessage) bool { return string(v) == `""` || string(v) == "null" })
		}
		if len(values) == 1 {
			object[column] = values[0]
			continue
		}
		object[column], _ = json.Marshal(values)
	}
	raw, _ := json.Marshal(object) // every value came out of a JSON decoder
	return raw
}

// newFileRow finds the row's ID: the ss_id, or else the value of the file's own id
// type, or else of any other. A value that cannot be an id identifies no row, but
// stays with the person whom another id of the row names.
func newFileRow(values columns, idType, line string) fileRow {
	id := values.id("ss_id")
	for _, other := range append([]string{idType}, uploadTypes...) {
		if id != "" {
			break
		}
		if value := values.id(other); value != "" {
			id = other + ":" + value
		}
	}
	if id == "" || !utf8.ValidString(id) {
		return fileRow{Line: strings.ToValidUTF8(line, "\uFFFD")}
	}
	return fileRow{ID: id, Values: values}
}

// id is the first possible id of a type; "": there is none.
func (c columns) id(idType string) string {
	for _, v := range c[idType] {
		var text extract.LenientText
		if json.Unmarshal(v, &text) == nil && text != "" && possibleID(idType, string(text)) {
			return string(text)
		}
	}
	return ""
}

// record is what the warehouse keeps: the values, or the line of a row without ID.
func (r fileRow) record() schema.Record {
	if r.ID == "" {
		return schema.Record{Source: name, Raw: jsonText(r.Line)}
	}
	return schema.Record{Source: name, ID: r.ID, Raw: r.Values.payload()}
}

func jsonText(s string) json.RawMessage {
	b, _ := json.Marshal(s) // a string always encodes
	return b
}

// hashTypes are the id types that are hashes, and hashLengths how many hex digits a
// hash has. Which hash it is, its length shows, whatever the file is called.
var (
	hashTypes   = []string{"md5", "sha1", "sha256"}
	hashLengths = []int{32, 40, 64}
)

// possibleID reports whether a value can be an id of a type. Storage that refuses
// a file may say so in a sentence, and a sentence is no id. Of a type that is not
// documented, any value can be one.
func possibleID(idType, value string) bool {
	switch {
	case slices.Contains(hashTypes, idType):
		_, err := hex.DecodeString(value)
		return err == nil && slices.Contains(hashLengths, len(value))
	case idType == "twitter_id":
		return strings.Trim(value, "0123456789") == ""
	case idType == "email_raw" && !strings.Contains(value, "@"):
		return false
	}
	return !slices.Contains(uploadTypes, idType) || !strings.ContainsFunc(value, unicode.IsSpace)
}
