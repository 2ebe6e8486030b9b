//go:build duckdb_arrow

package stage

import (
	"testing"
	"time"

	"contactsync/load"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

// TestStoredPayloadsAndHashesStayAsTheyAre pins what a record's versions fold to
// and its hash: warehouses hold both, and another hash of the same record would
// rewrite every row on the first night after an upgrade.
func TestStoredPayloadsAndHashesStayAsTheyAre(t *testing.T) {
	for _, c := range []struct {
		name, source  string
		versions      []string
		payload, hash string
	}{
		{
			"one version", schema.Toofr,
			[]string{` {"id":2, "first_name":"Ann", "email":{"email":"ann@acme.example","state":"high"}, "title":"CEO"}`},
			` {"id":2, "first_name":"Ann", "email":{"email":"ann@acme.example","state":"high"}, "title":"CEO"}`, "92a995803264d526d9266238768ee5a2078ece1ee4d3e8fbc9e05e3c5b2c478b",
		}, {
			"markup, escapes and separators of lines", schema.StatSocial,
			[]string{"{\"ss_id\":\"1\",\"bio\":\"<b>R&D</b> \u2028 \\u00e9 \\/ \\\"q\\\"\",\"z\":[1.50, -0, {\"b\":1,\"a\":[ ]}],\"email_raw\":\"a@b.example\"}", `{"ss_id":"1","new":true}`},
			"{\"bio\":\"\\u003cb\\u003eR\\u0026D\\u003c/b\\u003e \\u2028 \\u00e9 \\/ \\\"q\\\"\",\"email_raw\":\"a@b.example\",\"new\":true,\"ss_id\":\"1\",\"z\":[1.50,-0,{\"b\":1,\"a\":[]}]}", "c1c0ceee0f1a8977edb1cab0bf94642193f3af95cf827ad668d37ad29aef8223",
		}, {
			"names in either case", schema.AudienceLab,
			[]string{
				`{"UUID":"u1","FIRST_NAME":"Ann","LAST_NAME":"Lee","JOB_TITLE":"CEO","BUSINESS_EMAIL":"ann@acme.example","PERSONAL_CITY":"Austin"}`,
				`{"uuid":"u1","first_name":"Ann","job_title":"CTO","personal_city":""}`,
			},
			`{"BUSINESS_EMAIL":"ann@acme.example","LAST_NAME":"Lee","first_name":"Ann","job_title":"CTO","personal_city":"","uuid":"u1"}`, "68d7cf0cbafda1cc9c366b2c5afbe7f1d1dfc228524a9d9c7592217cb0f86ac1",
		}, {
			"names sent twice", schema.AudienceLab,
			[]string{`{"UUID":"u1","ZIP":"1","zip":"2","ZIP":"3","GENDER":"F","GENDER":null,"CITY":"Waco"}`, `{"UUID":"u1","CITY":"Austin","city":"Waco","STATE":"TX","STATE":""}`},
			`{"CITY":"Austin","GENDER":null,"STATE":"","UUID":"u1","ZIP":"3","city":"Waco","zip":"2"}`, "e3f6473e8c65b3128479e81a9962f6511c9fe369d6d3545cf36c291257570c4d",
		}, {
			"names of any script", schema.Intent,
			[]string{"{\"hem\":\"k\",\"\uff21\":1,\"\U0001f600\":2,\"a\\tb\":\"\\ud83d\\ude00\",\"email\":\"a@b.example\"}", "{\"hem\":\"k\",\"<a&b>\":\"x\",\"\\u0061\":[\"<\"]}"},
			"{\"\\u003ca\\u0026b\\u003e\":\"x\",\"a\":[\"\\u003c\"],\"a\\tb\":\"\\ud83d\\ude00\",\"email\":\"a@b.example\",\"hem\":\"k\",\"Ａ\":1,\"😀\":2}", "dfeb73f1907c7d3dafaeabbd6b894a66d6d290834b3f331c3a28e44abaf58c15",
		}, {
			"empty", schema.Toofr, []string{`{}`}, `{}`, "d55989fdae5f1f553996de65b4659543c2793a5ad5774edd42f52f9163ed8611",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := &load.Stored{}
			s.Source, s.SourceID = c.source, "1"
			for i, payload := range c.versions {
				s.Versions = append(s.Versions, schema.Version{
					Source: c.source, SourceID: "1", Audience: string(rune('a' + i)), AsOf: time.Date(2026, 11, 1+i, 12, 0, 0, 0, time.UTC), Payload: payload,
				})
			}
			folded, err := Fold([]load.Stored{*s})
			require.NoError(t, err)
			require.Equal(t, c.payload, folded[0].Record.Payload)
			require.Equal(t, c.hash, folded[0].Record.RecordHash)
		})
	}
}
