package statsocial

import (
	"testing"

	"github.com/stretchr/testify/require"

	"contactsync/extract"
	"contactsync/schema"
)

func TestWhichAudienceADefinitionMade(t *testing.T) {
	old := golangFans("golang")
	changed := golangFans("#golang")
	anew := golangFans("#golang")
	anew.OnChange = extract.OnChangeCreate
	built := orders{}.With(old.definition(), 67454)
	both := built.With(anew.definition(), 67455)
	for name, c := range map[string]struct {
		want Outputs
		past schema.Checkpoint
		id   int64
		err  string
	}{
		"nothing was ordered":              {old, "", 0, ""},
		"a note of nothing":                {old, "{}", 0, ""},
		"an order that was refused":        {old, extract.Encode(orders{}), 0, ""},
		"it was built":                     {old, extract.Encode(built), 67454, ""},
		"it changed":                       {changed, extract.Encode(built), 0, "the definition changed since audience 67454 was built"},
		"it changed and may be built anew": {anew, extract.Encode(built), 0, ""},
		"the new one was built":            {changed, extract.Encode(both), 67455, ""},
		"the old one still is":             {old, extract.Encode(both), 67454, ""},
		"the answer was lost":              {old, extract.Encode(orders{Current: "d", Audiences: built.Audiences, Creating: "e"}), 0, "never learned its id"},
		"no JSON":                          {old, "{", 0, "the note of what was built cannot be read (unexpected end of JSON input); set audience_id"},
	} {
		t.Run(name, func(t *testing.T) {
			_, id, err := c.want.built(extract.State{definitionPartition: c.past})
			require.Equal(t, c.id, id)
			if c.err != "" {
				require.ErrorContains(t, err, c.err)
				return
			}
			require.NoError(t, err)
		})
	}
}

func TestAFullRunRemembersWhatWasBought(t *testing.T) {
	for _, c := range []struct {
		name, partition string
		checkpoint      schema.Checkpoint
		paid            bool
	}{
		{"a build that was ordered and answered", "definition", `{"current":"d","audiences":{"d":67454}}`, true},
		{"an order whose answer was lost", "definition", `{"audiences":{"d":67454},"creating":"e"}`, false},
		{"an order that was never sent", "definition", `{}`, false},
		{"how far a build was read", "67454", `{"audiences":{"d":67454}}`, false},
		{"no JSON", "definition", `x`, false},
	} {
		t.Run(c.name, func(t *testing.T) { require.Equal(t, c.paid, Paid(c.partition, c.checkpoint)) })
	}
}

func TestOrdersRememberEveryBuild(t *testing.T) {
	first := orders{}.With("d", 1)
	second := first.With("e", 2)
	require.EqualValues(t, `{"current":"d","audiences":{"d":1}}`, extract.Encode(first), "the earlier note is left as it was")
	require.EqualValues(t, `{"current":"e","audiences":{"d":1,"e":2}}`, extract.Encode(second))
	require.EqualValues(t, `{"current":"d","audiences":{"d":1,"e":2}}`, extract.Encode(second.With("d", 1)))
	second.Creating = "f"
	require.EqualValues(t, `{"current":"e","audiences":{"d":1,"e":2},"creating":"f"}`, extract.Encode(second))
}

func TestWhereReadingBegins(t *testing.T) {
	start := position{AudienceID: 7}
	chosen := position{AudienceID: 7, Outputs: []string{"md5", "ss_id"}}
	for name, c := range map[string]struct {
		asked      []string
		checkpoint schema.Checkpoint
		want       position
	}{
		"without a checkpoint":       {nil, "", start},
		"with an unreadable one":     {nil, "{", start},
		"with an impossible one":     {nil, `{"audience_id":7,"record":-1}`, start},
		"with one of another build":  {nil, `{"audience_id":8,"rows":9,"record":9,"page":1}`, start},
		"with one of other outputs":  {[]string{"md5"}, `{"audience_id":7,"rows":9,"record":9,"page":1}`, chosen},
		"with one of these outputs":  {[]string{"md5", "ss_id", "md5"}, `{"audience_id":7,"outputs":["md5","ss_id"],"rows":9}`, position{AudienceID: 7, Outputs: chosen.Outputs, Rows: 9}},
		"in the middle of the files": {nil, `{"audience_id":7,"rows":9000,"record":2000,"page":2}`, position{AudienceID: 7, Rows: 9000, Record: 2000, Page: 2}},
		"at their end":               {nil, `{"audience_id":7,"rows":9,"record":9,"page":1,"done":true}`, position{AudienceID: 7, Rows: 9, Record: 9, Page: 1, Done: true}},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, c.want, Outputs{Outputs: c.asked}.begin(extract.State{"7": c.checkpoint}, 7))
		})
	}
}

