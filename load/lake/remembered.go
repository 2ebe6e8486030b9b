package lake

import (
	"context"
	"errors"
	"fmt"

	"contactsync/load/lake/bucket"
)

// serveKey is the object of a bucket that holds what the daemon remembers.
const serveKey = "serve"

// Remembered is what a daemon, on this machine or another one, has left in the bucket; nil
// where none has.
func Remembered(ctx context.Context, o Options) (content []byte, err error) {
	err = inBucket(ctx, o, func(b *bucket.Bucket) error {
		content, err = b.Read(ctx, serveKey)
		if errors.Is(err, bucket.ErrNotExist) {
			return nil
		}
		return err
	})
	return content, err
}

// Remember leaves what the daemon remembers there.
func Remember(ctx context.Context, o Options, content []byte) error {
	return inBucket(ctx, o, func(b *bucket.Bucket) error { return b.Write(ctx, serveKey, content) })
}

func inBucket(ctx context.Context, o Options, do func(*bucket.Bucket) error) error {
	b, err := bucket.Open(ctx, o.Bucket)
	if err != nil {
		return err
	}
	if err := errors.Join(do(b), b.Close()); err != nil {
		return fmt.Errorf("%s in %s: %w", serveKey, b, err)
	}
	return nil
}
