//go:build duckdb_arrow

package layout_test

import (
	"crypto/md5"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"testing"

	"contactsync/load/duckdb/layout"
	"contactsync/schema"

	_ "github.com/duckdb/duckdb-go/v2"
	"github.com/stretchr/testify/require"
)

// A program that computed other keys than its SQL does would find nobody.
func TestKeysAreThoseOfTheSQL(t *testing.T) {
	db, err := sql.Open("duckdb", "")
	require.NoError(t, err)
	defer db.Close()
	for _, i := range []schema.Identifier{
		{Kind: schema.LinkedIn, Value: "ann-lee"}, {Kind: schema.RoleEmail, Value: sha256Of("info@acme.example")},
		{Kind: schema.EmailSHA256, Value: sha256Of("ann@acme.example")}, {Kind: schema.Phone, Value: "+12025550101"},
		{Kind: schema.TwitterHandle, Value: "Ünï"}, {Kind: schema.SSID, Value: fmt.Sprintf("%0300d", 1)},
	} {
		var key uint64
		require.NoError(t, db.QueryRowContext(t.Context(), "SELECT "+layout.IdentifierKeySQL("t")+" FROM (SELECT $1 AS kind, $2 AS value) t", string(i.Kind), i.Value).Scan(&key))
		require.Equal(t, key, layout.Key(i.Kind, i.Value), i.Kind)
	}
	require.Equal(t, layout.Key(schema.EmailMD5, "a"), layout.Key(schema.RoleEmailMD5, "a"))
}

func TestSpellingsStandBesideTheirMailbox(t *testing.T) {
	ann, bob := sha256Of("ann@acme.example"), sha256Of("bob@acme.example")
	of := func(kind schema.Kind, value, address string) schema.Identifier {
		return schema.Identifier{Source: schema.Toofr, SourceID: "1", Kind: kind, Value: value, Address: address}
	}
	rows := layout.Keyed([]layout.Identifier{{SourceID: "0", Kind: schema.EmailSHA256, Value: ann}}, []schema.Identifier{
		of(schema.EmailMD5, md5Of("ann@acme.example"), ann), of(schema.EmailSHA256, ann, ""),
		of(schema.Spelling, "ANN@acme.example", ann), of(schema.Spelling, "Ann@acme.example", ann), of(schema.Spelling, "Bob@acme.example", bob),
	})
	require.Len(t, rows, 4)
	key := func(address string) uint64 { return layout.Key(schema.EmailSHA256, sha256Of(address)) }
	other := func(address string) uint64 { return layout.Key(schema.EmailMD5, md5Of(address)) }
	require.Empty(t, rows[0].Spellings, "of another record")
	require.Equal(t, key("ann@acme.example"), rows[1].AddressKey)
	require.Zero(t, rows[2].AddressKey)
	require.Equal(t, []uint64{key("ANN@acme.example"), other("ANN@acme.example"), key("Ann@acme.example"), other("Ann@acme.example")}, rows[2].Spellings)
	require.Equal(t, layout.Identifier{
		Source: schema.Toofr, SourceID: "1", Kind: schema.Spelling, AddressKey: key("bob@acme.example"),
		Spellings: []uint64{key("Bob@acme.example"), other("Bob@acme.example")},
	}, rows[3], "without a mailbox")
}

func sha256Of(text string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(text))) }

func md5Of(text string) string { return fmt.Sprintf("%x", md5.Sum([]byte(text))) }

func BenchmarkKeyed(b *testing.B) {
	var ids []schema.Identifier
	for n := range 2 {
		address := fmt.Sprintf("ann.%d@acme.example", n)
		ids = append(ids, schema.Identifier{Kind: schema.EmailMD5, Value: md5Of(address), Address: sha256Of(address)},
			schema.Identifier{Kind: schema.EmailSHA256, Value: sha256Of(address)},
			schema.Identifier{Kind: schema.Phone, Value: "+12025550101"},
			schema.Identifier{Kind: schema.Spelling, Value: "Ann." + address, Address: sha256Of(address)},
			schema.Identifier{Kind: schema.Spelling, Value: "ANN." + address, Address: sha256Of(address)})
	}
	rows := make([]layout.Identifier, 0, len(ids))
	for b.Loop() {
		rows = layout.Keyed(rows[:0], ids)
	}
}
