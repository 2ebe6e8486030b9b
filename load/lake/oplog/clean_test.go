package oplog_test

import (
	"fmt"
	"math"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"contactsync/load/lake/bucket"
	"contactsync/load/lake/oplog"
)

// later is a clock at which every lease of c has run out.
func later(c *clock) *clock {
	ahead := newClock()
	ahead.now = c.Now().Add(time.Hour)
	return ahead
}

// anyAge is a time after that of all objects.
func anyAge() time.Time { return time.Now().Add(time.Hour) }

func put(t *testing.T, b *bucket.Bucket, names ...string) {
	t.Helper()
	for _, key := range names {
		require.NoError(t, b.Write(t.Context(), key, []byte(key)))
	}
}

func TestAfterAStateWhatItCoversIsRemovedAtOnce(t *testing.T) {
	everywhere(t, func(t *testing.T, b *bucket.Bucket) {
		w := take(t, b, newClock())
		batch(t, w, b, "a")
		n := batch(t, w, b, "b")
		state(t, w, b, "1", oplog.Segment{N: n, Key: "segments/b"})
		put(t, b, "segments/coming")
		removed, err := w.RemoveSuperseded(t.Context())
		require.NoError(t, err)
		require.Equal(t, 1, removed)
		require.Equal(t, []string{"segments/b", "segments/coming"}, keys(t, b, "segments/"))
		batch(t, w, b, "c")
		state(t, w, b, "2")
		removed, err = w.RemoveSuperseded(t.Context())
		require.NoError(t, err)
		require.Equal(t, 3, removed)
		require.Equal(t, []string{"segments/coming"}, keys(t, b, "segments/"))
		require.Equal(t, []string{"states/2"}, keys(t, b, "states/"))
		removed, err = w.RemoveSuperseded(t.Context())
		require.NoError(t, err)
		require.Zero(t, removed)
	})
}

func TestAStateThatMissedABatchIsNotStored(t *testing.T) {
	b := open(t, t.TempDir())
	w := take(t, b, newClock())
	seen := w.Log().Last()
	batch(t, w, b, "a")
	_, err := w.Append(t.Context(), oplog.Entry{N: seen + 1, Kind: oplog.State, State: "states/1"})
	require.ErrorIs(t, err, oplog.ErrOutdated)
	n, err := w.Append(t.Context(), oplog.Entry{N: seen + 2, Kind: oplog.State, State: "states/1"})
	require.NoError(t, err, "that does no harm to the writer")
	require.Equal(t, seen+2, n)
}

func TestAnEntryThatCannotBeIsNotWrittenAndHarmsNobody(t *testing.T) {
	b := open(t, t.TempDir())
	w := take(t, b, newClock())
	for _, e := range []oplog.Entry{
		{Kind: oplog.Lease}, {Kind: oplog.Batch}, {Kind: oplog.State}, {Kind: "x"}, {},
		{Kind: oplog.Batch, Segment: "segments/" + strings.Repeat("x", bucket.MaxNew)},
	} {
		_, err := w.Append(t.Context(), e)
		require.Error(t, err)
	}
	batch(t, w, b, "a")
	require.EqualValues(t, 2, read(t, b).Last())
}

func TestOrphansAreWhatNoLiveEntryNamesOnceTheyAreOld(t *testing.T) {
	everywhere(t, func(t *testing.T, b *bucket.Bucket) {
		w := take(t, b, newClock())
		batch(t, w, b, "a")
		n := batch(t, w, b, "b")
		state(t, w, b, "1", oplog.Segment{N: n, Key: "segments/b"})
		batch(t, w, b, "c")
		put(t, b, "segments/lost", "states/lost", "scratch/x/1", "other/kept")
		want := []string{"segments/a", "segments/lost", "states/lost", "scratch/x/1"}

		young, err := oplog.Orphans(t.Context(), b, time.Now().Add(-oplog.OrphanAge))
		require.NoError(t, err)
		require.Empty(t, young)
		removed, err := w.RemoveOrphans(t.Context(), time.Now().Add(-oplog.OrphanAge))
		require.NoError(t, err)
		require.Zero(t, removed)
		old, err := oplog.Orphans(t.Context(), b, anyAge())
		require.NoError(t, err)
		found := []string{}
		for _, o := range old {
			found = append(found, o.Key)
		}
		require.Equal(t, want, found)
		removed, err = w.RemoveOrphans(t.Context(), anyAge())
		require.NoError(t, err)
		require.Equal(t, len(want), removed)
		require.Equal(t, []string{"segments/b", "segments/c"}, keys(t, b, "segments/"))
		require.Equal(t, []string{"other/kept"}, keys(t, b, "other/"))
	})
}

