package statsocial

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"iter"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"contactsync/internal/simulate/api"
	"contactsync/internal/simulate/world"
)

// outputFile is how one output type is delivered. The forms differ on purpose:
// CONTRACT allows CSV with a header, one value a line, and JSON lines, each
// gzipped or not.
type outputFile struct {
	file   string
	gzip   bool
	write  func(b *bytes.Buffer, kind string, rows []outputRow)
	values func(record) []string
}

// outputRow is one value of an output; ssID is "" where the vendor has none.
type outputRow struct{ ssID, value string }

var outputFiles = map[string]outputFile{
	"ss_id":        {"ss_id.txt", false, writeValues, func(r record) []string { return world.NonEmpty(r.ssID) }},
	"twitter_id":   {"twitter_id.jsonl", false, writeJSONLines, func(r record) []string { return world.NonEmpty(r.twitterID) }},
	"twitter_user": {"twitter_user.csv.gz", true, writeValueFirst, func(r record) []string { return world.NonEmpty(r.handle) }},
	"md5":          {"md5.csv.gz", true, writeCSV, func(r record) []string { return r.md5 }},
	"email_raw":    {"email_raw.csv", false, writeExtraColumn, func(r record) []string { return world.NonEmpty(r.email) }},
	"cint_id":      {"cint_id.csv", false, writeCSV, func(r record) []string { return world.NonEmpty(r.cintID) }},
	"ma_id":        {"ma_id.txt.gz", true, writeValues, func(r record) []string { return world.NonEmpty(r.maID) }},
}

// members are the ranks of an audience.
func (c *call) members(b build) world.Window {
	return people(c.Sim.Universe).Window(b.from, b.to, 0)
}

// records yields what StatSocial knows of an audience's members.
func (c *call) records(b build) iter.Seq[record] {
	known := people(c.Sim.Universe)
	w := c.members(b)
	return func(yield func(record) bool) {
		for k := range w.Size {
			if !yield(newRecord(known, known.Person(known.At(w.Rank(k)), b.night))) {
				return
			}
		}
	}
}

// rows are the values of one output of an audience.
func (c *call) rows(b build, f outputFile) []outputRow {
	var rows []outputRow
	for r := range c.records(b) {
		for _, v := range f.values(r) {
			rows = append(rows, outputRow{r.ssID, v})
		}
	}
	return rows
}

// outputList is the list of files in the answer of a finished build.
func (c *call) outputList(b build) []api.Object {
	counts := map[string]int{}
	for r := range c.records(b) {
		for _, kind := range b.outputs {
			counts[kind] += len(outputFiles[kind].values(r))
		}
	}
	folder := "http://" + c.HTTP.Host + root + "audiences/" + strconv.Itoa(b.id) + "/outputs/"
	var files []api.Object
	for _, kind := range b.outputs {
		files = append(files, api.Object{{"type", kind}, {"url", folder + outputFiles[kind].file}, {"count", counts[kind] + c.excess()}})
	}
	return files
}

// excess is by how much declared counts are wrong.
func (c *call) excess() int {
	if c.On(api.ShiftingTotal) {
		return 3
	}
	return 0
}

// file serves one output file.
func file(c *call) api.Answer {
	b, found := c.build()
	if !found {
		return c.Problem(http.StatusNotFound, "audience not found")
	}
	name := c.HTTP.PathValue("file")
	kind, _, _ := strings.Cut(name, ".")
	f, known := outputFiles[kind]
	if !known || f.file != name || !slices.Contains(b.outputs, kind) {
		return c.Problem(http.StatusNotFound, "output not found")
	}
	var body bytes.Buffer
	f.write(&body, kind, c.rows(b, f))
	if f.gzip {
		return api.Answer{Status: http.StatusOK, ContentType: "application/gzip", Body: gzipped(body.Bytes())}
	}
	return api.Answer{Status: http.StatusOK, ContentType: "text/plain; charset=utf-8", Body: body.Bytes()}
}

func gzipped(plain []byte) []byte {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, _ = w.Write(plain) // to memory: cannot fail
	_ = w.Close()
	return packed.Bytes()
}

// writeValues writes one value a line, without a header.
func writeValues(b *bytes.Buffer, _ string, rows []outputRow) {
	for _, r := range rows {
		b.WriteString(r.value + "\n")
	}
}

// writeJSONLines writes an object a line.
func writeJSONLines(b *bytes.Buffer, kind string, rows []outputRow) {
	for _, r := range rows {
		o := api.Object{{kind, r.value}}
		if r.ssID != "" {
			o = api.Object{{"ss_id", r.ssID}, {kind, r.value}}
		}
		b.Write(append(api.Encode(o), '\n'))
	}
}

// writeCSV writes ss_id and the value under a header.
func writeCSV(b *bytes.Buffer, kind string, rows []outputRow) {
	writeTable(b, []string{"ss_id", kind}, rows, func(r outputRow) []string { return []string{r.ssID, r.value} })
}

// writeValueFirst writes the columns in the other order.
func writeValueFirst(b *bytes.Buffer, kind string, rows []outputRow) {
	writeTable(b, []string{kind, "ss_id"}, rows, func(r outputRow) []string { return []string{r.value, r.ssID} })
}

// writeExtraColumn adds a column that no document names, with commas in it.
func writeExtraColumn(b *bytes.Buffer, kind string, rows []outputRow) {
	writeTable(b, []string{"ss_id", kind, "source"}, rows, func(r outputRow) []string { return []string{r.ssID, r.value, "panel, opt-in"} })
}

func writeTable(b *bytes.Buffer, header []string, rows []outputRow, columns func(outputRow) []string) {
	w := csv.NewWriter(b)
	_ = w.Write(header) // to memory: cannot fail
	for _, r := range rows {
		_ = w.Write(columns(r))
	}
	w.Flush()
}
