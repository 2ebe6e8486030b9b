package audiencelab

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"contactsync/extract"
	"contactsync/extract/audiencelab/enrichment"
	"contactsync/extract/vendortest"
	"contactsync/internal/normal"
	"contactsync/schema"
)

func TestARowWithoutUUIDHasADerivedKey(t *testing.T) {
	ann, bob, info := "hem:"+normal.SHA256("ann@acme.example"), "hem:"+normal.SHA256("bob@acme.example"), "hem:"+normal.SHA256("info@acme.example")
	hash := normal.SHA256("eve@acme.example")
	for name, c := range map[string]struct{ raw, want string }{
		"UUID counts before all":     {`{"BUSINESS_EMAIL":"ann@acme.example","UUID":"u1"}`, "u1"},
		"verified business mail":     {`{"FIRST_NAME":"Ann","BUSINESS_VERIFIED_EMAILS":"ann@acme.example","MOBILE_PHONE":"+12025550123"}`, ann},
		"as sent":                    {`{"BUSINESS_EMAIL":" Ann@ACME.example "}`, ann},
		"escaped":                    {`{"BUSINESS_EMAIL":"ann\u0040acme.example"}`, ann},
		"lower-case names":           {`{"business_email":"ann@acme.example"}`, ann},
		"a visitor sent as text":     {`{"PIXEL_ID":"p","resolution":"{\"PERSONAL_EMAILS\":\"ann@acme.example\"}"}`, ann},
		"a type is no visitor":       {`{"PIXEL_ID":"p","event":"page_view","EMAIL_RAW":"ann@acme.example","data":"{"}`, ann},
		"the first of a list":        {`{"PERSONAL_EMAILS":"ann@acme.example, bob@acme.example"}`, ann},
		"the first of an array":      {`{"PERSONAL_EMAILS":["ann@acme.example","bob@acme.example"]}`, ann},
		"the first that is one":      {`{"BUSINESS_EMAIL":"not an address; bob@acme.example"}`, bob},
		"order of fields, not names": {`{"PERSONAL_EMAILS":"bob@acme.example","BUSINESS_EMAIL":"ann@acme.example"}`, ann},
		"empty UUID":                 {`{"UUID":"","BUSINESS_EMAIL":"ann@acme.example"}`, ann},
		"null UUID":                  {`{"UUID":null,"BUSINESS_EMAIL":"ann@acme.example"}`, ann},
		"UUID of nothing":            {`{"UUID":"n/a","BUSINESS_EMAIL":"ann@acme.example"}`, ann},
		"nobody's own address":       {`{"BUSINESS_EMAIL":"info@acme.example","PERSONAL_EMAILS":"bob@acme.example"}`, bob},
		"profile before such one":    {`{"BUSINESS_EMAIL":"info@acme.example","LINKEDIN_URL":"linkedin.com/in/Ann-Lee/"}`, "li:ann-lee"},
		"such one before nothing":    {`{"BUSINESS_EMAIL":"info@acme.example"}`, info},
		"hash of such one":           {`{"BUSINESS_EMAIL":"info@acme.example","SHA256_BUSINESS_EMAIL":"` + normal.SHA256("info@acme.example") + `","LINKEDIN_URL":"linkedin.com/in/ann-lee"}`, "li:ann-lee"},
		"qualified":                  {`{"BUSINESS_EMAIL":"sales-uk@acme.example","PERSONAL_EMAILS":"bob@acme.example"}`, bob},
		"masked":                     {`{"BUSINESS_EMAIL":"a***@acme.example"}`, ""},
		"masked, and its hash":       {`{"BUSINESS_EMAIL":"a***@acme.example","SHA256_BUSINESS_EMAIL":"` + hash + `"}`, "hem:" + hash},
		"a placeholder":              {`{"PERSONAL_EMAILS":"noemail@acme.example, NoEmail@NoEmail.com","LINKEDIN_URL":"https://www.linkedin.com/in/me"}`, ""},
		"hash of a placeholder":      {`{"PERSONAL_EMAILS":"noemail@acme.example","SHA256_PERSONAL_EMAIL":"` + normal.SHA256("noemail@acme.example") + `"}`, ""},
		"a placeholder's hash alone": {`{"SHA256_PERSONAL_EMAIL":"` + normal.SHA256("test@test.com") + `"}`, ""},
		"profile within a profile":   {`{"LINKEDIN_URL":"https://linkedin.com/in/linkedin.com/in/ann-lee"}`, "li:ann-lee"},
		"no profile":                 {`{"LINKEDIN_URL":"https://linkedin.com/in/linkedin.com"}`, ""},
		"the vendor's hash":          {`{"SHA256_PERSONAL_EMAIL":"` + hash + `, x"}`, "hem:" + hash},
		"an address before a hash":   {`{"SHA256_PERSONAL_EMAIL":"` + hash + `","PERSONAL_EMAIL":"ann@acme.example"}`, ann},
		"the hash of nothing":        {`{"SHA256_PERSONAL_EMAIL":"` + normal.SHA256("") + `"}`, ""},
		"profile":                    {`{"INDIVIDUAL_LINKEDIN_URL":"https://uk.linkedin.com/in/ann-lee?x=1"}`, "li:ann-lee"},
		"name of a profile":          {`{"LINKEDIN_USERNAME":"Ann-Lee"}`, "li:ann-lee"},
		"a company's profile":        {`{"LINKEDIN_URL":"linkedin.com/company/acme"}`, ""},
		"nothing":                    {`{"FIRST_NAME":"Ann","MOBILE_PHONE":"+12025550123"}`, ""},
		"visitor":                    {`{"pixel_id":"p","hem_sha256":"` + hash + `","resolution":{"BUSINESS_EMAIL":"ann@acme.example"}}`, "hem:" + hash},
		"visitor without hash":       {`{"pixel_id":"p","resolution":{"BUSINESS_EMAIL":"ann@acme.example"}}`, ann},
		"visitor, event_data":        {`{"pixel_id":"p","event_data":{"resolution":{"LINKEDIN_URL":"linkedin.com/in/ann-lee"}}}`, "li:ann-lee"},
		"visitor, event.data":        {`{"pixel_id":"p","event":{"data":{"resolution":{"UUID":"u1"}}}}`, "u1"},
		"visitor nobody knows":       {`{"pixel_id":"p","resolution":null}`, ""},
		"no object":                  {`[1]`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			id, _ := identify(json.RawMessage(c.raw))
			require.Equal(t, c.want, id)
		})
	}
}

