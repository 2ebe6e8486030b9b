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
	"path"
	"path/filepath"
	"strings"

	"contactsync/internal/crash"
	"contactsync/load/export/storage"

	"gocloud.dev/blob"
	"gocloud.dev/gcerrors"
)

// The objects of a prefix, and those beside it. Readers glob the prefix, so nothing but
// data lies there; what is ours lies in a folder of its own beside it.
const (
	manifestKey = "manifest.json" // names the current files
	latestKey   = "latest.sql"    // a query of them
	beside      = ".sync/"        // after the name of the prefix: the folder of ours
)

// bucket is a place in object storage: a prefix of a bucket.
type bucket struct {
	store   *storage.Place
	objects *blob.Bucket // keys count from the folder that the prefix lies in
	name    string       // of the prefix
	temp    string
	base    string // of the stage in temp
	keep    bool   // whether the files of the manifest before stay for its readers
}

func openBucket(ctx context.Context, s Spec) (*bucket, error) {
	store, err := storage.Parse(s.Path)
	if err != nil {
		return nil, err
	}
	objects, err := store.Open(ctx)
	if err != nil {
		return nil, err
	}
	return &bucket{
		store: store, objects: objects, name: path.Base(store.Prefix),
		temp: cmp.Or(s.TempDir, os.TempDir()), base: "sync-export-" + url.PathEscape(s.Name),
		keep: !s.Full && s.For == "", // a list remembers nobody longer than it says
	}, nil
}

func (b *bucket) close() error { return b.objects.Close() }

// own is the key of an object of ours.
func (b *bucket) own(name string) string { return b.name + beside + name }

// shown is the key by which readers find a data file.
func (b *bucket) shown(f file) string { return b.name + "/" + f.name() }

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
	m, err := b.manifest(ctx, b.own(""))
	if err != nil {
		return manifest{}, err
	}
	size := map[string]int64{}
	err = b.list(ctx, b.own("run-"), func(o *blob.ListObject) error {
		size[strings.TrimPrefix(o.Key, b.own(""))] = o.Size
		return nil
	})
	whole := func(f file) bool {
		n, found := size[f.Path]
		return found && n == f.Bytes
	}
	return m.intact(whole), err
}

// manifest is that of a folder; the zero one if there is none.
func (b *bucket) manifest(ctx context.Context, folder string) (manifest, error) {
	key := folder + manifestKey
	body, err := b.objects.ReadAll(ctx, key)
	if gcerrors.Code(err) == gcerrors.NotFound {
		return manifest{}, nil
	}
	if err != nil {
		return manifest{}, b.store.Failed("read "+key, err)
	}
	m, err := decodeManifest(body)
	if err != nil {
		return manifest{}, fmt.Errorf("%s: %w; move it away or choose another prefix", key, err)
	}
	return m, nil
}

// list calls do with every object whose key begins so.
func (b *bucket) list(ctx context.Context, prefix string, do func(*blob.ListObject) error) error {
	objects := b.objects.List(&blob.ListOptions{Prefix: prefix})
	for {
		o, err := objects.Next(ctx)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return b.store.Failed("list objects", err)
		}
		if err := do(o); err != nil {
			return err
		}
	}
}

// publish uploads the new files where no reader looks, names them in the manifest, and
// then lets readers of the prefix see them.
func (b *bucket) publish(ctx context.Context, st *stage, old, next manifest) error {
	if err := b.vacant(ctx, old, next); err != nil {
		return err
	}
	folder := newRun(next)
	for i, f := range next.Files {
		if held, found := old.holds(f); found {
			next.Files[i].Path = held.Path
			continue
		}
		if err := b.upload(ctx, st, &next.Files[i], folder+f.Path+copySuffix, next.Format); err != nil {
			return err
		}
	}
	if next.Known != nil {
		if err := b.upload(ctx, st, next.Known, folder+next.Known.Path, FormatParquet); err != nil {
			return err
		}
	}
	crash.At(crash.ExportUploaded)
	body, err := next.encode()
	if err != nil {
		return err
	}
	if err := b.put(ctx, manifestKey, body, "application/json"); err != nil {
		return err
	}
	crash.At(crash.ExportNamed)
	if err := b.settle(ctx, next); err != nil {
		return err
	}
	if !b.keep {
		old = manifest{}
	}
	return b.removeAllBut(ctx, next, old)
}

// put writes a small object of ours.
func (b *bucket) put(ctx context.Context, name string, body []byte, kind string) error {
	options := &blob.WriterOptions{ContentType: kind, CacheControl: "no-cache"}
	if err := b.objects.WriteAll(ctx, b.own(name), body, options); err != nil {
		return b.store.Failed("write "+b.own(name), err)
	}
	return nil
}

func (b *bucket) local(ctx context.Context, st *stage, f file) (string, error) {
	name := filepath.Join(st.path, "before-"+f.SHA256)
	out, err := os.Create(name)
	if err != nil {
		return "", err
	}
	err = b.objects.Download(ctx, b.own(f.Path), out, nil)
	if gcerrors.Code(err) == gcerrors.NotFound {
		return "", out.Close()
	}
	if err != nil {
		return "", errors.Join(b.store.Failed("read "+b.own(f.Path), err), out.Close())
	}
	if err := out.Close(); err != nil {
		return "", err
	}
	return f.intactAt(name)
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

// digestKey is the metadata by which it is told what an object holds: a store's own
// hash is another one after a copy.
const digestKey = "sha256"

// upload puts a staged file among the objects of ours.
func (b *bucket) upload(ctx context.Context, st *stage, f *file, name, format string) error {
	content, err := os.Open(filepath.Join(st.path, filepath.FromSlash(f.Path)))
	if err != nil {
		return err
	}
	defer content.Close()
	f.Path = name
	options := &blob.WriterOptions{ContentType: contentType[format], Metadata: map[string]string{digestKey: f.SHA256}}
	if err := b.objects.Upload(ctx, b.own(name), content, options); err != nil {
		return b.store.Failed("write "+b.own(name), err)
	}
	return nil
}

// delete removes an object, if it is there.
func (b *bucket) delete(ctx context.Context, key, which string) error {
	if err := b.objects.Delete(ctx, key); err != nil && gcerrors.Code(err) != gcerrors.NotFound {
		return b.store.Failed("remove "+key+which, err)
	}
	return nil
}
