package simulate

import (
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func pagePath(segment string, page, size int) string {
	return "/segments/" + segment + "?page=" + strconv.Itoa(page) + "&page_size=" + strconv.Itoa(size)
}

// sweep reads a listing to its end and checks the signals of each page.
func (c client) sweep(path string) (rows []row, last labPage) {
	c.Helper()
	for page := 1; ; page++ {
		last = labPage{}
		c.get(AudienceLab, path+"?page_size=37&page="+strconv.Itoa(page), &last)
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
	c := start(t, Options{Warmup: -1})
	for _, path := range []string{"/segments/" + SegmentLeads, "/segments/" + SegmentBasic, "/segments/" + SegmentEveryone, "/audiences/" + AudienceVIP} {
		rows, _ := c.sweep(path)
		require.NotEmpty(t, rows)
		seen := map[string]bool{}
		for _, r := range rows {
			require.False(t, seen[r.text("UUID")])
			seen[r.text("UUID")] = true
		}
	}
}

func TestTheWideSegmentHasTheVendorsFields(t *testing.T) {
	documented, err := os.ReadFile("testdata/audiencelab-fields.txt")
	require.NoError(t, err)
	fields := strings.Fields(string(documented))
	require.Len(t, fields, 74)
	c := start(t, Options{})
	var got labPage
	c.get(AudienceLab, pagePath(SegmentLeads, 1, 1), &got)
	var keys []string
	for k := range got.Data[0] {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	slices.Sort(fields)
	require.Equal(t, fields, keys)
	var basic labPage
	c.get(AudienceLab, pagePath(SegmentBasic, 1, 1), &basic)
	require.Len(t, basic.Data[0], len(basicFields))
}

func TestTheServerCapsAPage(t *testing.T) {
	c := start(t, Options{})
	var got labPage
	c.get(AudienceLab, pagePath(SegmentBasic, 1, 5000), &got)
	require.Equal(t, 100, got.PageSize)
	require.Len(t, got.Data, 100)
}

func TestOddValuesOccur(t *testing.T) {
	c := start(t, Options{People: 4000})
	rows, _ := c.sweep("/segments/" + SegmentEveryone)
	some := func(what string, holds func(row) bool) {
		t.Helper()
		require.True(t, slices.ContainsFunc(rows, holds), what)
	}
	some("two business addresses", func(r row) bool { return strings.Count(r.text("BUSINESS_EMAIL"), "@") == 2 })
	some("a role address", func(r row) bool { return strings.HasPrefix(r.text("BUSINESS_EMAIL"), "info@") })
	some("a placeholder", func(r row) bool { return strings.Contains(r.text("PERSONAL_EMAILS"), reusedAddresses[0]) })
	some("a broken prefix", func(r row) bool { return strings.HasPrefix(r.text("VALID_PHONES"), "+11") })
	some("a leading zero", func(r row) bool { return strings.HasPrefix(r.text("PERSONAL_ZIP"), "0") })
	some("upper case", func(r row) bool { return r.text("LAST_NAME") == "O'BRIEN" })
	some("diacritics", func(r row) bool { return strings.Contains(r.text("LAST_NAME"), "ñ") })
	some("null as text", func(r row) bool { return r.text("SKILLS") == "null" && string(r["SKILLS"]) != "null" })
	some("null", func(r row) bool { return string(r["COMPANY_NAME_HISTORY"]) == "null" })
	some("line breaks", func(r row) bool { return strings.Contains(r.text("COMPANY_DESCRIPTION"), "\n") })
	some("a list for a text", func(r row) bool { return strings.HasPrefix(string(r["PERSONAL_VERIFIED_EMAILS"]), "[") })
	some("a number for a text", func(r row) bool { return string(r["SKIPTRACE_MATCH_SCORE"]) == "0" })
	some("26 hex digits", func(r row) bool { return len(r.text("UUID")) == 26 })
	some("dashes", func(r row) bool { return len(r.text("UUID")) == 36 })
	for _, r := range rows {
		require.Equal(t, strings.Count(r.text("MOBILE_PHONE"), ","), strings.Count(r.text("MOBILE_PHONE_DNC"), ","))
		require.Equal(t, strings.Count(r.text("PERSONAL_EMAILS"), ","), strings.Count(r.text("SHA256_PERSONAL_EMAIL"), ","))
	}
}

func TestThePersonKeyIsTheSameInEverySegment(t *testing.T) {
	c := start(t, Options{})
	name := map[string]string{}
	for _, segment := range []string{SegmentEveryone, SegmentLeads, SegmentBasic} {
		rows, _ := c.sweep("/segments/" + segment)
		for _, r := range rows {
			if known, ok := name[r.text("UUID")]; ok {
				require.Equal(t, known, r.text("LAST_NAME"))
			}
			name[r.text("UUID")] = r.text("LAST_NAME")
		}
	}
	require.InDelta(t, 1200*0.6*0.96, len(name), 2)
}

func TestAnAudienceIsMaterialisedFirst(t *testing.T) {
	c := start(t, Options{})
	var got labPage
	c.get(AudienceLab, "/audiences/"+AudienceVIP, &got)
	require.Equal(t, "no data", got.Status)
	require.Nil(t, got.Data)
	got = labPage{}
	c.get(AudienceLab, "/audiences/"+AudienceVIP, &got)
	require.NotEmpty(t, got.Data)
	c.ask(http.StatusNotFound, AudienceLab, http.MethodGet, "/audiences/none", "", &row{})
	c.ask(http.StatusNotFound, AudienceLab, http.MethodGet, "/segments/none", "", &row{})
	c.ask(http.StatusBadRequest, AudienceLab, http.MethodGet, pagePath(SegmentLeads, 0, 1), "", &row{})
}

func TestEventsComeNewestFirstAndNeverChange(t *testing.T) {
	c := start(t, Options{})
	events := func(segment, uuid, kind, time string) []string {
		rows, _ := c.sweep("/segments/" + segment)
		var keys []string
		for k, r := range rows {
			require.NotEmpty(t, r.text(uuid))
			if k > 0 {
				require.GreaterOrEqual(t, rows[k-1].text(time), r.text(time))
			}
			keys = append(keys, r.text(uuid)+"|"+r.text(kind)+"|"+r.text(time))
		}
		return keys
	}
	before := events(SegmentVisits, "UUID", "EVENT_TYPE", "EVENT_TIMESTAMP")
	events(SegmentVisitsLower, "uuid", "event_type", "event_timestamp")
	c.sim.Advance(1)
	after := events(SegmentVisits, "UUID", "EVENT_TYPE", "EVENT_TIMESTAMP")
	require.Greater(t, len(after), len(before))
	require.Equal(t, before, after[len(after)-len(before):])
	require.Len(t, distinct(slices.Clone(after)), len(after))
}

func TestAudiencesAndPixelsHaveTheirFields(t *testing.T) {
	c := start(t, Options{})
	rows, seen := []row{}, map[string]bool{}
	for page := 1; page <= 2; page++ {
		var got labPage
		c.get(AudienceLab, "/audiences?page="+strconv.Itoa(page), &got)
		require.Equal(t, savedAudiences, *got.Total)
		rows = append(rows, got.Data...)
	}
	require.Len(t, rows, savedAudiences)
	for _, r := range rows {
		require.Len(t, r, 6)
		require.False(t, seen[r.text("id")])
		seen[r.text("id")] = true
	}
	var pixels struct {
		Data  []row
		Total int
	}
	c.get(AudienceLab, "/pixels", &pixels)
	require.Len(t, pixels.Data, pixels.Total)
	c.get(AudienceLab, "/pixels/"+PixelID, &row{})
	var values struct {
		Attributes map[string]struct {
			Count int
			Data  []string
		}
	}
	c.get(AudienceLab, "/audiences/attributes/industries", &values)
	require.Len(t, values.Attributes["industries"].Data, values.Attributes["industries"].Count)
	c.ask(http.StatusNotFound, AudienceLab, http.MethodGet, "/audiences/attributes/none", "", &row{})
}

func TestBearerIsAcceptedOnlyOnRequest(t *testing.T) {
	for accept, status := range map[bool]int{true: 200, false: 401} {
		c := start(t, Options{AcceptBearer: accept, AcceptKeys: map[string]string{AudienceLab: "sk_other"}})
		r := c.request(AudienceLab, http.MethodGet, "/pixels", "")
		r.Header.Del("X-Api-Key")
		r.Header.Set("Authorization", "Bearer sk_other")
		response, _, err := c.do(r)
		require.NoError(t, err)
		require.Equal(t, status, response.StatusCode)
	}
}

func BenchmarkSegmentPage(b *testing.B) {
	c := start(b, Options{People: 1_000_000})
	var got labPage
	for k := range b.N {
		c.get(AudienceLab, pagePath(SegmentEveryone, 1+k%500, 100), &got)
	}
}
