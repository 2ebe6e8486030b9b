package main

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"contactsync/load/lake/bucket"
	"contactsync/load/lake/oplog"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// later is the clock of another machine, by which a lease has run out.
type later struct{}

func (later) Now() time.Time                         { return time.Now().Add(time.Hour) }
func (later) After(d time.Duration) <-chan time.Time { return time.After(d) }

// TestTheGuidesServerOfS3KeepsALog has a server of S3 that is not ours, over the network, keep
// the log of a warehouse that Spark holds: of several who write the same new object one does,
// and who was overtaken appends nothing.
func TestTheGuidesServerOfS3KeepsALog(t *testing.T) {
	onlyWithClients(t)
	parameters := store(t, "lake")
	open := func() *bucket.Bucket {
		b, err := bucket.Open(t.Context(), "s3://lake/warehouse"+parameters)
		require.NoError(t, err)
		t.Cleanup(func() { _ = b.Close() })
		return b
	}
	var wrote atomic.Int64
	var all sync.WaitGroup
	for range 8 {
		b := open()
		all.Go(func() {
			switch err := b.WriteNew(t.Context(), "new", []byte("x")); {
			case err == nil:
				wrote.Add(1)
			default:
				assert.ErrorIs(t, err, bucket.ErrExists)
			}
		})
	}
	all.Wait()
	require.EqualValues(t, 1, wrote.Load())

	first, err := oplog.Take(t.Context(), open(), oplog.Terms{})
	require.NoError(t, err)
	defer first.Release(context.Background()) //nolint:errcheck // it was overtaken
	batch := oplog.Entry{Kind: oplog.Batch, Segment: oplog.SegmentPrefix + "a", Pipeline: "p", Run: "r"}
	_, err = first.Append(t.Context(), batch)
	require.NoError(t, err)
	second, err := oplog.Take(t.Context(), open(), oplog.Terms{Clock: later{}})
	require.NoError(t, err)
	require.Len(t, second.Log().Live(), 1)
	_, err = first.Append(t.Context(), batch)
	require.ErrorAs(t, err, new(*oplog.LostError))
	batch.Segment = oplog.SegmentPrefix + "b"
	_, err = second.Append(t.Context(), batch)
	require.NoError(t, err)
	require.NoError(t, second.Release(t.Context()))
	log, err := oplog.Read(t.Context(), open())
	require.NoError(t, err)
	require.ElementsMatch(t, []string{oplog.SegmentPrefix + "a", oplog.SegmentPrefix + "b"}, log.Live())
}
