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

// IsSpellingSQL is the condition that a row of identifiers is of a spelling: it has the
// key of one of its hashes and no value, since most are nobody's but ours.
func IsSpellingSQL(alias string) string { return alias + ".kind IN " + spellings }

// KeyedSQL are identifiers as a record brings them, with the columns of etl.identifiers: a
// spelling becomes a row for each of its hashes.
func KeyedSQL(table string) string {
	return `SELECT s.source, s.source_id, s.kind, s.value, ` + IdentifierKeySQL("s") + ` AS key, ` + AddressKeySQL("s") + ` AS address_key
		FROM ` + table + ` s WHERE NOT ` + IsSpellingSQL("s") + `
		UNION ALL
		SELECT s.source, s.source_id, s.kind, NULL,
			unnest([` + KeySQL("'email_sha256'", "sha256(s.value)") + ", " + KeySQL("'email_md5'", "md5(s.value)") + `]), ` + AddressKeySQL("s") + `
		FROM ` + table + ` s WHERE ` + IsSpellingSQL("s")
}

// KeySQL is the key of an identifier: a number of 128 bits, which is compared
// several times as fast as a kind and 64 hexadecimal digits.
func KeySQL(kind, value string) string { return "md5_number(" + kind + " || ':' || " + value + ")" }

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
