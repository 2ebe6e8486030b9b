package config

import (
	"encoding/json"
	"reflect"

	"contactsync/extract"
	"contactsync/extract/vendors"

	"github.com/invopop/jsonschema"
)

// JSONSchema describes pipelines.yaml to editors. It is made from the types that
// the decoder fills; what only the checks know (which keys exclude each other,
// what exists) it does not say. It ends with a line break.
func JSONSchema() ([]byte, error) {
	r := reflector()
	s := r.Reflect(&Config{})
	s.Title = "pipelines.yaml"
	s.Description = "configuration of sync: which vendors to read, when, and where the data goes"
	s.PatternProperties = map[string]*jsonschema.Schema{"^x-": jsonschema.TrueSchema}
	data, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return nil, err
	}
	return append(data, '\n'), nil
}

// reflector writes each use of a type out in full: editors show the text of a
// key only where it stands beside the key.
func reflector() *jsonschema.Reflector {
	r := &jsonschema.Reflector{
		Anonymous:                  true,
		DoNotReference:             true,
		ExpandedStruct:             true,
		FieldNameTag:               "yaml",
		RequiredFromJSONSchemaTags: true,
		LookupComment:              fieldDoc,
	}
	words := forms("")
	var within reflect.Type // the plain list whose keys are being described
	r.Mapper = func(t reflect.Type) *jsonschema.Schema {
		for _, t := range []reflect.Type{t, reflect.PointerTo(t)} {
			if f, ok := words[t]; ok {
				return f.schema()
			}
		}
		switch t {
		case reflect.TypeFor[[]Pipeline]():
			return byName(pipelineSchema(r))
		case reflect.TypeFor[[]Export]():
			return byName(keysOf(r, reflect.TypeFor[Export]()))
		case treeType:
			return &jsonschema.Schema{OneOf: []*jsonschema.Schema{{Type: "object"}, {Type: "array"}}}
		case reflect.TypeFor[Sources]():
			return keysOf(r, sourcesType())
		}
		if t != within && reflect.PointerTo(t).Implements(reflect.TypeFor[plainList]()) {
			within = t
			defer func() { within = nil }()
			return orPlainList(keysOf(r, t))
		}
		return nil
	}
	return r
}

// fieldDoc is what the doc tag of a field says.
func fieldDoc(t reflect.Type, name string) string {
	if t.Kind() != reflect.Struct {
		return ""
	}
	f, _ := t.FieldByName(name)
	return f.Tag.Get("doc")
}

// schema of a word: its pattern, or a variable in its place.
func (f form) schema() *jsonschema.Schema {
	s := &jsonschema.Schema{Type: "string"}
	if f.pattern != "" {
		s.Pattern = f.pattern + `|\$\{`
	}
	return s
}

// keysOf describes the keys of a struct, as a part of the whole.
func keysOf(r *jsonschema.Reflector, t reflect.Type) *jsonschema.Schema {
	s := r.ReflectFromType(t)
	s.Version = ""
	return s
}

// byName is a mapping of names to what a schema describes.
func byName(of *jsonschema.Schema) *jsonschema.Schema {
	return &jsonschema.Schema{
		Type:                 "object",
		PropertyNames:        &jsonschema.Schema{Pattern: nameForm.String()},
		AdditionalProperties: of,
	}
}

// pipelineSchema has the keys of all streams, and for each stream the rule which
// of them it takes.
func pipelineSchema(r *jsonschema.Reflector) *jsonschema.Schema {
	common := keysOf(r, reflect.TypeFor[Common]())
	common.AdditionalProperties = nil
	if from, ok := common.Properties.Get("from"); ok {
		for _, name := range vendors.Streams() {
			from.Enum = append(from.Enum, name)
		}
		from.Examples = nil
	}
	eachStream(func(s extract.Stream) {
		section := streamSchema(r, s)
		for p := common.Properties.Oldest(); p != nil; p = p.Next() {
			if _, taken := section.Properties.Get(p.Key); !taken {
				section.Properties.Set(p.Key, jsonschema.TrueSchema)
			}
		}
		chosen := jsonschema.NewProperties()
		chosen.Set("from", &jsonschema.Schema{Const: s.Name})
		common.AllOf = append(common.AllOf, &jsonschema.Schema{
			If:   &jsonschema.Schema{Properties: chosen, Required: []string{"from"}},
			Then: section,
		})
	})
	return common
}

// streamSchema has a stream's own keys, and the closed lists of their values.
func streamSchema(r *jsonschema.Reflector, s extract.Stream) *jsonschema.Schema {
	section := keysOf(r, typeOf(s))
	if worded, ok := s.New().(extract.Worded); ok {
		for key, words := range worded.Words() {
			if list, ok := section.Properties.Get(key); ok {
				for _, word := range words {
					list.Items.Enum = append(list.Items.Enum, word)
				}
			}
		}
	}
	return section
}

// orPlainList lets keys be a plain list as well.
func orPlainList(keys *jsonschema.Schema) *jsonschema.Schema {
	minimum := uint64(plainListRules.minItems)
	return &jsonschema.Schema{OneOf: []*jsonschema.Schema{
		{Type: "array", Items: &jsonschema.Schema{Type: "string"}, MinItems: &minimum, UniqueItems: plainListRules.unique},
		keys,
	}}
}
