package statsocial

import (
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"contactsync/extract"
)

// fileRow is one row of an output file.
type fileRow struct {
	ID     string      `json:"id"`     // the ss_id, or <type>:<value> where there is none; "": the row has neither
	Values []fileValue `json:"values"` // of a row without ID: its line
}

// fileValue is one value of a row under its column's name.
type fileValue struct {
	Name  string          `json:"n"`
	Value json.RawMessage `json:"v"`
}

// members returns the members of a JSON object in a fixed order; none when it is no object.
func members(object []byte) (values []fileValue) {
	var byName map[string]json.RawMessage
	if json.Unmarshal(object, &byName) != nil {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		values = append(values, fileValue{name, byName[name]})
	}
	return values
}

func textValue(name, text string) fileValue {
	b, _ := json.Marshal(text) // a string always encodes
	return fileValue{name, b}
}

// newFileRow finds the row's ID: the ss_id, or else the value of the file's own id
// type, or else of any other. A value that cannot be an id identifies no row, but
// stays with the person whom another id of the row names.
func newFileRow(values []fileValue, idType, line string) fileRow {
	id := func(name string) string {
		for _, v := range values {
			var text extract.LenientText
			if v.Name == name && json.Unmarshal(v.Value, &text) == nil && text != "" && possibleID(name, string(text)) {
				return string(text)
			}
		}
		return ""
	}
	row := fileRow{ID: id("ss_id"), Values: values}
	for _, other := range append([]string{idType}, uploadTypes...) {
		if row.ID != "" {
			break
		}
		if value := id(other); value != "" {
			row.ID = other + ":" + value
		}
	}
	if row.ID == "" || !utf8.ValidString(row.ID) {
		return fileRow{Values: []fileValue{textValue("", strings.ToValidUTF8(line, "\uFFFD"))}}
	}
	return row
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
