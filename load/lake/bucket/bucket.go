// Package bucket keeps objects in a bucket of S3, or what speaks like it, or in a folder,
// and both promise the same:
//
//   - an object is there whole or not at all, and once it is written it survives a power
//     cut: the folder syncs the file and every directory that leads to it;
//   - WriteNew writes where there is nothing yet, and of many that try at once, in however
//     many processes, one succeeds: If-None-Match on S3, link(2) in a folder;
//   - after a write every reading and listing shows it. S3 does so since 2020; a folder on
//     a network drive that caches names (NFS with its defaults) does not.
//
// A key is a relative path with slashes, such as "log/000000000001.json". A part of it that
// begins with a dot is refused: such names are those of files that are not finished.
package bucket

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"contactsync/load/export/storage"
)

// Bucket is a prefix of a bucket, or a folder. Many goroutines may use it at once.
type Bucket struct {
	store
	name  string // for people
	spark string // the URL of "", for Spark
	root  string // "" unless it is a folder
}

// Object is what a listing says of one.
type Object struct {
	Key      string
	Size     int64     // bytes
	Modified time.Time // by the clock of the store; S3 counts in seconds
}

// store is what a bucket and a folder do each in their own way. Keys are checked.
type store interface {
	open(ctx context.Context, key string) (io.ReadCloser, error)
	put(ctx context.Context, key string, content io.Reader) error
	putNew(ctx context.Context, key string, content []byte) error
	list(ctx context.Context, prefix, after string) iter.Seq2[Object, error]
	remove(ctx context.Context, keys []string) error
	removeUnfinished(ctx context.Context, before time.Time) error
	failed(what, key string, err error) error
	close() error
}

// Open opens a place: s3://bucket/prefix with the parameters that an export's path takes,
// or a folder, by its path or a file:// URL. It asks nothing of the store; a folder that is
// not there is made by the first write, for its owner alone.
func Open(ctx context.Context, location string) (*Bucket, error) {
	scheme, rest, isURL := strings.Cut(location, "://")
	switch {
	case location == "":
		return nil, errors.New("no bucket is named; it looks like s3://bucket/prefix, or is the path of a folder")
	case !isURL:
		return openFolder(location, location)
	case scheme == "s3" || scheme == "s3a":
		return openS3(ctx, storage.Display(location), "s3://"+rest)
	case scheme == "file":
		folder, err := folderOf(location)
		if err != nil {
			return nil, err
		}
		return openFolder(location, folder)
	}
	return nil, fmt.Errorf("%s is neither s3://bucket/prefix nor a folder", storage.Display(location))
}

