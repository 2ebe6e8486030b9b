package audiencelab

import (
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"contactsync/internal/simulate/api"
	"contactsync/internal/simulate/apitest"
	"contactsync/internal/simulate/world"
)

func pagePath(segment string, page, size int) string {
	return "/segments/" + segment + "?page=" + strconv.Itoa(page) + "&page_size=" + strconv.Itoa(size)
}

// sweep reads a list to its end and checks the signals of each page.
func sweep(c apitest.Client, path string) (rows []apitest.Row, last answerPage) {
	c.Helper()
	for page := 1; ; page++ {
		last = answerPage{}
		c.Get(path+"?page_size=37&page="+strconv.Itoa(page), &last)
		require.Equal(c, page, last.Page)
		rows = append(rows, last.Data...)
		switch {
		case last.HasMore != nil:
			require.Equal(c, page < *last.TotalPages, *last.HasMore)
			if !*last.HasMore {
				require.Len(c, rows, *last.TotalRecords)
				return rows, last
			}
		case last.Total != nil && len(last.Data) == 0:
			require.Len(c, rows, *last.Total)
			return rows, last
		case last.TotalPages != nil && page == *last.TotalPages:
			require.Len(c, rows, *last.TotalRecords)
			return rows, last
		}
	}
}

func TestSegmentsPageToTheirDeclaredTotal(t *testing.T) {
	c := start(t, api.Options{Warmup: -1})
	for _, path := range []string{"/segments/" + SegmentLeads, "/segments/" + SegmentBasic, "/segments/" + SegmentEveryone,
		"/audiences/" + AudienceVIP} {
		rows, _ := sweep(c, path)
		require.NotEmpty(t, rows)
		seen := map[string]bool{}
		for _, r := range rows {
			require.False(t, seen[r.Text("UUID")])
			seen[r.Text("UUID")] = true
		}
	}
}