func TestAnErasureLeavesOnlyWhatIsLiveOrKept(t *testing.T) {
	everywhere(t, func(t *testing.T, b *bucket.Bucket) {
		w := take(t, b, newClock())
		batch(t, w, b, "a")
		state(t, w, b, "1")
		batch(t, w, b, "c")
		put(t, b, "segments/young", "states/young", "scratch/1", "scratch/2")
		removed, err := w.RemoveAllBut(t.Context(), "scratch/2")
		require.NoError(t, err)
		require.Equal(t, 4, removed)
		require.Equal(t, []string{"segments/c"}, keys(t, b, "segments/"))
		require.Equal(t, []string{"states/1"}, keys(t, b, "states/"))
		require.Equal(t, []string{"scratch/2"}, keys(t, b, "scratch/"))
		require.Len(t, keys(t, b, "log/"), 4)
		batch(t, w, b, "d")
	})
}

func TestPruningLeavesTheLastStateAndWhatIsYoung(t *testing.T) {
	everywhere(t, func(t *testing.T, b *bucket.Bucket) {
		w := take(t, b, newClock())
		batch(t, w, b, "a")
		removed, err := w.Prune(t.Context(), math.MaxInt64, anyAge())
		require.NoError(t, err)
		require.Zero(t, removed, "without a state all is needed")
		state(t, w, b, "1")
		batch(t, w, b, "b")
		last := state(t, w, b, "2")
		batch(t, w, b, "c")
		want := read(t, b)
		removed, err = w.Prune(t.Context(), math.MaxInt64, time.Now().Add(-oplog.EntryAge))
		require.NoError(t, err)
		require.Zero(t, removed)
		removed, err = w.Prune(t.Context(), 3, anyAge())
		require.NoError(t, err)
		require.Equal(t, 2, removed)
		removed, err = w.Prune(t.Context(), math.MaxInt64, anyAge())
		require.NoError(t, err)
		require.EqualValues(t, last-3, removed)
		for _, head := range []string{"1", "2", fmt.Sprint(last), "x"} {
			put(t, b, "scratch/x")
			require.NoError(t, b.Write(t.Context(), "head", []byte(head)))
			require.Equal(t, want, read(t, b))
		}
	})
}

func TestAZombieThatWakesBelowAPrunedLogIsLostAndHarmsNothing(t *testing.T) {
	everywhere(t, func(t *testing.T, b *bucket.Bucket) {
		c := newClock()
		zombie := take(t, b, c)
		batch(t, zombie, b, "a")
		w := take(t, b, later(c))
		batch(t, w, b, "b")
		state(t, w, b, "1", oplog.Segment{N: 2, Key: "segments/a"})
		batch(t, w, b, "c")
		_, err := w.Prune(t.Context(), math.MaxInt64, anyAge())
		require.NoError(t, err)
		want := read(t, b)

		put(t, b, "states/zombie")
		_, err = zombie.Append(t.Context(), oplog.Entry{Kind: oplog.State, State: "states/zombie"})
		requireLost(t, err)
		for _, remove := range []func() (int, error){
			func() (int, error) { return zombie.RemoveAllBut(t.Context()) },
			func() (int, error) { return zombie.RemoveOrphans(t.Context(), anyAge()) },
			func() (int, error) { return zombie.Prune(t.Context(), math.MaxInt64, anyAge()) },
		} {
			_, err := remove()
			requireLost(t, err)
		}
		removed, err := zombie.RemoveSuperseded(t.Context())
		require.NoError(t, err)
		require.Zero(t, removed)
		require.Equal(t, want, read(t, b))
		require.NoError(t, b.Write(t.Context(), "head", []byte("3")), "an old head leads to the zombie's entry")
		require.Equal(t, want, read(t, b))
		require.NoError(t, b.Delete(t.Context(), "head"))
		require.Equal(t, want, read(t, b))
		for _, key := range want.Live() {
			_, err := b.Read(t.Context(), key)
			require.NoError(t, err)
		}
		require.NoError(t, zombie.Release(t.Context()))
		require.EqualValues(t, want.Last()+1, batch(t, w, b, "d"), "the lease is not the zombie's to release")
	})
}

