package bucket_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/johannesboyne/gofakes3/backend/s3mem"
	"github.com/stretchr/testify/require"

	"contactsync/internal/s3test"
	"contactsync/load/lake/bucket"
)

// s3 is a server of S3 in memory with a bucket "lake"; what it is asked passes through
// between, if that is set.
type s3 struct {
	*s3mem.Backend
	url     string
	between atomic.Pointer[func(next http.Handler, w http.ResponseWriter, r *http.Request)]
}

func newS3(t *testing.T) *s3 {
	t.Helper()
	backend, store := s3test.New(t)
	s := &s3{Backend: backend}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if between := s.between.Load(); between != nil {
			(*between)(store, w, r)
			return
		}
		store.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	s.url = server.URL
	return s
}

func (s *s3) location(prefix string) string { return s3test.Location(s.url, prefix) }

func open(t *testing.T, location string) *bucket.Bucket {
	t.Helper()
	b, err := bucket.Open(t.Context(), location)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, b.Close()) })
	return b
}

// everywhere runs a test on a folder and on S3.
func everywhere(t *testing.T, test func(t *testing.T, b *bucket.Bucket)) {
	t.Run("folder", func(t *testing.T) { test(t, open(t, filepath.Join(t.TempDir(), "not", "there yet"))) })
	t.Run("s3", func(t *testing.T) { test(t, open(t, newS3(t).location("deep/prefix"))) })
}

func keys(t *testing.T, b *bucket.Bucket, prefix, after string) []string {
	t.Helper()
	objects, err := b.List(t.Context(), prefix, after)
	require.NoError(t, err)
	found := []string{}
	for o, err := range objects {
		require.NoError(t, err)
		found = append(found, o.Key)
	}
	return found
}

func TestAnObjectIsReadAsItWasWritten(t *testing.T) {
	everywhere(t, func(t *testing.T, b *bucket.Bucket) {
		ctx := t.Context()
		_, err := b.Read(ctx, "states/1")
		require.ErrorIs(t, err, bucket.ErrNotExist)
		require.ErrorContains(t, err, "read ")
		require.Empty(t, keys(t, b, "", ""), "a place that is not there yet is empty")
		require.NoError(t, b.Delete(ctx, "states/1", "states/2"), "what is not there need not be removed")

		require.NoError(t, b.Write(ctx, "states/1", []byte("one")))
		require.NoError(t, b.Write(ctx, "states/1", []byte("two")))
		body, err := b.Read(ctx, "states/1")
		require.NoError(t, err)
		require.Equal(t, "two", string(body))
		require.NoError(t, b.Write(ctx, "states/empty", nil))
		body, err = b.Read(ctx, "states/empty")
		require.NoError(t, err)
		require.Empty(t, body)

		require.NoError(t, b.Delete(ctx, "states/1", "states/1"))
		_, err = b.Read(ctx, "states/1")
		require.ErrorIs(t, err, bucket.ErrNotExist)
		require.Equal(t, []string{"states/empty"}, keys(t, b, "", ""))
	})
}

func TestFilesAreUploadedAndDownloaded(t *testing.T) {
	everywhere(t, func(t *testing.T, b *bucket.Bucket) {
		ctx, dir := t.Context(), t.TempDir()
		content := strings.Repeat("0123456789abcdef", 20<<20/16) // in parts, on S3
		from, to := filepath.Join(dir, "from"), filepath.Join(dir, "to")
		require.NoError(t, os.WriteFile(from, []byte(content), 0o600))
		require.NoError(t, b.WriteFrom(ctx, "segments/a b+c/é.bin", from))
		require.NoError(t, b.ReadTo(ctx, "segments/a b+c/é.bin", to))
		got, err := os.ReadFile(to)
		require.NoError(t, err)
		require.True(t, content == string(got))

		require.ErrorIs(t, b.ReadTo(ctx, "segments/missing", to+"2"), bucket.ErrNotExist)
		require.NoFileExists(t, to+"2")
		require.ErrorIs(t, b.WriteFrom(ctx, "segments/x", from+"2"), os.ErrNotExist)
		require.Equal(t, []string{"segments/a b+c/é.bin"}, keys(t, b, "", ""))

		if path, local := b.Local("segments/a b+c/é.bin"); local {
			require.FileExists(t, path)
			require.Equal(t, "file://"+path, b.URL("segments/a b+c/é.bin"))
		} else {
			require.Equal(t, "s3a://lake/deep/prefix/segments/x", b.URL("segments/x"))
			require.Equal(t, "s3a://lake/deep/prefix", b.URL(""))
		}
		require.Equal(t, "s3://other/place/segments/x", b.SeenAs("s3://other/place/").URL("segments/x"))
		_, err = b.SeenAs("s3://other").Read(ctx, "segments/a b+c/é.bin")
		require.NoError(t, err, "it is the same place")
	})
}

