package export

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"contactsync/load/export/hive"
)

// maxPartitions is where partition_by is more likely a mistake than a wish.
const maxPartitions = 10_000

// extract writes the files that are new since old into dir and describes the
// whole export; known is the file of old.Known. Everything is read in one
// transaction, so all files show the same state of the warehouse.
func extract(
	ctx context.Context, conn *sql.Conn, s Spec, dir string, old manifest, known string, at time.Time,
) (next manifest, err error) {
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return manifest{}, queryFailed(ctx, err)
	}
	// Nothing to commit: the rollback drops the temporary table, if there is one.
	defer func() {
		if e := tx.Rollback(); err == nil && !errors.Is(e, sql.ErrTxDone) {
			err = e
		}
	}()
	r, err := relate(ctx, tx, s)
	if err != nil {
		return manifest{}, err
	}
	next = manifest{
		Layout: layout, Export: s.Name, Mode: s.Mode, Format: s.Format,
		Definition: definition(s, r.columns), ExportedAt: at.UTC(),
	}
	if s.Mode == ModeIncremental {
		return r.increment(ctx, dir, old, next, known)
	}
	all, err := r.split(ctx, "true", nil)
	if err != nil {
		return next, err
	}
	next.Shortened = all.shortened
	next.Files, err = r.write(ctx, dir, all, "data."+s.Format)
	return next, err
}

// parts are the rows that satisfy a condition, divided into partitions.
type parts struct {
	condition  string
	partitions []hive.Partition // none: the export has no partitions
	shortened  []hive.Shortened
}

// write writes parts, one file of the given name for each partition.
func (r *relation) write(ctx context.Context, dir string, p *parts, name string) ([]file, error) {
	if len(p.partitions) == 0 {
		query := fmt.Sprintf("SELECT %s FROM (SELECT * FROM %s WHERE %s ORDER BY %s)", r.values(), r.from, p.condition, r.order())
		f, err := r.copy(ctx, query, dir, name)
		return []file{f}, err
	}
	var files []file
	for _, one := range p.partitions {
		query := fmt.Sprintf("SELECT %s FROM sync_export_rows WHERE sync_export_partition = %s", r.values(), literal(one.Key))
		f, err := r.copy(ctx, query, dir, path.Join(one.Folder, name))
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	return files, nil
}

// split divides the rows that satisfy a condition; held are the folders of files that
// stay. The rows go sorted into a temporary table, since DuckDB's own PARTITION_BY would
// write a file per thread and in no fixed order.
func (r *relation) split(ctx context.Context, condition string, held []string) (*parts, error) {
	p := &parts{condition: condition}
	if len(r.spec.PartitionBy) == 0 {
		return p, nil
	}
	_, err := r.tx.ExecContext(ctx, fmt.Sprintf(`CREATE OR REPLACE TEMP TABLE sync_export_rows AS
		SELECT *, %s AS sync_export_partition FROM %s WHERE %s ORDER BY sync_export_partition, %s`, r.key(), r.from, condition, r.order()))
	if err != nil {
		return nil, queryFailed(ctx, err)
	}
	var keys []string
	err = r.each(ctx, "SELECT DISTINCT sync_export_partition FROM sync_export_rows ORDER BY 1", func(rows *sql.Rows) error {
		var key string
		err := rows.Scan(&key)
		keys = append(keys, key)
		return err
	})
	switch {
	case err != nil:
		return nil, err
	case len(keys) > maxPartitions:
		return nil, fmt.Errorf("partition_by gives %d partitions, more than %d; choose columns with fewer values", len(keys), maxPartitions)
	case len(keys) == 0: // one file without rows, so that its columns can be read
		keys = []string{strings.Repeat(hive.Null+"/", len(r.spec.PartitionBy)-1) + hive.Null}
	}
	p.partitions, p.shortened = hive.Folders(r.partitionNames(), keys, held)
	return p, nil
}

// options of COPY, by format. A row group is 60 of DuckDB's vectors.
var options = map[string]string{
	FormatParquet: "FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880",
	FormatCSV:     "FORMAT csv, HEADER true",
	FormatNDJSON:  "FORMAT json, ARRAY false",
}

// copy writes the rows of a query to one data file.
func (r *relation) copy(ctx context.Context, query, dir, name string) (file, error) {
	return r.copyAs(ctx, query, dir, name, options[r.spec.Format])
}

func (r *relation) copyAs(ctx context.Context, query, dir, name, options string) (file, error) {
	target := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(target), 0o777); err != nil {
		return file{}, err
	}
	done, err := r.tx.ExecContext(ctx, fmt.Sprintf("COPY (%s) TO %s (%s, USE_TMP_FILE false)", query, literal(target), options))
	if err != nil {
		return file{}, queryFailed(ctx, err)
	}
	f := file{Path: name}
	if f.Rows, err = done.RowsAffected(); err != nil {
		return file{}, queryFailed(ctx, err)
	}
	f.Bytes, f.SHA256, err = digest(target)
	return f, err
}

func digest(name string) (size int64, sum string, err error) {
	f, err := os.Open(name)
	if err != nil {
		return 0, "", err
	}
	defer f.Close()
	h := sha256.New()
	if size, err = io.Copy(h, f); err != nil {
		return 0, "", err
	}
	return size, hex.EncodeToString(h.Sum(nil)), nil
}