// Who wakes below a pruned log may do so between the two requests of a reader: that of the
// listing, and that of the entry which was the last one by it.
func TestAReaderIsNotTakenInByAZombie(t *testing.T) {
	for _, what := range []oplog.Entry{{Kind: oplog.Batch, Segment: "segments/zombie"}, {Kind: oplog.State, State: "states/zombie"}} {
		t.Run(string(what.Kind), func(t *testing.T) {
			var meanwhile atomic.Pointer[func()]
			location := s3(t, func(next http.Handler, w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "/log/000000000002.json") {
					if do := meanwhile.Swap(nil); do != nil {
						(*do)()
					}
				}
				next.ServeHTTP(w, r)
			})
			b, c := open(t, location), newClock()
			zombie := take(t, b, c)
			w := take(t, b, later(c))
			wake := func() {
				state(t, w, b, "1")
				_, err := w.Prune(t.Context(), math.MaxInt64, anyAge())
				require.NoError(t, err)
				put(t, b, what.Segment+what.State)
				_, err = zombie.Append(t.Context(), what)
				requireLost(t, err)
				require.Contains(t, keys(t, b, "log/"), "log/000000000002.json", "the zombie's entry stands")
			}
			meanwhile.Store(&wake)
			l := read(t, b)
			require.Nil(t, meanwhile.Load())
			require.Equal(t, []string{"states/1"}, l.Live())
		})
	}
}

func TestWhoIsOvertakenWhileItRemovesLeavesItsSuccessorsObjects(t *testing.T) {
	for _, listing := range []string{"segments/", "scratch/", "log/"} {
		t.Run(listing, func(t *testing.T) {
			var takeOver atomic.Pointer[func()]
			b := open(t, s3(t, func(next http.Handler, w http.ResponseWriter, r *http.Request) {
				next.ServeHTTP(w, r)
				if r.URL.Query().Get("prefix") == "warehouse/"+listing {
					if do := takeOver.Swap(nil); do != nil {
						(*do)()
					}
				}
			}))
			c := newClock()
			first := take(t, b, c)
			batch(t, first, b, "a")
			put(t, b, "segments/orphan")
			overtake := func() {
				second := take(t, b, later(c))
				batch(t, second, b, "successor")
				put(t, b, "segments/successor-unnamed", "scratch/successor")
			}
			takeOver.Store(&overtake)
			_, err := first.RemoveAllBut(t.Context())
			if listing == "log/" { // it held the log when it looked
				require.NoError(t, err)
			} else {
				requireLost(t, err)
			}
			require.Subset(t, keys(t, b, ""), []string{"segments/a", "segments/successor", "segments/successor-unnamed", "scratch/successor"})
		})
	}
}

func TestALogWithAHoleIsDamaged(t *testing.T) {
	everywhere(t, func(t *testing.T, b *bucket.Bucket) {
		w := take(t, b, newClock())
		batch(t, w, b, "a")
		batch(t, w, b, "b")
		require.NoError(t, b.Delete(t.Context(), "log/000000000002.json"))
		_, err := oplog.Read(t.Context(), b)
		var damaged *oplog.DamagedError
		require.ErrorAs(t, err, &damaged)
		require.ErrorIs(t, err, bucket.ErrNotExist)
		require.Equal(t, "log/000000000002.json", damaged.Key)

		require.NoError(t, b.Write(t.Context(), "log/000000000002.json", []byte(`{"format":1,"n":2`)))
		_, err = oplog.Read(t.Context(), b)
		require.ErrorContains(t, err, "entry log/000000000002.json of its log is damaged: it is not JSON")
		require.NoError(t, b.Write(t.Context(), "log/000000000002.json", []byte(`{"format":9}`)))
		_, err = oplog.Take(t.Context(), b, oplog.Terms{})
		require.ErrorContains(t, err, "a newer sync wrote log/000000000002.json (format 9; this one knows 1): update sync")
		put(t, b, "log/notes.txt", "log/9.json")
		_, err = oplog.Read(t.Context(), b)
		require.ErrorContains(t, err, "000000000002", "what is no entry is passed over")
	})
}
