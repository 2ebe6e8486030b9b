package export

import (
	"context"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"contactsync/internal/crash"
	"contactsync/load/export/lists"

	"gocloud.dev/blob"
	"gocloud.dev/gcerrors"
)

// What readers of a prefix see changes by one request, which stores do whole or not at
// all: a snapshot is one object that is written over, and an increment one object more.
// So no export in object storage has folders. Each object is a copy, made within the
// store, of one that stays as it is beside the prefix, for those who read by the manifest.

// largestCopy is the most that S3 copies in one request.
const largestCopy = 5 << 30

// dataKey matches the data objects of a prefix.
var dataKey = regexp.MustCompile(`^(data(-\d{6,})?\.(parquet|csv|ndjson)|(whole|added|removed)\.csv)$`)

// settle makes what readers see that which a manifest says: after an upload, and where a
// crash came between the two.
func (b *bucket) settle(ctx context.Context, m manifest) error {
	seen, err := b.data(ctx)
	if err != nil {
		return err
	}
	if err := b.latest(ctx, m); err != nil {
		return err
	}
	for _, f := range m.Files {
		key := b.shown(f)
		same, err := b.shows(ctx, f, seen)
		if err != nil {
			return err
		}
		if delete(seen, key); same {
			continue
		}
		if err := b.show(ctx, f); err != nil {
			return err
		}
	}
	crash.At(crash.ExportShown)
	for key := range seen {
		if err := b.delete(ctx, key, " of an older export (the new one is in place)"); err != nil {
			return err
		}
	}
	return nil
}

// data are the data objects that readers see now, with their sizes.
func (b *bucket) data(ctx context.Context) (map[string]int64, error) {
	seen := map[string]int64{}
	err := b.list(ctx, b.name+"/", func(o *blob.ListObject) error {
		if dataKey.MatchString(strings.TrimPrefix(o.Key, b.name+"/")) {
			seen[o.Key] = o.Size
		}
		return nil
	})
	return seen, err
}

// shows reports whether readers see this file. What is added to an export is never
// written over, so its size will do.
func (b *bucket) shows(ctx context.Context, f file, seen map[string]int64) (bool, error) {
	key := b.shown(f)
	if size, found := seen[key]; !found || size != f.Bytes || strings.HasPrefix(path.Base(key), "data-") {
		return found && size == f.Bytes, nil
	}
	held, err := b.objects.Attributes(ctx, key)
	if gcerrors.Code(err) == gcerrors.NotFound {
		return false, nil
	}
	if err != nil {
		return false, b.store.Failed("look at "+key, err)
	}
	return held.Metadata[digestKey] == f.SHA256, nil
}

// show copies a file to where readers look for it, in one step.
func (b *bucket) show(ctx context.Context, f file) error {
	key, from := b.shown(f), b.own(f.Path)
	if f.Bytes <= largestCopy {
		if err := b.objects.Copy(ctx, key, from, nil); err != nil {
			return b.store.Failed("write "+key, err)
		}
		return nil
	}
	r, err := b.objects.NewReader(ctx, from, nil)
	if err != nil {
		return b.store.Failed("read "+from, err)
	}
	defer r.Close()
	options := &blob.WriterOptions{ContentType: r.ContentType(), Metadata: map[string]string{digestKey: f.SHA256}}
	if err := b.objects.Upload(ctx, key, r, options); err != nil {
		return b.store.Failed("write "+key, err)
	}
	return nil
}

// vacant refuses to write over an object that no export wrote.
func (b *bucket) vacant(ctx context.Context, old, next manifest) error {
	if old.Layout > 0 {
		return nil
	}
	seen, err := b.data(ctx)
	if err != nil {
		return err
	}
	for _, f := range next.Files {
		if _, found := seen[b.shown(f)]; found {
			const why = "s3://%s/%s holds %q, which no export wrote; move it away or choose another prefix"
			return fmt.Errorf(why, b.store.Bucket, b.store.Prefix, f.name())
		}
	}
	return nil
}

// latestQueries read the files of a manifest, by format.
var latestQueries = map[string]string{
	FormatParquet: "SELECT * FROM read_parquet([%s], union_by_name = true);",
	FormatCSV:     "SELECT * FROM read_csv([%s], header = true, union_by_name = true);",
	FormatNDJSON:  "SELECT * FROM read_json([%s], format = 'newline_delimited', union_by_name = true);",
}

// latest writes the query of a manifest's files, unless it is there.
func (b *bucket) latest(ctx context.Context, m manifest) error {
	var rows int64
	var names []string
	for _, f := range m.Files {
		if name := f.name(); name == lists.Added || name == lists.Removed {
			continue // the query is one of the whole list
		}
		rows += f.Rows
		names = append(names, "\n  "+literal("s3://"+path.Join(b.store.Bucket, path.Dir(b.store.Prefix), b.own(f.Path))))
	}
	body := fmt.Appendf(nil, "-- %s of %s, %d rows. These files stay until the export after the next one that brings news.\n"+
		latestQueries[m.Format]+"\n", m.Export, m.ExportedAt.Format("2006-01-02T15:04:05Z"), rows, strings.Join(names, ",")+"\n")
	held, err := b.objects.ReadAll(ctx, b.own(latestKey))
	switch {
	case err == nil && slices.Equal(held, body):
		return nil
	case err != nil && gcerrors.Code(err) != gcerrors.NotFound:
		return b.store.Failed("read "+b.own(latestKey), err)
	}
	return b.put(ctx, latestKey, body, "application/sql")
}

// removeAllBut removes what neither manifest names: older generations, what crashed
// runs uploaded, and what older versions of sync kept within the prefix.
func (b *bucket) removeAllBut(ctx context.Context, manifests ...manifest) error {
	named := map[string]bool{}
	for _, m := range manifests {
		for _, path := range m.paths() {
			named[b.own(path)] = true
		}
	}
	for _, folder := range []string{b.own(""), b.name + "/"} {
		err := b.list(ctx, folder+"run-", func(o *blob.ListObject) error {
			if named[o.Key] || !run.MatchString(strings.TrimPrefix(o.Key, folder)) {
				return nil
			}
			return b.delete(ctx, o.Key, " of an older export (the new one is in place)")
		})
		if err != nil {
			return err
		}
	}
	if had, err := b.former(ctx); err != nil || !had {
		return err
	}
	return b.delete(ctx, b.name+"/"+manifestKey, " of an older version of sync")
}

// former reports whether an older version of sync wrote to the prefix: its manifest lies
// in it, and one that cannot be read is somebody else's.
func (b *bucket) former(ctx context.Context) (bool, error) {
	body, err := b.objects.ReadAll(ctx, b.name+"/"+manifestKey)
	if gcerrors.Code(err) == gcerrors.NotFound {
		return false, nil
	}
	if err != nil {
		return false, b.store.Failed("read "+b.name+"/"+manifestKey, err)
	}
	_, err = decodeManifest(body)
	return err == nil, nil
}
