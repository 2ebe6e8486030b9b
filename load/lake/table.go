package lake

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"contactsync/load/lake/connect"
	"contactsync/load/lake/view"
	"contactsync/schema"
)

// types are the columns' types as Spark has them.
var types = map[schema.Type]string{
	schema.Text: "STRING", schema.TextList: "ARRAY<STRING>", schema.JSON: "STRING", schema.Time: "TIMESTAMP", schema.Day: "DATE",
	schema.Flag: "BOOLEAN", schema.Integer: "BIGINT", schema.Number: "DOUBLE", schema.Hash: "BIGINT", schema.HashList: "ARRAY<BIGINT>",
}

// properties of the tables: a change writes the rows that came and the positions of those
// that went, instead of whole files anew; and the metadata of files hold no values, of
// which an erasure would have to clean them.
const properties = "'format-version'='3', " +
	"'write.delete.mode'='merge-on-read', 'write.merge.mode'='merge-on-read', 'write.update.mode'='merge-on-read', " +
	"'write.parquet.compression-codec'='zstd', 'write.distribution-mode'='none', 'write.delete.granularity'='file', " +
	"'write.metadata.metrics.default'='counts'"

// name is a table without its catalog.
func (l *Lake) name(table string) string {
	return connect.Quote(l.Namespace) + "." + connect.Quote(view.Name(table))
}

// full is a table as statements name it.
func (l *Lake) full(table string) string { return connect.Quote(l.Catalog) + "." + l.name(table) }

func tableNames() []string {
	names := make([]string, len(tables))
	for i, t := range tables {
		names[i] = t.Name
	}
	return names
}

func quoteAll(names []string, prefix string) string {
	list := make([]string, len(names))
	for i, n := range names {
		list[i] = prefix + connect.Quote(n)
	}
	return strings.Join(list, ", ")
}

func columnsOf(t schema.TableInfo) (names []string) {
	for _, c := range t.Columns {
		names = append(names, c.Name)
	}
	return names
}

// preparedKey is the object with the digest of the statements by which the tables and views
// were made.
const preparedKey = "prepared"

// prepare makes the tables and the views, and adds the columns that a newer program has.
func (l *Lake) prepare(ctx context.Context) error {
	all := view.Books()
	for _, t := range tables {
		all = append(all, t.TableInfo)
	}
	statements := view.Statements(l.Catalog, l.Namespace)
	for _, t := range all {
		statements = append(statements, l.createSQL(t))
	}
	sum := sha256.Sum256([]byte(strings.Join(statements, ";")))
	digest := hex.EncodeToString(sum[:])
	if before, err := l.bucket.Read(ctx, preparedKey); err == nil && string(before) == digest {
		return nil
	}
	if err := l.exec(ctx, "CREATE NAMESPACE IF NOT EXISTS "+connect.Quote(l.Catalog)+"."+connect.Quote(l.Namespace)); err != nil {
		return err
	}
	there, err := l.query(ctx, fmt.Sprintf("SHOW TABLES IN %s.%s", connect.Quote(l.Catalog), connect.Quote(l.Namespace)))
	if err != nil {
		return err
	}
	begun := len(there.Values) > 0
	if err := l.each(ctx, len(all), func(ctx context.Context, i int) error { return l.makeTable(ctx, all[i], begun) }); err != nil {
		return err
	}
	if begun {
		if err := l.ownTables(ctx); err != nil {
			return err
		}
	}
	spark, err := l.Spark(ctx)
	if err != nil {
		return err
	}
	if err := view.Create(ctx, spark, l.Catalog, l.Namespace); err != nil {
		if _, none := errors.AsType[*view.UnsupportedError](err); !none {
			return l.dropped(spark, err)
		}
		l.Warn(err.Error() + "; analysts find the tables only")
	}
	return l.bucket.Write(ctx, preparedKey, []byte(digest))
}

func (l *Lake) createSQL(t schema.TableInfo) string {
	columns := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		columns[i] = columnSQL(c)
	}
	return fmt.Sprintf("CREATE TABLE IF NOT EXISTS %s (%s) USING iceberg TBLPROPERTIES (%s)",
		l.full(t.Name), strings.Join(columns, ", "), properties)
}

func columnSQL(c schema.ColumnInfo) string {
	column := connect.Quote(c.Name) + " " + types[c.Type]
	if c.Doc != "" {
		column += " COMMENT " + connect.QuoteText(c.Doc)
	}
	return column
}

// makeTable makes a table, or adds what one lacks that may be there.
func (l *Lake) makeTable(ctx context.Context, t schema.TableInfo, maybe bool) error {
	if err := l.exec(ctx, l.createSQL(t)); err != nil || !maybe {
		return err
	}
	there, err := l.query(ctx, "SELECT * FROM "+l.full(t.Name)+" LIMIT 0")
	if err != nil {
		return err
	}
	var missing []string
	for _, c := range t.Columns {
		if !slices.Contains(there.Columns, c.Name) {
			missing = append(missing, columnSQL(c))
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return l.exec(ctx, fmt.Sprintf("ALTER TABLE %s ADD COLUMNS (%s)", l.full(t.Name), strings.Join(missing, ", ")))
}

// ownTables refuses tables that have rows of another warehouse, or of this one whose bucket was
// lost: a log that knows nothing of them would add to them.
func (l *Lake) ownTables(ctx context.Context) error {
	if len(l.state.Publish) > 0 {
		return nil
	}
	refs, err := l.refs(ctx, tableNames()...)
	if err != nil {
		return err
	}
	for table, of := range refs {
		if of["main"] != 0 {
			return fmt.Errorf("table %s has rows of which the log in %s knows nothing: it is another warehouse's, or this one's "+
				"whose bucket was lost; set another warehouse.namespace, or drop the tables of this one", l.full(table), l.bucket)
		}
	}
	return nil
}
