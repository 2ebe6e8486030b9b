package statsocial

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"
)

// decodeDefinition reads a body of Create Audience the way a config is read.
func decodeDefinition(t testing.TB, body []byte) Outputs {
	t.Helper()
	var d struct {
		Audience    AudienceDefinition `yaml:"audience"`
		CallbackURL string             `yaml:"callback_url"`
		Outputs     []string           `yaml:"outputs"`
		Parameters  []Parameter        `yaml:"parameters"`
	}
	require.NoError(t, yaml.Load(body, &d))
	d.Audience.CallbackURL = d.CallbackURL
	return Outputs{Audience: d.Audience, Outputs: d.Outputs, Parameters: d.Parameters}
}

func TestEveryExampleOfTheDocumentIsSentAsItStandsThere(t *testing.T) {
	files, err := filepath.Glob("testdata/create-*.json")
	require.NoError(t, err)
	require.Len(t, files, 20)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			example, err := os.ReadFile(file)
			require.NoError(t, err)
			d := decodeDefinition(t, example)
			sent := d.order()
			want := string(example)
			if strings.HasSuffix(file, "create-twitter-followers.json") {
				// The example has an id where the name "id" belongs. No field takes it.
				want = strings.Replace(want, `"3907896689": "22222",`, "", 1)
			}
			require.JSONEq(t, want, string(sent))
			problems := d.Problems(nil)
			if strings.HasSuffix(file, "create-location-countries.json") {
				// The example contradicts the note above it; the note counts.
				require.Len(t, problems, 1)
				require.Equal(t, "parameters[1].operation", problems[0].Path)
				return
			}
			require.Empty(t, problems)
		})
	}
}

