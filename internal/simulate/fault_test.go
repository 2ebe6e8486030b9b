package simulate

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"contactsync/internal/simulate/api"
	"contactsync/internal/simulate/apitest"
	"contactsync/internal/simulate/audiencelab"
	"contactsync/internal/simulate/toofr"
	"contactsync/internal/simulate/world"
)

func TestTransientFaultsByName(t *testing.T) {
	c := start(t, Options{Warmup: -1, SlowLatency: time.Nanosecond})
	path := "/api/v1/audiences?page=1&websites=" + world.NewCompany(0).Domain
	for _, f := range Faults() {
		if f.Lasting() {
			continue
		}
		t.Run(string(f), func(t *testing.T) {
			before := c.sim.Credits()
			response, body, err := c.at(toofr.Name).DoFaulty(f, http.MethodGet, path, "")
			charged := before - c.sim.Credits()
			requests := c.sim.Log()
			require.Equal(t, f, requests[len(requests)-1].Fault)
			switch f {
			case api.Reset, api.LostAnswer, api.Truncated:
				require.Error(t, err)
			case api.Slow:
				require.NoError(t, err)
				require.True(t, json.Valid(body))
			case api.HTML, api.BadGateway:
				require.NoError(t, err)
				require.Contains(t, response.Header.Get("Content-Type"), "text/html")
				require.Contains(t, string(body), "<html>")
			default:
				require.NoError(t, err)
				require.True(t, json.Valid(body))
			}
			want := map[Fault]int{api.RateLimit: 429, api.RateLimitSeconds: 429, api.RateLimitDate: 429, api.RateLimitReset: 429,
				api.RateLimitUnit: 429, api.RateLimitWords: 429, api.RateLimitZone: 429, api.RateLimitFields: 429, api.RateLimitAfter: 429,
				api.InternalError: 500, api.BadGateway: 502, api.Unavailable: 503, api.ForbiddenLimit: 403}
			if response != nil {
				require.Equal(t, cmp.Or(want[f], 200), response.StatusCode)
			}
			if f == api.Slow || f == api.LostAnswer || f == api.Latin1 {
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
		response, _, err := c.at(audiencelab.Name).DoFaulty(f, http.MethodGet, "/pixels", "")
		require.NoError(t, err)
		return response.Header
	}
	require.Empty(t, advice(api.RateLimit).Get("Retry-After"))
	require.Equal(t, "1", advice(api.RateLimitSeconds).Get("Retry-After"))
	_, err := http.ParseTime(advice(api.RateLimitDate).Get("Retry-After"))
	require.NoError(t, err)
	_, err = strconv.ParseInt(advice(api.RateLimitReset).Get("X-RateLimit-Reset"), 10, 64)
	require.NoError(t, err)
	require.Equal(t, "1s", advice(api.RateLimitUnit).Get("Retry-After"))
	require.Equal(t, "1 seconds", advice(api.RateLimitWords).Get("Retry-After"))
	require.Contains(t, advice(api.RateLimitZone).Get("Retry-After"), "+0000")
	require.Contains(t, advice(api.RateLimitFields).Get("RateLimit"), "remaining=0")
	require.Equal(t, "1", advice(api.RateLimitAfter).Get("X-RateLimit-Reset-After"))
	require.Equal(t, "0", advice(api.ForbiddenLimit).Get("X-RateLimit-Remaining"))
}

func TestTheSameRequestGetsThroughAfterAtMostThreeFaults(t *testing.T) {
	c := start(t, Options{Faults: 1, FaultKinds: []Fault{api.InternalError, api.RateLimit}})
	var statuses []int
	for range 8 {
		response, _, err := c.at(audiencelab.Name).Do(c.at(audiencelab.Name).Request(http.MethodGet, "/pixels", ""))
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
			path := fmt.Sprintf("/segments/%s?page=%d&page_size=10", audiencelab.SegmentEveryone, page+1)
			_, _, _ = c.at(audiencelab.Name).Do(c.at(audiencelab.Name).Request(http.MethodGet, path, ""))
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
	c := start(t, Options{FaultKinds: []Fault{api.ExpiredKey.At(toofr.Name)}})
	c.at(toofr.Name).Ask(http.StatusUnauthorized, http.MethodGet, "/api/v1/credits/balance", "", &apitest.Row{})
	c.at(audiencelab.Name).Get("/pixels", &apitest.Row{})
	c.sim.SetFaults(0)
	c.at(toofr.Name).Get("/api/v1/credits/balance", &apitest.Row{})
}

func TestAFaultIsNamedWithOrWithoutItsVendor(t *testing.T) {
	for name, want := range map[string]bool{"slow": true, "intent/slow": true, "empty-list": true, "": false, "intent": false,
		"intent/": false, "nobody/slow": false, "slow/intent": false, "intent/earthquake": false} {
		_, known := FaultNamed(name)
		require.Equal(t, want, known, name)
	}
}

func TestAnUnknownFaultIsExplained(t *testing.T) {
	c := start(t, Options{})
	response, body, err := c.at(toofr.Name).DoFaulty("earthquake", http.MethodGet, "/api/v1/credits/balance", "")
	require.NoError(t, err)
	require.Equal(t, http.StatusBadRequest, response.StatusCode)
	require.Contains(t, string(body), "rate-limit-seconds")
}
