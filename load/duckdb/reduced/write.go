package reduced

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"contactsync/load/duckdb/rowio"
	"contactsync/schema"
)

// Key makes pseudonyms of contact ids. It is drawn and stands in no file.
type Key struct{ secret string }

// NewKey draws a key.
func NewKey() Key {
	var random [32]byte
	_, _ = rand.Read(random[:]) // never fails
	return Key{hex.EncodeToString(random[:])}
}

// target is the catalog of the copy while it is written.
const target = "reduced_copy"

// Write makes the file at path, of the public columns of these tables. The warehouse is
// one that nothing was asked yet, since [console.Ask] locks its settings. What it leaves
// when it fails is no copy: remove it.
func Write(ctx context.Context, from rowio.Connector, tables []schema.TableInfo, key Key, path string) error {
	conn, err := from.Conn(ctx)
	if err != nil {
		return rowio.Short(err)
	}
	defer conn.Close()
	if err := write(ctx, conn, tables, key, path); err != nil {
		return fmt.Errorf("the copy without personal columns: %w", rowio.Short(err))
	}
	return nil
}

func write(ctx context.Context, conn *sql.Conn, tables []schema.TableInfo, key Key, path string) (err error) {
	if _, err := conn.ExecContext(ctx, fmt.Sprintf("ATTACH %s AS %s", rowio.QuoteText(path), target)); err != nil {
		return err
	}
	defer func() {
		_, detached := conn.ExecContext(context.WithoutCancel(ctx), "DETACH "+target)
		err = errors.Join(err, detached, os.Chmod(path, 0o600))
	}()
	statements := []string{"CREATE SCHEMA " + target + ".etl"}
	for _, t := range tables {
		statements = append(statements, copySQL(t, key), commentSQL("TABLE", t.Name, "A row is "+t.Doc))
		for _, c := range t.Columns {
			statements = append(statements, commentSQL("COLUMN", t.Name+"."+rowio.Quote(c.Name), c.Doc))
		}
	}
	for _, s := range statements {
		if _, err := conn.ExecContext(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

func commentSQL(kind, name, text string) string {
	return fmt.Sprintf("COMMENT ON %s %s IS %s", kind, within(name), rowio.QuoteText(text))
}

// within is the name of a table, or of its column, in the copy.
func within(name string) string {
	if strings.HasPrefix(name, "etl.") {
		return target + "." + name
	}
	return target + ".main." + name
}

// copySQL copies a table. Its rows are put into another order: the warehouse's may follow
// from an id or an address, and the place of a row would tell about it.
func copySQL(t schema.TableInfo, key Key) string {
	values, order := make([]string, len(t.Columns)), "ALL"
	for i, c := range t.Columns {
		values[i] = value(c, key) + " AS " + rowio.Quote(c.Name)
		if c.Name == "contact_id" {
			order = "contact_id"
		}
	}
	return fmt.Sprintf("CREATE TABLE %s AS SELECT * FROM (SELECT %s FROM %s) ORDER BY %s", within(t.Name), strings.Join(values, ", "), t.Name, order)
}

// idLength is how many hexadecimal digits a pseudonym has: as many as a contact id.
const idLength = 20

// What addresses a person in a text. A number has eight digits or more.
const (
	address = `@|linkedin\.com|twitter\.com|//x\.com`
	number  = `[0-9][0-9 ().+/-]{6,}[0-9]`
)

// free are the columns whose texts people write, in which a number is to be called. In
// others it may be a size, an id or a date.
var free = []string{"job_title", "company_name", "old_company", "new_company", "old_title", "new_title", "name", "city", "region"}

// value is the SQL of a column's values in the copy. A contact id is a hash of the
// vendor's key of a record, which may be a hash of an address: whoever has the address
// could make it, so that another takes its place.
func value(c schema.ColumnInfo, key Key) string {
	name := rowio.Quote(c.Name)
	switch {
	case c.Name == "contact_id" || c.Name == "into_contact_id":
		return fmt.Sprintf("'p_' || left(sha256(%s || %s), %d)", rowio.QuoteText(key.secret), name, idLength)
	case slices.Contains(free, c.Name):
		return without(name, address+"|"+number)
	case c.Type == schema.Text:
		return without(name, address)
	}
	return name
}

// without is a text, or NULL where it matches a pattern.
func without(name, pattern string) string {
	return fmt.Sprintf("CASE WHEN NOT regexp_matches(%[1]s, %[2]s, 'i') THEN %[1]s END", name, rowio.QuoteText(pattern))
}
