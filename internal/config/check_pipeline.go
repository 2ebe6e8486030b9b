package config

import "errors"

// checkPipeline applies the rules of a stream. A pipeline whose stream is not
// known has been reported already.
func (c *Config) checkPipeline(r *report, p *Pipeline) {
	path := child("pipelines", p.Name)
	if p.Source != "" && !c.Sources.has(p.Source) && r.sound("sources") {
		r.problem(path+".from", hinted("add it with its credential", "%s needs sources.%s", p.Stream, p.Source))
	}
	switch {
	case p.Toofr != nil:
		c.checkToofr(r, p.Toofr, path)
	case p.Intent != nil:
		r.adopt(path, p.Intent.Definition(c.intentAPI()).Problems())
	case p.StatSocial != nil:
		r.adopt(path, p.StatSocial.Definition().Problems())
	case p.Segments != nil:
		r.adopt(path, p.Segments.Definition().Problems())
	case p.Members != nil:
		r.adopt(path, p.Members.Definition().Problems())
	}
}

// checkToofr leaves to the source what the source knows; where websites come
// from is for the config alone.
func (c *Config) checkToofr(r *report, t *ToofrProspects, path string) {
	checkWebsites(r, t.Websites, path+".websites")
	websites := t.Websites.List
	if len(websites) == 0 && r.given(path+".websites") {
		websites = []string{"example.com"} // stands for what a file or a query will say
	}
	r.adopt(path, t.Definition(websites).Problems())
	switch {
	case t.MaxCredits == 0 && r.sound(path):
		c.warn(r, path, "%s has no max_credits, so a run may spend without limit", path)
	case t.MaxCredits > 0 && t.MaxCredits < toofrPage:
		c.warn(r, path+".max_credits", "%s.max_credits is below %d, the price of a full page, so nothing will be bought", path, toofrPage)
	}
}

// toofrPage is what a full page costs: ten people, a credit each.
const toofrPage = 10

// checkWebsites wants one of the three ways to name websites.
func checkWebsites(r *report, w Websites, path string) {
	file, query := r.given(path+".file"), r.given(path+".query")
	switch {
	case len(w.List) > 0 || !r.given(path) || !r.sound(path):
	case file && query:
		r.problem(path+".query", hinted("keep one of the two", "file and query are both given"))
	case !file && !query:
		r.problem(path, hinted("websites: [example.com], {file: domains.csv} or {query: SELECT ...}", "names no websites"))
	case r.given(path+".column") && !file:
		r.problem(path+".column", errors.New("belongs to file; a query's first column is taken"))
	case w.File.Remote():
		r.problem(path+".file", errors.New("must be a file of this machine"))
	}
}

// intentAPI is the generation of the intent API that the config chose.
func (c *Config) intentAPI() string {
	if c.Sources.Intent == nil {
		return ""
	}
	return c.Sources.Intent.API
}
