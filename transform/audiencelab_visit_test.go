package transform

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"contactsync/internal/normal"
	"contactsync/schema"
)

const visitor = `{"UUID":"","FIRST_NAME":"ANN","LAST_NAME":"LEE","PERSONAL_EMAILS":"ann@home.example","PERSONAL_CITY":"Boston","STATE":"MA","ZIP":"02134",` +
	`"AGE":"35-44","INDIVIDUAL_LINKEDIN_URL":"linkedin.com/in/ann-lee","INDIVIDUAL_TWITTER_URL":"x.com/annlee","INDIVIDUAL_FACEBOOK_URL":"facebook.com/ann.lee"}`

func TestAVisitHasThePersonWhomTheVendorRecognised(t *testing.T) {
	hash := normal.SHA256("ann@home.example")
	var first *schema.Normal
	for _, within := range []string{`"resolution":` + visitor, `"event_data":{"x":1,"resolution":` + visitor + `}`, `"event":{"data":{"resolution":` + visitor + `}}`,
		`"resolution":` + asText(t, visitor), `"event_data":` + asText(t, `{"resolution":`+asText(t, visitor)+`}`)} {
		raw := `{"pixel_id":"p","hem_sha256":"` + hash + `","event_timestamp":"2026-11-19T22:05:02Z",` + within + `}`
		n, err := Contact(schema.AudienceLab, "hem:"+hash, json.RawMessage(raw))
		require.NoError(t, err)
		if first == nil {
			first = &n
		}
		require.Equal(t, *first, n, within)
	}
	require.Equal(t, map[string]any{
		"full_name": "Ann Lee", "first_name": "Ann", "last_name": "Lee", "email": "ann@home.example", "business_email": "ann@home.example",
		"email_sha256": hash, "email_md5": normal.MD5("ann@home.example"), "company_domain": "home.example",
		"city": "Boston", "region": "MA", "postal_code": "02134", "country": "US", "age_range": "35-44",
		"linkedin_url": "https://www.linkedin.com/in/ann-lee", "twitter_handle": "annlee",
	}, profileColumns(&first.Profile))
}

// asText is JSON as a JSON string.
func asText(t *testing.T, value string) string {
	t.Helper()
	text, err := json.Marshal(value)
	require.NoError(t, err)
	return string(text)
}

func TestTheIDOfAVisitIsTheHashOfPixelVisitorTimeAndPage(t *testing.T) {
	hash := normal.SHA256("ann@home.example")
	const at, page = "2026-11-19T22:05:02.445473+00:00", "https://acme.example/pricing?x=1"
	id := normal.SHA256("p|" + hash + "|" + at + "|" + page)
	for name, raw := range map[string]string{
		"recognised":      `{"pixel_id":"p","hem_sha256":"` + hash + `","event_timestamp":"` + at + `","full_url":"` + page + `","resolution":` + visitor + `}`,
		"nobody":          `{"pixel_id":"p","hem_sha256":"` + hash + `","event_timestamp":"` + at + `","full_url":"` + page + `","resolution":null}`,
		"with a type":     `{"pixel_id":"p","event":"page_view","hem_sha256":"` + hash + `","event_timestamp":"` + at + `","page_url":"` + page + `"}`,
		"pixel not named": `{"hem_sha256":"` + hash + `","event_timestamp":"` + at + `","full_url":"` + page + `","resolution":{}}`,
	} {
		facts, err := Facts(schema.Record{Source: schema.AudienceLab, ID: "hem:" + hash, Raw: json.RawMessage(raw)}, "visits", "p")
		require.NoError(t, err)
		require.Len(t, facts.Events, 1, name)
		e := facts.Events[0]
		require.Equal(t, id, e.EventID, name)
		require.Equal(t, []string{"p", "hem:" + hash, raw}, []string{e.AudienceID, e.SourceID, e.Payload}, name)
		require.True(t, e.OccurredAt.Equal(time.Date(2026, 11, 19, 22, 5, 2, 445473000, time.UTC)))
		require.Equal(t, name == "with a type", e.EventType == "page_view")
	}
}

func TestWhatIsAnEventOfASegment(t *testing.T) {
	for raw, want := range map[string]string{
		`{"UUID":"u","EVENT_TYPE":"x","EVENT_TIMESTAMP":"1"}`:                                "u|x|1",
		`{"UUID":"u","event":"x","EVENT_TIMESTAMP":"1","PIXEL_ID":"p","HEM_SHA256":"h"}`:     "u|x|1",
		`{"EVENT_TYPE":"x","EVENT_TIMESTAMP":"1","HEM_SHA256":"h"}`:                          "key|x|1",
		`{"EVENT_TIMESTAMP":"1","HEM_SHA256":"H","PIXEL_ID":"p","FULL_URL":"https://a.co/"}`: "p|h|1|https://a.co/",
		`{"UUID":"u","EVENT_TIMESTAMP":"1","FULL_URL":"https://a.co/"}`:                      "",
		`{"FIRST_NAME":"Ann","BUSINESS_EMAIL":"ann@acme.example"}`:                           "",
		`{"HEM_SHA256":"h","FIRST_NAME":"Ann"}`:                                              "",
	} {
		facts, err := Facts(schema.Record{Source: schema.AudienceLab, ID: "key", Raw: json.RawMessage(raw)}, "p", "seg")
		require.NoError(t, err)
		if want == "" {
			require.Empty(t, facts.Events, raw)
			continue
		}
		require.Len(t, facts.Events, 1, raw)
		require.Equal(t, normal.SHA256(want), facts.Events[0].EventID, raw)
	}
}

