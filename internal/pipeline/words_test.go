package pipeline

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestWhatIsDueIsToldInWords(t *testing.T) {
	const month = 30 * 24 * time.Hour
	for want, told := range map[string]string{
		"1 search":   toBuy(1, 1, month),
		"3 searches": toBuy(3, 3, month),
		"no search: the only one rests until refresh (30d) has passed":        toBuy(0, 1, month),
		"0 of 2 searches; they rest until refresh (30d) has passed":           toBuy(0, 2, month),
		"1 of 2 searches; the other rests until refresh (36h) has passed":     toBuy(1, 2, 36*time.Hour),
		"1 of 3 searches; the others rest until refresh (1h30m0s) has passed": toBuy(1, 3, 90*time.Minute),
	} {
		require.Equal(t, want, told)
	}
}
