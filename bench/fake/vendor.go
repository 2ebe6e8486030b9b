// Package fake is a vendor for measurements: segments of AudienceLab, of made-up people
// with all 74 fields, from files that are written before anybody measures. Answering
// costs it next to nothing, so that what is measured is the one who asks.
//
// It has no memory. The night is the first part of a path, as in
// /changed/segments/all, so a base URL chooses what has changed since the first:
//
//	first      all records, as they are at first
//	changed    all records; one in a hundred, spread evenly, has a new title and one more address
//	few        at most 10,000 of the records, spread evenly, each changed
//
// One record in ten is of the person before it, under another UUID.
package fake

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
)

// Vendor serves the nights. It is safe for concurrent use.
type Vendor struct {
	nights map[string]night
	mux    http.ServeMux
}

// New writes the nights of so many records into a directory and serves them from there.
func New(dir string, records int) (*Vendor, error) {
	nights, err := write(dir, records)
	if err != nil {
		return nil, fmt.Errorf("the fake vendor's records: %w", err)
	}
	return serve(nights), nil
}

func serve(nights map[string]night) *Vendor {
	v := &Vendor{nights: nights}
	v.mux.HandleFunc("GET /{night}/segments/{id}", v.page)
	return v
}

// ServeHTTP answers as AudienceLab does.
func (v *Vendor) ServeHTTP(w http.ResponseWriter, r *http.Request) { v.mux.ServeHTTP(w, r) }

// page answers one page of a segment; all segments of a night are the same.
func (v *Vendor) page(w http.ResponseWriter, r *http.Request) {
	night, known := v.nights[r.PathValue("night")]
	number, errNumber := strconv.Atoi(r.FormValue("page"))
	size, errSize := strconv.Atoi(r.FormValue("page_size"))
	switch {
	case !known:
		http.Error(w, `{"error":"no such night"}`, http.StatusNotFound)
	case errNumber != nil || errSize != nil || number < 1 || size < 1:
		http.Error(w, `{"error":"page and page_size must be positive integers"}`, http.StatusBadRequest)
	default:
		_ = writePage(w, night, r.PathValue("id"), number, size) // a client that has gone fails by itself
	}
}

// night is the records of one.
type night interface {
	len() int
	// write answers with the records from one to another between a head and a tail.
	write(w http.ResponseWriter, head, tail string, from, to int) error
}

// writePage answers with one page of a segment.
func writePage(w http.ResponseWriter, n night, segment string, number, size int) error {
	total := n.len()
	from, to := min((number-1)*size, total), min(number*size, total)
	return n.write(w, `{"data":[`, fmt.Sprintf(`],"segment_id":%q,"total_records":%d,"total_pages":%d,"page":%d,"page_size":%d,"has_more":%t}`,
		segment, total, (total+size-1)/size, number, size, to < total), from, to)
}

// list is the records of a night: a file of JSON objects, a comma between two.
type list struct {
	path string
	ends []int64 // of each record in the file, before its comma
}

// span is where the records from one to another stand in the file.
func (l *list) span(from, to int) (offset, length int64) {
	if from >= to {
		return 0, 0
	}
	if from > 0 {
		offset = l.ends[from-1] + 1
	}
	return offset, l.ends[to-1] - offset
}

func (l *list) len() int { return len(l.ends) }

// write has the records go from the file to the socket, where the system can without a way
// through this process.
func (l *list) write(w http.ResponseWriter, head, tail string, from, to int) error {
	offset, length := l.span(from, to)
	f, err := os.Open(l.path)
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err := f.Seek(offset, io.SeekStart); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.FormatInt(int64(len(head))+length+int64(len(tail)), 10))
	if _, err := io.WriteString(w, head); err != nil {
		return err
	}
	if _, err := io.CopyN(w, f, length); err != nil {
		return err
	}
	_, err = io.WriteString(w, tail)
	return err
}

func pathOf(dir, night string) string { return filepath.Join(dir, night+".json") }
