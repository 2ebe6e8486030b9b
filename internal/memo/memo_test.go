package memo_test

import (
	"strconv"
	"strings"
	"sync"
	"testing"

	"contactsync/internal/memo"

	"github.com/stretchr/testify/require"
)

func TestWhatComesAgainIsMadeOnce(t *testing.T) {
	made := 0
	m := memo.New(8, func(s string) string { made++; return strings.ToUpper(s) })
	for range 3 {
		require.Equal(t, "A", m.Of("a"))
		require.Equal(t, "A", m.OfBytes([]byte("a")))
	}
	require.Equal(t, 1, made)
	long := strings.Repeat("a", memo.LongestText+1)
	require.Len(t, m.Of(long), len(long))
	require.Len(t, m.OfBytes([]byte(long)), len(long))
	require.Equal(t, 3, made, "long texts are not kept")
}

func TestAMemoryThatIsTooSmallIsStillRight(t *testing.T) {
	m := memo.New(4, func(s string) int { n, _ := strconv.Atoi(s); return n })
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for n := range 1_000 {
				if got := m.Of(strconv.Itoa(n)); got != n {
					t.Errorf("%d is taken for %d", n, got)
				}
			}
		})
	}
	all.Wait()
}

func TestTextsThatArePutTogetherComeApartAgain(t *testing.T) {
	for _, texts := range [][]string{{"a"}, {""}, {"a", ""}, {"", "a", "", "b"}} {
		text, ok := memo.Join(nil, texts...)
		require.True(t, ok)
		require.Equal(t, texts, memo.Parts(string(text)))
	}
	_, ok := memo.Join(nil, "a\x00b", "c")
	require.False(t, ok)
	_, ok = memo.Join(nil, "a", strings.Repeat("b", memo.LongestText-1))
	require.False(t, ok)
}
