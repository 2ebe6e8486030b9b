package statsocial

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"contactsync/internal/simulate/api"
	"contactsync/internal/simulate/world"
)

// outputFile is how one output type is delivered.
type outputFile struct {
	name    string
	columns []string // of CSV
	values  func(record) []string
}

// outputFiles have different forms on purpose: CONTRACT allows CSV with a header,
// one value a line, and JSON lines, each gzipped or not. No document names the
// column source.
var outputFiles = map[string]outputFile{
	"ss_id":        {"ss_id.txt", nil, func(r record) []string { return one(r.ssID) }},
	"twitter_id":   {"twitter_id.jsonl", nil, func(r record) []string { return one(r.twitterID) }},
	"twitter_user": {"twitter_user.csv.gz", []string{"twitter_user", "ss_id"}, func(r record) []string { return one(r.handle) }},
	"md5":          {"md5.csv.gz", []string{"ss_id", "md5"}, func(r record) []string { return r.md5 }},
	"email_raw":    {"email_raw.csv", []string{"ss_id", "email_raw", "source"}, func(r record) []string { return one(r.email) }},
	"cint_id":      {"cint_id.csv", []string{"ss_id", "cint_id"}, func(r record) []string { return one(r.cintID) }},
	"ma_id":        {"ma_id.txt.gz", nil, func(r record) []string { return one(r.maID) }},
}

// one is the list of a value that may not be known.
func one(value string) []string {
	if value == "" {
		return nil
	}
	return []string{value}
}

// outputList is the list of files in the answer of a finished build.
func outputList(c *api.Call, b build) []api.Object {
	known, counts := c.People(), map[string]int{}
	for k := range b.members(known).Size {
		r := b.member(known, k)
		for _, kind := range b.outputs {
			counts[kind] += len(outputFiles[kind].values(r))
		}
	}
	excess := 0 // by how much declared counts are wrong
	if c.On(api.ShiftingTotal) {
		excess = 3
	}
	folder := "http://" + c.HTTP.Host + root + "audiences/" + strconv.Itoa(b.id) + "/outputs/"
	var list []api.Object
	for _, kind := range b.outputs {
		list = append(list, api.Object{{"type", kind}, {"url", folder + outputFiles[kind].name}, {"count", counts[kind] + excess}})
	}
	return list
}

// file serves one output file.
func file(c *api.Call, b build) api.Answer {
	name := c.HTTP.PathValue("file")
	kind, _, _ := strings.Cut(name, ".")
	f := outputFiles[kind]
	if f.name != name || !slices.Contains(b.outputs, kind) {
		return c.NotFound("output not found")
	}
	body := f.content(c, b, kind)
	if !strings.HasSuffix(name, ".gz") {
		return api.Answer{Status: http.StatusOK, ContentType: "text/plain; charset=utf-8", Body: body}
	}
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, _ = w.Write(body) // to memory: cannot fail
	_ = w.Close()
	return api.Answer{Status: http.StatusOK, ContentType: "application/gzip", Body: packed.Bytes()}
}

// content is the file before it is packed. A value may have no ss_id.
func (f outputFile) content(c *api.Call, b build, kind string) []byte {
	var body bytes.Buffer
	table := csv.NewWriter(&body)
	if f.columns != nil {
		_ = table.Write(f.columns) // to memory: cannot fail
	}
	known := c.People()
	for k := range b.members(known).Size {
		r := b.member(known, k)
		for _, value := range f.values(r) {
			cells := map[string]string{"ss_id": r.ssID, "source": "panel, opt-in", kind: value}
			switch {
			case f.columns != nil:
				_ = table.Write(world.Each(f.columns, func(column string) string { return cells[column] }))
			case !strings.HasSuffix(f.name, ".jsonl"):
				body.WriteString(value + "\n")
			case r.ssID == "":
				body.Write(append(api.Encode(api.Object{{kind, value}}), '\n'))
			default:
				body.Write(append(api.Encode(api.Object{{"ss_id", r.ssID}, {kind, value}}), '\n'))
			}
		}
	}
	table.Flush()
	return body.Bytes()
}
