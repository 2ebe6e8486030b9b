package statsocial

import (
	"encoding/hex"
	"slices"
	"strings"
	"unicode"
)

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

// errErrorBody is an error message that a server sent in place of a file.
type errErrorBody struct{ body []byte }

func (errErrorBody) Error() string { return "it is an error in the place of ids" }

// errorBody is the error for a first line of JSON that is no row: it has a member
// for an error, and none for an id.
func errorBody(line []byte, idType string) error {
	refused := false
	for _, member := range members(line) {
		switch name := strings.ToLower(member.Name); {
		case name == idType || slices.Contains(uploadTypes, name):
			return nil
		case name == "error" || name == "errors" || name == "message":
			refused = true
		}
	}
	if !refused {
		return nil
	}
	return errErrorBody{line}
}
