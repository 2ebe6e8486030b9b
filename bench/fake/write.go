package fake

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"slices"

	"contactsync/internal/simulate/api"
	"contactsync/internal/simulate/world"
)

// The nights.
const (
	First   = "first"
	Changed = "changed"
	Few     = "few"
)

const (
	percent   = 100    // one record in so many differs on the night Changed
	most      = 10_000 // records of the night Few
	duplicate = 10     // one record in so many is of the person before it
)

// ChangedOf is how many of so many records differ on the night [Changed].
func ChangedOf(records int) int { return (records + percent - 1) / percent }

// FewOf is how many of so many records there are on the night [Few].
func FewOf(records int) int { return min(records, most) }

// version is how often a record has changed.
type version int

// write writes all nights into a directory, each record rendered once a version.
func write(dir string, records int) (nights map[string]night, err error) {
	nights = map[string]night{}
	writers := map[string]*writer{}
	defer func() {
		for _, w := range writers {
			err = errors.Join(err, w.close())
		}
	}()
	for _, night := range []string{First, Changed, Few} {
		l := &list{path: pathOf(dir, night)}
		w, err := create(l)
		if err != nil {
			return nil, err
		}
		nights[night], writers[night] = l, w
	}
	u := world.Universe{Seed: 1, People: records}
	few := FewOf(records)
	for i := range records {
		record := render(u, i, 0)
		writers[First].add(record)
		if i%percent == 0 {
			writers[Changed].add(render(u, i, 1))
		} else {
			writers[Changed].add(record)
		}
		if (i+1)*few/records > i*few/records {
			writers[Few].add(render(u, i, 2))
		}
	}
	return nights, nil
}

// render is a record as JSON. A record that changes has a new title and one more
// address, so that identity is worked out, too, and a later date, so that it counts
// more than what another segment said of it. The date takes the place of a field that
// is always empty.
func render(u world.Universe, i int, v version) []byte {
	person := withTwin(u, i)
	person[field(person, "FACEBOOK_URL")] = api.Field{Key: "PERSON_LAST_UPDATED", Value: fmt.Sprintf("2026-11-%02d", 1+v)}
	if v > 0 {
		set(person, "JOB_TITLE", fmt.Sprintf("%s, Region %d", value(person, "JOB_TITLE"), v))
		address := fmt.Sprintf("moved%d.sim%d@home.example", v, i)
		if others := value(person, "PERSONAL_EMAILS"); others != "" {
			address = fmt.Sprintf("%s, %s", address, others)
		}
		set(person, "PERSONAL_EMAILS", address)
	}
	return api.Encode(person)
}

func value(o api.Object, key string) any { return o[field(o, key)].Value }

func set(o api.Object, key string, value any) { o[field(o, key)].Value = value }

func field(o api.Object, key string) int {
	return slices.IndexFunc(o, func(f api.Field) bool { return f.Key == key })
}

// writer writes the file of a list. The first error is that of close.
type writer struct {
	list *list
	file *os.File
	out  *bufio.Writer
	at   int64
}

func create(l *list) (*writer, error) {
	f, err := os.Create(l.path)
	if err != nil {
		return nil, err
	}
	return &writer{list: l, file: f, out: bufio.NewWriterSize(f, 1<<20)}, nil
}

func (w *writer) add(record []byte) {
	if w.at > 0 {
		_ = w.out.WriteByte(',') // bufio keeps the error for Flush
		w.at++
	}
	_, _ = w.out.Write(record)
	w.at += int64(len(record))
	w.list.ends = append(w.list.ends, w.at)
}

func (w *writer) close() error { return errors.Join(w.out.Flush(), w.file.Close()) }
