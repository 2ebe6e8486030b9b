package bucket_test

import (
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"contactsync/internal/s3test"
	"contactsync/load/lake/bucket"
)

func errorIs(err, target error) bool { return errors.Is(err, target) }

func TestALocationIsABucketOrAFolder(t *testing.T) {
	dir := t.TempDir()
	for location, key := range map[string]string{
		dir:                       "file://" + dir + "/k",
		"file://" + dir:           "file://" + dir + "/k",
		"file://localhost" + dir:  "file://" + dir + "/k",
		"file://" + dir + "/a%20": "file://" + dir + "/a /k",
	} {
		require.Equal(t, key, open(t, location).URL("k"), location)
	}
	t.Chdir(dir)
	require.Equal(t, "file://"+dir+"/lake/k", open(t, "lake").URL("k"))
	require.Equal(t, "lake", open(t, "lake").String())

	require.NoError(t, os.WriteFile("file", nil, 0o600))
	for location, want := range map[string]string{
		"":                        "no bucket is named",
		"gs://bucket/x?token=abc": "gs://bucket/x is neither",
		"s3://bucket":             "names a bucket and no prefix",
		"s3://user@bucket/x":      "holds a user name",
		"file://host/x":           "not of the form file:///",
		"file://" + dir + "?x=y":  "not of the form file:///",
		"file":                    "this is a file",
		"s3://bucket/x?secret=v":  "a parameter that is not known",
	} {
		_, err := bucket.Open(t.Context(), location)
		require.ErrorContains(t, err, want, location)
		require.NotContains(t, err.Error(), "token")
		require.NotContains(t, err.Error(), "secret")
	}
}

func TestAnotherNameOfS3IsTheSamePlace(t *testing.T) {
	s := newS3(t)
	require.NoError(t, open(t, s.location("x")).Write(t.Context(), "k", []byte("v")))
	b := open(t, strings.Replace(s.location("x"), "s3://", "s3a://", 1))
	body, err := b.Read(t.Context(), "k")
	require.NoError(t, err)
	require.Equal(t, "v", string(body))
	require.Equal(t, "s3a://lake/x", b.String())
}

func TestAMissingBucketIsNotAMissingObject(t *testing.T) {
	s := newS3(t)
	b := open(t, strings.Replace(s.location("x"), "//lake", "//other", 1))
	_, err := b.Read(t.Context(), "k")
	require.NotErrorIs(t, err, bucket.ErrNotExist)
	require.ErrorContains(t, err, "object storage: bucket other: read x/k: there is no such bucket; create it, or correct path")
	require.ErrorContains(t, b.WriteNew(t.Context(), "k", nil), "no such bucket")
	require.NotContains(t, err.Error(), s3test.Secret)
}

func TestAnAnswerThatIsLostAfterAWriteLooksLikeAnothersObject(t *testing.T) {
	s := newS3(t)
	b := open(t, s.location("x"))
	var lost atomic.Bool
	breaks := func(next http.Handler, w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPut && lost.CompareAndSwap(false, true) {
			next.ServeHTTP(&discard{http.Header{}}, r)
			panic(http.ErrAbortHandler)
		}
		next.ServeHTTP(w, r)
	}
	s.between.Store(&breaks)
	require.ErrorIs(t, b.WriteNew(t.Context(), "log/1", []byte("ours")), bucket.ErrExists, "the client tried again by itself")
	body, err := b.Read(t.Context(), "log/1")
	require.NoError(t, err)
	require.Equal(t, "ours", string(body))
}

// discard is an answer that nobody gets.
type discard struct{ header http.Header }

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(p []byte) (int, error) { return len(p), nil }
func (d *discard) WriteHeader(int)             {}

func TestAConflictOfTwoRequestsIsTriedAgain(t *testing.T) {
	s := newS3(t)
	b := open(t, s.location("x"))
	var asked atomic.Int64
	busy := func(next http.Handler, w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPut && asked.Add(1) == 1 {
			io.Copy(io.Discard, r.Body)
			w.WriteHeader(http.StatusConflict)
			io.WriteString(w, `<Error><Code>ConditionalRequestConflict</Code><Message>m</Message></Error>`)
			return
		}
		next.ServeHTTP(w, r)
	}
	s.between.Store(&busy)
	require.NoError(t, b.WriteNew(t.Context(), "log/1", []byte("ours")))
	require.EqualValues(t, 2, asked.Load())
	bare := func(_ http.Handler, w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		w.WriteHeader(http.StatusPreconditionFailed)
	}
	s.between.Store(&bare)
	require.ErrorIs(t, b.WriteNew(t.Context(), "log/2", nil), bucket.ErrExists, "some stores say nothing but the status")
}

func TestADownloadThatBreaksOffLeavesNoFile(t *testing.T) {
	s := newS3(t)
	b := open(t, s.location("x"))
	require.NoError(t, b.Write(t.Context(), "k", make([]byte, 100_000)))
	breaks := func(next http.Handler, w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "100000")
		w.Write(make([]byte, 50_000))
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	}
	s.between.Store(&breaks)
	to := filepath.Join(t.TempDir(), "to")
	require.ErrorContains(t, b.ReadTo(t.Context(), "k", to), "read x/k: the answer broke off")
	require.NoFileExists(t, to)
	_, err := b.Read(t.Context(), "k")
	require.Error(t, err)
}