func TestADerivedKeyIsAnIdentifier(t *testing.T) {
	hash := normal.SHA256("ann@home.example")
	for id, want := range map[string][]string{
		"hem:" + hash:  {"email_sha256:" + hash},
		"hem:nonsense": nil,
		"li:ann-lee":   {"linkedin:ann-lee"},
		"u1":           nil,
	} {
		n, err := Contact(schema.AudienceLab, id, json.RawMessage(`{"FIRST_NAME":"Ann"}`))
		require.NoError(t, err)
		var got []string
		for _, i := range n.Identifiers {
			got = append(got, string(i.Kind)+":"+i.Value)
		}
		require.Equal(t, want, got, id)
	}
}

func TestThePersonWithinARecordIsTreatedAsTheRecord(t *testing.T) {
	rules, err := RulesOf(schema.AudienceLab)
	require.NoError(t, err)
	parse := func(text string) *Document {
		d, err := rules.Parse("1", text)
		require.NoError(t, err)
		return d
	}
	older := parse(`{"resolution":{"CITY":"Austin","NET_WORTH":"1"},"full_url":"a","other":{"x":1}}`)
	newer := parse(`{"RESOLUTION":{"city":"Waco","AGE":""},"full_url":"b","other":{"y":1}}`)
	folded := newer.Over(older)
	require.Equal(t, `{"RESOLUTION":{"AGE":"","NET_WORTH":"1","city":"Waco"},"full_url":"b","other":{"y":1}}`, folded.Payload())
	require.Equal(t, folded, newer.Over(folded).Over(nil), "again changes nothing")
	same := parse(`{"resolution":{"CITY":"Waco","NET_WORTH":"2"},"full_url":"b","other":{}}`)
	require.Same(t, same, same.Over(older), "nothing is lacking")

	nobody := parse(`{"resolution":null,"full_url":"c"}`)
	require.Equal(t, `{"full_url":"c","other":{"x":1},"resolution":{"CITY":"Austin","NET_WORTH":"1"}}`, nobody.Over(older).Payload())
	require.Same(t, nobody, nobody.Over(parse(`{"resolution":null}`)))

	drop := func(name string) bool { return name == "NET_WORTH" || name == "x" }
	require.Equal(t, `{"full_url":"a","other":{"x":1},"resolution":{"CITY":"Austin"}}`, older.Without(drop).Payload(), "other objects are values")
	require.Same(t, newer, newer.Without(drop))
	text := parse(`{"full_url":"a","resolution":` + asText(t, `{"CITY":"Austin","NET_WORTH":"1"}`) + `}`)
	require.Equal(t, `{"full_url":"a","resolution":{"CITY":"Austin"}}`, text.Without(drop).Payload(), "an object sent as a text is one")
	require.Same(t, text, text.Over(parse(`{"resolution":{"CITY":"Waco"}}`)))
	deep := parse(`{"event":{"data":{"resolution":{"NET_WORTH":"1"},"NET_WORTH":2}}}`)
	require.Equal(t, `{"event":{"data":{"resolution":{}}}}`, deep.Without(drop).Payload())

	between := maps.Collect(parse(`{"event_data":{"duration":1,"resolution":{"CITY":"x"}},"event":{"data":{"resolution":null}}}`).Fields())
	require.Equal(t, []string{"CITY", "EVENT", "EVENT_DATA"}, slices.Sorted(maps.Keys(between)))
	fields := maps.Collect(older.Fields())
	require.Equal(t, []string{"CITY", "FULL_URL", "NET_WORTH", "OTHER", "RESOLUTION"}, slices.Sorted(maps.Keys(fields)))
	require.Equal(t, "object", fields["RESOLUTION"])
}

func TestTheHomeOfAPersonIsOneBlock(t *testing.T) {
	for raw, want := range map[string]string{
		`{"PERSONAL_CITY":"Boston","STATE":"MA","ZIP":"02134"}`:                          "Boston MA 02134",
		`{"PERSONAL_CITY":"Boston","PERSONAL_STATE":"MA","STATE":"TX","ZIP":"73301"}`:    "Boston MA ",
		`{"PERSONAL_CITY":"Boston","CITY":"Austin","STATE":"TX","ZIP":"73301"}`:          "Boston  ",
		`{"CITY":"Austin","STATE":"TX","ZIP":"73301"}`:                                   "Austin TX 73301",
		`{"STATE":"TX","ZIP":"73301"}`:                                                   " TX 73301",
		`{"SKIPTRACE_CITY":"Waco","SKIPTRACE_STATE":"TX"}`:                               "Waco TX ",
		`{"PERSONAL_CITY":"Boston","STATE":"MA","COUNTRY":"US","SKIPTRACE_CITY":"Waco"}`: "Boston MA ",
	} {
		n, err := Contact(schema.AudienceLab, "1", json.RawMessage(raw))
		require.NoError(t, err)
		require.Equal(t, want, n.City+" "+n.Region+" "+n.PostalCode, raw)
	}
}
