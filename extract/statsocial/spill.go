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
// 50 MB for an audience of ten million people.
const spillParts = 256

// spill collects the rows of all output files on disk, and returns them as
// one record per key, in an order that depends on the rows alone.
type spill struct {
	parts [spillParts]*spillPart
}

type spillPart struct {
	file   *os.File
	writer *bufio.Writer
	size   int64
}

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
	n, err := s.parts[i].writer.Write(append(line, '\n'))
	s.parts[i].size += int64(n)
	return err
}

// newSpillPart makes a file that is gone once it is closed. Where the system
// allows it, the name goes at once, so that not even a killed process leaves
// personal data on disk.
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
func (s *spill) rewind(sizes [spillParts]int64) (err error) {
	for i, p := range s.parts {
		if p != nil {
			p.size = sizes[i]
			err = errors.Join(err, p.writer.Flush(), p.file.Truncate(p.size))
			_, seek := p.file.Seek(p.size, io.SeekStart)
			err = errors.Join(err, seek)
		}
	}
	return err
}

func (s *spill) close() {
	for _, p := range s.parts {
		if p != nil {
			p.file.Close()
			_ = os.Remove(p.file.Name()) // gone already, but for Windows
		}
	}
}

// records yields one record per key, and one per row without a key.
func (s *spill) records() iter.Seq2[schema.Record, error] {
	return func(yield func(schema.Record, error) bool) {
		for _, p := range s.parts {
			if p == nil {
				continue
			}
			records, err := p.records()
			if err != nil {
				yield(schema.Record{}, fmt.Errorf("statsocial: the temporary file: %w", err))
				return
			}
			for _, r := range records {
				if !yield(r, nil) {
					return
				}
			}
		}
	}
}

func (p *spillPart) records() (records []schema.Record, err error) {
	if err := p.writer.Flush(); err != nil {
		return nil, err
	}
	if _, err := p.file.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	people := map[string]*person{}
	rows := json.NewDecoder(bufio.NewReaderSize(p.file, 64<<10))
	for {
		var row fileRow
		if err := rows.Decode(&row); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, err
		}
		switch known := people[row.ID]; {
		case row.ID == "":
			records = append(records, row.record())
		case known == nil:
			people[row.ID] = &person{columns: row.Values, size: row.Values.size()}
		default:
			known.take(row.Values)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(people)) {
		records = append(records, fileRow{ID: id, Values: people[id].columns}.record())
		delete(people, id)
	}
	return records, nil
}

// maxPerson is how much is kept of one person, in bytes: more than a record may have,
// so that it becomes a reject and does not fill the memory before.
const maxPerson = 8 << 20

// person is all rows of one ID.
type person struct {
	columns
	size int
	full bool
}

// take adds a row, unless there is too much of the person already.
func (p *person) take(row columns) {
	if p.full {
		return
	}
	for column, values := range row {
		p.add(column, values...)
	}
	if p.size += row.size(); p.size <= 2*maxPerson {
		return
	}
	for column, values := range p.columns {
		p.columns[column] = distinct(values)
	}
	p.size = p.columns.size()
	p.full = p.size > maxPerson
}
