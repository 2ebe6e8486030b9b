package export

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"contactsync/load/export/storage"
)

// Row is a row of an export as its files hold it.
type Row struct {
	ContactID, Source, SourceID string // as far as it has such columns
	Text                        string // all of it, the name of its file included
}

// Found is what a search of an export found.
type Found struct {
	Path      string // without the parameters of a URL
	WrittenAt time.Time
	Rows      int64 // that matched
}

// Search reads the files that readers of an export see now, older ones of an incremental
// one included, and counts the rows that match. It changes nothing; conn may be read-only.
// What has not been written yet has no rows and no time.
func Search(ctx context.Context, conn *sql.Conn, s Spec, match func(Row) bool) (Found, error) {
	found := Found{Path: storage.Display(s.Path)}
	err := s.complete()
	if err == nil {
		err = s.search(ctx, conn, &found, match)
	}
	if err != nil {
		return found, fmt.Errorf("export %s: %w", s.Name, err)
	}
	return found, nil
}

func (s *Spec) search(ctx context.Context, conn *sql.Conn, found *Found, match func(Row) bool) error {
	m, names, done, err := s.files(ctx)
	if err != nil {
		return err
	}
	defer done()
	if found.WrittenAt = m.ExportedAt; len(names) == 0 {
		return nil
	}
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = literal(name)
	}
	rows, err := conn.QueryContext(ctx, fmt.Sprintf(readers[s.Format], strings.Join(quoted, ", ")))
	if err != nil {
		return fmt.Errorf("its files cannot be read: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var id, source, sourceID sql.NullString
		r := Row{}
		if err := rows.Scan(&id, &source, &sourceID, &r.Text); err != nil {
			return err
		}
		if r.ContactID, r.Source, r.SourceID = id.String, source.String, sourceID.String; match(r) {
			found.Rows++
		}
	}
	return rows.Err()
}

// readers are, by format, queries of the columns of a [Row], of a list of files.
var readers = map[string]string{
	FormatParquet: rowOf + "to_json(t) AS j FROM read_parquet([%s], union_by_name = true, " +
		"hive_partitioning = false, filename = true) t)",
	FormatCSV: rowOf + "to_json(t) AS j FROM read_csv([%s], header = true, all_varchar = true, union_by_name = true, " +
		"hive_partitioning = false, filename = true) t)",
	FormatNDJSON: rowOf + "json_merge_patch(json, to_json({filename: filename})) AS j FROM read_ndjson_objects([%s], filename = true))",
}

const rowOf = "SELECT j->>'contact_id', j->>'source', j->>'source_id', j::VARCHAR FROM (SELECT "

// files are the files of an export on this machine, and what is to be done with them after
// use: those of a bucket are fetched.
func (s *Spec) files(ctx context.Context) (m manifest, names []string, done func(), err error) {
	done = func() {}
	if !isURL(s.Path) {
		path, err := resolve(s.Path)
		if err != nil {
			return m, nil, done, err
		}
		d := &directory{path: path}
		found, err := d.standing()
		for _, f := range found.manifest.Files {
			names = append(names, d.at(f))
		}
		return found.manifest, names, done, err
	}
	b, err := openBucket(ctx, *s)
	if err != nil {
		return m, nil, done, err
	}
	defer func() { err = errors.Join(err, b.close()) }()
	folder := b.own("")
	if m, err = b.current(ctx); err == nil && m.Layout == 0 { // perhaps an older version's
		folder = b.name + "/"
		m, err = b.manifest(ctx, folder)
	}
	if err != nil {
		return m, nil, done, err
	}
	dir, err := os.MkdirTemp("", "sync-export-")
	if err != nil {
		return m, nil, done, err
	}
	done = func() { _ = os.RemoveAll(dir) } // a folder of our own
	for i, f := range m.Files {
		if !filepath.IsLocal(f.Path) {
			done()
			return m, nil, func() {}, fmt.Errorf("%s names a file outside of it", manifestKey)
		}
		name := filepath.Join(dir, fmt.Sprint(i), f.Path) // partitions are in it
		if err := b.fetch(ctx, folder+f.Path, name); err != nil {
			done()
			return m, nil, func() {}, err
		}
		names = append(names, name)
	}
	return m, names, done, nil
}

// fetch copies an object into a file that only its owner may read.
func (b *bucket) fetch(ctx context.Context, key, name string) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return err
	}
	r, err := b.objects.NewReader(ctx, key, nil)
	if err != nil {
		return b.store.Failed("read "+key, err)
	}
	defer r.Close()
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, r)
	return errors.Join(err, f.Close())
}