func TestWhatAKilledWriterLeftInAFolderIsNotSeenAndRemovedOnceItIsOld(t *testing.T) {
	dir := t.TempDir()
	b := open(t, dir)
	require.NoError(t, b.Write(t.Context(), "segments/1", []byte("1")))
	left := filepath.Join(dir, "segments", ".unfinished-123")
	require.NoError(t, os.WriteFile(left, []byte("somebody"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "segments", ".other"), nil, 0o600))
	require.Equal(t, []string{"segments/1"}, keys(t, b, "", ""))
	require.NoError(t, b.RemoveUnfinished(t.Context(), time.Now().Add(-time.Hour)))
	require.FileExists(t, left)
	require.NoError(t, b.RemoveUnfinished(t.Context(), time.Now().Add(time.Hour)))
	require.NoFileExists(t, left)
	require.FileExists(t, filepath.Join(dir, "segments", ".other"))
	require.Equal(t, []string{"segments/1"}, keys(t, b, "", ""))
}

func TestPartsOfAnUploadThatWasKilledAreRemovedOnceTheyAreOld(t *testing.T) {
	s := newS3(t)
	b := open(t, s.location("x"))
	from := filepath.Join(t.TempDir(), "from")
	require.NoError(t, os.WriteFile(from, make([]byte, 20<<20), 0o600))
	var begun, ended atomic.Int64
	breaks := func(next http.Handler, w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method == http.MethodPost && r.URL.Query().Has("uploads"):
			begun.Add(1)
		case r.Method == http.MethodPut && begun.Load() > 0, r.Method == http.MethodDelete && ended.Load() == 0:
			io.Copy(io.Discard, r.Body)
			w.WriteHeader(http.StatusForbidden) // the process is dead, and ends nothing
			return
		}
		next.ServeHTTP(w, r)
	}
	s.between.Store(&breaks)
	require.ErrorContains(t, b.WriteFrom(t.Context(), "segments/1", from), "access is denied")
	require.EqualValues(t, 1, begun.Load())
	require.Empty(t, keys(t, b, "", ""))
	aborted := func(next http.Handler, w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodDelete && r.URL.Query().Has("uploadId") {
			ended.Add(1)
		}
		next.ServeHTTP(w, r)
	}
	s.between.Store(&aborted)
	require.NoError(t, b.RemoveUnfinished(t.Context(), time.Now().Add(-time.Hour)))
	require.Zero(t, ended.Load())
	require.NoError(t, b.RemoveUnfinished(t.Context(), time.Now().Add(time.Hour)))
	require.EqualValues(t, 1, ended.Load())
	require.NoError(t, b.RemoveUnfinished(t.Context(), time.Now().Add(time.Hour)))
	require.EqualValues(t, 1, ended.Load())

	none := func(_ http.Handler, w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNotImplemented)
		io.WriteString(w, `<Error><Code>NotImplemented</Code></Error>`)
	}
	s.between.Store(&none)
	require.NoError(t, b.RemoveUnfinished(t.Context(), time.Now()))
}

func TestEmptiedFoldersGoAndNewObjectsStillFindTheirs(t *testing.T) {
	dir := t.TempDir()
	b := open(t, dir)
	require.NoError(t, b.Write(t.Context(), "scratch/run/a/1", nil))
	require.NoError(t, b.Write(t.Context(), "scratch/run/2", nil))
	require.NoError(t, b.Delete(t.Context(), "scratch/run/a/1"))
	require.NoDirExists(t, filepath.Join(dir, "scratch", "run", "a"))
	require.NoError(t, b.Delete(t.Context(), "scratch/run/2"))
	require.NoDirExists(t, filepath.Join(dir, "scratch", "run"))
	require.DirExists(t, filepath.Join(dir, "scratch"))
	require.NoError(t, b.Write(t.Context(), "scratch/run/a/1", nil))

	done := make(chan error)
	go func() {
		var err error
		for range 200 {
			err = errors.Join(err, b.Delete(t.Context(), "scratch/race/a/none"))
		}
		done <- err
	}()
	for range 200 {
		require.NoError(t, b.Write(t.Context(), "scratch/race/a/1", nil))
		require.NoError(t, b.Delete(t.Context(), "scratch/race/a/1"))
	}
	require.NoError(t, <-done)
}

func TestObjectsInAFolderAreForTheirOwner(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "lake")
	b := open(t, dir)
	require.NoError(t, b.Write(t.Context(), "segments/1", nil))
	require.NoError(t, b.WriteNew(t.Context(), "log/1", nil))
	for name, want := range map[string]os.FileMode{"": 0o700, "segments": 0o700, "segments/1": 0o600, "log/1": 0o600} {
		info, err := os.Stat(filepath.Join(dir, name))
		require.NoError(t, err)
		require.Equal(t, want, info.Mode().Perm(), name)
	}
}