func TestEveryRuleOfTheDocumentIsChecked(t *testing.T) {
	const first = `{operation: OR, tweet_search: {phrases: [golang]}}`
	for name, c := range map[string]struct {
		parameters string
		path, want string
		suggest    string
	}{
		"operation in lower case":          {`[{operation: or, age: {ranges: [18-24]}}]`, "parameters[0].operation", "no operation", "OR"},
		"no operation":                     {`[{age: {ranges: [18-24]}}]`, "parameters[0].operation", "missing", ""},
		"no kind":                          {`[{operation: OR}]`, "parameters[0]", "no kind", ""},
		"two kinds":                        {`[{operation: OR, age: {ranges: [18-24]}, gender: {genders: [male]}}]`, "parameters[0]", "age and gender", ""},
		"no affinities":                    {`[{operation: OR, affinities: {affinities: []}}]`, "parameters[0].affinities.affinities", "at least one", ""},
		"affinity without id":              {`[{operation: OR, affinities: {affinities: [{name: Soccer}]}}]`, "parameters[0].affinities.affinities[0].id", "mandatory", ""},
		"job titles and employers":         {`[{operation: OR, b2b: {job_titles: [{id: a}], employer_names: [{id: b}]}}]`, "parameters[0].b2b", "can not be used in the same", ""},
		"neither of them":                  {`[{operation: OR, b2b: {filter: {count: 1, direction: "<"}}}]`, "parameters[0].b2b", "needs job_titles or employer_names", ""},
		"job title without id":             {`[{operation: OR, b2b: {job_titles: [{screen_name: a}]}}]`, "parameters[0].b2b.job_titles[0].id", "mandatory", ""},
		"direction":                        {`[{operation: OR, b2b: {job_titles: [{id: a}], filter: {count: 1, direction: "=>"}}}]`, "parameters[0].b2b.filter.direction", "no direction", ""},
		"negative count":                   {`[{operation: OR, b2b: {job_titles: [{id: a}], filter: {count: -1, direction: "<"}}}]`, "parameters[0].b2b.filter.count", "negative", ""},
		"personality":                      {`[{operation: OR, personality: {personalities: [challange]}}]`, "parameters[0].personality.personalities[0]", "no personality", "challenge"},
		"age range":                        {`[{operation: OR, age: {ranges: ["18-25"]}}]`, "parameters[0].age.ranges[0]", "no age range", "18-24"},
		"age range with a dash":            {`[{operation: OR, age: {ranges: [over-54]}}]`, "parameters[0].age.ranges[0]", "no age range", "over 54"},
		"age with OR after the first":      {"[" + first + `, {operation: OR, age: {ranges: [18-24]}}]`, "parameters[1].operation", "only as the first", ""},
		"gender":                           {`[{operation: OR, gender: {genders: [woman]}}]`, "parameters[0].gender.genders[0]", "no gender", ""},
		"gender with OR after the first":   {"[" + first + `, {operation: OR, gender: {genders: [male]}}]`, "parameters[1].operation", "only as the first", ""},
		"ethnicity first":                  {`[{operation: AND, ethnicity: {ethnicities: [asian]}}]`, "parameters[0]", "never be the first", ""},
		"ethnicity with OR":                {"[" + first + `, {operation: OR, ethnicity: {ethnicities: [asian]}}]`, "parameters[1].operation", "never takes OR", ""},
		"ethnicity unknown to them":        {"[" + first + `, {operation: AND, ethnicity: {ethnicities: [Asian]}}]`, "parameters[1].ethnicity.ethnicities[0]", "no ethnicity", "asian"},
		"location of nothing":              {`[{operation: OR, location: {}}]`, "parameters[0].location", "needs cities", ""},
		"countries first":                  {`[{operation: AND, location: {countries: [{id: "1"}]}}]`, "parameters[0].location.countries", "cannot be the first", ""},
		"countries with OR":                {"[" + first + `, {operation: OR, location: {countries: [{id: "1"}]}}]`, "parameters[1].operation", "never take OR", ""},
		"region without id":                {`[{operation: OR, location: {regions: [{name: New York}]}}]`, "parameters[0].location.regions[0].id", "mandatory", ""},
		"upload type":                      {`[{operation: OR, upload: {keys: [/uploads/a.ssid], type: ssid}}]`, "parameters[0].upload.type", "no type of upload", "ss_id"},
		"upload of nothing":                {`[{operation: OR, upload: {type: ramp_id}}]`, "parameters[0].upload.keys", "at least one", ""},
		"followers of no account":          {`[{operation: OR, twitter_followers: {accounts: []}}]`, "parameters[0].twitter_followers.accounts", "at least one account", ""},
		"account without id and name":      {`[{operation: OR, twitter_followers: {accounts: [{}]}}]`, "parameters[0].twitter_followers.accounts[0]", "id, screen_name or both", ""},
		"twitter cutoff":                   {`[{operation: OR, twitter_followers: {accounts: [{id: a}], cutoff: 11}}]`, "parameters[0].twitter_followers.cutoff", "never be greater than 10", ""},
		"twitter cut_off":                  {`[{operation: OR, twitter_followers: {accounts: [{id: a}], cut_off: 11}}]`, "parameters[0].twitter_followers.cut_off", "never be greater than 10", ""},
		"both spellings":                   {`[{operation: OR, twitter_followers: {accounts: [{id: a}], cutoff: 1, cut_off: 1}}]`, "parameters[0].twitter_followers.cut_off", "another name", ""},
		"cutoff of nothing":                {`[{operation: OR, youtube_channels: {accounts: [{id: a}], cutoff: 0}}]`, "parameters[0].youtube_channels.cutoff", "too small", ""},
		"youtube cutoff":                   {`[{operation: OR, youtube_channels: {accounts: [{id: a}], cutoff: 20}}]`, "parameters[0].youtube_channels.cutoff", "never be greater than 10", ""},
		"twitch cutoff":                    {`[{operation: OR, twitch_followers: {accounts: [{id: a}], cutoff: 2}}]`, "parameters[0].twitch_followers.cutoff", "must be set to 1", ""},
		"instagram without cutoff":         {`[{operation: OR, instagram_engagers: {accounts: [{id: a}]}}]`, "parameters[0].instagram_engagers.cutoff", "must be set to 1", ""},
		"tiktok cutoff":                    {`[{operation: OR, tiktok_engagers: {accounts: [{id: a}], cut_off: 3}}]`, "parameters[0].tiktok_engagers.cut_off", "must be set to 1", ""},
		"last_tweeted":                     {`[{operation: OR, twitter_followers: {accounts: [{id: a}], last_tweeted: 14}}]`, "parameters[0].twitter_followers.last_tweeted", "0 1 7 30 60 90 180 365", ""},
		"last_tweeted of another network":  {`[{operation: OR, youtube_channels: {accounts: [{id: a}], last_tweeted: 7}}]`, "parameters[0].youtube_channels.last_tweeted", "only twitter_followers", ""},
		"bio search nowhere":               {`[{operation: OR, bio_search: {phrases: [golang]}}]`, "parameters[0].bio_search", "searches nowhere", ""},
		"bio search for nothing":           {`[{operation: OR, bio_search: {search_in_twitter: true}}]`, "parameters[0].bio_search.phrases", "at least one phrase", ""},
		"tweet search for an empty phrase": {`[{operation: OR, tweet_search: {phrases: [" "]}}]`, "parameters[0].tweet_search.phrases[0]", "is empty", ""},
		"no parameters":                    {`[]`, "parameters", "at least one parameter", ""},
	} {
		t.Run(name, func(t *testing.T) {
			d := decodeDefinition(t, []byte("audience: {name: A}\nparameters: "+c.parameters))
			problems := d.Problems(nil)
			require.Len(t, problems, 1)
			require.Equal(t, c.path, problems[0].Path)
			require.Contains(t, problems[0].Message, c.want)
			require.Equal(t, c.suggest, problems[0].Suggest)
		})
	}
}

