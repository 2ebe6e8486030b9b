package spill

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// Whatever is set, in memory or in the file, the map answers as Go's does.
func TestAMapThatSpillsAnswersAsAnyOther(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		dir, err := os.MkdirTemp(t.TempDir(), "")
		require.NoError(rt, err)
		m := New(dir, rapid.IntRange(1, 100).Draw(rt, "held"))
		defer m.Close()
		want, groups := map[uint64]Value{}, map[uint64]bool{}
		// Few groups and few members, so that keys come again and groups have several.
		key := rapid.Custom(func(rt *rapid.T) uint64 {
			return Key(rapid.Uint64Range(0, 1<<9).Draw(rt, "group")<<rapid.IntRange(memberBits, 55).Draw(rt, "shift"), rapid.Uint64Range(0, 3).Draw(rt, "member"))
		})
		for i := range rapid.IntRange(0, 700).Draw(rt, "sets") {
			k, v := key.Draw(rt, "key"), Value{uint64(i), uint64(i) << 40}
			require.NoError(rt, m.Set(k, v))
			want[k], groups[groupOf(k)] = v, true
		}
		for k, v := range want {
			got, found, err := m.Get(k)
			require.NoError(rt, err)
			require.True(rt, found)
			require.Equal(rt, v, got)
		}
		for range 100 {
			k := key.Draw(rt, "asked")
			_, found, err := m.Get(k)
			require.NoError(rt, err)
			_, there := want[k]
			require.Equal(rt, there, found)
			found, err = m.HasGroup(k)
			require.NoError(rt, err)
			require.Equal(rt, groups[groupOf(k)], found)
		}
	})
}

func TestWhatIsSpilledIsGoneWithTheProcess(t *testing.T) {
	dir := t.TempDir()
	m := New(dir, 10)
	for i := range uint64(1000) {
		require.NoError(t, m.Set(i, Value{}))
	}
	require.Empty(t, m.recent)
	require.Less(t, len(m.files), 8, "files are merged as they come to the size of others")
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, entries, "its file has no name")
	require.NoError(t, m.Close())
}

func TestAFolderThatTakesNoFileIsAnError(t *testing.T) {
	m := New(t.TempDir()+"/none", 1)
	require.ErrorContains(t, m.Set(1, Value{}), "a file for what does not fit into memory")
}

func hashOf(i uint64) uint64 { return i * 0x9E3779B97F4A7C15 }

// BenchmarkSet sets so many keys that files are merged again and again.
func BenchmarkSet(b *testing.B) {
	m := New(b.TempDir(), Held)
	defer m.Close()
	for i := range uint64(b.N) {
		if err := m.Set(hashOf(i), Value{A: i}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkGet(b *testing.B) {
	m := New(b.TempDir(), Held)
	defer m.Close()
	const n = 1 << 20
	for i := range uint64(n) {
		require.NoError(b, m.Set(hashOf(i), Value{A: i}))
	}
	b.ResetTimer()
	for i := range b.N {
		if _, found, err := m.Get(hashOf(uint64(i) % n)); err != nil || !found {
			b.Fatal(found, err)
		}
	}
}