func TestThatRowsHaveNoUUIDIsSaidOncePerList(t *testing.T) {
	lab := newFakeLab(t, 25, 3)
	lab.edit = func(page map[string]any, path string, _ int) {
		for _, row := range page["data"].([]map[string]any) {
			row["BUSINESS_EMAIL"] = row["UUID"].(string) + "@acme.example"
			if path == "/segments/a" {
				delete(row, "UUID")
			}
		}
	}
	pages, err := vendortest.Collect(t, sourceOf(segments("a", "b"), labEnv(t, lab)), extract.State{})
	require.NoError(t, err)
	var warnings []string
	for _, p := range pages {
		warnings = append(warnings, p.Warnings...)
	}
	require.Equal(t, []string{"audiencelab: segment a: " + noUUID}, warnings)
	require.Len(t, vendortest.IDs(pages), 28)
}

func TestVisitsOfAPixelAreRead(t *testing.T) {
	var asked []string
	server := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.RequestURI())
		vendortest.Answer(w, 200, `{"total_records":1,"page_size":1000,"page":1,"total_pages":1,"events":[
			{"pixel_id":"p","hem_sha256":"`+normal.SHA256("a")+`","event_timestamp":"2026-11-20T10:00:00Z","full_url":"https://acme.example/","resolution":{"FIRST_NAME":"Ann"}}]}`)
	})
	pages, err := vendortest.Collect(t, sourceOf(Visits{Pixels: []string{"p"}}, vendortest.Env(t, Vendor(), server, largePages)), extract.State{})
	require.NoError(t, err)
	require.Equal(t, []string{"/pixels/p/v4?page=1&page_size=1000"}, asked)
	require.Len(t, pages, 1)
	page := pages[0]
	require.True(t, page.Complete)
	require.Empty(t, page.Warnings)
	require.Equal(t, "p", page.Audience)
	require.Equal(t, []schema.Audience{{Source: name, AudienceID: "p", Kind: schema.KindPixel}}, page.Audiences)
	require.Equal(t, "hem:"+normal.SHA256("a"), page.Records[0].ID)
	require.Equal(t, "2026-11-20T10:00:00Z", page.Records[0].AsOf.Format("2006-01-02T15:04:05Z07:00"))
}

func TestAnAnswerWithoutAKeyIsKeptUnderWhatWasAsked(t *testing.T) {
	hash := strings.Repeat("0a", 32)
	for row, want := range map[string]string{
		`{"JOB_TITLE":"CEO","` + enrichment.AskedHash + `":"` + hash + `"}`:                                         "hem:" + hash,
		`{"JOB_TITLE":"CEO","` + enrichment.AskedLinkedIn + `":"https://www.linkedin.com/in/ann-lee"}`:              "li:ann-lee",
		`{"UUID":"u1","` + enrichment.AskedHash + `":"` + hash + `"}`:                                               "u1",
		`{"LINKEDIN_URL":"https://www.linkedin.com/in/ann","` + enrichment.AskedLinkedIn + `":"linkedin.com/in/b"}`: "li:ann",
	} {
		id, _ := identify([]byte(row))
		require.Equal(t, want, id, row)
	}
}
