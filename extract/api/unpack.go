package api

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Packed answers and files are told by their first bytes, whatever the server calls
// them. It may pack what was packed before.
const maxLayers = 2

var (
	gzipMagic = []byte{0x1f, 0x8b}
	zipMagic  = []byte("PK\x03\x04")
)

// unpackBody unpacks an answer that is gzip, or a zip of one file.
func unpackBody(body []byte) (plain []byte, packed bool, err error) {
	for layer := range maxLayers {
		var plain io.Reader
		var err error
		switch {
		case bytes.HasPrefix(body, gzipMagic):
			plain, err = newGunzip(bufio.NewReader(bytes.NewReader(body)))
		case bytes.HasPrefix(body, zipMagic):
			plain, err = openZip(bytes.NewReader(body), int64(len(body)))
		default:
			return body, layer > 0, nil
		}
		if err == nil {
			body, err = readAll(plain)
		}
		if err != nil {
			return nil, true, err
		}
	}
	return body, true, nil
}

// unpackedStart is the beginning of an answer whose body may be packed, and cut.
func unpackedStart(body []byte, most int64) []byte {
	if !bytes.HasPrefix(body, gzipMagic) {
		return body
	}
	plain, err := newGunzip(bufio.NewReader(bytes.NewReader(body)))
	if err != nil {
		return nil
	}
	start, _ := io.ReadAll(io.LimitReader(plain, most)) // as much as there is
	return start
}

// gunzip reads gzip as the tool of that name does: members one after another, and
// no matter what follows the last.
type gunzip struct {
	in     *bufio.Reader
	member *gzip.Reader
}

func newGunzip(in *bufio.Reader) (*gunzip, error) {
	member, err := gzip.NewReader(in)
	if err != nil {
		return nil, fmt.Errorf("it is no gzip though it begins like one: %w", err)
	}
	member.Multistream(false)
	return &gunzip{in, member}, nil
}

func (g *gunzip) Read(p []byte) (int, error) {
	n, err := g.member.Read(p)
	if !errors.Is(err, io.EOF) {
		return n, err
	}
	if magic, _ := g.in.Peek(len(gzipMagic)); !bytes.Equal(magic, gzipMagic) {
		return n, io.EOF
	}
	if err := g.member.Reset(g.in); err != nil {
		return n, err
	}
	g.member.Multistream(false)
	return n, nil
}

// openZip opens the only file of a zip.
func openZip(packed io.ReaderAt, size int64) (io.ReadCloser, error) {
	archive, err := zip.NewReader(packed, size)
	if err != nil {
		return nil, fmt.Errorf("it is no zip though it begins like one: %w", err)
	}
	var only *zip.File
	for _, f := range archive.File {
		if f.FileInfo().IsDir() || strings.HasPrefix(f.Name, "__MACOSX/") {
			continue
		}
		if only != nil {
			return nil, errors.New("it is a zip of several files, and nobody can tell which is meant")
		}
		only = f
	}
	if only == nil {
		return nil, errors.New("it is a zip without a file")
	}
	return only.Open()
}
