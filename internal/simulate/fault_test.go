package simulate

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"contactsync/internal/simulate/apitest"
)

func TestTransientFaultsByName(t *testing.T) {
	c := start(t, Options{Warmup: -1, SlowLatency: time.Nanosecond})
	path := "/api/v1/audiences?page=1&websites=" + Catalog().Websites[0]
	for _, f := range Faults() {
		if f.Lasting() {
			continue
		}
		t.Run(string(f), func(t *testing.T) {
			before := c.sim.Credits()
			response, body, err := c.at(Toofr).Meet(f, http.MethodGet, path, "")
			charged := before - c.sim.Credits()
			requests := c.sim.Log()
			require.Equal(t, f, requests[len(requests)-1].Fault)
			switch f {
			case Reset, LostAnswer, Truncated:
				require.Error(t, err)
			case Slow:
				require.NoError(t, err)
				require.True(t, json.Valid(body))
			case HTML, BadGateway:
				require.NoError(t, err)
				require.Contains(t, response.Header.Get("Content-Type"), "text/html")
				require.Contains(t, string(body), "<html>")
			default:
				require.NoError(t, err)
				require.True(t, json.Valid(body))
			}
			want := map[Fault]int{RateLimit: 429, RateLimitSeconds: 429, RateLimitDate: 429, RateLimitReset: 429, InternalError: 500,
				BadGateway: 502, Unavailable: 503, HTML: 200, Slow: 200}
			if status, answers := want[f]; answers {
				require.Equal(t, status, response.StatusCode)
			}
			if f == Slow || f == LostAnswer {
				require.Equal(t, 10, charged)
			} else {
				require.Zero(t, charged)
			}
		})
	}
}

func TestRateLimitsSayWhenToComeBack(t *testing.T) {
	c := start(t, Options{})
	advice := func(f Fault) http.Header {
		response, _, err := c.at(AudienceLab).Meet(f, http.MethodGet, "/pixels", "")
		require.NoError(t, err)
		return response.Header
	}
	require.Empty(t, advice(RateLimit).Get("Retry-After"))
	require.Equal(t, "1", advice(RateLimitSeconds).Get("Retry-After"))
	_, err := http.ParseTime(advice(RateLimitDate).Get("Retry-After"))
	require.NoError(t, err)
	_, err = strconv.ParseInt(advice(RateLimitReset).Get("X-RateLimit-Reset"), 10, 64)
	require.NoError(t, err)
}

func TestTheSameRequestGetsThroughAfterAtMostThreeFaults(t *testing.T) {
	c := start(t, Options{Faults: 1, FaultKinds: []Fault{InternalError, RateLimit}})
	var statuses []int
	for range 8 {
		response, _, err := c.at(AudienceLab).Do(c.at(AudienceLab).Request(http.MethodGet, "/pixels", ""))
		require.NoError(t, err)
		statuses = append(statuses, response.StatusCode)
	}
	for k, status := range statuses {
		require.Equal(t, k%4 == 3, status == http.StatusOK, "%v", statuses)
	}
}

func TestFaultsFollowFromTheSeed(t *testing.T) {
	run := func(seed uint64) (faults []Fault) {
		c := start(t, Options{Seed: seed, Faults: 0.4, SlowLatency: time.Nanosecond})
		for page := range 60 {
			_, _, _ = c.at(AudienceLab).Do(c.at(AudienceLab).Request(http.MethodGet, fmt.Sprintf("/segments/%s?page=%d&page_size=10",
				SegmentEveryone, page+1), ""))
		}
		for _, r := range c.sim.Log() {
			faults = append(faults, r.Fault)
		}
		return faults
	}
	first := run(1)
	require.Equal(t, first, run(1))
	require.NotEqual(t, first, run(2))
	met := 0
	for _, f := range first {
		if f != "" {
			met++
		}
	}
	require.InDelta(t, 0.4*60, met, 12)
}

func TestFaultsOfOneVendorSpareTheOthers(t *testing.T) {
	c := start(t, Options{FaultKinds: []Fault{ExpiredKey.At(Toofr)}})
	c.at(Toofr).Ask(http.StatusUnauthorized, http.MethodGet, "/api/v1/credits/balance", "", &apitest.Row{})
	c.at(AudienceLab).Get("/pixels", &apitest.Row{})
	c.sim.SetFaults(0)
	c.at(Toofr).Get("/api/v1/credits/balance", &apitest.Row{})
}

func TestParseFault(t *testing.T) {
	for _, f := range Faults() {
		got, err := ParseFault(string(f.At(Intent)))
		require.NoError(t, err)
		require.Equal(t, f.At(Intent), got)
	}
	for _, name := range []string{"", "no-such", "nobody/reset"} {
		_, err := ParseFault(name)
		require.Error(t, err)
	}
}

func TestAnUnknownFaultIsExplained(t *testing.T) {
	c := start(t, Options{})
	response, body, err := c.at(Toofr).Meet("earthquake", http.MethodGet, "/api/v1/credits/balance", "")
	require.NoError(t, err)
	require.Equal(t, http.StatusBadRequest, response.StatusCode)
	require.Contains(t, string(body), "rate-limit-seconds")
}