func TestTheWideSegmentHasTheVendorsFields(t *testing.T) {
	documented, err := os.ReadFile("testdata/fields.txt")
	require.NoError(t, err)
	fields := strings.Fields(string(documented))
	require.Len(t, fields, 74)
	c := start(t, api.Options{})
	var got answerPage
	c.Get(pagePath(SegmentLeads, 1, 1), &got)
	var keys []string
	for k := range got.Data[0] {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	slices.Sort(fields)
	require.Equal(t, fields, keys)
	var basic answerPage
	c.Get(pagePath(SegmentBasic, 1, 1), &basic)
	require.Len(t, basic.Data[0], len(basicFields))
}

func TestTheServerCapsAPage(t *testing.T) {
	c := start(t, api.Options{})
	var got answerPage
	c.Get(pagePath(SegmentBasic, 1, 5000), &got)
	require.Equal(t, 100, got.PageSize)
	require.Len(t, got.Data, 100)
}

func TestOddValuesOccur(t *testing.T) {
	c := start(t, api.Options{People: 4000})
	rows, _ := sweep(c, "/segments/"+SegmentEveryone)
	some := func(what string, holds func(apitest.Row) bool) {
		t.Helper()
		require.True(t, slices.ContainsFunc(rows, holds), what)
	}
	some("two business addresses", func(r apitest.Row) bool { return strings.Count(r.Text("BUSINESS_EMAIL"), "@") == 2 })
	some("a role address", func(r apitest.Row) bool { return strings.HasPrefix(r.Text("BUSINESS_EMAIL"), "info@") })
	some("a placeholder", func(r apitest.Row) bool { return strings.Contains(r.Text("PERSONAL_EMAILS"), world.ReusedAddresses[0]) })
	some("a broken prefix", func(r apitest.Row) bool { return strings.HasPrefix(r.Text("VALID_PHONES"), "+11") })
	some("a leading zero", func(r apitest.Row) bool { return strings.HasPrefix(r.Text("PERSONAL_ZIP"), "0") })
	some("upper case", func(r apitest.Row) bool { return r.Text("LAST_NAME") == "O'BRIEN" })
	some("diacritics", func(r apitest.Row) bool { return strings.Contains(r.Text("LAST_NAME"), "ñ") })
	some("null as text", func(r apitest.Row) bool { return r.Text("SKILLS") == "null" && string(r["SKILLS"]) != "null" })
	some("null", func(r apitest.Row) bool { return string(r["COMPANY_NAME_HISTORY"]) == "null" })
	some("line breaks", func(r apitest.Row) bool { return strings.Contains(r.Text("COMPANY_DESCRIPTION"), "\n") })
	some("a list for a text", func(r apitest.Row) bool { return strings.HasPrefix(string(r["PERSONAL_VERIFIED_EMAILS"]), "[") })
	some("a number for a text", func(r apitest.Row) bool { return string(r["SKIPTRACE_MATCH_SCORE"]) == "0" })
	some("26 hex digits", func(r apitest.Row) bool { return len(r.Text("UUID")) == 26 })
	some("dashes", func(r apitest.Row) bool { return len(r.Text("UUID")) == 36 })
	for _, r := range rows {
		require.Equal(t, strings.Count(r.Text("MOBILE_PHONE"), ","), strings.Count(r.Text("MOBILE_PHONE_DNC"), ","))
		require.Equal(t, strings.Count(r.Text("PERSONAL_EMAILS"), ","), strings.Count(r.Text("SHA256_PERSONAL_EMAIL"), ","))
	}
}

func TestThePersonKeyIsTheSameInEverySegment(t *testing.T) {
	c := start(t, api.Options{})
	name := map[string]string{}
	for _, segment := range []string{SegmentEveryone, SegmentLeads, SegmentBasic} {
		rows, _ := sweep(c, "/segments/"+segment)
		for _, r := range rows {
			if known, ok := name[r.Text("UUID")]; ok {
				require.Equal(t, known, r.Text("LAST_NAME"))
			}
			name[r.Text("UUID")] = r.Text("LAST_NAME")
		}
	}
	require.InDelta(t, 1200*0.6*0.96, len(name), 2)
}

func TestAnAudienceIsMaterialisedFirst(t *testing.T) {
	c := start(t, api.Options{})
	var got answerPage
	c.Get("/audiences/"+AudienceVIP, &got)
	require.Equal(t, "no data", got.Status)
	require.Nil(t, got.Data)
	got = answerPage{}
	c.Get("/audiences/"+AudienceVIP, &got)
	require.NotEmpty(t, got.Data)
	c.Ask(http.StatusNotFound, http.MethodGet, "/audiences/none", "", &apitest.Row{})
	c.Ask(http.StatusNotFound, http.MethodGet, "/segments/none", "", &apitest.Row{})
	c.Ask(http.StatusBadRequest, http.MethodGet, pagePath(SegmentLeads, 0, 1), "", &apitest.Row{})
}

func TestEventsComeNewestFirstAndNeverChange(t *testing.T) {
	c := start(t, api.Options{})
	events := func(segment, uuid, kind, time string) []string {
		rows, _ := sweep(c, "/segments/"+segment)
		var keys []string
		for k, r := range rows {
			require.NotEmpty(t, r.Text(uuid))
			if k > 0 {
				require.GreaterOrEqual(t, rows[k-1].Text(time), r.Text(time))
			}
			keys = append(keys, r.Text(uuid)+"|"+r.Text(kind)+"|"+r.Text(time))
		}
		return keys
	}
	before := events(SegmentVisits, "UUID", "EVENT_TYPE", "EVENT_TIMESTAMP")
	events(SegmentVisitsLower, "uuid", "event_type", "event_timestamp")
	c.Sim.Advance(1)
	after := events(SegmentVisits, "UUID", "EVENT_TYPE", "EVENT_TIMESTAMP")
	require.Greater(t, len(after), len(before))
	require.Equal(t, before, after[len(after)-len(before):])
	require.Len(t, world.Distinct(slices.Clone(after)), len(after))
}

func TestAudiencesAndPixelsHaveTheirFields(t *testing.T) {
	c := start(t, api.Options{})
	rows, seen := []apitest.Row{}, map[string]bool{}
	for page := 1; page <= 2; page++ {
		var got answerPage
		c.Get("/audiences?page="+strconv.Itoa(page), &got)
		require.Equal(t, savedAudiences, *got.Total)
		rows = append(rows, got.Data...)
	}
	require.Len(t, rows, savedAudiences)
	for _, r := range rows {
		require.Len(t, r, 6)
		require.False(t, seen[r.Text("id")])
		seen[r.Text("id")] = true
	}
	var pixels struct {
		Data  []apitest.Row
		Total int
	}
	c.Get("/pixels", &pixels)
	require.Len(t, pixels.Data, pixels.Total)
	c.Get("/pixels/"+PixelID, &apitest.Row{})
	var values struct {
		Attributes map[string]struct {
			Count int
			Data  []string
		}
	}
	c.Get("/audiences/attributes/industries", &values)
	require.Len(t, values.Attributes["industries"].Data, values.Attributes["industries"].Count)
	c.Ask(http.StatusNotFound, http.MethodGet, "/audiences/attributes/none", "", &apitest.Row{})
}

func TestBearerIsAcceptedOnlyOnRequest(t *testing.T) {
	for status, vendor := range map[int]api.Vendor{200: BearerVendor(), 401: Vendor()} {
		c := apitest.Serve(t, vendor, sign, api.Options{AcceptKeys: map[string]string{Name: "sk_other"}})
		r := c.Request(http.MethodGet, "/pixels", "")
		r.Header.Del("X-Api-Key")
		r.Header.Set("Authorization", "Bearer sk_other")
		response, _, err := c.Do(r)
		require.NoError(t, err)
		require.Equal(t, status, response.StatusCode)
	}
}

func BenchmarkSegmentPage(b *testing.B) {
	c := start(b, api.Options{People: 1_000_000})
	var got answerPage
	for k := range b.N {
		c.Get(pagePath(SegmentEveryone, 1+k%500, 100), &got)
	}
}
