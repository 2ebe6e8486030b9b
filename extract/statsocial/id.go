package statsocial

import (
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"unicode"
)

// The ids that are hashes, and how many hex digits a hash has. Which hash it is, is
// told by its length, whatever the file is called.
var (
	hashKinds   = []string{"md5", "sha1", "sha256"}
	hashLengths = []int{32, 40, 64}
)

// possibleID reports whether a value can be somebody's id of a kind. Storage that
// refuses a file likes to say so in a sentence, and a sentence is nobody. Of kinds
// that no document names, anything goes.
func possibleID(kind, value string) bool {
	if slices.Contains(hashKinds, kind) {
		_, err := hex.DecodeString(value)
		return err == nil && slices.Contains(hashLengths, len(value))
	}
	if kind == "twitter_id" {
		return strings.Trim(value, "0123456789") == ""
	}
	if kind == "email_raw" && !strings.Contains(value, "@") {
		return false
	}
	return !slices.Contains(uploadTypes, kind) || !strings.ContainsFunc(value, unicode.IsSpace)
}

// errErrorBody is an error that a server put in the place of a file.
type errErrorBody struct{ body []byte }

func (errErrorBody) Error() string { return "it is an error in the place of ids" }

// errorBody is the error for a first line of JSON that is no row: it tells of an
// error, and names no type of id.
func errorBody(line []byte, output string) error {
	var object map[string]json.RawMessage
	if json.Unmarshal(line, &object) != nil {
		return nil
	}
	tells := false
	for name := range object {
		switch name = strings.ToLower(name); {
		case name == output || slices.Contains(uploadTypes, name):
			return nil
		case name == "error" || name == "errors" || name == "message":
			tells = true
		}
	}
	if !tells {
		return nil
	}
	return errErrorBody{line}
}
