package transform_test

import (
	"testing"

	"contactsync/schema"
	"contactsync/transform"

	"github.com/stretchr/testify/require"
)

func TestFoldKeepsWhatTheNewerPayloadLacksAndClearsWhatItEmpties(t *testing.T) {
	for _, c := range []struct{ name, source, older, newer, want string }{
		{"first version", schema.Toofr, ``, `{"a":1}`, `{"a":1}`},
		{"same keys", schema.Toofr, `{"a":1,"b":2}`, `{"b":3,"a":4}`, `{"b":3,"a":4}`},
		{"narrow over wide", schema.Toofr, `{"a":1,"b":2}`, `{"a":3}`, `{"a":3,"b":2}`},
		{"present but empty clears", schema.Toofr, `{"a":"x","b":"y"}`, `{"a":"","b":null}`, `{"a":"","b":null}`},
		{"objects are values", schema.Toofr, `{"a":{"x":1,"y":2}}`, `{"a":{"x":3}}`, `{"a":{"x":3}}`},
		{"two keys that differ in case", schema.Toofr, `{"A":1}`, `{"a":2}`, `{"A":1,"a":2}`},
		{"one key in either case", schema.AudienceLab, `{"CITY":"Austin","ZIP":"73301"}`, `{"city":"Waco"}`, `{"ZIP":"73301","city":"Waco"}`},
		{"either case, present but empty", schema.AudienceLab, `{"city":"Austin"}`, `{"CITY":""}`, `{"CITY":""}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			rules, err := transform.RulesOf(c.source)
			require.NoError(t, err)
			newer := parse(t, rules, c.newer)
			var older *transform.Document
			if c.older != "" {
				older = parse(t, rules, c.older)
			}
			once := newer.Over(older)
			require.Equal(t, c.want, once.Payload())
			twice := newer.Over(once)
			require.JSONEq(t, once.Payload(), twice.Payload(), "folding again changes nothing")
		})
	}
	rules, err := transform.RulesOf(schema.Toofr)
	require.NoError(t, err)
	_, err = rules.Parse("1", `[1]`)
	require.ErrorContains(t, err, "not a JSON object")
}

func parse(t require.TestingT, rules *transform.Rules, payload string) *transform.Document {
	d, err := rules.Parse("1", payload)
	require.NoError(t, err, payload)
	return d
}