func TestANewObjectNeverReplacesOne(t *testing.T) {
	everywhere(t, func(t *testing.T, b *bucket.Bucket) {
		require.NoError(t, b.WriteNew(t.Context(), "log/1", []byte("first")))
		err := b.WriteNew(t.Context(), "log/1", []byte("second"))
		require.ErrorIs(t, err, bucket.ErrExists)
		require.NotErrorIs(t, err, bucket.ErrNotExist)
		require.ErrorContains(t, err, "log/1: there is an object of this name already")
		body, err := b.Read(t.Context(), "log/1")
		require.NoError(t, err)
		require.Equal(t, "first", string(body))
		require.Equal(t, []string{"log/1"}, keys(t, b, "", ""))
		require.ErrorContains(t, b.WriteNew(t.Context(), "log/2", make([]byte, bucket.MaxNew+1)), "more than")
	})
}

func TestOfManyWritersOfANewObjectOneSucceeds(t *testing.T) {
	everywhere(t, func(t *testing.T, b *bucket.Bucket) {
		const writers, objects = 8, 60
		var won [objects]atomic.Int64
		var work sync.WaitGroup
		for w := range writers {
			work.Go(func() {
				for i := range objects {
					err := b.WriteNew(t.Context(), fmt.Sprintf("log/%03d", i), fmt.Append(nil, w))
					if err == nil {
						won[i].Add(1)
						continue
					}
					if !errorIs(err, bucket.ErrExists) {
						t.Error(err)
					}
				}
			})
		}
		work.Wait()
		for i := range won {
			require.EqualValues(t, 1, won[i].Load(), "object %d", i)
		}
		require.Len(t, keys(t, b, "", ""), objects)
	})
}

func TestAListingIsInTheOrderOfKeys(t *testing.T) {
	everywhere(t, func(t *testing.T, b *bucket.Bucket) {
		all := []string{"a-b", "a.b/c", "a/b", "a/b2", "a/c/d", "a0", "log/1", "log/2", "log/3", "é"}
		for _, key := range all {
			require.NoError(t, b.Write(t.Context(), key, []byte(key)))
		}
		require.Equal(t, all, keys(t, b, "", ""))
		require.Equal(t, all[2:5], keys(t, b, "a/", ""))
		require.Equal(t, all[2:4], keys(t, b, "a/b", ""))
		require.Equal(t, all[7:9], keys(t, b, "log/", "log/1"))
		require.Equal(t, all[8:9], keys(t, b, "log/", "log/2a"))
		require.Empty(t, keys(t, b, "log/", "log/3"))
		require.Empty(t, keys(t, b, "log/", "zzz"))
		require.Empty(t, keys(t, b, "none/", ""))
		require.Equal(t, all[6:], keys(t, b, "", "a0"))

		objects, err := b.List(t.Context(), "log/", "")
		require.NoError(t, err)
		for o, err := range objects {
			require.NoError(t, err)
			require.EqualValues(t, 5, o.Size)
			require.WithinDuration(t, time.Now(), o.Modified, time.Hour)
			break
		}
		_, err = b.List(t.Context(), "../", "")
		require.Error(t, err)
	})
}

func TestAListingOfManyPagesIsWhole(t *testing.T) {
	s := newS3(t)
	b := open(t, s.location("lake"))
	for i := range 2100 {
		_, err := s.PutObject("lake", fmt.Sprintf("lake/log/%05d", i), nil, strings.NewReader("x"), 1, nil)
		require.NoError(t, err)
	}
	require.Len(t, keys(t, b, "log/", ""), 2100)
	require.Len(t, keys(t, b, "log/", "log/00049"), 2050)
}

func TestKeysThatCouldLeadElsewhereAreRefused(t *testing.T) {
	everywhere(t, func(t *testing.T, b *bucket.Bucket) {
		for _, key := range []string{"", "/a", "a/", "a//b", "../a", "a/../b", "a/..", ".", "..", ".a", "a/.b", "a\\b", "a\x00b", "a\nb", "\xff",
			strings.Repeat("a", 1000)} {
			ctx := t.Context()
			_, err := b.Read(ctx, key)
			require.ErrorContains(t, err, "cannot be the key", "%q", key)
			require.ErrorContains(t, b.Write(ctx, key, nil), "cannot be the key", "%q", key)
			require.ErrorContains(t, b.WriteNew(ctx, key, nil), "cannot be the key", "%q", key)
			require.ErrorContains(t, b.WriteFrom(ctx, key, os.Args[0]), "cannot be the key", "%q", key)
			require.ErrorContains(t, b.ReadTo(ctx, key, filepath.Join(t.TempDir(), "x")), "cannot be the key", "%q", key)
			require.ErrorContains(t, b.Delete(ctx, "good", key), "cannot be the key", "%q", key)
			_, local := b.Local(key)
			require.False(t, local)
		}
	})
}

func TestAnEndedContextStopsEverything(t *testing.T) {
	everywhere(t, func(t *testing.T, b *bucket.Bucket) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		require.ErrorIs(t, b.Write(ctx, "a", []byte("a")), context.Canceled)
		require.ErrorIs(t, b.WriteNew(ctx, "a", []byte("a")), context.Canceled)
		require.ErrorIs(t, b.Delete(ctx, "a"), context.Canceled)
		require.Empty(t, keys(t, b, "", ""))
	})
}
