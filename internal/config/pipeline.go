package config

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"contactsync/extract"
	"contactsync/schema"

	"go.yaml.in/yaml/v4"
)

// Pipeline reads one stream. Exactly one of the stream's own sections is set,
// the one that Stream names.
type Pipeline struct {
	Name   string
	Stream string // such as "toofr.prospects"
	Source string // such as "toofr"
	Common

	Toofr      *ToofrProspects
	Intent     *IntentMatches
	StatSocial *StatSocialOutputs
	Segments   *AudienceLabSegments
	Members    *AudienceLabMembers
	Audiences  *AudienceLabAudiences
	Pixels     *AudienceLabPixels
}

// Common are the keys that every pipeline may have.
type Common struct {
	From       string   `yaml:"from" jsonschema:"required,example=toofr.prospects" doc:"stream to read"`
	Schedule   string   `yaml:"schedule" jsonschema:"format=cron,example=0 2 * * *" doc:"when the daemon runs it: five-field cron, @daily and friends, or @every 10s; left out: only by sync run"`
	DropFields []string `yaml:"drop_fields" jsonschema:"uniqueItems=true,example=SKIPTRACE_*" doc:"fields of the vendor that are never stored, not even in the payload; * stands for any letters, ? for one"`
}

// ToofrProspects are searches by website or industry, and title.
type ToofrProspects struct {
	Websites           Websites      `yaml:"websites" doc:"sites whose people to find: a list, or file and column, or query; or give industries"`
	Industries         []string      `yaml:"industries" jsonschema:"minItems=1,uniqueItems=true" doc:"industry categories of Toofr; or give websites"`
	Titles             []string      `yaml:"titles" jsonschema:"minItems=1,uniqueItems=true" doc:"title categories of Toofr; left out: all"`
	Batch              int           `yaml:"batch" jsonschema:"default=25,minimum=1" doc:"websites per search"`
	MaxCredits         int64         `yaml:"max_credits" jsonschema:"minimum=1" doc:"the most that one run may cost: no page is asked for that could pass it; left out: no limit"`
	MaxCreditsPerMonth int64         `yaml:"max_credits_per_month" jsonschema:"minimum=1" doc:"the most that the runs of a calendar month may cost; left out: no limit"`
	Refresh            time.Duration `yaml:"refresh" jsonschema:"default=30d" doc:"a finished search is not paid for again before this has passed"`
}

// Definition is the stream in the words of the source, for the websites that
// Websites came to.
func (t ToofrProspects) Definition(websites []string) extract.ToofrProspects {
	return extract.ToofrProspects{
		Websites: websites, Industries: t.Industries, Titles: t.Titles, Batch: t.Batch,
		MaxCredits: cmp.Or(t.MaxCredits, -1), MonthCreditsLeft: cmp.Or(t.MaxCreditsPerMonth, -1), Refresh: t.Refresh,
	}
}

// Websites are sites: a list, a column of a CSV file, or what a query of the
// warehouse returns.
type Websites struct {
	List   []string `yaml:"-"`
	File   Path     `yaml:"file" doc:"CSV file with a header, a site in each row"`
	Column string   `yaml:"column" jsonschema:"default=domain" doc:"column of the file that holds the sites"`
	Query  string   `yaml:"query" doc:"SELECT over the warehouse whose first column holds the sites"`
}

// IsZero reports whether no websites are given.
func (w Websites) IsZero() bool { return len(w.List) == 0 && w.File.IsZero() && w.Query == "" }

// websiteRules hold for a plain list of sites.
var websiteRules = rules{minItems: 1, unique: true}

func (w *Websites) decodeNode(d *decoder, n *yaml.Node, path string) {
	if n.Kind == yaml.MappingNode {
		type keys Websites // without this method
		d.mapping(n, path, nil, reflect.ValueOf((*keys)(w)).Elem())
		return
	}
	d.list(n, reflect.ValueOf(&w.List).Elem(), path, websiteRules)
}

