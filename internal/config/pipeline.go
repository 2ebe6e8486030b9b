package config

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"contactsync/extract"
	"contactsync/extract/vendors"

	"go.yaml.in/yaml/v4"
)

// Pipeline reads one stream.
type Pipeline struct {
	Name   string
	Stream string // such as "toofr.prospects"
	Source string // such as "toofr"
	Common

	Definition extract.Definition // the stream's own keys
	Traits     extract.Traits     // of the stream
}

// Common are the keys that every pipeline may have.
type Common struct {
	From       string   `yaml:"from" jsonschema:"required,example=toofr.prospects" doc:"stream to read"`
	Schedule   string   `yaml:"schedule" jsonschema:"format=cron,example=0 2 * * *" doc:"when the daemon runs it: five-field cron, @daily and friends, or @every 10s; left out: only by sync run"`
	MaxRecords int64    `yaml:"max_records" jsonschema:"minimum=1" doc:"the most that one listing (a search, day, audience or segment) may declare or serve: one that has more ends the run limited before its second page, and closes nothing; left out: no limit"`
	DropFields []string `yaml:"drop_fields" jsonschema:"uniqueItems=true,example=SKIPTRACE_*" doc:"fields of the vendor that are never stored, not even in the payload; * stands for any letters, ? for one"`
}

func (p *Pipeline) setName(name string) { p.Name = name }

// decodeNode reads what the pipeline reads from, then the keys of that stream.
func (p *Pipeline) decodeNode(d *decoder, n *yaml.Node, path string) {
	if n.Kind != yaml.MappingNode {
		d.problem(path, hinted("such as from: toofr.prospects", "want the keys of a pipeline, not %s", kindOf(n)))
		return
	}
	common := reflect.ValueOf(&p.Common).Elem()
	s, vendor, ok := streamOf(d.entries(n, path))
	if !ok {
		d.mapping(n, path, keyOfAnyStream, common)
		if p.From != "" {
			d.problem(child(path, "from"), unknown("stream", word{text: p.From}, vendors.Streams()))
		}
		return
	}
	p.Stream, p.Source, p.Definition, p.Traits = s.Name, vendor.Name, s.New(), s.Traits
	foreign := func(key string) error { return keyOfAnother(s.Name, key) }
	d.mapping(n, path, foreign, common, reflect.ValueOf(p.Definition).Elem())
}

// streamOf finds the stream that a pipeline reads from.
func streamOf(entries []entry) (extract.Stream, extract.Vendor, bool) {
	for _, e := range entries {
		if e.key.Value == "from" {
			return vendors.Stream(resolve(e.value).Value)
		}
	}
	return extract.Stream{}, extract.Vendor{}, false
}

// keyOfAnother says which stream a key belongs to, if it is another one's.
func keyOfAnother(stream, key string) error {
	if owners := ownersOf(key); len(owners) > 0 {
		return fmt.Errorf("%s is a key of %s, not of %s", key, strings.Join(owners, " and "), stream)
	}
	return nil
}

// keyOfAnyStream lets the keys of all streams pass: without the stream it is not
// known whether they belong there.
func keyOfAnyStream(key string) error {
	if len(ownersOf(key)) > 0 {
		return errIgnore
	}
	return nil
}

// ownersOf lists the streams that have a key of their own by this name.
func ownersOf(key string) []string {
	var owners []string
	eachStream(func(s extract.Stream) {
		if slices.ContainsFunc(fieldsOf(typeOf(s)), func(f field) bool { return f.key == key }) {
			owners = append(owners, s.Name)
		}
	})
	return owners
}

func eachStream(do func(extract.Stream)) {
	for _, v := range vendors.All() {
		for _, s := range v.Streams {
			do(s)
		}
	}
}

// typeOf is the struct that holds a stream's keys.
func typeOf(s extract.Stream) reflect.Type { return reflect.TypeOf(s.New()).Elem() }
