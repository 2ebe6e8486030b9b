package transform_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"contactsync/schema"
	"contactsync/transform"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// TestComposedPayloadsAreThoseOfAMap holds what documents make of documents to what
// encoding/json makes of maps, byte by byte, and what they are hashed as to what
// jsontext makes of the whole text: warehouses hold both.
func TestComposedPayloadsAreThoseOfAMap(t *testing.T) {
	for _, source := range schema.Sources {
		rules, err := transform.RulesOf(source)
		require.NoError(t, err)
		rapid.Check(t, func(t *rapid.T) {
			older, newer := payload().Draw(t, "older"), payload().Draw(t, "newer")
			was, is := parse(t, rules, older), parse(t, rules, newer)

			folded := is.Over(was)
			require.Equal(t, foldedMaps(t, source, older, newer), folded.Payload())
			requireParsed(t, rules, folded)

			dropped := func(name string) bool { return strings.EqualFold(name, "a") || name == "<" }
			rest := folded.Without(dropped)
			require.Equal(t, droppedMap(t, folded.Payload(), dropped), rest.Payload())
			requireParsed(t, rules, rest)
			for _, d := range []*transform.Document{was, is, folded, rest} {
				formatted := jsontext.Value(d.Payload())
				require.NoError(t, formatted.Format(jsontext.ReorderRawObjects(true), jsontext.AllowDuplicateNames(true)))
				require.Equal(t, string(formatted), d.Canonical())
			}
		})
	}
}

// requireParsed checks that a document that was made of others is the one that its
// payload parses to.
func requireParsed(t require.TestingT, rules *transform.Rules, d *transform.Document) {
	again := parse(t, rules, d.Payload())
	require.Equal(t, fields(again), fields(d))
	require.Equal(t, again.Contact(), d.Contact())
}

func fields(d *transform.Document) (all []string) {
	for field, kind := range d.Fields() {
		all = append(all, field+":"+kind)
	}
	return all
}

// payload draws an object with names sent twice, in either case and in any script,
// and values of every type and spelling.
func payload() *rapid.Generator[string] {
	names := rapid.SampledFrom([]string{
		`a`, `A`, `b`, `B`, `\u0061`, `<`, "\u2028", "\uff21", "\U0001f600", `\ud83d\ude00`, `a\tb`, `c\"`, ``, `email`, `EMAIL`, `ss_id`, `LAST_NAME`, `last_name`,
	})
	values := rapid.SampledFrom([]string{
		`1`, `-0`, `1.50`, `1e2`, `null`, `true`, `false`, `""`, `"x"`, `"ann@acme.example"`, `"<b>&\/\u00e9"`, "\"\u2028 \u2029 \u00e9\"", `"\"q\\\""`, `"\ud83d\ude00"`,
		`[ ]`, `[1, "a b", {"z": 1, "y":[ "<" ], "z":2}]`, `{ }`, `{"b":1 ,"a":"\u003c", "\uff21":1,"😀":2}`, `{"x\\":"\\"}`,
	})
	spaces := rapid.SampledFrom([]string{"", "", " ", "\n\t"})
	return rapid.Custom(func(t *rapid.T) string {
		var members []string
		for range rapid.IntRange(0, 8).Draw(t, "members") {
			members = append(members, fmt.Sprintf("%s\"%s\"%s:%s", spaces.Draw(t, ""), names.Draw(t, "name"), spaces.Draw(t, ""), values.Draw(t, "value")))
		}
		return spaces.Draw(t, "") + "{" + strings.Join(members, ",") + spaces.Draw(t, "") + "}" + spaces.Draw(t, "")
	})
}

// foldedMaps lays one payload over another by maps.
func foldedMaps(t require.TestingT, source, older, newer string) string {
	field := func(name string) string {
		if source == schema.AudienceLab {
			return strings.ToUpper(name)
		}
		return name
	}
	var was, is map[string]json.RawMessage
	require.NoError(t, json.Unmarshal([]byte(older), &was))
	require.NoError(t, json.Unmarshal([]byte(newer), &is))
	var has []string
	for name := range is {
		has = append(has, field(name))
	}
	lacking := false
	for name, value := range was {
		if !slices.Contains(has, field(name)) {
			is[name], lacking = value, true
		}
	}
	if !lacking {
		return newer
	}
	text, err := json.Marshal(is)
	require.NoError(t, err)
	return string(text)
}

// droppedMap drops names by a map.
func droppedMap(t require.TestingT, text string, dropped func(string) bool) string {
	var members map[string]json.RawMessage
	require.NoError(t, json.Unmarshal([]byte(text), &members))
	before := len(members)
	for name := range members {
		if dropped(name) {
			delete(members, name)
		}
	}
	if len(members) == before {
		return text
	}
	rest, err := json.Marshal(members)
	require.NoError(t, err)
	return string(rest)
}

// TestADocumentKeepsNothingOfTheOneBefore parses texts of different length and
// order through the parser that they share.
func TestADocumentKeepsNothingOfTheOneBefore(t *testing.T) {
	rules, err := transform.RulesOf(schema.Toofr)
	require.NoError(t, err)
	first := parse(t, rules, `{"b":"1","a":"2","c":"3"}`)
	second := parse(t, rules, `{"c":"x","a":"y","b":"z"}`)
	_, err = rules.Parse("1", `{"a":"1","b":`)
	require.Error(t, err)
	third := parse(t, rules, `{"a":[1]}`)
	require.Equal(t, `{"a":"2","b":"1","c":"3"}`, first.Canonical())
	require.Equal(t, `{"a":"y","b":"z","c":"x"}`, second.Canonical())
	require.Equal(t, []string{"a:array"}, fields(third))
}

// BenchmarkDocument does to one AudienceLab record what a first night does.
func BenchmarkDocument(b *testing.B) {
	rules, err := transform.RulesOf(schema.AudienceLab)
	require.NoError(b, err)
	var names []string
	for _, name := range transform.KnownFields(schema.AudienceLab)[:74] {
		names = append(names, fmt.Sprintf("%q:%q", name, "value of "+name))
	}
	text := "{" + strings.Join(names, ",") + "}"
	narrow := "{" + strings.Join(names[:40], ",") + "}"
	was := parse(b, rules, text)
	b.Run("parse", func(b *testing.B) {
		b.ReportAllocs()
		for range b.N {
			parse(b, rules, text)
		}
	})
	b.Run("fold", func(b *testing.B) {
		newer := parse(b, rules, narrow)
		b.ReportAllocs()
		for range b.N {
			newer.Over(was)
		}
	})
	b.Run("canonical", func(b *testing.B) {
		b.ReportAllocs()
		for range b.N {
			was.Canonical()
		}
	})
}