// folderOf is the path that a file:// URL names.
func folderOf(location string) (string, error) {
	u, err := url.Parse(location)
	if err != nil || u.RawQuery != "" || u.Fragment != "" || u.User != nil || u.Host != "" && u.Host != "localhost" || u.Path == "" {
		return "", errors.New("the URL of the folder is not of the form file:///path/of/folder")
	}
	path := filepath.FromSlash(u.Path)
	if drive := strings.TrimPrefix(path, `\`); filepath.VolumeName(drive) != "" { // file:///C:/folder
		path = drive
	}
	return path, nil
}

// SeenAs is the same place for a Spark that reaches it by another URL than [Bucket.URL]
// would give: s3://bucket/prefix where that is how the cluster reads S3 (EMR), or the
// path at which a folder is mounted there.
func (b *Bucket) SeenAs(base string) *Bucket {
	seen := *b
	seen.spark = strings.TrimSuffix(base, "/")
	return &seen
}

// String is the place for people, without parameters.
func (b *Bucket) String() string { return b.name }

// URL is how Spark reads an object, or with a key of "" the whole place: s3a://bucket/key,
// since plain Spark knows no s3://, or file:///path/key, or what [Bucket.SeenAs] was given.
// It is not escaped: Hadoop takes the text of a path as it stands.
func (b *Bucket) URL(key string) string {
	if key == "" {
		return b.spark
	}
	return b.spark + "/" + key
}

// Local is the file that holds an object, which need not be there; false on S3. Whoever
// reads it leaves it as it is.
func (b *Bucket) Local(key string) (string, bool) {
	if b.root == "" || checkKey(key) != nil {
		return "", false
	}
	return filepath.Join(b.root, filepath.FromSlash(key)), true
}

// Close lets go of the client. Objects need no closing.
func (b *Bucket) Close() error { return b.close() }

// Read returns an object. The error is [ErrNotExist] if there is none.
func (b *Bucket) Read(ctx context.Context, key string) ([]byte, error) {
	in, err := b.reader(ctx, key)
	if err != nil {
		return nil, err
	}
	content, err := io.ReadAll(in)
	if err = errors.Join(err, in.Close()); err != nil {
		return nil, b.failed("read", key, err)
	}
	return content, nil
}

// ReadTo downloads an object into a file, in place of what is there, without a sync. After
// an error there is no file. The error is [ErrNotExist] if there is no object.
func (b *Bucket) ReadTo(ctx context.Context, key, path string) error {
	in, err := b.reader(ctx, key)
	if err != nil {
		return err
	}
	out, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return errors.Join(err, in.Close())
	}
	_, err = io.Copy(out, in)
	if err = errors.Join(err, in.Close(), out.Close()); err != nil {
		return errors.Join(b.failed("read", key, err), os.Remove(path))
	}
	return nil
}

func (b *Bucket) reader(ctx context.Context, key string) (io.ReadCloser, error) {
	if err := checkKey(key); err != nil {
		return nil, err
	}
	return b.open(ctx, key)
}

// Write puts an object, in place of one that is there.
func (b *Bucket) Write(ctx context.Context, key string, content []byte) error {
	if err := checkKey(key); err != nil {
		return err
	}
	return b.put(ctx, key, bytes.NewReader(content))
}

// WriteFrom uploads a file, in place of an object that is there. It holds some parts of
// 8 MiB in memory, never the whole.
func (b *Bucket) WriteFrom(ctx context.Context, key, path string) error {
	if err := checkKey(key); err != nil {
		return err
	}
	in, err := os.Open(filepath.Clean(path))
	if err != nil {
		return err
	}
	return errors.Join(b.put(ctx, key, in), in.Close())
}

// MaxNew is how many bytes WriteNew takes: what goes to S3 in one request, as larger
// objects go in parts.
const MaxNew = 15 << 20

// WriteNew puts an object where there is none, or fails with [ErrExists]. After any other
// error it may have been written, or may be written yet, for as long as a request is under
// way. ErrExists itself may be the answer to our own object: the client tries again when an
// answer is lost, and then finds what it wrote. Whoever must know reads it back.
func (b *Bucket) WriteNew(ctx context.Context, key string, content []byte) error {
	if err := checkKey(key); err != nil {
		return err
	}
	if len(content) > MaxNew {
		return fmt.Errorf("%s: %d bytes are more than the %d that can be written as a new object", key, len(content), MaxNew)
	}
	return b.putNew(ctx, key, content)
}

// List yields the objects whose keys begin with prefix and come after a key ("": all), in
// the order of their bytes. What comes or goes while it runs is yielded or not. After an
// error nothing more is yielded. Objects whose keys could not be ours are left out.
// (S3's directory buckets list in no order and are not for us.)
func (b *Bucket) List(ctx context.Context, prefix, after string) (iter.Seq2[Object, error], error) {
	if folder := strings.TrimSuffix(prefix, "/"); folder != "" {
		if err := checkKey(folder); err != nil {
			return nil, err
		}
	}
	return b.list(ctx, prefix, after), nil
}

// Delete removes objects; those that are not there are fine. After an error some are gone.
func (b *Bucket) Delete(ctx context.Context, keys ...string) error {
	for _, key := range keys {
		if err := checkKey(key); err != nil {
			return err
		}
	}
	return b.remove(ctx, keys)
}

// RemoveUnfinished removes what writers that were killed left of objects they had not
// finished, where it is older than a time: temporary files, or on S3 the parts of uploads,
// which no listing shows. A writer that is at it just then fails.
func (b *Bucket) RemoveUnfinished(ctx context.Context, before time.Time) error {
	return b.removeUnfinished(ctx, before)
}

// maxKey is what S3 takes, with some room for a prefix.
const maxKey = 900

func checkKey(key string) error {
	bad := func(r rune) bool { return unicode.IsControl(r) || r == '\\' }
	if key == "" || len(key) > maxKey || !utf8.ValidString(key) || strings.ContainsFunc(key, bad) ||
		!filepath.IsLocal(filepath.FromSlash(key)) {
		return fmt.Errorf("%.100q cannot be the key of an object", key)
	}
	for part := range strings.SplitSeq(key, "/") {
		if part == "" || part[0] == '.' {
			return fmt.Errorf("%.100q cannot be the key of an object: no part of it may be empty or begin with a dot", key)
		}
	}
	return nil
}
