package statsocial

import (
	"encoding/json"
	"strings"
)

// Parameter is one step in the definition of an audience: an operation and
// exactly one of the kinds of parameter. Names and order are those of the Create
// Audience document.
type Parameter struct {
	Operation string `yaml:"operation" json:"operation" jsonschema:"enum=OR,enum=AND,enum=NOT"` // OR includes, AND filters, NOT excludes

	Affinities        *Affinities  `yaml:"affinities" json:"affinities,omitempty"`
	B2B               *B2B         `yaml:"b2b" json:"b2b,omitempty"`
	Personality       *Personality `yaml:"personality" json:"personality,omitempty"`
	Age               *Age         `yaml:"age" json:"age,omitempty"`
	Gender            *Gender      `yaml:"gender" json:"gender,omitempty"`
	Ethnicity         *Ethnicity   `yaml:"ethnicity" json:"ethnicity,omitempty"`
	Location          *Location    `yaml:"location" json:"location,omitempty"`
	Upload            *Upload      `yaml:"upload" json:"upload,omitempty"`
	TwitterFollowers  *Accounts    `yaml:"twitter_followers" json:"twitter_followers,omitempty"`
	TwitchFollowers   *Accounts    `yaml:"twitch_followers" json:"twitch_followers,omitempty"`
	InstagramEngagers *Accounts    `yaml:"instagram_engagers" json:"instagram_engagers,omitempty"`
	TikTokEngagers    *Accounts    `yaml:"tiktok_engagers" json:"tiktok_engagers,omitempty"`
	YouTubeChannels   *Accounts    `yaml:"youtube_channels" json:"youtube_channels,omitempty"`
	BioSearch         *BioSearch   `yaml:"bio_search" json:"bio_search,omitempty"`
	TweetSearch       *TweetSearch `yaml:"tweet_search" json:"tweet_search,omitempty"`
}

type (
	// Reference points to something in StatSocial's catalogue, found with
	// `sync statsocial lookup`. Only the id counts; the rest is for the reader.
	Reference struct {
		ID         string `yaml:"id" json:"id"`
		Name       string `yaml:"name" json:"name,omitempty"`
		ScreenName string `yaml:"screen_name" json:"screen_name,omitempty"`
		Kind       string `yaml:"kind" json:"kind,omitempty"`
	}
	// Affinities are people with a taste for a brand, a person, a topic.
	Affinities struct {
		Affinities []Reference `yaml:"affinities" json:"affinities"`
	}
	// B2B are people by job title or by employer, never both in one parameter.
	B2B struct {
		JobTitles     []Reference `yaml:"job_titles" json:"job_titles,omitempty"`
		EmployerNames []Reference `yaml:"employer_names" json:"employer_names,omitempty"`
		Filter        *B2BFilter  `yaml:"filter" json:"filter,omitempty"`
	}
	// B2BFilter bounds a count.
	B2BFilter struct {
		Count     int    `yaml:"count" json:"count"`
		Direction string `yaml:"direction" json:"direction" jsonschema:"enum=<,enum=>,enum=<=,enum=>="`
	}
	// Personality, Age, Gender and Ethnicity are people by terms of a closed list.
	Personality struct {
		Personalities []string `yaml:"personalities" json:"personalities"`
	}
	Age struct {
		Ranges []string `yaml:"ranges" json:"ranges"`
	}
	Gender struct {
		Genders []string `yaml:"genders" json:"genders"`
	}
	Ethnicity struct {
		Ethnicities []string `yaml:"ethnicities" json:"ethnicities"`
	}
	// Location are people by where they live.
	Location struct {
		Cities    []Reference `yaml:"cities" json:"cities,omitempty"`
		Countries []Reference `yaml:"countries" json:"countries,omitempty"`
		DMAs      []Reference `yaml:"dmas" json:"dmas,omitempty"`
		Regions   []Reference `yaml:"regions" json:"regions,omitempty"`
	}
	// Upload are people on lists that were uploaded to StatSocial before.
	Upload struct {
		Keys []string `yaml:"keys" json:"keys"`
		Type string   `yaml:"type" json:"type"`
	}
	// Account is an account of a social network, by id, screen name or both.
	Account struct {
		ID         string `yaml:"id" json:"id,omitempty"`
		ScreenName string `yaml:"screen_name" json:"screen_name,omitempty"`
	}
	// Accounts are people who follow or engage with accounts. The document writes
	// the bound cut_off in its text and cutoff in its examples, so both are read;
	// the examples' form is sent.
	Accounts struct {
		Accounts    []Account `yaml:"accounts" json:"accounts"`
		Cutoff      *int      `yaml:"cutoff" json:"cutoff,omitempty"`
		CutOff      *int      `yaml:"cut_off" json:"-"`
		LastTweeted *int      `yaml:"last_tweeted" json:"last_tweeted,omitempty"` // days; twitter_followers only
	}
	// BioSearch are people by words in their bios on the marked networks.
	BioSearch struct {
		SearchInTwitter   bool     `yaml:"search_in_twitter" json:"search_in_twitter"`
		SearchInYouTube   bool     `yaml:"search_in_youtube" json:"search_in_youtube"`
		SearchInInstagram bool     `yaml:"search_in_instagram" json:"search_in_instagram"`
		SearchInTwitch    bool     `yaml:"search_in_twitch" json:"search_in_twitch"`
		Phrases           []string `yaml:"phrases" json:"phrases"`
	}
	// TweetSearch are people by words in their tweets of the last seven days.
	TweetSearch struct {
		Phrases []string `yaml:"phrases" json:"phrases"`
	}
)

// MarshalJSON sends the bound under the name of the examples, however it was written.
func (a Accounts) MarshalJSON() ([]byte, error) {
	type plain Accounts
	if a.Cutoff == nil {
		a.Cutoff = a.CutOff
	}
	return json.Marshal(plain(a))
}

type parameterKind struct {
	name  string
	set   bool
	check func(place)
}

// kinds lists all kinds of parameter. In a good parameter one is set.
func (p Parameter) kinds() []parameterKind {
	return []parameterKind{
		{"affinities", p.Affinities != nil, p.Affinities.check},
		{"b2b", p.B2B != nil, p.B2B.check},
		{"personality", p.Personality != nil, p.Personality.check},
		{"age", p.Age != nil, p.Age.check},
		{"gender", p.Gender != nil, p.Gender.check},
		{"ethnicity", p.Ethnicity != nil, p.Ethnicity.check},
		{"location", p.Location != nil, p.Location.check},
		{"upload", p.Upload != nil, p.Upload.check},
		{"twitter_followers", p.TwitterFollowers != nil, func(at place) { p.TwitterFollowers.check(at, 10, true) }},
		{"twitch_followers", p.TwitchFollowers != nil, func(at place) { p.TwitchFollowers.check(at, 1, false) }},
		{"instagram_engagers", p.InstagramEngagers != nil, func(at place) { p.InstagramEngagers.check(at, 1, false) }},
		{"tiktok_engagers", p.TikTokEngagers != nil, func(at place) { p.TikTokEngagers.check(at, 1, false) }},
		{"youtube_channels", p.YouTubeChannels != nil, func(at place) { p.YouTubeChannels.check(at, 10, false) }},
		{"bio_search", p.BioSearch != nil, p.BioSearch.check},
		{"tweet_search", p.TweetSearch != nil, p.TweetSearch.check},
	}
}

func namesOf(kinds []parameterKind, separator string) string {
	var names []string
	for _, k := range kinds {
		names = append(names, k.name)
	}
	return strings.Join(names, separator)
}
