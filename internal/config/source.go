package config

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"contactsync/extract"
	"contactsync/extract/vendors"
	"contactsync/internal/config/proxy"
)

// Sources are the sections of the vendors, by name; those that no pipeline uses
// may be left out.
type Sources map[string]extract.Section

// sourcesType is a struct with a field for the section of each vendor, so that the
// decoder and the schema see sources like any other section.
func sourcesType() reflect.Type {
	var fields []reflect.StructField
	for _, v := range vendors.All() {
		fields = append(fields, reflect.StructField{
			Name: "S_" + v.Name,
			Type: reflect.TypeOf(v.Section()),
			Tag:  reflect.StructTag(fmt.Sprintf("yaml:%q doc:%q", v.Name, v.Doc)),
		})
	}
	return reflect.StructOf(fields)
}

func (s *Sources) decodeNode(d *decoder, n *yaml.Node, path string) {
	sections := reflect.New(sourcesType()).Elem()
	d.mapping(n, path, nil, sections)
	*s = Sources{}
	for i, v := range vendors.All() {
		if section := sections.Field(i); !section.IsNil() {
			(*s)[v.Name] = section.Interface().(extract.Section)
		}
	}
}

// Missing is a variable or file that the config refers to and that is not there.
// Its message is such as "the variable TOOFR_API_KEY is not set".
type Missing struct {
	Source   string // the vendor whose section refers to it; "" = another section
	Variable string // its name; "" = a file
	Problem
}

// MissingError says that something cannot work because values are missing.
type MissingError struct{ Missing []Missing }

// Error prints a line per value.
func (e *MissingError) Error() string { return strings.Join(namesOf(e.Missing, Missing.String), "\n") }

// waiting are the sections in which a missing value matters only to what needs them.
var waiting = []string{"sources", "serve", "alerts"}

// canWait reports whether a missing value at a path is for whoever needs it to report.
func canWait(path string) bool {
	return slices.ContainsFunc(waiting, func(section string) bool { return within(path, section) })
}

// sourceOf is the vendor whose section a path lies in.
func sourceOf(path string) string {
	steps := strings.SplitN(path, ".", 3)
	if steps[0] == "sources" && len(steps) > 1 {
		return steps[1]
	}
	return ""
}

// MissingIn lists the values missing at a path and below it: in "sources.toofr",
// "serve" or "alerts".
func (c *Config) MissingIn(path string) []Missing {
	return slices.DeleteFunc(slices.Clone(c.missing), func(m Missing) bool { return !within(m.Path, path) })
}

// MissingVariables lists the values missing in the sections of the sources that
// the named pipelines use; of all pipelines, if none is named.
func (c *Config) MissingVariables(pipelines ...string) []Missing {
	used := map[string]bool{}
	for _, p := range c.Pipelines {
		if len(pipelines) == 0 || slices.Contains(pipelines, p.Name) {
			used[p.Source] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(c.missing), func(m Missing) bool { return !used[m.Source] })
}

// Settings are what a source's client needs, its credential among it. The error
// is a [*MissingError] when a variable of the source is not set, and a [*proxy.Error]
// when the environment names a proxy that is no address.
func (c *Config) Settings(source string) (extract.Settings, error) {
	if missing := c.MissingIn("sources." + source); len(missing) > 0 {
		return extract.Settings{}, &MissingError{missing}
	}
	section, ok := c.Sources[source]
	if !ok {
		return extract.Settings{}, fmt.Errorf("sources.%s is not configured: add it with its credential", source)
	}
	return section.Settings(), proxy.Check()
}
