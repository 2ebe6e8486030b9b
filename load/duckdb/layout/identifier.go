package layout

import (
	"crypto/md5" //nolint:gosec // of what is hashed already; see Key
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"strings"

	"contactsync/schema"
)

// Identifier is a row of etl.identifiers. The spellings of an address, most of which are
// nobody's but ours, stand as the keys of their hashes beside its mailbox; those without a
// mailbox have a row of their own, of that kind and without value.
type Identifier struct {
	Source     string      `col:"source"`
	SourceID   string      `col:"source_id"`
	Kind       schema.Kind `col:"kind" doc:"email_sha256, email_md5, linkedin, ss_id, phone, ..."`
	Value      string      `col:"value" doc:"the identifier in normal form"`
	Key        uint64      `col:"key"`
	AddressKey uint64      `col:"address_key"` // of the mailbox of whose address it is another hash
	Spellings  []uint64    `col:"spellings" doc:"keys of the hashes of how the address was typed"`
}

// rolePrefix is what tells the kind of a role address's hash from that of another's.
const rolePrefix = "role_"

// Key is the key of an identifier: a number, which is compared several times as fast as a
// kind and 64 hexadecimal digits. It has 64 bits, so that among a billion identifiers two
// have the same one with a chance of 1 in 37; a merge lets neither of two such link anybody
// (mixedSQL in package merge).
//
// A hash that is a role address's in one record has the same key in all, since it concerns
// all who carry it.
func Key(kind schema.Kind, value string) uint64 {
	var room [128]byte
	text := append(room[:0], strings.TrimPrefix(string(kind), rolePrefix)...)
	text = append(append(text, ':'), value...)
	sum := md5.Sum(text) //nolint:gosec // whoever can choose texts that have one key can choose one text
	return binary.LittleEndian.Uint64(sum[8:])
}

// spelledHashes are how many hashes of a spelling somebody may know.
const spelledHashes = 2

// appendSpelled appends the keys of the hashes of a spelling.
func appendSpelled(keys []uint64, spelling string) []uint64 {
	var room [64]byte
	text := []byte(spelling)
	long, short := sha256.Sum256(text), md5.Sum(text) //nolint:gosec // vendors know addresses by it
	keys = append(keys, Key(schema.EmailSHA256, string(hex.AppendEncode(room[:0], long[:]))))
	return append(keys, Key(schema.EmailMD5, string(hex.AppendEncode(room[:0], short[:]))))
}

// Keyed are the rows of the identifiers of one record. They follow those in rows.
func Keyed(rows []Identifier, identifiers []schema.Identifier) []Identifier {
	first := len(rows)
	for _, i := range identifiers {
		if i.Kind != schema.Spelling {
			rows = append(rows, Identifier{Source: i.Source, SourceID: i.SourceID, Kind: i.Kind, Value: i.Value, Key: Key(i.Kind, i.Value)})
		}
	}
	at := first
	for _, i := range identifiers {
		switch {
		case i.Kind == schema.Spelling:
			rows = spelled(rows, first, i)
			continue
		case i.Address != "":
			rows[at].AddressKey = addressKey(rows[first:], i.Address)
		}
		at++
	}
	return rows
}

// addressKey is the key of an address, mostly that of a row.
func addressKey(rows []Identifier, address string) uint64 {
	if mailbox := mailboxOf(rows, address); mailbox != nil {
		return mailbox.Key
	}
	return Key(schema.EmailSHA256, address)
}

// mailboxOf is the row of a mailbox, if there is one.
func mailboxOf(rows []Identifier, address string) *Identifier {
	for i := range rows {
		if r := &rows[i]; r.Value == address && (r.Kind == schema.EmailSHA256 || r.Kind == schema.RoleEmail) && r.AddressKey == 0 {
			return r
		}
	}
	return nil
}

// usualSpellings is how many spellings of an address are stored at most, mostly.
const usualSpellings = 4

// spelled notes a spelling beside its mailbox, among the rows from first on.
func spelled(rows []Identifier, first int, spelling schema.Identifier) []Identifier {
	mailbox := mailboxOf(rows[first:], spelling.Address)
	if mailbox == nil {
		rows = append(rows, Identifier{
			Source: spelling.Source, SourceID: spelling.SourceID, Kind: schema.Spelling, AddressKey: Key(schema.EmailSHA256, spelling.Address),
		})
		mailbox = &rows[len(rows)-1]
	}
	if mailbox.Spellings == nil {
		mailbox.Spellings = make([]uint64, 0, spelledHashes*usualSpellings)
	}
	mailbox.Spellings = appendSpelled(mailbox.Spellings, spelling.Value)
	return rows
}

// KeysSQL are the keys of a table of rows as in etl.identifiers, those of spellings, which
// have no value, among them.
func KeysSQL(table string) string {
	return `(SELECT source, source_id, kind, value, key, address_key FROM ` + table + ` WHERE key IS NOT NULL
		UNION ALL
		SELECT source, source_id, '` + string(schema.Spelling) + `', NULL, unnest(spellings), coalesce(address_key, key)
		FROM ` + table + ` WHERE spellings IS NOT NULL)`
}
