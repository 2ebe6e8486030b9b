package statsocial

import (
	"fmt"
	"net/url"
	"strings"

	"contactsync/extract"
)

// The closed lists of the Create Audience document.
var (
	operations    = []string{"OR", "AND", "NOT"}
	outputTypes   = []string{"ss_id", "twitter_id", "twitter_user", "md5", "email_raw", "cint_id", "ma_id"}
	uploadTypes   = []string{"ss_id", "twitter_id", "twitter_user", "md5", "email_raw", "ramp_id", "cint_id", "ma_id"}
	directions    = []string{"<", ">", "<=", ">="}
	ages          = []string{"18-24", "25-34", "35-44", "45-54", "over 54", "unknown"}
	genders       = []string{"male", "female", "unknown"}
	ethnicities   = []string{"asian", "black", "hispanic", "native", "white", "unknown"}
	lastTweeted   = []int{0, 1, 7, 30, 60, 90, 180, 365}
	personalities = []string{
		"challenge", "closeness", "curiosity", "excitement", "harmony", "ideal", "liberty", "love", "practicality",
		"self-expression", "stability", "structure", "agreeableness", "altruism", "cooperation", "modesty", "morality",
		"sympathy", "trust", "conscientiousness", "achievement striving", "cautiousness", "dutifulness", "orderliness",
		"self-discipline", "self-efficacy", "extraversion", "activity level", "assertiveness", "cheerfulness",
		"excitement-seeking", "friendliness", "gregariousness", "neuroticism", "anger", "anxiety", "depression",
		"immoderation", "self-consciousness", "vulnerability", "openness", "adventurousness", "artistic interests",
		"emotionality", "imagination", "intellect", "liberalism", "conservation", "hedonism", "openness to change",
		"self-enhancement", "self-transcendence",
	}
)

// Problems implements [extract.Definition]. It checks every rule of the Create Audience document before anything is sent.
func (s Outputs) Problems(extract.Section) []extract.Problem {
	var p extract.Problems
	for i, output := range s.Outputs {
		path := fmt.Sprintf("outputs[%d]", i)
		if output == "ramp_id" {
			p.Add(path, "ramp_id is a type of uploads only, never an output; one of %s", strings.Join(outputTypes, ", "))
			continue
		}
		p.OneOf(path, "output", output, outputTypes)
	}
	p.Distinct("outputs", s.Outputs)
	if s.OnChange != "" {
		p.OneOf("on_change", "reaction", s.OnChange, []string{onChangeError, onChangeCreate})
	}
	switch {
	case s.AudienceID < 0:
		p.Add("audience_id", "an audience id is a positive number")
	case s.AudienceID > 0 && s.defined():
		p.Add("audience_id", "names an existing audience, and audience with parameters defines a new one; keep one of the two")
	case s.AudienceID == 0 && !s.defined():
		p.Add("audience_id", "give the id of an existing audience, or audience and parameters to build one")
	case s.AudienceID == 0:
		s.Audience.check(&p)
		if len(s.Parameters) == 0 {
			p.Add("parameters", "say who is in the audience: at least one parameter")
		}
		for i, parameter := range s.Parameters {
			parameter.check(&p, fmt.Sprintf("parameters[%d]", i), i == 0)
		}
	}
	return p
}

// defined reports whether any part of a definition is written.
func (s Outputs) defined() bool {
	return s.Audience != AudienceDefinition{} || len(s.Parameters) > 0
}

func (d AudienceDefinition) check(p *extract.Problems) {
	if strings.TrimSpace(d.Name) == "" {
		p.Add("audience.name", "the audience needs a name")
	}
	checkCallback(p, "audience.callback_url", d.CallbackURL)
	checkCallback(p, "audience.insight_callback_url", d.InsightCallbackURL)
	if d.InsightCallbackURL != "" && !d.GenerateInsightsAutomatically {
		p.Add("audience.insight_callback_url", "is allowed only with generate_insights_automatically: true")
	}
}

func checkCallback(p *extract.Problems, path, address string) {
	if address == "" {
		return
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		p.Add(path, "is no http or https address")
	}
}

