package simulate

import (
	"encoding/json"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// meet sends a request that asks for a fault by header.
func (c client) meet(f Fault, vendor, method, path, body string) (*http.Response, []byte, error) {
	c.Helper()
	r := c.request(vendor, method, path, body)
	r.Header.Set("X-Simulate-Fault", string(f))
	return c.do(r)
}

func TestTransientFaultsByName(t *testing.T) {
	c := start(t, Options{Warmup: -1, SlowLatency: time.Nanosecond})
	path := toofrPath("1", Catalog().Websites[0])
	for _, f := range Faults() {
		if f.lasting() {
			continue
		}
		t.Run(string(f), func(t *testing.T) {
			before := c.sim.Credits()
			response, body, err := c.meet(f, Toofr, http.MethodGet, path, "")
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
			want := map[Fault]int{RateLimit: 429, RateLimitSeconds: 429, RateLimitDate: 429, RateLimitReset: 429, InternalError: 500, BadGateway: 502, Unavailable: 503, HTML: 200, Slow: 200}
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
		response, _, err := c.meet(f, AudienceLab, http.MethodGet, "/pixels", "")
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
		response, _, err := c.do(c.request(AudienceLab, http.MethodGet, "/pixels", ""))
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
			_, _, _ = c.do(c.request(AudienceLab, http.MethodGet, pagePath(SegmentEveryone, page+1, 10), ""))
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
	c.ask(http.StatusUnauthorized, Toofr, http.MethodGet, "/api/v1/credits/balance", "", &row{})
	c.get(AudienceLab, "/pixels", &row{})
	c.sim.SetFaults(0)
	c.get(Toofr, "/api/v1/credits/balance", &row{})
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
	response, body, err := c.meet("earthquake", Toofr, http.MethodGet, "/api/v1/credits/balance", "")
	require.NoError(t, err)
	require.Equal(t, http.StatusBadRequest, response.StatusCode)
	require.Contains(t, string(body), "rate-limit-seconds")
}

// lab reads a page while a lasting fault is on.
func (c client) lab(f Fault, page int) (status int, got labPage) {
	c.Helper()
	response, body, err := c.meet(f, AudienceLab, http.MethodGet, pagePath(SegmentLeads, page, 10), "")
	require.NoError(c, err)
	require.NoError(c, json.Unmarshal(body, &got))
	return response.StatusCode, got
}

func TestLastingFaultsOfPages(t *testing.T) {
	c := start(t, Options{})
	_, plain := c.lab("", 1)
	_, second := c.lab("", 2)
	require.NotEqual(t, plain.Data, second.Data)

	status, _ := c.lab(PoisonPage, 2)
	require.Equal(t, http.StatusInternalServerError, status)
	status, _ = c.lab(PoisonPage, 3)
	require.Equal(t, http.StatusOK, status)

	_, repeated := c.lab(RepeatedPage, 2)
	require.Equal(t, plain.Data, repeated.Data)

	_, empty := c.lab(EmptyPage, 2)
	require.Empty(t, empty.Data)
	require.True(t, *empty.HasMore)

	_, one := c.lab(ShiftingTotal, 1)
	_, two := c.lab(ShiftingTotal, 2)
	require.NotEqual(t, *one.TotalRecords, *two.TotalRecords)

	_, drifted := c.lab(SchemaDrift, 1)
	require.Contains(t, drifted.Data[0], "simulated_new_field")
	require.NotContains(t, drifted.Data[0], "COMPANY_INDUSTRY")
	require.Equal(t, "[", string(drifted.Data[0]["SKIPTRACE_EXACT_AGE"][:1]))

	_, waiting := c.lab(NotReady, 1)
	require.Equal(t, "no data", waiting.Status)

	status, _ = c.lab(RevokedKey, 1)
	require.Equal(t, http.StatusForbidden, status)
}

func TestLastingFaultsOfTheIntentVendor(t *testing.T) {
	c := start(t, Options{Warmup: -1})
	query := func(f Fault, date, cursor string) (status int, got intentAnswer) {
		response, body, err := c.meet(f, Intent, http.MethodPost, queryPath, queryBody(date, cursor))
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(body, &got))
		return response.StatusCode, got
	}
	_, first := query("", "", "")
	cursor := *first.Meta.NextCursor

	_, looping := query(RepeatedCursor, "", cursor)
	require.Equal(t, cursor, *looping.Meta.NextCursor)

	status, _ := query(ExpiredCursor, "", cursor)
	require.Equal(t, http.StatusBadRequest, status)
	status, _ = query(ExpiredCursor, "", cursor)
	require.Equal(t, http.StatusOK, status)

	_, one := query(MovingRun, "", "")
	_, two := query(MovingRun, "", cursor)
	require.NotEqual(t, one.Meta.CacheKey, two.Meta.CacheKey)

	status, other := query(OtherDate, "2020-01-01", "")
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, "2026-11-20", other.Meta.DataDate)

	status, _ = query(NotReady, "", "")
	require.Equal(t, http.StatusAccepted, status)

	_, drifted := query(SchemaDrift, "", "")
	require.Equal(t, `"`, string(drifted.Data[0]["intentScore"][:1]))
}

func TestLastingFaultsOfBuilds(t *testing.T) {
	c := start(t, Options{Warmup: 5})
	for f, status := range map[Fault]string{FailedBuild: "failed", UnknownStatus: "marinating", NotReady: "running"} {
		_, body, err := c.meet(f, StatSocial, http.MethodGet, "/platform/v0/audiences/67454", "")
		require.NoError(t, err)
		var got buildAnswer
		require.NoError(t, json.Unmarshal(body, &got))
		require.Equal(t, status, got.Response.Status)
	}
}
