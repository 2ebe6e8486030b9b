package disk

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"os"

	"contactsync/internal/durable"
)

// State says how a log is.
type State int

// The states of a log.
const (
	Empty   State = iota // there is none, or nothing in it
	Whole                // every transaction is as it was written; one that a kill cut off may stand at the end, which DuckDB drops
	Zeros                // whole, with zeros behind it: a power cut came between the growth of the file and what was to be written there
	Damaged              // transactions behind Committed cannot be trusted
	Foreign              // of a form that this package does not know; DuckDB must say what it is
)

// Log is what the log of a file is like.
type Log struct {
	Path      string
	State     State
	Size      int64
	Committed int64 // where the last transaction ends of those that are whole and have only whole ones before them
	Entries   int64 // where the last whole entry ends behind these; it may tell that the log is in the file already
}

// LogPath is the name of a file's log.
func LogPath(file string) string { return file + ".wal" }

// Strays are names that DuckDB gives to a log while it writes one into the file.
func Strays(file string) []string {
	return []string{LogPath(file) + ".checkpoint", LogPath(file) + ".recovery"}
}

var (
	// header is the first entry up to the version of the form, and version that form.
	header = []byte{0x64, 0x00, 0x62, 0x65, 0x00}
	// flush is the entry that ends a transaction, and flushed the same with its length
	// and checksum, as it stands in the file.
	flush   = []byte{0x64, 0x00, 0x64, 0xff, 0xff}
	flushed = framed(flush)
)

const (
	checksummed = 2  // the form whose entries have checksums
	frame       = 16 // of an entry: length and checksum
	endOfObject = "\xff\xff"
	maxHeader   = 256
)

func framed(content []byte) []byte {
	b := binary.LittleEndian.AppendUint64(nil, uint64(len(content)))
	return append(binary.LittleEndian.AppendUint64(b, checksum(content)), content...)
}

// ReadLog reads the log of a file, which nobody may be writing.
func ReadLog(file string) (Log, error) {
	l := Log{Path: LogPath(file)}
	f, err := os.Open(l.Path)
	if errors.Is(err, fs.ErrNotExist) {
		return l, nil
	}
	if err != nil {
		return l, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return l, err
	}
	if l.Size = info.Size(); l.Size == 0 {
		return l, nil
	}
	start, err := head(f, l.Size)
	if err != nil {
		return l.headless(f, err)
	}
	r := entriesFrom(f, start, l.Size)
	l.Committed, l.Entries = r.at, r.at
	for {
		content, err := r.next()
		if err != nil {
			return l.ended(f, err)
		}
		l.Entries = r.at
		if bytes.Equal(content, flush) {
			l.Committed = r.at
		}
	}
}

// entries reads the entries of a log one after the other.
type entries struct {
	*bufio.Reader
	at, size int64
}

var (
	errForeign = errors.New("a log of another form")
	errCut     = errors.New("the entry reaches beyond the end of the log")
	errSum     = errors.New("the entry has another checksum")
)

func entriesFrom(f io.ReaderAt, at, size int64) *entries {
	return &entries{bufio.NewReaderSize(io.NewSectionReader(f, at, size-at), 1<<20), at, size}
}

// head returns where the first entry ends: at the mark of its end, behind which an entry
// can be read. It may hold an id of random bytes, among which the mark may stand, too.
func head(f io.ReaderAt, size int64) (end int64, err error) {
	start := make([]byte, min(maxHeader, size))
	if _, err := f.ReadAt(start, 0); err != nil {
		return 0, err
	}
	first := bytes.Index(start, []byte(endOfObject))
	switch {
	case !bytes.HasPrefix(start, header) || first < 0:
		return 0, errSum
	case start[len(header)] != checksummed:
		return 0, errForeign
	}
	for at := first; at+len(endOfObject) <= len(start); at++ {
		if !bytes.HasPrefix(start[at:], []byte(endOfObject)) {
			continue
		}
		end := int64(at + len(endOfObject))
		if _, err := entriesFrom(f, end, size).next(); err == nil || errors.Is(err, io.EOF) {
			return end, nil
		}
	}
	return int64(first + len(endOfObject)), nil
}

// next reads the next entry; io.EOF says that the log ends before it.
func (r *entries) next() ([]byte, error) {
	if r.at == r.size {
		return nil, io.EOF
	}
	if r.size-r.at < frame {
		return nil, errCut
	}
	var head [frame]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, err
	}
	length, sum := binary.LittleEndian.Uint64(head[:]), binary.LittleEndian.Uint64(head[8:])
	if length > uint64(r.size-r.at-frame) {
		return nil, errCut
	}
	content := make([]byte, length)
	if _, err := io.ReadFull(r, content); err != nil {
		return nil, err
	}
	if length == 0 || checksum(content) != sum {
		return nil, errSum
	}
	r.at += frame + int64(length)
	return content, nil
}

// headless says how a log is whose first entry cannot be read.
func (l Log) headless(f io.ReaderAt, err error) (Log, error) {
	rest, readErr := io.ReadAll(io.NewSectionReader(f, 0, l.Size))
	switch {
	case readErr != nil:
		return l, readErr
	case errors.Is(err, errForeign):
		l.State = Foreign
	case zero(rest):
		l.State = Zeros
	case l.Size < int64(len(header))+int64(len(endOfObject))+1 && bytes.HasPrefix(header, rest[:min(len(rest), len(header))]):
		l.State = Whole // cut off while it was begun
	default:
		l.State = Damaged
	}
	return l, nil
}

// ended says how a log is that is whole up to where reading ended.
func (l Log) ended(f io.ReaderAt, err error) (Log, error) {
	l.State = Whole
	if errors.Is(err, io.EOF) {
		return l, nil
	}
	if !errors.Is(err, errCut) && !errors.Is(err, errSum) {
		return l, err
	}
	rest, readErr := io.ReadAll(io.NewSectionReader(f, l.Entries, l.Size-l.Entries))
	switch {
	case readErr != nil:
		return l, readErr
	case zero(rest):
		if len(rest) >= frame {
			l.State = Zeros
		}
	case errors.Is(err, errSum), bytes.Contains(rest, flushed):
		// A length that reaches beyond the end is no cut where transactions end behind it.
		l.State = Damaged
	}
	return l, nil
}

func zero(content []byte) bool { return len(bytes.Trim(content, "\x00")) == 0 }

// Lost are the bytes behind the last transaction that can be trusted.
func (l Log) Lost() ([]byte, error) {
	f, err := os.Open(l.Path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.NewSectionReader(f, l.Committed, l.Size-l.Committed))
}

// Cut ends the log behind the last entry that can be trusted; DuckDB drops what is no
// whole transaction then.
func (l Log) Cut() error {
	f, err := durable.OpenOwn(l.Path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Truncate(l.Entries), f.Sync(), f.Close())
}