// IntentMatches are people who are interested in topics, day by day.
type IntentMatches struct {
	AudienceID      string                `yaml:"audience_id" jsonschema:"format=uuid" doc:"saved audience; or give topic_ids"`
	TopicIDs        []int64               `yaml:"topic_ids" jsonschema:"minItems=1,maxItems=10,uniqueItems=true,minimum=1" doc:"1 to 10 topics, found with sync intent topics; or give audience_id"`
	MinScore        int                   `yaml:"min_score" jsonschema:"minimum=1,maximum=100" doc:"least score, 1 to 100; left out: the vendor's default, 70"`
	MaxScore        int                   `yaml:"max_score" jsonschema:"minimum=1,maximum=100" doc:"greatest score, 1 to 100; left out: the vendor's default, 100"`
	MinTopicOverlap int                   `yaml:"min_topic_overlap" jsonschema:"minimum=1,maximum=10" doc:"how many of the topics a person must be interested in; left out: the vendor's default, 1"`
	Filters         extract.IntentFilters `yaml:"filters" doc:"who the people must be, by the names of the vendor's document"`
	Since           schema.Date           `yaml:"since" jsonschema:"example=2026-11-01" doc:"read the daily runs from this day on; left out: every day that a saved audience lists, and for topics the latest day"`
}

// Definition is the stream in the words of the source, for a generation of its API.
func (m IntentMatches) Definition(api string) extract.IntentMatches {
	return extract.IntentMatches{
		AudienceID: m.AudienceID, TopicIDs: m.TopicIDs, MinScore: m.MinScore, MaxScore: m.MaxScore,
		MinTopicOverlap: m.MinTopicOverlap, Filters: m.Filters, Since: m.Since, API: api,
	}
}

// StatSocialOutputs are the output files of an audience, an existing one or one
// that is built from a definition.
type StatSocialOutputs struct {
	AudienceID int64                      `yaml:"audience_id" jsonschema:"minimum=1" doc:"existing audience; or give audience and parameters"`
	Audience   extract.AudienceDefinition `yaml:"audience" doc:"name and description of an audience to build, once"`
	Parameters []extract.Parameter        `yaml:"parameters" doc:"who is in it, in the form of the vendor's Create Audience document"`
	Outputs    []string                   `yaml:"outputs" jsonschema:"minItems=1,uniqueItems=true,enum=ss_id,enum=twitter_id,enum=twitter_user,enum=md5,enum=email_raw,enum=cint_id,enum=ma_id" doc:"id types to read; left out: what the account may generate"`
	OnChange   string                     `yaml:"on_change" jsonschema:"default=error,enum=error,enum=create" doc:"what to do when the definition changed: a new build costs a credit"`
}

// Definition is the stream in the words of the source.
func (s StatSocialOutputs) Definition() extract.StatSocialOutputs {
	return extract.StatSocialOutputs{
		AudienceID: s.AudienceID, Audience: s.Audience, Parameters: s.Parameters, Outputs: s.Outputs, OnChange: s.OnChange,
	}
}

// Sweep bounds the age of a listing by page numbers.
type Sweep struct {
	MaxAge time.Duration `yaml:"sweep_max_age" jsonschema:"default=6h,minimum=1s" doc:"an interrupted listing is resumed up to this age and begun anew after it"`
}

// AudienceLabSegments are the people or events of segments.
type AudienceLabSegments struct {
	Segments []string `yaml:"segments" jsonschema:"required,minItems=1,uniqueItems=true" doc:"segment ids, copied from the Studio"`
	Sweep    `yaml:",inline"`
}

// Definition is the stream in the words of the source.
func (s AudienceLabSegments) Definition() extract.AudienceLabSegments {
	return extract.AudienceLabSegments{Segments: s.Segments, SweepMaxAge: s.MaxAge}
}

// AudienceLabMembers are the people of saved audiences.
type AudienceLabMembers struct {
	Audiences []string `yaml:"audiences" jsonschema:"required,minItems=1,uniqueItems=true" doc:"ids of saved audiences"`
	Sweep     `yaml:",inline"`
}

