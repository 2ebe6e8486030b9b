package export

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"

	"gocloud.dev/blob"
	"gocloud.dev/gcerrors"
)

// manifestKey is the object that names the current files.
const manifestKey = "manifest.json"

// bucket is a place in object storage: a prefix of a bucket.
type bucket struct {
	store   *storage
	objects *blob.Bucket // keys count from the prefix
	temp    string
	base    string // of the stage in temp
	keep    bool   // whether the files of the manifest before stay for its readers
}

func openBucket(ctx context.Context, s Spec) (*bucket, error) {
	store, err := parseStorage(s.Path)
	if err != nil {
		return nil, err
	}
	objects, err := store.open(ctx)
	if err != nil {
		return nil, err
	}
	return &bucket{store, objects, cmp.Or(s.TempDir, os.TempDir()), "sync-export-" + url.PathEscape(s.Name), !s.Full}, nil
}

func (b *bucket) close() error { return b.objects.Close() }

// stage is a private directory: what waits for its upload is not for others to read.
func (b *bucket) stage() (*stage, error) {
	if err := os.MkdirAll(b.temp, 0o700); err != nil {
		return nil, err
	}
	// In a shared temporary directory a busy namesake may be another project's.
	if err := clearLeftovers(b.temp, b.base); err != nil && !errors.Is(err, errBusy) {
		return nil, err
	}
	return newStage(b.temp, b.base, 0o700)
}

func (b *bucket) current(ctx context.Context) (manifest, error) {
	body, err := b.objects.ReadAll(ctx, manifestKey)
	if gcerrors.Code(err) == gcerrors.NotFound {
		return manifest{}, nil
	}
	if err != nil {
		return manifest{}, b.store.failed("read "+manifestKey, err)
	}
	m, err := decodeManifest(body)
	if err != nil {
		return manifest{}, fmt.Errorf("%s: %w; move it away or choose another prefix", manifestKey, err)
	}
	size := map[string]int64{}
	err = b.list(ctx, func(o *blob.ListObject) error {
		size[o.Key] = o.Size
		return nil
	})
	return m.intact(size), err
}

// list calls do with every object that a run of ours wrote.
func (b *bucket) list(ctx context.Context, do func(*blob.ListObject) error) error {
	objects := b.objects.List(&blob.ListOptions{Prefix: "run-"})
	for {
		o, err := objects.Next(ctx)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return b.store.failed("list objects", err)
		}
		if !run.MatchString(o.Key) {
			continue
		}
		if err := do(o); err != nil {
			return err
		}
	}
}

func (b *bucket) publish(ctx context.Context, st *stage, old, next manifest) error {
	folder := newRun(next)
	for i, f := range next.Files {
		if held, found := old.holds(f); found {
			next.Files[i].Path = held.Path
			continue
		}
		if err := b.upload(ctx, st, &next.Files[i], folder, next.Format); err != nil {
			return err
		}
	}
	if next.Known != nil {
		if err := b.upload(ctx, st, next.Known, folder, FormatParquet); err != nil {
			return err
		}
	}
	body, err := next.encode()
	if err != nil {
		return err
	}
	options := &blob.WriterOptions{ContentType: "application/json", CacheControl: "no-cache"}
	if err := b.objects.WriteAll(ctx, manifestKey, body, options); err != nil {
		return b.store.failed("write "+manifestKey, err)
	}
	if !b.keep {
		old = manifest{}
	}
	return b.removeAllBut(ctx, next, old)
}

func (b *bucket) known(ctx context.Context, st *stage, old manifest) (string, error) {
	if old.Known == nil {
		return "", nil
	}
	f, err := os.Create(filepath.Join(st.path, "known-before"))
	if err != nil {
		return "", err
	}
	err = b.objects.Download(ctx, old.Known.Path, f, nil)
	if gcerrors.Code(err) == gcerrors.NotFound {
		return "", f.Close()
	}
	if err != nil {
		return "", errors.Join(b.store.failed("read "+old.Known.Path, err), f.Close())
	}
	if err := f.Close(); err != nil {
		return "", err
	}
	return old.Known.intactAt(f.Name())
}

// newRun is the folder of a run, new each time even within a second.
func newRun(m manifest) string {
	random := make([]byte, 4)
	rand.Read(random)
	return "run-" + m.ExportedAt.UTC().Format("20060102T150405Z") + "-" + hex.EncodeToString(random) + "/"
}

var contentType = map[string]string{
	FormatParquet: "application/vnd.apache.parquet",
	FormatCSV:     "text/csv; charset=utf-8",
	FormatNDJSON:  "application/x-ndjson",
}

// upload puts a staged file into the folder of this run.
func (b *bucket) upload(ctx context.Context, st *stage, f *file, folder, format string) error {
	content, err := os.Open(filepath.Join(st.path, filepath.FromSlash(f.Path)))
	if err != nil {
		return err
	}
	defer content.Close()
	f.Path = folder + f.Path
	if err := b.objects.Upload(ctx, f.Path, content, &blob.WriterOptions{ContentType: contentType[format]}); err != nil {
		return b.store.failed("write "+f.Path, err)
	}
	return nil
}

// removeAllBut removes what neither manifest names: older generations, and what
// crashed runs uploaded.
func (b *bucket) removeAllBut(ctx context.Context, manifests ...manifest) error {
	named := map[string]bool{}
	for _, m := range manifests {
		for _, path := range m.paths() {
			named[path] = true
		}
	}
	return b.list(ctx, func(o *blob.ListObject) error {
		if named[o.Key] {
			return nil
		}
		return b.delete(ctx, o.Key, " of an older export (the new one is in place)")
	})
}

// delete removes an object, if it is there.
func (b *bucket) delete(ctx context.Context, key, which string) error {
	if err := b.objects.Delete(ctx, key); err != nil && gcerrors.Code(err) != gcerrors.NotFound {
		return b.store.failed("remove "+key+which, err)
	}
	return nil
}
