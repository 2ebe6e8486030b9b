package simulate

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"iter"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// outputFile is how one output type is delivered. The forms differ on purpose:
// CONTRACT allows CSV with a header, one value a line, and JSON lines, each
// gzipped or not.
type outputFile struct {
	file   string
	gzip   bool
	write  func(b *bytes.Buffer, kind string, rows []outputRow)
	values func(statSocialRecord) []string
}

// outputRow is one value of an output; ssID is "" where the vendor has none.
type outputRow struct{ ssID, value string }

var outputFiles = map[string]outputFile{
	"ss_id":        {"ss_id.txt", false, writeValues, func(r statSocialRecord) []string { return nonEmpty(r.ssID) }},
	"twitter_id":   {"twitter_id.jsonl", false, writeJSONLines, func(r statSocialRecord) []string { return nonEmpty(r.twitterID) }},
	"twitter_user": {"twitter_user.csv.gz", true, writeValueFirst, func(r statSocialRecord) []string { return nonEmpty(r.handle) }},
	"md5":          {"md5.csv.gz", true, writeCSV, func(r statSocialRecord) []string { return r.md5 }},
	"email_raw":    {"email_raw.csv", false, writeExtraColumn, func(r statSocialRecord) []string { return nonEmpty(r.email) }},
	"cint_id":      {"cint_id.csv", false, writeCSV, func(r statSocialRecord) []string { return nonEmpty(r.cintID) }},
	"ma_id":        {"ma_id.txt.gz", true, writeValues, func(r statSocialRecord) []string { return nonEmpty(r.maID) }},
}

// members are the ranks of an audience.
func (c *call) members(b build) window {
	return c.sim.universe.coverage(StatSocial).window(b.from, b.to, 0)
}

// records yields what StatSocial knows of an audience's members.
func (c *call) records(b build) iter.Seq[statSocialRecord] {
	known := c.sim.universe.coverage(StatSocial)
	w := c.members(b)
	return func(yield func(statSocialRecord) bool) {
		for k := range w.size {
			if !yield(known.statSocialRecord(known.person(known.at(w.rank(k)), b.night))) {
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
func (c *call) outputList(b build) []object {
	counts := map[string]int{}
	for r := range c.records(b) {
		for _, kind := range b.outputs {
			counts[kind] += len(outputFiles[kind].values(r))
		}
	}
	folder := "http://" + c.r.Host + statSocialRoot + "audiences/" + strconv.Itoa(b.id) + "/outputs/"
	var files []object
	for _, kind := range b.outputs {
		files = append(files, object{{"type", kind}, {"url", folder + outputFiles[kind].file}, {"count", counts[kind] + c.excess()}})
	}
	return files
}

// excess is by how much declared counts are wrong.
func (c *call) excess() int {
	if c.on(ShiftingTotal) {
		return 3
	}
	return 0
}

// statSocialFile serves one output file.
func statSocialFile(c *call) answer {
	b, found := c.build()
	if !found {
		return c.problem(http.StatusNotFound, "audience not found")
	}
	name := c.r.PathValue("file")
	kind, _, _ := strings.Cut(name, ".")
	f, known := outputFiles[kind]
	if !known || f.file != name || !slices.Contains(b.outputs, kind) {
		return c.problem(http.StatusNotFound, "output not found")
	}
	var body bytes.Buffer
	f.write(&body, kind, c.rows(b, f))
	if f.gzip {
		return answer{status: http.StatusOK, kind: "application/gzip", body: gzipped(body.Bytes())}
	}
	return answer{status: http.StatusOK, kind: "text/plain; charset=utf-8", body: body.Bytes()}
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
		o := object{{kind, r.value}}
		if r.ssID != "" {
			o = object{{"ss_id", r.ssID}, {kind, r.value}}
		}
		b.Write(append(encode(o), '\n'))
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

// statSocialRecord is what StatSocial knows of a person; "" is not known.
type statSocialRecord struct {
	person    person
	ssID      string
	twitterID string
	handle    string
	md5       []string
	hashed    []string // the addresses behind md5
	email     string
	cintID    string
	maID      string
}

// statSocialRecord has a few people by their MD5 or their Twitter account
// alone, without an ss_id.
func (k coverage) statSocialRecord(p person) statSocialRecord {
	i := p.index
	r := statSocialRecord{person: p, ssID: p.ssID}
	if k.chance(i, 75, saltField, 60) {
		r.hashed = p.personal[:1]
		if k.chance(i, 6, saltField, 61) { // whether one ss_id maps to many md5 is not documented
			r.hashed = p.personal
		}
		r.md5 = each(r.hashed, md5Hex)
	}
	if k.chance(i, 60, saltField, 62) {
		r.twitterID, r.handle = p.twitter, p.handle
	}
	if k.chance(i, 30, saltField, 63) {
		r.email = p.personal[0]
	}
	if k.chance(i, 20, saltField, 64) {
		r.cintID = uuid(k.about(i, saltID, 65), k.about(i, saltID, 66))
	}
	if k.chance(i, 5, saltField, 67) {
		r.maID = uuid(k.about(i, saltID, 68), k.about(i, saltID, 69))
	}
	switch {
	case k.chance(i, 3, saltField, 70):
		return statSocialRecord{person: p, md5: nonEmpty(md5Hex(p.personal[0])), hashed: p.personal[:1]}
	case k.chance(i, 3, saltField, 71):
		return statSocialRecord{person: p, handle: p.handle}
	}
	return r
}
