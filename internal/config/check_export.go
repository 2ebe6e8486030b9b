package config

import (
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"contactsync/schema"
)

// checkExports applies the rules of exports, each alone and against the others.
func (c *Config) checkExports(r *report) {
	for i, e := range c.Exports {
		at := child("exports", e.Name)
		checkRows(r, e, at)
		if r.given(at+".csv_safe") && !r.given(at+".for") && r.sound(at+".format") && e.Format != "csv" {
			r.problem(at+".csv_safe", hinted("remove it", "is for format: csv alone, and this one is %s", e.Format))
		}
		c.checkAfter(r, e, at)
		c.checkFolder(r, e, at)
		c.checkBeside(r, e, at)
		for _, other := range c.Exports[:i] {
			checkApart(r, e, other, at)
		}
	}
}

// checkRows requires one way to say what to export, and columns that are there.
func checkRows(r *report, e Export, at string) {
	table, query := r.given(at+".table"), r.given(at+".query")
	if r.given(at+".for") || r.given(at+".people") {
		checkList(r, e, at)
		return
	}
	switch {
	case table && query:
		r.problem(at+".query", hinted("keep one of the two", "table and query are both given"))
	case !table && !query:
		r.problem(at, hinted("such as table: contacts", "say what to export: table or query is required"))
	}
	if e.Table == "" || query {
		return
	}
	promised := schema.Dictionary()
	i := slices.IndexFunc(promised, func(t schema.TableInfo) bool { return t.Name == e.Table })
	if i < 0 {
		names := namesOf(promised, func(t schema.TableInfo) string { return t.Name })
		r.problem(at+".table", unknown("table", word{text: e.Table}, names))
		return
	}
	checkColumns(r, e, at, promised[i])
}

// checkList requires of a match list its people, and nothing that the platform decides.
func checkList(r *report, e Export, at string) {
	for _, key := range []string{"table", "query", "partition_by", "sort_by", "mode", "format", "csv_safe"} {
		if r.given(at + "." + key) {
			r.problem(at+"."+key, hinted("remove it", "a list for a platform is made of people, in the form that the platform documents"))
		}
	}
	if !r.given(at + ".for") {
		r.problem(at, hinted("for: meta, google or linkedin", "people is for a match list; say for which platform"))
	}
	if e.People.Query == "" && r.sound(at+".people") {
		const hint = "people: {query: SELECT contact_id FROM reachable_contacts WHERE can_email}"
		r.problem(at, hinted(hint, "say who is on the list: people is required"))
	}
}

// checkColumns requires the columns that an export names, and the one that an
// incremental export goes by.
func checkColumns(r *report, e Export, at string, t schema.TableInfo) {
	names := namesOf(t.Columns, func(c schema.ColumnInfo) string { return c.Name })
	checkWords(r, at+".partition_by", "column", e.PartitionBy, names)
	checkWords(r, at+".sort_by", "column", e.SortBy, names)
	if e.Mode == "incremental" && !slices.Contains(names, "updated_at") {
		const why = "%s has no column updated_at, by which an incremental export tells what is new"
		r.problem(at+".mode", hinted("use mode: snapshot", why, e.Table))
	}
}

func (c *Config) checkAfter(r *report, e Export, at string) {
	names := namesOf(c.Pipelines, func(p Pipeline) string { return p.Name })
	checkWords(r, at+".after", "pipeline", e.After, names)
}

// checkFolder keeps an export's folder, which is exchanged whole, from holding
// anything that is not the export's.
func (c *Config) checkFolder(r *report, e Export, at string) {
	if e.Path.IsZero() || e.Path.Remote() {
		return
	}
	for _, held := range []struct {
		what string
		path string
	}{
		{"the config", c.Dir},
		{"the warehouse", c.Warehouse.Path.Full},
		{"the snapshot", c.Warehouse.Snapshot.Full},
		{"the file of identity.overrides", c.Identity.Overrides.Full},
	} {
		if held.path != "" && inside(held.path, e.Path.Full) {
			const why = "an export replaces its whole folder, and this one holds %s"
			r.problem(at+".path", hinted("give the export a folder of its own", why, held.what))
			return
		}
	}
}

// checkApart keeps exports out of one another's folders.
func checkApart(r *report, e, other Export, at string) {
	switch {
	case e.Path.IsZero() || other.Path.IsZero():
	case address(e.Path) == address(other.Path):
		r.problem(at+".path", fmt.Errorf("is also the path of exports.%s; each export needs a folder of its own", other.Name))
	case inside(e.Path.Full, besides(other.Path)) || inside(other.Path.Full, besides(e.Path)):
		r.problem(at+".path", fmt.Errorf("overlaps what is kept beside exports.%s; choose a path that does not end in .sync", other.Name))
	case inside(e.Path.Full, other.Path.Full) || inside(other.Path.Full, e.Path.Full):
		r.problem(at+".path", fmt.Errorf("overlaps the path of exports.%s; an export replaces its whole folder", other.Name))
	}
}

// inside reports whether a path is a folder or lies below it.
func inside(inner, outer string) bool {
	a, b := address(Path{Full: inner}), address(Path{Full: outer})
	return a == b || strings.HasPrefix(a, strings.TrimSuffix(b, "/")+"/")
}

// besides is where what belongs to an export lies, beside its folder or prefix.
func besides(p Path) string { return address(p) + ".sync" }

// address is a path in one spelling, with slashes.
func address(p Path) string {
	if bucket, ok := strings.CutPrefix(p.Full, "s3://"); ok {
		return "s3://" + path.Clean(bucket)
	}
	return filepath.ToSlash(filepath.Clean(p.Full))
}

// checkWords requires every word of a list to be one of a closed list.
func checkWords(r *report, path, what string, words, known []string) {
	for i, text := range words {
		if text != "" && !slices.Contains(known, text) {
			r.problem(item(path, i), unknown(what, word{text: text}, known))
		}
	}
}
