package statsocial

import (
	"fmt"
	"slices"
	"strings"

	"contactsync/extract"
)

// closedList holds all the words that are allowed somewhere, each of which is a what.
type closedList struct {
	what  string
	words []string
}

// The closed lists of the Create Audience document.
var (
	operations    = closedList{"operation", []string{"OR", "AND", "NOT"}}
	outputTypes   = []string{"ss_id", "twitter_id", "twitter_user", "md5", "email_raw", "cint_id", "ma_id"}
	uploadTypes   = []string{"ss_id", "twitter_id", "twitter_user", "md5", "email_raw", "ramp_id", "cint_id", "ma_id"}
	directions    = closedList{"direction", []string{"<", ">", "<=", ">="}}
	ages          = closedList{"age range", []string{"18-24", "25-34", "35-44", "45-54", "over 54", "unknown"}}
	genders       = closedList{"gender", []string{"male", "female", "unknown"}}
	ethnicities   = closedList{"ethnicity", []string{"asian", "black", "hispanic", "native", "white", "unknown"}}
	lastTweeted   = []int{0, 1, 7, 30, 60, 90, 180, 365}
	personalities = closedList{"personality", []string{
		"challenge", "closeness", "curiosity", "excitement", "harmony", "ideal", "liberty", "love", "practicality",
		"self-expression", "stability", "structure", "agreeableness", "altruism", "cooperation", "modesty", "morality",
		"sympathy", "trust", "conscientiousness", "achievement striving", "cautiousness", "dutifulness", "orderliness",
		"self-discipline", "self-efficacy", "extraversion", "activity level", "assertiveness", "cheerfulness",
		"excitement-seeking", "friendliness", "gregariousness", "neuroticism", "anger", "anxiety", "depression",
		"immoderation", "self-consciousness", "vulnerability", "openness", "adventurousness", "artistic interests",
		"emotionality", "imagination", "intellect", "liberalism", "conservation", "hedonism", "openness to change",
		"self-enhancement", "self-transcendence",
	}}
)

// place is a place in a definition, where problems are found.
type place struct {
	into *extract.Problems
	path string
}

func (p place) at(key string) place   { return place{p.into, p.path + "." + key} }
func (p place) entry(index int) place { return place{p.into, fmt.Sprintf("%s[%d]", p.path, index)} }

func (p place) problem(format string, args ...any) { p.into.Add(p.path, format, args...) }

func (p place) oneOf(value string, l closedList) { p.into.OneOf(p.path, l.what, value, l.words) }

// check applies the rules that hold for every kind of parameter: one operation,
// one kind, and which kinds may come first or take OR.
func (s Parameter) check(p place, first bool) {
	p.at("operation").oneOf(s.Operation, operations)
	set := slices.DeleteFunc(s.kinds(), func(k parameterKind) bool { return !k.set })
	switch len(set) {
	case 0:
		p.problem("has no kind; exactly one of %s", namesOf(s.kinds(), ", "))
	case 1:
	default:
		p.problem("has %s; a parameter has exactly one kind: write one parameter for each", namesOf(set, " and "))
	}
	for _, k := range set {
		k.check(p.at(k.name))
		s.checkPosition(p, k.name, first)
	}
}

// checkPosition applies the rules on the first parameter and on OR. Age, gender and
// location may come first, though only with a permission that StatSocial grants.
func (s Parameter) checkPosition(p place, kind string, first bool) {
	or := s.Operation == "OR"
	countries := kind == "location" && len(s.Location.Countries) > 0
	switch {
	case (kind == "age" || kind == "gender") && or && !first:
		p.at("operation").problem("%s takes OR only as the first parameter; use AND (filter) or NOT (exclude)", kind)
	case kind == "ethnicity" && first:
		p.problem("ethnicity can never be the first parameter; include people with another one first")
	case kind == "ethnicity" && or:
		p.at("operation").problem("ethnicity never takes OR; use AND (filter) or NOT (exclude)")
	case countries && first:
		p.at("location.countries").problem("countries cannot be the first parameter; include people with another one first")
	case countries && or: // the document's example has OR here, and its note forbids it
		p.at("operation").problem("countries never take OR, whatever the document's example shows; use AND (filter) or NOT (exclude)")
	}
}

// The rules of each kind of parameter. Those of one list come first.

func (k *Personality) check(p place) { p.at("personalities").terms(k.Personalities, personalities) }
func (k *Age) check(p place)         { p.at("ranges").terms(k.Ranges, ages) }
func (k *Gender) check(p place)      { p.at("genders").terms(k.Genders, genders) }
func (k *Ethnicity) check(p place)   { p.at("ethnicities").terms(k.Ethnicities, ethnicities) }
func (k *TweetSearch) check(p place) { p.at("phrases").texts("phrase", k.Phrases) }

