// Package statsocial reads the output files of StatSocial's audiences: existing
// ones, and ones that are built from a definition, for a credit. Partition
// "definition" remembers what was built from what, and the partition of an audience
// id how far its files were read.
package statsocial

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"contactsync/extract"
	"contactsync/internal/words"
)

// Outputs are the output files of one audience: an existing one, or one that is
// built from a definition.
type Outputs struct {
	AudienceID int64              `yaml:"audience_id" jsonschema:"minimum=1" doc:"existing audience; or give audience and parameters"`
	Audience   AudienceDefinition `yaml:"audience" doc:"name and description of an audience to build, once"`
	Parameters []Parameter        `yaml:"parameters" doc:"who is in it, in the form of the vendor's Create Audience document"`
	Outputs    []string           `yaml:"outputs" jsonschema:"minItems=1,uniqueItems=true,enum=ss_id,enum=twitter_id,enum=twitter_user,enum=md5,enum=email_raw,enum=cint_id,enum=ma_id" doc:"id types to read; left out: what the account may generate"`
	OnChange   string             `yaml:"on_change" jsonschema:"default=error,enum=error,enum=create" doc:"what to do when the definition changed: a new build costs a credit"`
}

// Open implements [extract.Definition].
func (s Outputs) Open(_ context.Context, _ extract.Run, env extract.Env) (extract.Source, []string, error) {
	return s.Source(env), nil, nil
}

// Plan implements [extract.Definition]. A dry run reads an audience that is built,
// by its id, so that it orders nothing.
func (s Outputs) Plan(ctx context.Context, run extract.Run) (extract.Plan, error) {
	built := s
	if s.AudienceID == 0 {
		from, err := run.State(ctx)
		if err != nil {
			return extract.Plan{}, err
		}
		if built.AudienceID, err = s.Built(from); err != nil {
			return extract.Plan{}, err
		}
	}
	plan := extract.Plan{Detail: fmt.Sprintf("the outputs of audience %d", built.AudienceID), Preview: &built}
	switch {
	case built.AudienceID == 0:
		plan = extract.Plan{
			Detail:  fmt.Sprintf("the outputs of %q, built first from %s", s.Audience.Name, words.Counted(len(s.Parameters), "parameter", "parameters")),
			MaxCost: 1,
			Note:    "the audience would be built first, which costs a credit",
		}
	case s.AudienceID == 0:
		plan.Detail += fmt.Sprintf(", built from the definition of %q", s.Audience.Name)
	}
	if len(s.Outputs) > 0 {
		plan.Detail += ": " + strings.Join(s.Outputs, ", ")
	}
	return plan, nil
}

// AudienceDefinition names an audience that StatSocial is to build, and says
// whom it tells when it is done. The names are those of "Create Audience".
type AudienceDefinition struct {
	Name        string `yaml:"name" json:"name"`
	Description string `yaml:"description" json:"description,omitempty"`

	CallbackURL                   string `yaml:"callback_url" json:"-"`
	GenerateInsightsAutomatically bool   `yaml:"generate_insights_automatically" json:"-"`
	InsightCallbackURL            string `yaml:"insight_callback_url" json:"-"`
}

// Parameter is one step in the definition of an audience: an operation and
// exactly one of the sixteen kinds of parameter.
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

// Reference points to something in StatSocial's catalogue, found with
// `sync statsocial lookup`. Only the id counts; the rest is for the reader.
type Reference struct {
	ID         string `yaml:"id" json:"id"`
	Name       string `yaml:"name" json:"name,omitempty"`
	ScreenName string `yaml:"screen_name" json:"screen_name,omitempty"`
	Kind       string `yaml:"kind" json:"kind,omitempty"`
}

// Affinities are people with a taste for a brand, a person, a topic.
type Affinities struct {
	Affinities []Reference `yaml:"affinities" json:"affinities"`
}

// B2B are people by job title or by employer, never both in one parameter.
type B2B struct {
	JobTitles     []Reference `yaml:"job_titles" json:"job_titles,omitempty"`
	EmployerNames []Reference `yaml:"employer_names" json:"employer_names,omitempty"`
	Filter        *B2BFilter  `yaml:"filter" json:"filter,omitempty"`
}

// B2BFilter bounds a count: direction is <, >, <= or >=.
type B2BFilter struct {
	Count     int    `yaml:"count" json:"count"`
	Direction string `yaml:"direction" json:"direction" jsonschema:"enum=<,enum=>,enum=<=,enum=>="`
}

// Personality are people by personality term.
type Personality struct {
	Personalities []string `yaml:"personalities" json:"personalities"`
}

// Age are people by range of years.
type Age struct {
	Ranges []string `yaml:"ranges" json:"ranges"`
}

// Gender are people by gender.
type Gender struct {
	Genders []string `yaml:"genders" json:"genders"`
}

// Ethnicity are people by ethnicity.
type Ethnicity struct {
	Ethnicities []string `yaml:"ethnicities" json:"ethnicities"`
}

// Location are people by where they live.
type Location struct {
	Cities    []Reference `yaml:"cities" json:"cities,omitempty"`
	Countries []Reference `yaml:"countries" json:"countries,omitempty"`
	DMAs      []Reference `yaml:"dmas" json:"dmas,omitempty"`
	Regions   []Reference `yaml:"regions" json:"regions,omitempty"`
}

// Upload are people on lists that were uploaded to StatSocial before.
type Upload struct {
	Keys []string `yaml:"keys" json:"keys"`
	Type string   `yaml:"type" json:"type"`
}

// Account is an account of a social network, by id, screen name or both.
type Account struct {
	ID         string `yaml:"id" json:"id,omitempty"`
	ScreenName string `yaml:"screen_name" json:"screen_name,omitempty"`
}

// Accounts are people who follow or engage with accounts. The document writes
// the bound cut_off in its text and cutoff in its examples, so both are read;
// the examples' form is sent.
type Accounts struct {
	Accounts    []Account `yaml:"accounts" json:"accounts"`
	Cutoff      *int      `yaml:"cutoff" json:"cutoff,omitempty"`
	CutOff      *int      `yaml:"cut_off" json:"-"`
	LastTweeted *int      `yaml:"last_tweeted" json:"last_tweeted,omitempty"` // days; twitter_followers only
}

// MarshalJSON sends the bound under the name of the examples, however it was written.
func (a Accounts) MarshalJSON() ([]byte, error) {
	type plain Accounts
	if a.Cutoff == nil {
		a.Cutoff = a.CutOff
	}
	return json.Marshal(plain(a))
}

// BioSearch are people by words in their bios on the marked networks.
type BioSearch struct {
	SearchInTwitter   bool     `yaml:"search_in_twitter" json:"search_in_twitter"`
	SearchInYouTube   bool     `yaml:"search_in_youtube" json:"search_in_youtube"`
	SearchInInstagram bool     `yaml:"search_in_instagram" json:"search_in_instagram"`
	SearchInTwitch    bool     `yaml:"search_in_twitch" json:"search_in_twitch"`
	Phrases           []string `yaml:"phrases" json:"phrases"`
}

// TweetSearch are people by words in their tweets of the last seven days.
type TweetSearch struct {
	Phrases []string `yaml:"phrases" json:"phrases"`
}
