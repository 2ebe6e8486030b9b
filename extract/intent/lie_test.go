package intent

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"contactsync/extract"
	"contactsync/extract/api"
	"contactsync/extract/vendortest"
)

// TestTheStateOfARun holds what answers of both generations are worth by their words.
func TestTheStateOfARun(t *testing.T) {
	const person = `{"hem":"a"}`
	for name, c := range map[string]struct {
		status, rows string // of a 200
		waits, word  string
		fails        bool
	}{
		"ready":                     {"Ready", person, "", "", false},
		"ready and nobody":          {"COMPLETED", "", "", "", false},
		"in the making":             {"Materializing", "", "Materializing", "", false},
		"in the making, with some":  {"RUNNING", person, "RUNNING", "", false},
		"failed":                    {"Failed", "", "", "", true},
		"failed with rows":          {"TIMEOUT", person, "", "", true},
		"a word that is not known":  {"simmering", "", "simmering", "simmering", false},
		"such a word beside people": {"simmering", person, "", "simmering", false},
		"no word at all":            {"", person, "", "", false},
		"nothing prepared":          {"none", "", "none", "none", false},
		"a null in words":           {"null", "", "", "", false},
	} {
		t.Run(name, func(t *testing.T) {
			for what, answer := range map[string]func() (reply, error){
				"query": func() (reply, error) {
					return decodeQuery(ok(`{"data":[`+c.rows+`],"meta":{"status":"`+c.status+`","totalCount":0,"hasMore":false}}`), "2026-11-05", 0)
				},
				"run": func() (reply, error) {
					return decodeResults(ok(`{"data":{"run":{"id":"r","status":"`+c.status+`"},"results":[`+c.rows+`],"total":0}}`), position{})
				},
				"state": func() (reply, error) {
					return decodeResults(ok(`{"data":{"run":{"id":"r"},"state":"`+c.status+`","results":[`+c.rows+`],"total":0}}`), position{})
				},
			} {
				a, err := answer()
				require.Equal(t, c.fails, err != nil, "%s: %v", what, err)
				require.Equal(t, c.waits, a.waits, what)
				require.Equal(t, c.word, a.word, what)
			}
		})
	}
	_, err := decodeResults(ok(`{"data":{"run":{"id":"r","status":"failed"},"state":"done","results":[],"total":0}}`), position{})
	require.ErrorContains(t, err, "could not prepare", "the worst of two words counts")
}

// TestRowsAreAListOrANullThatIsToldToBeEmpty and nothing else.
func TestRowsAreAListOrANullThatIsToldToBeEmpty(t *testing.T) {
	for body, fails := range map[string]bool{
		`"data":[],"meta":{"totalCount":0}`:        false,
		`"data":null,"meta":{"totalCount":0}`:      false,
		`"data":null,"meta":{"totalCount":"0"}`:    false,
		`"data":null,"meta":{"totalCount":50}`:     true,
		`"data":null,"meta":{"hasMore":false}`:     true,
		`"meta":{"totalCount":0}`:                  true,
		`"data":{},"meta":{"totalCount":0}`:        true,
		`"data":"none","meta":{"totalCount":0}`:    true,
		`"data":0,"meta":{"totalCount":0}`:         true,
		`"data":false,"meta":{"totalCount":0}`:     true,
		`"data":[{"hem":"a"}],"meta":null`:         true,
		`"data":[{"hem":"a"}],"meta":{"status":7}`: false,
	} {
		_, err := decodeQuery(ok("{"+body+"}"), "2026-11-05", 0)
		require.Equal(t, fails, err != nil, "%s: %v", body, err)
	}
	for body, fails := range map[string]bool{
		`"results":[],"total":0`:       false,
		`"results":null,"total":0`:     false,
		`"results":null,"total":5`:     true,
		`"results":null`:               true,
		`"results":{"0":{}},"total":0`: true,
	} {
		_, err := decodeResults(ok(`{"data":{"run":{"status":"completed"},`+body+`}}`), position{})
		require.Equal(t, fails, err != nil, "%s: %v", body, err)
	}
}

func ok(body string) api.Response { return api.Response{Status: 200, Body: []byte(body)} }

// TestARunThatLiesAheadHoldsUpNoOther reads the days that are listed beside it.
func TestARunThatLiesAheadHoldsUpNoOther(t *testing.T) {
	f := newFakeIntent()
	f.day("2026-11-05", "k5", 2)
	f.day("2036-01-01", "k36", 1)
	for _, m := range []order{{Matches: Matches{AudienceID: savedAudience}}, {Matches: Matches{AudienceID: savedAudience}, api: RunsAPI}} {
		state := extract.State{}
		pages, err := vendortest.Collect(t, m.source(f.env(t)), state)
		require.ErrorContains(t, err, "lists a run of 2036-01-01, more than two days ahead")
		require.Equal(t, people("2026-11-05", "k5", 2), vendortest.IDs(pages))
		require.NotContains(t, state, "2036-01-01")
	}
	m := order{Matches: Matches{AudienceID: savedAudience}, api: RunsAPI, until: date(t, "2026-11-06")}
	_, err := vendortest.Collect(t, m.source(f.env(t)), extract.State{})
	require.NoError(t, err, "a day that is not asked for is nobody's concern")
}

// TestADayThatCannotBeReadHoldsUpNoOther but two in a row are a vendor that is down.
func TestADayThatCannotBeReadHoldsUpNoOther(t *testing.T) {
	for name, c := range map[string]struct {
		bad  []string
		want []string
	}{
		"one":          {[]string{"2026-11-03"}, append(people("2026-11-04", "k4", 1), people("2026-11-05", "k5", 1)...)},
		"two in a row": {[]string{"2026-11-03", "2026-11-04"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFakeIntent()
			for i, day := range []string{"2026-11-03", "2026-11-04", "2026-11-05"} {
				f.day(day, fmt.Sprintf("k%d", i+3), 1)
			}
			f.answer = func(call *intentCall) {
				if slices.Contains(c.bad, call.Date) {
					call.Status, call.Body = 200, `{"data":[],"meta":{"status":"Error","totalCount":0}}`
				}
			}
			state := extract.State{}
			m := order{Matches: Matches{TopicIDs: []int64{101}, Since: date(t, "2026-11-03")}}
			pages, err := vendortest.Collect(t, m.source(f.env(t)), state)
			require.ErrorContains(t, err, "could not prepare 2026-11-03")
			require.Equal(t, c.want, vendortest.IDs(pages))
			require.NotContains(t, state, "2026-11-03")
		})
	}
}
