package config

import (
	"errors"
	"reflect"

	"contactsync/extract"
)

// checkPipeline applies the rules of a stream. A pipeline whose stream is not
// known has been reported already.
func (c *Config) checkPipeline(r *report, p *Pipeline) {
	if p.Definition == nil {
		return
	}
	path := child("pipelines", p.Name)
	section, configured := c.Sources[p.Source]
	if !configured && r.sound("sources") {
		r.problem(path+".from", hinted("add it with its credential", "%s needs sources.%s", p.Stream, p.Source))
	}
	checkLists(r, p.Definition, path)
	r.adopt(path, p.Definition.Problems(section))
	if adviser, ok := p.Definition.(extract.Adviser); ok {
		for _, advice := range adviser.Advice() {
			at := path
			if advice.Path != "" {
				at += "." + advice.Path
			}
			c.warn(r, at, "%s %s", at, advice.Message)
		}
	}
}

// checkLists checks how the lists of a definition, of websites or people, are given.
func checkLists(r *report, d extract.Definition, path string) {
	v := reflect.ValueOf(d).Elem()
	for _, f := range fieldsOf(v.Type()) {
		switch list := v.FieldByIndex(f.index).Interface().(type) {
		case extract.Websites:
			checkWebsites(r, list, path+"."+f.key)
		case extract.People:
			checkPeople(r, list, path+"."+f.key)
		}
	}
}

// checkWebsites requires one of the three ways to name websites.
func checkWebsites(r *report, w extract.Websites, path string) {
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
		r.problem(path+".file", errNotHere)
	}
}

var errNotHere = errors.New("must be a file of this machine")

// checkPeople requires one of the two ways to name people.
func checkPeople(r *report, p extract.People, path string) {
	file, query := r.given(path+".file"), r.given(path+".query")
	switch {
	case !r.given(path) || !r.sound(path):
	case file && query:
		r.problem(path+".query", hinted("keep one of the two", "file and query are both given"))
	case !file && !query:
		r.problem(path, hinted("people: {query: SELECT ...} or {file: people.csv}", "names no people"))
	case p.File.Remote():
		r.problem(path+".file", errNotHere)
	}
}
