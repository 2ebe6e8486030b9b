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
// and its hash: warehouses hold both, and another hash of the same record rewrites its
// row. That is meant only with another version of the rules, by a replay.
func TestStoredPayloadsAndHashesStayAsTheyAre(t *testing.T) {
	for _, c := range []struct {
		name, source  string
		versions      []string
		payload, hash string
	}{
		{
			"one version", schema.Toofr,
			[]string{` {"id":2, "first_name":"Ann", "email":{"email":"ann@acme.example","state":"high"}, "title":"CEO"}`},
			` {"id":2, "first_name":"Ann", "email":{"email":"ann@acme.example","state":"high"}, "title":"CEO"}`, "947e0167b3df8dbfdb44ed3206bdf505271242b97865436507d52d599f5aa547",
		}, {
			"markup, escapes and separators of lines", schema.StatSocial,
			[]string{"{\"ss_id\":\"1\",\"bio\":\"<b>R&D</b> \u2028 \\u00e9 \\/ \\\"q\\\"\",\"z\":[1.50, -0, {\"b\":1,\"a\":[ ]}],\"email_raw\":\"a@b.example\"}", `{"ss_id":"1","new":true}`},
			"{\"bio\":\"\\u003cb\\u003eR\\u0026D\\u003c/b\\u003e \\u2028 \\u00e9 \\/ \\\"q\\\"\",\"email_raw\":\"a@b.example\",\"new\":true,\"ss_id\":\"1\",\"z\":[1.50,-0,{\"b\":1,\"a\":[]}]}", "4abc8f6976a4dee112fd10e1f12f39dff291c48038b33e81e5117cc564e1074e",
		}, {
			"names in either case", schema.AudienceLab,
			[]string{
				`{"UUID":"u1","FIRST_NAME":"Ann","LAST_NAME":"Lee","JOB_TITLE":"CEO","BUSINESS_EMAIL":"ann@acme.example","PERSONAL_CITY":"Austin"}`,
				`{"uuid":"u1","first_name":"Ann","job_title":"CTO","personal_city":""}`,
			},
			`{"BUSINESS_EMAIL":"ann@acme.example","LAST_NAME":"Lee","first_name":"Ann","job_title":"CTO","personal_city":"","uuid":"u1"}`, "b677350508e82c2ddb03b7d07f3e9cd8e8ffc1bd2f7cefcfec01166727d15299",
		}, {
			"names sent twice", schema.AudienceLab,
			[]string{`{"UUID":"u1","ZIP":"1","zip":"2","ZIP":"3","GENDER":"F","GENDER":null,"CITY":"Waco"}`, `{"UUID":"u1","CITY":"Austin","city":"Waco","STATE":"TX","STATE":""}`},
			`{"CITY":"Austin","GENDER":null,"STATE":"","UUID":"u1","ZIP":"3","city":"Waco","zip":"2"}`, "e3f6473e8c65b3128479e81a9962f6511c9fe369d6d3545cf36c291257570c4d",
		}, {
			"names of any script", schema.Intent,
			[]string{"{\"hem\":\"k\",\"\uff21\":1,\"\U0001f600\":2,\"a\\tb\":\"\\ud83d\\ude00\",\"email\":\"a@b.example\"}", "{\"hem\":\"k\",\"<a&b>\":\"x\",\"\\u0061\":[\"<\"]}"},
			"{\"\\u003ca\\u0026b\\u003e\":\"x\",\"a\":[\"\\u003c\"],\"a\\tb\":\"\\ud83d\\ude00\",\"email\":\"a@b.example\",\"hem\":\"k\",\"Ａ\":1,\"😀\":2}", "d840650cb34c04bf7e5fbaf40191983b1c26419ba71a6cf6ae7678984540a846",
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
