package config

import (
	"fmt"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"contactsync/extract"
	"contactsync/extract/audiencelab"
	"contactsync/extract/audiencelab/enrichment"
	"contactsync/extract/intent"
	"contactsync/extract/statsocial"
	"contactsync/extract/toofr"

	"github.com/stretchr/testify/require"
)

// documented are the tables of docs/config.md and the types they describe.
var documented = []struct {
	name string
	of   reflect.Type
}{
	{"top", reflect.TypeFor[Config]()},
	{"warehouse", reflect.TypeFor[Warehouse]()},
	{"toofr", reflect.TypeFor[toofr.Section]()},
	{"intent", reflect.TypeFor[intent.Section]()},
	{"statsocial", reflect.TypeFor[statsocial.Section]()},
	{"audiencelab", reflect.TypeFor[audiencelab.Section]()},
	{"source", reflect.TypeFor[extract.Traffic]()},
	{"pipeline", reflect.TypeFor[Common]()},
	{"toofr.prospects", reflect.TypeFor[toofr.Prospects]()},
	{"websites", reflect.TypeFor[extract.Websites]()},
	{"intent.matches", reflect.TypeFor[intent.Matches]()},
	{"filters", reflect.TypeFor[intent.Filters]()},
	{"statsocial.outputs", reflect.TypeFor[statsocial.Outputs]()},
	{"audience", reflect.TypeFor[statsocial.AudienceDefinition]()},
	{"parameter", reflect.TypeFor[statsocial.Parameter]()},
	{"audiencelab.segments", reflect.TypeFor[audiencelab.Segments]()},
	{"audiencelab.members", reflect.TypeFor[audiencelab.Members]()},
	{"audiencelab audience", reflect.TypeFor[audiencelab.AudienceDefinition]()},
	{"audiencelab.enrichments", reflect.TypeFor[enrichment.Enrichments]()},
	{"people", reflect.TypeFor[extract.People]()},
	{"audiencelab.visits", reflect.TypeFor[audiencelab.Visits]()},
	{"sweep", reflect.TypeFor[audiencelab.Sweep]()},
	{"identity", reflect.TypeFor[Identity]()},
	{"retention", reflect.TypeFor[Retention]()},
	{"serve", reflect.TypeFor[Serve]()},
	{"mcp", reflect.TypeFor[MCP]()},
	{"alerts", reflect.TypeFor[Alerts]()},
	{"export", reflect.TypeFor[Export]()},
	{"listed", reflect.TypeFor[Listed]()},
}

// TestTheReferenceNamesEveryKey keeps the tables of docs/config.md, which stand
// between <!-- keys NAME --> and <!-- end -->, equal to the struct tags.
func TestTheReferenceNamesEveryKey(t *testing.T) {
	path := root + "/docs/config.md"
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	text := string(data)
	for _, d := range documented {
		block := regexp.MustCompile(`(?s)(<!-- keys ` + regexp.QuoteMeta(d.name) + ` -->\n).*?(<!-- end -->)`)
		require.Len(t, block.FindAllString(text, -1), 1, "docs/config.md needs one table %q", d.name)
		text = block.ReplaceAllString(text, "${1}"+strings.ReplaceAll(keyTable(d.of), "$", "$$")+"${2}")
	}
	golden(t, path, text)
}

// TestEveryStructHasItsTable finds types of the config that the reference forgot.
func TestEveryStructHasItsTable(t *testing.T) {
	tables := map[reflect.Type]bool{reflect.TypeFor[audiencelab.Audiences](): true, reflect.TypeFor[audiencelab.Pixels](): true}
	for _, d := range documented {
		tables[d.of] = true
	}
	words := forms("")
	var visit func(reflect.Type)
	visit = func(of reflect.Type) {
		for of.Kind() == reflect.Pointer || of.Kind() == reflect.Slice {
			of = of.Elem()
		}
		_, word := words[of]
		_, pointed := words[reflect.PointerTo(of)]
		if of.Kind() != reflect.Struct || word || pointed || of == reflect.TypeFor[Pipeline]() {
			return
		}
		if of.PkgPath() == reflect.TypeFor[statsocial.Parameter]().PkgPath() && !tables[of] {
			return // the inside of a parameter is the vendor's document
		}
		require.True(t, tables[of], "docs/config.md has no table of %s", of)
		for _, f := range fieldsOf(of) {
			visit(of.FieldByIndex(f.index).Type)
		}
	}
	visit(reflect.TypeFor[Config]())
	sources := sourcesType()
	for i := range sources.NumField() {
		visit(sources.Field(i).Type)
	}
	eachStream(func(s extract.Stream) { visit(typeOf(s)) })
}

// keyTable is the table of a struct's own keys. Vendors' types have no text of
// ours: their document explains them.
func keyTable(of reflect.Type) string {
	var b strings.Builder
	ours := slices.ContainsFunc(fieldsOf(of), func(f field) bool { return f.doc != "" })
	if ours {
		b.WriteString("| key | takes | default | meaning |\n| --- | --- | --- | --- |\n")
	} else {
		b.WriteString("| key | takes |\n| --- | --- |\n")
	}
	for _, f := range fieldsOf(of) {
		if len(f.index) > 1 {
			continue // inlined: it has a table of its own
		}
		fmt.Fprintf(&b, "| `%s` | %s |", f.key, takes(of.FieldByIndex(f.index).Type, f.rules))
		if byDefault := strings.Join(f.defaults, ", "); ours && f.required {
			fmt.Fprintf(&b, " required | %s |", f.doc)
		} else if ours {
			fmt.Fprintf(&b, " %s | %s |", byDefault, f.doc)
		}
		b.WriteString("\n")
	}
	return b.String()
}

// takes says in words what a key takes.
func takes(of reflect.Type, r rules) string {
	what := kindOfType(of, r)
	switch {
	case r.minimum != "" && r.minimum == r.maximum:
		what = "`" + r.minimum + "`"
	case r.minimum != "" && r.maximum != "":
		what += fmt.Sprintf(", %s to %s", r.minimum, r.maximum)
	case r.minimum != "":
		what += ", at least " + r.minimum
	}
	return what
}

func kindOfType(of reflect.Type, r rules) string {
	_, word := forms("")[of]
	named := reflect.TypeFor[named]()
	switch {
	case of == treeType:
		return "keys, or list of keys"
	case of == reflect.TypeFor[extract.Websites]():
		return "list, or keys"
	case of.Kind() == reflect.Pointer && !word:
		return kindOfType(of.Elem(), r)
	case of.Kind() == reflect.Slice && reflect.PointerTo(of.Elem()).Implements(named):
		return "names"
	case of.Kind() == reflect.Slice && len(r.enum) > 0:
		return "list of `" + strings.Join(r.enum, "`, `") + "`"
	case of.Kind() == reflect.Slice && of.Elem().Kind() == reflect.Int64:
		return "list of whole numbers"
	case of.Kind() == reflect.Slice:
		return "list"
	case len(r.enum) > 0:
		return "`" + strings.Join(r.enum, "`, `") + "`"
	case of.Kind() == reflect.Struct && !word, of == reflect.TypeFor[Sources]():
		return "keys"
	case formats[r.format].want != "":
		return formats[r.format].want
	}
	return wantOf(of)
}