func (k *Affinities) check(p place) {
	p = p.at("affinities")
	if len(k.Affinities) == 0 {
		p.problem("needs at least one entry")
	}
	p.references(k.Affinities)
}

func (k *B2B) check(p place) {
	switch {
	case len(k.JobTitles) > 0 && len(k.EmployerNames) > 0:
		p.problem("job_titles and employer_names can not be used in the same parameter; write one parameter for each")
	case len(k.JobTitles) == 0 && len(k.EmployerNames) == 0:
		p.problem("needs job_titles or employer_names")
	}
	p.at("job_titles").references(k.JobTitles)
	p.at("employer_names").references(k.EmployerNames)
	if k.Filter != nil {
		p.at("filter.direction").oneOf(k.Filter.Direction, directions)
		if k.Filter.Count < 0 {
			p.at("filter.count").problem("a count is never negative")
		}
	}
}

func (k *Location) check(p place) {
	if len(k.Cities)+len(k.Countries)+len(k.DMAs)+len(k.Regions) == 0 {
		p.problem("needs cities, countries, dmas or regions")
	}
	p.at("cities").references(k.Cities)
	p.at("countries").references(k.Countries)
	p.at("dmas").references(k.DMAs)
	p.at("regions").references(k.Regions)
}

func (k *Upload) check(p place) {
	p.at("type").oneOf(k.Type, closedList{"type of upload", uploadTypes})
	p.at("keys").texts("key of an uploaded file", k.Keys)
}

func (k *BioSearch) check(p place) {
	if !k.SearchInTwitter && !k.SearchInYouTube && !k.SearchInInstagram && !k.SearchInTwitch {
		p.problem("searches nowhere; set search_in_twitter, search_in_youtube, search_in_instagram or search_in_twitch")
	}
	p.at("phrases").texts("phrase", k.Phrases)
}

// check applies the rules of the five kinds that name accounts: the largest cutoff,
// which is also the only one where it is 1, and whether last_tweeted counts.
func (k *Accounts) check(p place, maxCutoff int, tweets bool) {
	if len(k.Accounts) == 0 {
		p.at("accounts").problem("needs at least one account")
	}
	for i, a := range k.Accounts {
		if a.ID == "" && a.ScreenName == "" {
			p.at("accounts").entry(i).problem("needs id, screen_name or both")
		}
	}
	k.checkCutoff(p, maxCutoff)
	switch p := p.at("last_tweeted"); {
	case k.LastTweeted == nil:
	case !tweets:
		p.problem("only twitter_followers knows last_tweeted")
	case !slices.Contains(lastTweeted, *k.LastTweeted):
		p.problem("%d is not available; one of %s", *k.LastTweeted, strings.Trim(fmt.Sprint(lastTweeted), "[]"))
	}
}

func (k *Accounts) checkCutoff(p place, most int) {
	key, cutoff := "cutoff", k.Cutoff
	if k.Cutoff != nil && k.CutOff != nil {
		p.at("cut_off").problem("is another name for cutoff; keep one of the two")
	} else if k.CutOff != nil {
		key, cutoff = "cut_off", k.CutOff
	}
	switch p := p.at(key); {
	case most == 1 && (cutoff == nil || *cutoff != 1):
		p.problem("must be set to 1 here")
	case cutoff != nil && *cutoff > most:
		p.problem("%d is too large; it can never be greater than %d", *cutoff, most)
	case cutoff != nil && *cutoff < 1:
		p.problem("%d is too small; a follower follows at least 1 account", *cutoff)
	}
}

// references requires the id, the one mandatory field of an entry.
func (p place) references(entries []Reference) {
	for i, e := range entries {
		if strings.TrimSpace(e.ID) == "" {
			p.entry(i).at("id").problem("the id is mandatory; `sync statsocial lookup` finds it")
		}
	}
}

func (p place) terms(terms []string, list closedList) {
	if len(terms) == 0 {
		p.problem("needs at least one %s; of %s", list.what, strings.Join(list.words, ", "))
	}
	for i, t := range terms {
		p.entry(i).oneOf(t, list)
	}
}

func (p place) texts(what string, texts []string) {
	if len(texts) == 0 {
		p.problem("needs at least one %s", what)
	}
	for i, t := range texts {
		if strings.TrimSpace(t) == "" {
			p.entry(i).problem("is empty")
		}
	}
}
