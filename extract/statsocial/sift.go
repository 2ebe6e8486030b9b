package statsocial

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// maxKeptLine is how much is kept of a line that is too long.
const maxKeptLine = 64 << 10

// sifter takes lines out of a file that are too long to be a row, so that the rest
// can be read. What a file is, its first line tells, and where a long line is part of
// a quoted value nobody knows where the row ends: there it ends the file.
type sifter struct {
	in     *bufio.Reader // as large as the longest line
	over   func(beginning []byte) error
	line   []byte // what is left of the line that is read
	lines  int    // so far
	quotes int
}

func newSifter(file io.Reader, over func([]byte) error) *sifter {
	return &sifter{in: bufio.NewReaderSize(file, maxFileLine), over: over}
}

func (s *sifter) Read(p []byte) (int, error) {
	for len(s.line) == 0 {
		line, err := s.in.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			if err := s.skip(line); err != nil {
				return 0, err
			}
			continue
		}
		if len(line) == 0 {
			return 0, err
		}
		s.line = line // an error comes again with the next line
		s.lines++
		s.quotes += bytes.Count(line, []byte{'"'})
	}
	n := copy(p, s.line)
	s.line = s.line[n:]
	return n, nil
}

// skip leaves out a line of which the beginning is read.
func (s *sifter) skip(line []byte) error {
	beginning := bytes.Clone(line[:maxKeptLine])
	isObject, before := line[0] == '{', s.quotes
	err := error(bufio.ErrBufferFull)
	for errors.Is(err, bufio.ErrBufferFull) {
		s.quotes += bytes.Count(line, []byte{'"'})
		line, err = s.in.ReadSlice('\n')
	}
	s.quotes += bytes.Count(line, []byte{'"'})
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if inValue := before%2 == 1 || s.quotes%2 == 1; s.lines == 0 || inValue && !isObject {
		return errLongLine
	}
	s.lines++
	return s.over(beginning)
}
