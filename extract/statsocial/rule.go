package statsocial

import (
	"fmt"
	"slices"
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

// check applies the rules that hold for every kind of parameter: one operation,
// one kind, and which kinds may come first or take OR.
func (p Parameter) check(into *extract.Problems, path string, first bool) {
	into.OneOf(path+".operation", "operation", p.Operation, operations)
	set := slices.DeleteFunc(p.kinds(), func(k parameterKind) bool { return !k.set })
	switch len(set) {
	case 0:
		into.Add(path, "has no kind; exactly one of %s", strings.Join(namesOf(p.kinds()), ", "))
	case 1:
	default:
		into.Add(path, "has %s; a parameter has exactly one kind: write one parameter for each", strings.Join(namesOf(set), " and "))
	}
	for _, k := range set {
		k.rules.check(into, path+"."+k.name)
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

// The rules of each kind of parameter, in the order of the Create Audience document.

func (a *Affinities) check(p *extract.Problems, path string) {
	checkReferences(p, path+".affinities", a.Affinities, true)
}

func (b *B2B) check(p *extract.Problems, path string) {
	switch {
	case len(b.JobTitles) > 0 && len(b.EmployerNames) > 0:
		p.Add(path, "job_titles and employer_names can not be used in the same parameter; write one parameter for each")
	case len(b.JobTitles) == 0 && len(b.EmployerNames) == 0:
		p.Add(path, "needs job_titles or employer_names")
	}
	checkReferences(p, path+".job_titles", b.JobTitles, false)
	checkReferences(p, path+".employer_names", b.EmployerNames, false)
	if b.Filter != nil {
		p.OneOf(path+".filter.direction", "direction", b.Filter.Direction, directions)
		if b.Filter.Count < 0 {
			p.Add(path+".filter.count", "a count is never negative")
		}
	}
}

func (k *Personality) check(p *extract.Problems, path string) {
	checkTerms(p, path+".personalities", "personality", k.Personalities, personalities)
}

func (k *Age) check(p *extract.Problems, path string) {
	checkTerms(p, path+".ranges", "age range", k.Ranges, ages)
}

func (k *Gender) check(p *extract.Problems, path string) {
	checkTerms(p, path+".genders", "gender", k.Genders, genders)
}

func (k *Ethnicity) check(p *extract.Problems, path string) {
	checkTerms(p, path+".ethnicities", "ethnicity", k.Ethnicities, ethnicities)
}

func (l *Location) check(p *extract.Problems, path string) {
	if len(l.Cities)+len(l.Countries)+len(l.DMAs)+len(l.Regions) == 0 {
		p.Add(path, "needs cities, countries, dmas or regions")
	}
	checkReferences(p, path+".cities", l.Cities, false)
	checkReferences(p, path+".countries", l.Countries, false)
	checkReferences(p, path+".dmas", l.DMAs, false)
	checkReferences(p, path+".regions", l.Regions, false)
}

func (u *Upload) check(p *extract.Problems, path string) {
	p.OneOf(path+".type", "type of upload", u.Type, uploadTypes)
	checkTexts(p, path+".keys", "key of an uploaded file", u.Keys)
}

func (b *BioSearch) check(p *extract.Problems, path string) {
	if !b.SearchInTwitter && !b.SearchInYouTube && !b.SearchInInstagram && !b.SearchInTwitch {
		p.Add(path, "searches nowhere; set search_in_twitter, search_in_youtube, search_in_instagram or search_in_twitch")
	}
	checkTexts(p, path+".phrases", "phrase", b.Phrases)
}

func (t *TweetSearch) check(p *extract.Problems, path string) {
	checkTexts(p, path+".phrases", "phrase", t.Phrases)
}

// accountRules are the rules of the five kinds that name accounts: the largest
// cutoff, which is also the only one where it is 1, and whether last_tweeted counts.
type accountRules struct {
	*Accounts
	maxCutoff   int
	lastTweeted bool
}

func (r accountRules) check(p *extract.Problems, path string) {
	if len(r.Accounts.Accounts) == 0 {
		p.Add(path+".accounts", "needs at least one account")
	}
	for i, a := range r.Accounts.Accounts {
		if a.ID == "" && a.ScreenName == "" {
			p.Add(fmt.Sprintf("%s.accounts[%d]", path, i), "needs id, screen_name or both")
		}
	}
	r.checkCutoff(p, path)
	switch {
	case r.LastTweeted == nil:
	case !r.lastTweeted:
		p.Add(path+".last_tweeted", "only twitter_followers knows last_tweeted")
	case !slices.Contains(lastTweeted, *r.LastTweeted):
		p.Add(path+".last_tweeted", "%d is not available; one of %s", *r.LastTweeted, strings.Trim(fmt.Sprint(lastTweeted), "[]"))
	}
}

func (r accountRules) checkCutoff(p *extract.Problems, path string) {
	name, cutoff := "cutoff", r.Cutoff
	if r.Cutoff != nil && r.CutOff != nil {
		p.Add(path+".cut_off", "is another name for cutoff; keep one of the two")
	} else if r.CutOff != nil {
		name, cutoff = "cut_off", r.CutOff
	}
	switch {
	case r.maxCutoff == 1 && (cutoff == nil || *cutoff != 1):
		p.Add(path+"."+name, "must be set to 1 here")
	case cutoff != nil && *cutoff > r.maxCutoff:
		p.Add(path+"."+name, "%d is too large; it can never be greater than %d", *cutoff, r.maxCutoff)
	case cutoff != nil && *cutoff < 1:
		p.Add(path+"."+name, "%d is too small; a follower follows at least 1 account", *cutoff)
	}
}

// checkReferences requires the id, the one mandatory field of an entry.
func checkReferences(p *extract.Problems, path string, entries []Reference, required bool) {
	if required && len(entries) == 0 {
		p.Add(path, "needs at least one entry")
	}
	for i, e := range entries {
		if strings.TrimSpace(e.ID) == "" {
			p.Add(fmt.Sprintf("%s[%d].id", path, i), "the id is mandatory; `sync statsocial lookup` finds it")
		}
	}
}

func checkTerms(p *extract.Problems, path, what string, terms, allowed []string) {
	if len(terms) == 0 {
		p.Add(path, "needs at least one %s; of %s", what, strings.Join(allowed, ", "))
	}
	for i, t := range terms {
		p.OneOf(fmt.Sprintf("%s[%d]", path, i), what, t, allowed)
	}
}

func checkTexts(p *extract.Problems, path, what string, texts []string) {
	if len(texts) == 0 {
		p.Add(path, "needs at least one %s", what)
	}
	for i, t := range texts {
		if strings.TrimSpace(t) == "" {
			p.Add(fmt.Sprintf("%s[%d]", path, i), "is empty")
		}
	}
}
