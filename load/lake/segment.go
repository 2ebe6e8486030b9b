package lake

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"contactsync/internal/crash"
	"contactsync/load"
	"contactsync/load/duckdb"
	"contactsync/load/lake/oplog"

	"github.com/klauspost/compress/zstd"
)

// segment is the batches of one transaction on their way: JSON, a value after the other,
// compressed with zstd, the first of which is the header. It is a file, since a first load
// has a hundred thousand records in a transaction.
type segment struct {
	lake *Lake
	file *os.File
	pack *zstd.Encoder
	json *json.Encoder
	of   oplog.Entry
}

// header is the first value of a segment.
type header struct {
	Format int       `json:"format"`
	At     time.Time `json:"at"` // by which rejects were replayed
}

const segmentFormat = 1

// Segment begins one.
func (l *Lake) Segment(at time.Time) (duckdb.Segment, error) {
	if l.writer == nil {
		return nil, errReadOnly
	}
	file, err := os.OpenFile(l.localFile("segment.json.zst"), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	s := &segment{lake: l, file: file, of: oplog.Entry{Kind: oplog.Batch}}
	s.pack, err = zstd.NewWriter(file, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1))
	if err == nil {
		s.json = json.NewEncoder(s.pack)
		s.json.SetEscapeHTML(false)
		err = s.json.Encode(header{segmentFormat, at})
	}
	if err != nil {
		return nil, errors.Join(err, s.Discard())
	}
	return s, nil
}

func (s *segment) Add(b load.Batch) error {
	s.of.Pipeline, s.of.Run = b.Run.Pipeline, b.Run.RunID
	return s.json.Encode(b)
}

// Append stores the segment.
func (s *segment) Append(ctx context.Context) error {
	if s.of.Run == "" {
		return nil // it is empty
	}
	if err := errors.Join(s.pack.Close(), s.file.Close()); err != nil {
		return err
	}
	s.of.Segment = oplog.SegmentPrefix + s.lake.object("json.zst")
	if err := s.lake.bucket.WriteFrom(ctx, s.of.Segment, s.file.Name()); err != nil {
		return err
	}
	crash.At(crash.LakeSegment)
	var err error
	if s.of.N, err = s.lake.writer.Append(ctx, s.of); err != nil {
		return err
	}
	crash.At(crash.LakeAppended)
	s.lake.mu.Lock()
	defer s.lake.mu.Unlock()
	s.lake.batches = append(s.lake.batches, s.of)
	return nil
}

func (s *segment) Discard() error {
	_ = s.file.Close() // a second time it only fails
	return os.Remove(s.file.Name())
}

var errReadOnly = errors.New("it was opened to be read")

// Batches tells what was appended and is in no settlement.
func (l *Lake) Batches(ctx context.Context, do func(b load.Batch, at time.Time, onlyStaged bool) error) error {
	for _, s := range l.state.Outstanding {
		if err := l.readSegment(ctx, s.Key, func(b load.Batch, at time.Time) error { return do(b, at, true) }); err != nil {
			return err
		}
	}
	for _, e := range l.batches {
		if err := l.readSegment(ctx, e.Segment, func(b load.Batch, at time.Time) error { return do(b, at, false) }); err != nil {
			return err
		}
	}
	return nil
}

func (l *Lake) readSegment(ctx context.Context, key string, do func(load.Batch, time.Time) error) error {
	path := l.localFile("segment.json.zst")
	defer os.Remove(path) //nolint:errcheck // it is in transit
	if err := l.bucket.ReadTo(ctx, key, path); err != nil {
		return err
	}
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	if err := readBatches(file, do); err != nil {
		return fmt.Errorf("%s: %w", key, err)
	}
	return nil
}

// readBatches reads a segment.
func readBatches(from io.Reader, do func(load.Batch, time.Time) error) error {
	z, err := zstd.NewReader(from, zstd.WithDecoderConcurrency(1))
	if err != nil {
		return err
	}
	defer z.Close()
	in := json.NewDecoder(z)
	var h header
	if err := in.Decode(&h); err != nil {
		return fmt.Errorf("it is no segment: %w", err)
	}
	if h.Format != segmentFormat {
		return fmt.Errorf("it has format %d, and this program knows %d: use a newer one", h.Format, segmentFormat)
	}
	for {
		var b load.Batch
		err := in.Decode(&b)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = do(b, h.At)
		}
		if err != nil {
			return err
		}
	}
}

// pack compresses a file, and unpack is its opposite.
func pack(from, to string) error {
	return through(from, to, func(in io.Reader, out io.Writer) error {
		z, err := zstd.NewWriter(out, zstd.WithEncoderConcurrency(1))
		if err != nil {
			return err
		}
		_, err = io.Copy(z, in)
		return errors.Join(err, z.Close())
	})
}

func unpack(from, to string) error {
	return through(from, to, func(in io.Reader, out io.Writer) error {
		z, err := zstd.NewReader(in, zstd.WithDecoderConcurrency(1))
		if err != nil {
			return err
		}
		defer z.Close()
		_, err = io.Copy(out, z)
		return err
	})
}

func through(from, to string, do func(io.Reader, io.Writer) error) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(do(in, out), out.Close())
}
