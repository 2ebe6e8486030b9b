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
		return err
	})
	switch {
	case errors.Is(err, bucket.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("object %s: %w", serveKey, err)
	}
	return content, nil
}

// Remember leaves what the daemon remembers there.
func Remember(ctx context.Context, o Options, content []byte) error {
	if err := inBucket(ctx, o, func(b *bucket.Bucket) error { return b.Write(ctx, serveKey, content) }); err != nil {
		return fmt.Errorf("object %s: %w", serveKey, err)
	}
	return nil
}