// check applies the rules that hold for every kind of parameter: one operation,
// one kind, and which kinds may come first or take OR.
func (p Parameter) check(into *extract.Problems, path string, first bool) {
	into.OneOf(path+".operation", "operation", p.Operation, operations)
	kinds := p.kinds()
	if len(kinds) != 1 {
		names := make([]string, len(kinds))
		for i, k := range kinds {
			names[i] = k.name
		}
		if len(kinds) == 0 {
			into.Add(path, "has no kind; exactly one of %s", strings.Join(parameterKinds(), ", "))
		} else {
			into.Add(path, "has %s; a parameter has exactly one kind: write one parameter for each", strings.Join(names, " and "))
		}
	}
	for _, k := range kinds {
		kindPath := path + "." + k.name
		k.rules.check(into, kindPath)
		p.checkPlace(into, path, k.name, first)
	}
}

// checkPlace applies the rules on the first parameter and on OR. Age, gender and
// location may come first, though only with a permission that StatSocial grants.
func (p Parameter) checkPlace(into *extract.Problems, path, kind string, first bool) {
	or := p.Operation == "OR"
	switch {
	case (kind == "age" || kind == "gender") && or && !first:
		into.Add(path+".operation", "%s takes OR only as the first parameter; use AND (filter) or NOT (exclude)", kind)
	case kind == "ethnicity" && first:
		into.Add(path, "ethnicity can never be the first parameter; include people with another one first")
	case kind == "ethnicity" && or:
		into.Add(path+".operation", "ethnicity never takes OR; use AND (filter) or NOT (exclude)")
	case kind == "location" && len(p.Location.Countries) > 0 && first:
		into.Add(path+".location.countries", "countries cannot be the first parameter; include people with another one first")
	case kind == "location" && len(p.Location.Countries) > 0 && or:
		// The document's example has OR here, and its note forbids it.
		into.Add(path+".operation", "countries never take OR, whatever the document's example shows; use AND (filter) or NOT (exclude)")
	}
}

// parameterRules is what each kind of parameter checks by itself.
type parameterRules interface {
	check(p *extract.Problems, path string)
}

type parameterKind struct {
	name  string
	set   bool
	rules parameterRules
}

// allKinds lists the kinds of parameter, set or not, in the document's order.
func (p Parameter) allKinds() []parameterKind {
	return []parameterKind{
		{"affinities", p.Affinities != nil, p.Affinities},
		{"b2b", p.B2B != nil, p.B2B},
		{"personality", p.Personality != nil, p.Personality},
		{"age", p.Age != nil, p.Age},
		{"gender", p.Gender != nil, p.Gender},
		{"ethnicity", p.Ethnicity != nil, p.Ethnicity},
		{"location", p.Location != nil, p.Location},
		{"upload", p.Upload != nil, p.Upload},
		{"twitter_followers", p.TwitterFollowers != nil, accountRules{p.TwitterFollowers, 10, true}},
		{"twitch_followers", p.TwitchFollowers != nil, accountRules{p.TwitchFollowers, 1, false}},
		{"instagram_engagers", p.InstagramEngagers != nil, accountRules{p.InstagramEngagers, 1, false}},
		{"tiktok_engagers", p.TikTokEngagers != nil, accountRules{p.TikTokEngagers, 1, false}},
		{"youtube_channels", p.YouTubeChannels != nil, accountRules{p.YouTubeChannels, 10, false}},
		{"bio_search", p.BioSearch != nil, p.BioSearch},
		{"tweet_search", p.TweetSearch != nil, p.TweetSearch},
	}
}

// kinds lists the kinds that are set: one, in a good parameter.
func (p Parameter) kinds() []parameterKind {
	var set []parameterKind
	for _, k := range p.allKinds() {
		if k.set {
			set = append(set, k)
		}
	}
	return set
}

func parameterKinds() []string {
	var names []string
	for _, k := range (Parameter{}).allKinds() {
		names = append(names, k.name)
	}
	return names
}
