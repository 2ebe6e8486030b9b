package api

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"contactsync/internal/mask"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// A file may unpack to so many times its size, and to so many bytes in all: lists
// of ids and JSON lines pack to a thirtieth at best, a bomb to a thousandth, and an
// audience of ten million people has less than the bytes.
const (
	maxRatio    = 100
	ratioSlack  = 64 << 20
	maxUnpacked = 32 << 30
)

// ErrUnpacked says that a file unpacks to more than any file of ids would. It would
// the next time, too.
var ErrUnpacked = fmt.Errorf("the file unpacks to more than %d times its size, or to more than %d GiB; it is a mistake or an attack", maxRatio, maxUnpacked>>30)

// unpack reads through gzip, or a zip of one file: once for the file and once for a
// server that packs it again. Text in UTF-16 comes out as UTF-8, and all of it
// without the secrets.
func unpack(f io.ReadCloser, secrets *mask.Secrets) (io.ReadCloser, error) {
	plain := &unpacked{file: f, secrets: secrets}
	plain.Reader = countedReader{f, &plain.packed}
	for range maxLayers {
		peek := bufio.NewReaderSize(plain.Reader, 64<<10)
		plain.Reader = peek
		magic, _ := peek.Peek(len(zipMagic))
		var err error
		switch {
		case bytes.HasPrefix(magic, gzipMagic):
			plain.Reader, err = newGunzip(peek)
		case bytes.Equal(magic, zipMagic):
			plain.Reader, err = plain.spool(peek)
		default:
			return plain.text(), nil
		}
		if err != nil {
			plain.Close()
			return nil, fmt.Errorf("the file cannot be unpacked: %w", err)
		}
		plain.layers++
	}
	return plain.text(), nil
}

// unpacked is a file as it is read, with the count of what came packed and unpacked.
type unpacked struct {
	io.Reader
	file         io.Closer
	secrets      *mask.Secrets
	spooled      []*os.File // of a zip, whose directory is at its end
	layers       int
	packed, size int64
}

// text is the file without its byte order mark, and in UTF-8 where that says UTF-16.
func (u *unpacked) text() io.ReadCloser {
	u.Reader = u.secrets.Reader(transform.NewReader(boundedReader{u.Reader, u}, unicode.BOMOverride(transform.Nop)))
	return u
}

// spool copies a zip to disk and opens its only file. Where the system allows it the
// copy has no name, so that not even a killed process leaves it behind.
func (u *unpacked) spool(zipped io.Reader) (io.Reader, error) {
	file, err := os.CreateTemp("", "contactsync-*")
	if err != nil {
		return nil, err
	}
	u.spooled = append(u.spooled, file)
	_ = os.Remove(file.Name()) // Windows refuses; Close tries again
	size, err := io.Copy(file, boundedReader{zipped, u})
	if err != nil {
		return nil, err
	}
	u.size = 0
	return openZip(file, size)
}

func (u *unpacked) Close() error {
	err := u.file.Close()
	for _, file := range u.spooled {
		err = errors.Join(err, file.Close())
		_ = os.Remove(file.Name()) // gone already, but for Windows
	}
	return err
}

type countedReader struct {
	io.Reader
	n *int64
}

func (c countedReader) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	*c.n += int64(n)
	return n, err
}

// boundedReader ends a file that unpacks to too much.
type boundedReader struct {
	io.Reader
	of *unpacked
}

func (b boundedReader) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	b.of.size += int64(n)
	if b.of.size > maxUnpacked || b.of.layers > 0 && b.of.size > ratioSlack+maxRatio*b.of.packed {
		return 0, ErrUnpacked
	}
	return n, err
}