func TestWhichFilesAreRead(t *testing.T) {
	offered := []output{{Type: "twitter_id", URL: "https://a.example/t"}, {Type: "ss_id", URL: "https://a.example/s"}, {Type: "md5", URL: "https://a.example/m"}}
	for name, c := range map[string]struct {
		asked    []string
		offered  []output
		read     []string
		warnings []string
		err      string
	}{
		"all, sorted":           {nil, offered, []string{"md5", "ss_id", "twitter_id"}, nil, ""},
		"those asked for":       {[]string{"md5"}, offered, []string{"md5", "ss_id"}, nil, ""},
		"one is missing":        {[]string{"ma_id", "md5"}, offered, []string{"md5", "ss_id"}, []string{"statsocial: audience 7 has no output ma_id; it has twitter_id, ss_id, md5"}, ""},
		"ss_id is not promised": {[]string{"md5"}, offered[2:], []string{"md5"}, nil, ""},
		"none of them is there": {[]string{"ma_id"}, offered[2:], nil, nil, "statsocial: audience 7 is built and has none of the outputs ma_id, ss_id; it has md5; StatSocial grants which may be generated"},
		"there are none":        {nil, []output{{Type: "md5"}, {URL: "https://a.example/m"}}, nil, nil, "statsocial: audience 7 is built and has no output files; StatSocial grants which may be generated"},
	} {
		t.Run(name, func(t *testing.T) {
			at := Outputs{Outputs: c.asked}.begin(nil, 7)
			files, warnings, err := at.files(audience{Outputs: c.offered}, c.asked)
			if c.err != "" {
				require.EqualError(t, err, c.err)
				return
			}
			require.NoError(t, err)
			var read []string
			for _, f := range files {
				read = append(read, f.Type)
			}
			require.Equal(t, c.read, read)
			require.Equal(t, c.warnings, warnings)
		})
	}
}

func TestAPositionAdvancesPageByPage(t *testing.T) {
	a := audience{Name: "Golang fans", Status: "done"}
	people := make([]schema.Record, pageSize)
	at := Outputs{Outputs: []string{"md5"}}.begin(nil, 7).within(1500)

	page, at := at.advance(a, people, false)
	require.Equal(t, extract.Page{
		Partition: "7", Next: `{"audience_id":7,"outputs":["md5","ss_id"],"rows":1500,"record":1000,"page":1}`, Sweep: "7:md5,ss_id",
		Number: 1, Audience: "7", Records: people, Audiences: []schema.Audience{a.describe("7")},
	}, page)
	require.Equal(t, at, at.within(1500), "the same files")
	require.Equal(t, position{AudienceID: 7, Outputs: at.Outputs, Rows: 1600}, at.within(1600), "other files are read from their first record")

	page, at = at.advance(a, people[:500], true)
	require.True(t, page.Complete)
	require.Equal(t, 2, page.Number)
	require.EqualValues(t, `{"audience_id":7,"outputs":["md5","ss_id"],"rows":1500,"record":1500,"page":2,"done":true}`, page.Next)
	require.Equal(t, at, Outputs{Outputs: []string{"md5"}}.begin(extract.State{"7": page.Next}, 7))
}

func TestAFileIsComparedWithWhatItDeclares(t *testing.T) {
	for name, c := range map[string]struct {
		declared extract.LenientInt
		rows     int64
		warnings []string
	}{
		"as declared":     {3, 3, nil},
		"declares none":   {0, 3, nil},
		"fewer":           {3, 2, []string{"statsocial: the md5 file declares 3 rows and has 2"}},
		"more":            {3, 4, []string{"statsocial: the md5 file declares 3 rows and has 4"}},
		"still to come":   {3, 0, []string{"statsocial: the md5 file declares 3 rows and is empty; the next run reads it again"}},
		"declares a debt": {-1, 0, nil},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, c.warnings, output{Type: "md5", Count: c.declared}.mismatch(c.rows))
		})
	}
}
