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
	Kind       schema.Kind `col:"kind"`
	Value      string      `col:"value"`
	Key        uint64      `col:"key"`
	AddressKey uint64      `col:"address_key"` // of the mailbox of whose address it is another hash
	Spellings  []uint64    `col:"spellings"`
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
	sum := md5.Sum(text) //nolint:gosec // who could choose texts with one key could choose one text
	return binary.LittleEndian.Uint64(sum[:])
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
		if i.Kind == schema.Spelling {
			continue
		}
		row := Identifier{Source: i.Source, SourceID: i.SourceID, Kind: i.Kind, Value: i.Value, Key: Key(i.Kind, i.Value)}
		if i.Address != "" {
			row.AddressKey = Key(schema.EmailSHA256, i.Address)
		}
		rows = append(rows, row)
	}
	for _, i := range identifiers {
		if i.Kind != schema.Spelling {
			continue
		}
		var mailbox *Identifier
		if mailbox, rows = mailboxOf(rows, first, i); mailbox.Spellings == nil {
			mailbox.Spellings = make([]uint64, 0, spelledHashes*usualSpellings)
		}
		mailbox.Spellings = appendSpelled(mailbox.Spellings, i.Value)
	}
	return rows
}

// usualSpellings is how many spellings of an address are stored at most, mostly.
const usualSpellings = 4

// mailboxOf finds the row beside which a spelling stands, among those from first on.
func mailboxOf(rows []Identifier, first int, spelling schema.Identifier) (*Identifier, []Identifier) {
	key := Key(schema.EmailSHA256, spelling.Address)
	for i := first; i < len(rows); i++ {
		if r := &rows[i]; r.Key == key && r.AddressKey == 0 || r.AddressKey == key && r.Kind == schema.Spelling {
			return r, rows
		}
	}
	rows = append(rows, Identifier{Source: spelling.Source, SourceID: spelling.SourceID, Kind: schema.Spelling, AddressKey: key})
	return &rows[len(rows)-1], rows
}

// KeysSQL are the keys of a table of rows as in etl.identifiers, those of spellings, which
// have no value, among them.
func KeysSQL(table string) string {
	return `(SELECT source, source_id, kind, value, key, address_key FROM ` + table + ` WHERE key IS NOT NULL
		UNION ALL
		SELECT source, source_id, '` + string(schema.Spelling) + `', NULL, unnest(spellings), coalesce(address_key, key)
		FROM ` + table + ` WHERE spellings IS NOT NULL)`
}
