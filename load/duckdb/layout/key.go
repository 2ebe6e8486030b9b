package layout

import (
	"fmt"
	"strings"

	"contactsync/schema"
)

// MaxNamed is how many records one selector of an override may mean.
const MaxNamed = 500

// KindsSQL is an SQL list of kinds.
func KindsSQL(kinds ...schema.Kind) string {
	quoted := make([]string, len(kinds))
	for i, k := range kinds {
		quoted[i] = "'" + string(k) + "'"
	}
	return "(" + strings.Join(quoted, ", ") + ")"
}

// StrongKinds is the SQL list of the kinds that link.
func StrongKinds() string { return KindsSQL(schema.StrongKinds...) }

var (
	RoleKinds = KindsSQL(schema.RoleEmail, schema.RoleEmailSHA1, schema.RoleEmailMD5)
	HashKinds = KindsSQL(schema.EmailSHA256, schema.EmailSHA1, schema.EmailMD5) // of an address that the record may not have in clear
	spellings = KindsSQL(schema.Spelling)
)

// IsSpellingSQL is the condition that a row of [KeysSQL], or an identifier as a record
// brings it, is of a spelling.
func IsSpellingSQL(alias string) string { return alias + ".kind IN " + spellings }

// KeySQL is the key of an identifier ([Key]).
func KeySQL(kind, value string) string { return HashSQL(kind + " || ':' || " + value) }

// HashSQL is a number of 64 bits for a text.
func HashSQL(text string) string { return "md5_number_lower(" + text + ")" }

// IdentifierKeySQL is the key of the identifier in a row of that alias: a hash that is
// a role address's in one record has the same key in all, since it concerns all who
// carry it. AddressKeySQL is the key of the mailbox of whose address it is another hash.
func IdentifierKeySQL(alias string) string {
	return KeySQL("replace("+alias+".kind, 'role_', '')", alias+".value")
}

func AddressKeySQL(alias string) string { return KeySQL("'email_sha256'", alias+".address") }

// ContactIDSQL is the id of the person whose oldest record is the row of that alias,
// as identity.ContactID makes it.
func ContactIDSQL(alias string) string {
	return "('c_' || left(sha256(" + alias + ".source || ':' || " + alias + ".source_id), 20))"
}

// DerivedKeySQL is the condition that the record of a row has a derived key
// ([schema.DerivedKey]).
func DerivedKeySQL(alias string) string {
	return fmt.Sprintf("(starts_with(%[1]s.source_id, '%[2]s') OR starts_with(%[1]s.source_id, '%[3]s'))", alias, schema.HashKey, schema.ProfileKey)
}
