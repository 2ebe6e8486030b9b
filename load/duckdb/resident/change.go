package resident

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"contactsync/load/duckdb/rowio"
)

// Change is how a table of the lake has to change, as Parquet files: first the rows go that
// have one of these values, then those of these keys, and then these rows come. A row that
// differs is gone and comes.
type Change struct {
	Table     Table
	Dropped   string // values of the columns DroppedBy; "": none
	DroppedBy []string
	Gone      string // keys; "": none
	Come      string // whole rows; "": none
	GoneRows  int64
	ComeRows  int64
}

// Changes writes how what is here differs from what was fetched, into files of a folder. Rows
// are the same if their hashes are: of ten million rows two have the same with a chance of
// one in 400,000.
func (r *Rows) Changes(ctx context.Context) (list []Change, err error) {
	for _, t := range Tables() {
		c := Change{Table: t}
		if by := r.dropped[t.Name]; by != nil {
			if c.Dropped, _, err = r.write(ctx, t, "dropped", t.columns(toLake, by...), t.drops()); err != nil {
				return nil, err
			}
			c.DroppedBy = by
		}
		if !r.known[t.Name] { // nothing was fetched
			c.Come, c.ComeRows, err = r.write(ctx, t, "come", t.columns(toLake), t.Name)
		} else {
			err = r.compare(ctx, &c)
		}
		if err != nil {
			return nil, err
		}
		if c.Dropped != "" || c.GoneRows+c.ComeRows > 0 {
			list = append(list, c)
		}
	}
	return list, nil
}

func (r *Rows) compare(ctx context.Context, c *Change) (err error) {
	t := c.Table
	if err := r.exec(ctx, "CREATE OR REPLACE TEMP TABLE resident_now AS SELECT t.rowid AS place, hash(t) AS h FROM "+t.Name+" t"); err != nil {
		return err
	}
	if c.Gone, c.GoneRows, err = r.write(ctx, t, "gone", t.columns(toLake, t.Key...), "(FROM "+t.registry()+" ANTI JOIN resident_now USING (h))"); err != nil {
		return err
	}
	c.Come, c.ComeRows, err = r.write(ctx, t, "come", t.columns(toLake), fmt.Sprintf(
		"(FROM %s t WHERE t.rowid IN (SELECT n.place FROM resident_now n ANTI JOIN %s USING (h)))", t.Name, t.registry()))
	if err != nil {
		return err
	}
	return r.exec(ctx, "DROP TABLE resident_now")
}

// write writes the rows of a query into a file, if there are any.
func (r *Rows) write(ctx context.Context, t Table, what, columns, from string) (file string, rows int64, err error) {
	if err := r.tx.QueryRowContext(ctx, "SELECT count(*) FROM "+from).Scan(&rows); err != nil || rows == 0 {
		return "", rows, err
	}
	file = filepath.Join(r.dir, strings.ReplaceAll(t.Name, ".", "_")+"."+what+".parquet")
	return file, rows, r.exec(ctx, fmt.Sprintf("COPY (SELECT %s FROM %s) TO %s (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE %d)",
		columns, from, rowio.QuoteText(file), rowGroup))
}

// rowGroup is how many rows are held while they are written: records have 2.5 KB and more.
const rowGroup = 10_240

// Clear empties the tables: what the step has left of them is the lake's.
func (r *Rows) Clear(ctx context.Context) error {
	for _, t := range Tables() {
		if err := r.exec(ctx, "DELETE FROM "+t.Name); err != nil {
			return err
		}
		if err := r.exec(ctx, "DROP TABLE IF EXISTS "+t.registry()); err != nil {
			return err
		}
	}
	for table := range r.dropped {
		if err := r.exec(ctx, "DROP TABLE IF EXISTS "+TableOf(table).drops()); err != nil {
			return err
		}
	}
	for asked := range r.asked {
		if err := r.exec(ctx, "DROP TABLE IF EXISTS "+asked); err != nil {
			return err
		}
	}
	return nil
}