func TestWhatTheDocumentAllowsHasNoProblem(t *testing.T) {
	for _, parameters := range []string{
		`[{operation: OR, age: {ranges: [over 54, unknown]}}, {operation: NOT, gender: {genders: [unknown]}}]`,
		`[{operation: OR, twitter_followers: {accounts: [{screen_name: a}], last_tweeted: 0}}]`,
		`[{operation: OR, twitter_followers: {accounts: [{id: 11111}], cut_off: 10}}]`,
		`[{operation: OR, twitch_followers: {accounts: [{id: a, screen_name: b}], cut_off: 1}}]`,
		`[{operation: OR, location: {dmas: [{id: 501, name: New York, kind: dma}]}}, {operation: NOT, location: {countries: [{id: 231}]}}]`,
		`[{operation: OR, upload: {keys: [/uploads/2022-11-02/a.rampid], type: ramp_id}}]`,
	} {
		require.Empty(t, decodeDefinition(t, []byte("audience: {name: A}\nparameters: "+parameters)).Problems(nil), parameters)
	}
}

func TestTheAudienceItselfIsChecked(t *testing.T) {
	parameters := []Parameter{{Operation: "OR", TweetSearch: &TweetSearch{Phrases: []string{"golang"}}}}
	for name, c := range map[string]struct {
		s    Outputs
		path string
	}{
		"neither id nor definition": {Outputs{}, "audience_id"},
		"both":                      {Outputs{AudienceID: 1, Parameters: parameters}, "audience_id"},
		"negative id":               {Outputs{AudienceID: -1}, "audience_id"},
		"no name":                   {Outputs{Parameters: parameters}, "audience.name"},
		"output":                    {Outputs{AudienceID: 1, Outputs: []string{"ss_id", "email"}}, "outputs[1]"},
		"ramp_id as an output":      {Outputs{AudienceID: 1, Outputs: []string{"ramp_id"}}, "outputs[0]"},
		"the same output twice":     {Outputs{AudienceID: 1, Outputs: []string{"md5", "md5"}}, "outputs[1]"},
		"on_change":                 {Outputs{AudienceID: 1, OnChange: "recreate"}, "on_change"},
		"callback":                  {Outputs{Audience: AudienceDefinition{Name: "A", CallbackURL: "yoursite.example"}, Parameters: parameters}, "audience.callback_url"},
		"insight callback alone":    {Outputs{Audience: AudienceDefinition{Name: "A", InsightCallbackURL: "https://a.example"}, Parameters: parameters}, "audience.insight_callback_url"},
	} {
		t.Run(name, func(t *testing.T) {
			problems := c.s.Problems(nil)
			require.Len(t, problems, 1)
			require.Equal(t, c.path, problems[0].Path)
		})
	}
	require.Empty(t, Outputs{AudienceID: 67454, OnChange: "error", Outputs: outputTypes}.Problems(nil))
}

func TestADefinitionIsTheSameWhateverTheOrderOfOutputsAndWhoIsCalledBack(t *testing.T) {
	body, err := os.ReadFile("testdata/create-multiple.json")
	require.NoError(t, err)
	d := decodeDefinition(t, body)
	before := d.definition()
	d.Outputs = slices.Clone(d.Outputs)
	slices.Reverse(d.Outputs)
	d.Audience.CallbackURL = ""
	require.Equal(t, before, d.definition())
	d.Parameters[0].Operation = "AND"
	require.NotEqual(t, before, d.definition())
}

func TestUnknownFieldsOfADefinitionAreSeen(t *testing.T) {
	// The config is read strictly, so the typed definition must have no catch-all.
	d := json.NewDecoder(bytes.NewReader([]byte(`{"operation":"OR","snapchat_followers":{}}`)))
	d.DisallowUnknownFields()
	require.Error(t, d.Decode(new(Parameter)))
}
