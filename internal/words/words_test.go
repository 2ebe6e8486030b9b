package words

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestCountsAgreeWithTheirNouns(t *testing.T) {
	require.Equal(t, "0 people", Counted(0, "person", "people"))
	require.Equal(t, "1 person", Counted(1, "person", "people"))
	require.Equal(t, "2000 people", Counted(int64(2000), "person", "people"))
	require.Equal(t, "searches", Noun(0, "search", "searches"))
}

func TestDurationsAreToldExactlyOrRoughly(t *testing.T) {
	const hour = time.Hour
	for d, want := range map[time.Duration][2]string{
		0:                               {"0s", "0 s"},
		1500 * time.Millisecond:         {"1.5s", "1 s"},
		time.Minute:                     {"1m0s", "1 min"},
		59*time.Minute + 59*time.Second: {"59m59s", "59 min"},
		hour:                            {"1h", "1 h"},
		90 * time.Minute:                {"1h30m0s", "1 h"},
		day:                             {"1d", "24 h"},
		36 * hour:                       {"36h", "36 h"},
		2 * day:                         {"2d", "2 days"},
		2*day + time.Hour:               {"49h", "2 days"},
		30 * day:                        {"30d", "30 days"},
		-hour:                           {"-1h0m0s", "-3600 s"},
	} {
		require.Equal(t, want[0], Exact(d))
		require.Equal(t, want[1], Rough(d))
	}
}
