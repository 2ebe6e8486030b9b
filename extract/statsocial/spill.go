package statsocial

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"iter"
	"maps"
	"os"
	"slices"

	"contactsync/schema"
)

// spillParts is the number of temporary files over which rows are spread by
// their key. Rows of one key meet in one file, so only one file's rows need
// fit into memory at a time: about 1/256 of what the output files hold, some
// 40 MB for an audience of ten million people.
const spillParts = 256

// spill collects the rows of all output files on disk, and gives them back as
// one record per key, in an order that depends on the rows alone.
type spill struct {
	parts [spillParts]*spillPart
}

type spillPart struct {
	file   *os.File
	writer *bufio.Writer
	size   int64
}

// add keeps a row.
func (s *spill) add(row fileRow) error {
	line, err := json.Marshal(row)
	if err != nil {
		return err
	}
	h := fnv.New32a()
	h.Write([]byte(row.ID))
	i := h.Sum32() % spillParts
	if s.parts[i] == nil {
		if s.parts[i], err = newSpillPart(); err != nil {
			return err
		}
	}
	p := s.parts[i]
	n, err := p.writer.Write(append(line, '\n'))
	p.size += int64(n)
	return err
}

// newSpillPart makes a file that is gone once it is closed. Where the system
// allows it, the name goes at once, so that not even a killed process leaves
// personal data behind.
func newSpillPart() (*spillPart, error) {
	file, err := os.CreateTemp("", "contactsync-*")
	if err != nil {
		return nil, err
	}
	_ = os.Remove(file.Name()) // Windows refuses; close tries again
	return &spillPart{file: file, writer: bufio.NewWriterSize(file, 8<<10)}, nil
}

// mark is how much is kept, for rewind.
func (s *spill) mark() (sizes [spillParts]int64) {
	for i, p := range s.parts {
		if p != nil {
			sizes[i] = p.size
		}
	}
	return sizes
}

// rewind forgets what was added since the mark.
func (s *spill) rewind(sizes [spillParts]int64) error {
	var errs []error
	for i, p := range s.parts {
		if p == nil {
			continue
		}
		errs = append(errs, p.writer.Flush(), p.file.Truncate(sizes[i]))
		_, err := p.file.Seek(sizes[i], io.SeekStart)
		errs = append(errs, err)
		p.size = sizes[i]
	}
	return errors.Join(errs...)
}

func (s *spill) close() {
	for _, p := range s.parts {
		if p != nil {
			p.file.Close()
			_ = os.Remove(p.file.Name()) // gone already, but for Windows
		}
	}
}

// records yields one record per key.
func (s *spill) records() iter.Seq2[schema.Record, error] {
	return func(yield func(schema.Record, error) bool) {
		for _, p := range s.parts {
			if p == nil {
				continue
			}
			people, unknown, err := p.group()
			if err != nil {
				yield(schema.Record{}, fmt.Errorf("statsocial: the temporary file: %w", err))
				return
			}
			for _, line := range unknown {
				if !yield(schema.Record{Source: schema.StatSocial, Raw: textValue("", line).Value}, nil) {
					return
				}
			}
			for _, id := range slices.Sorted(maps.Keys(people)) {
				if !yield(schema.Record{Source: schema.StatSocial, ID: id, Raw: people[id].payload()}, nil) {
					return
				}
			}
		}
	}
}

// group reads the part's rows: those of each key, and the lines without one.
func (p *spillPart) group() (people map[string]person, unknown []string, err error) {
	if err := p.writer.Flush(); err != nil {
		return nil, nil, err
	}
	if _, err := p.file.Seek(0, io.SeekStart); err != nil {
		return nil, nil, err
	}
	people = map[string]person{}
	rows := json.NewDecoder(bufio.NewReaderSize(p.file, 64<<10))
	for {
		var row fileRow
		err := rows.Decode(&row)
		switch {
		case errors.Is(err, io.EOF):
			return people, unknown, nil
		case err != nil:
			return nil, nil, err
		case row.ID == "":
			unknown = append(unknown, row.Line)
		default:
			if people[row.ID] == nil {
				people[row.ID] = person{}
			}
			people[row.ID].add(row)
		}
	}
}

// person is what the rows of one key say, by column.
type person map[string][]string

func (p person) add(row fileRow) {
	for _, v := range row.Values {
		if value := string(v.Value); !slices.Contains(p[v.Name], value) {
			p[v.Name] = append(p[v.Name], value)
		}
	}
}

// payload is one object with sorted keys: a value, or an array of them where the
// rows have several. Their order is their own, since the order of a file means nothing.
func (p person) payload() json.RawMessage {
	object := make(map[string]json.RawMessage, len(p))
	for name, values := range p {
		if len(values) > 1 {
			values = slices.DeleteFunc(values, func(v string) bool { return v == `""` || v == "null" })
			slices.Sort(values)
		}
		if len(values) == 1 {
			object[name] = json.RawMessage(values[0])
			continue
		}
		list := make([]json.RawMessage, len(values))
		for i, v := range values {
			list[i] = json.RawMessage(v)
		}
		object[name], _ = json.Marshal(list) // every value came out of a JSON decoder
	}
	raw, _ := json.Marshal(object)
	return raw
}