// Definition is the stream in the words of the source.
func (m AudienceLabMembers) Definition() extract.AudienceLabMembers {
	return extract.AudienceLabMembers{Audiences: m.Audiences, SweepMaxAge: m.MaxAge}
}

// AudienceLabAudiences is the list of audiences.
type AudienceLabAudiences struct {
	Sweep `yaml:",inline"`
}

// AudienceLabPixels is the list of pixels.
type AudienceLabPixels struct {
	Sweep `yaml:",inline"`
}

// stream is one kind of pipeline: its name, its vendor and its own section.
type stream struct {
	name    string
	source  string
	section func(*Pipeline) any // makes the section and returns it
}

// streams are all that a pipeline can read.
var streams = []stream{
	{"toofr.prospects", schema.Toofr, func(p *Pipeline) any { return made(&p.Toofr) }},
	{"intent.matches", schema.Intent, func(p *Pipeline) any { return made(&p.Intent) }},
	{"statsocial.outputs", schema.StatSocial, func(p *Pipeline) any { return made(&p.StatSocial) }},
	{"audiencelab.segments", schema.AudienceLab, func(p *Pipeline) any { return made(&p.Segments) }},
	{"audiencelab.members", schema.AudienceLab, func(p *Pipeline) any { return made(&p.Members) }},
	{"audiencelab.audiences", schema.AudienceLab, func(p *Pipeline) any { return made(&p.Audiences) }},
	{"audiencelab.pixels", schema.AudienceLab, func(p *Pipeline) any { return made(&p.Pixels) }},
}

func made[T any](p **T) *T {
	*p = new(T)
	return *p
}

// Streams are the names of all streams.
func Streams() []string {
	names := make([]string, len(streams))
	for i, s := range streams {
		names[i] = s.name
	}
	return names
}

func (p *Pipeline) setName(name string) { p.Name = name }

// decodeNode reads what the pipeline reads from, then the keys of that stream.
func (p *Pipeline) decodeNode(d *decoder, n *yaml.Node, path string) {
	if n.Kind != yaml.MappingNode {
		d.problem(path, hinted("such as from: toofr.prospects", "want the keys of a pipeline, not %s", kindOf(n)))
		return
	}
	common := reflect.ValueOf(&p.Common).Elem()
	s, ok := streamOf(d.entries(n, path))
	if !ok {
		d.mapping(n, path, keyOfAnyStream, common)
		if p.From != "" {
			d.problem(child(path, "from"), unknown("stream", word{text: p.From}, Streams()))
		}
		return
	}
	p.Stream, p.Source = s.name, s.source
	d.mapping(n, path, s.foreign, common, reflect.ValueOf(s.section(p)).Elem())
}

// streamOf finds the stream that a pipeline reads from.
func streamOf(entries []entry) (stream, bool) {
	for _, e := range entries {
		if e.key.Value == "from" {
			name := resolve(e.value).Value
			i := slices.IndexFunc(streams, func(s stream) bool { return s.name == name })
			return streams[max(0, i)], i >= 0
		}
	}
	return stream{}, false
}

// foreign says which stream a key belongs to, if it is another one's.
func (s stream) foreign(key string) error {
	if owners := ownersOf(key); len(owners) > 0 {
		return fmt.Errorf("%s is a key of %s, not of %s", key, strings.Join(owners, " and "), s.name)
	}
	return nil
}

// keyOfAnyStream lets the keys of all streams pass: without the stream nobody
// can say whether they belong there.
func keyOfAnyStream(key string) error {
	if len(ownersOf(key)) > 0 {
		return errIgnore
	}
	return nil
}

// ownersOf lists the streams that have a key of their own by this name.
func ownersOf(key string) []string {
	var owners []string
	for _, s := range streams {
		section := reflect.TypeOf(s.section(new(Pipeline))).Elem()
		if slices.ContainsFunc(fieldsOf(section), func(f field) bool { return f.key == key }) {
			owners = append(owners, s.name)
		}
	}
	return owners
}
