package bucket

import (
	"bytes"
	"context"
	"errors"
	"io"
	"iter"
	"net/http"
	"path"
	"strings"
	"time"

	"contactsync/load/export/storage"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"gocloud.dev/blob"
	"golang.org/x/sync/errgroup"
)

// inS3 is a prefix of a bucket.
type inS3 struct {
	place   *storage.Place
	objects *blob.Bucket // keys count from the folder that the prefix lies in
	client  *s3.Client   // keys count from the bucket
}

func openS3(ctx context.Context, name, location string) (*Bucket, error) {
	place, err := storage.Parse(location)
	if err != nil {
		return nil, err
	}
	objects, err := place.Open(ctx)
	if err != nil {
		return nil, err
	}
	s := &inS3{place: place, objects: objects}
	if !objects.As(&s.client) {
		return nil, errors.Join(errors.New("object storage: the client cannot be had"), objects.Close())
	}
	return &Bucket{store: s, name: name, spark: "s3a://" + place.Bucket + "/" + place.Prefix}, nil
}

func (s *inS3) close() error { return s.objects.Close() }

// key counts from the bucket, short from the folder of the prefix.
func (s *inS3) key(key string) string   { return s.place.Prefix + "/" + key }
func (s *inS3) short(key string) string { return path.Base(s.place.Prefix) + "/" + key }

func (s *inS3) open(ctx context.Context, key string) (io.ReadCloser, error) {
	in, err := s.objects.NewReader(ctx, s.short(key), nil)
	if err != nil {
		return nil, s.failed("read", key, err)
	}
	return in, nil
}

// plainType keeps the client from guessing a type by the content.
const plainType = "application/octet-stream"

func (s *inS3) put(ctx context.Context, key string, content io.Reader) error {
	if err := s.objects.Upload(ctx, s.short(key), content, &blob.WriterOptions{ContentType: plainType}); err != nil {
		return s.failed("write", key, err)
	}
	return nil
}

// maxConflicts is how often a new object is tried again when S3 says that another request
// for the same key was under way (409 ConditionalRequestConflict: nothing was written, and
// it is not said which of the two won).
const (
	maxConflicts  = 5
	conflictPause = 50 * time.Millisecond
)

func (s *inS3) putNew(ctx context.Context, key string, content []byte) error {
	options := &blob.WriterOptions{ContentType: plainType, IfNotExist: true}
	for try := 1; ; try++ {
		err := s.objects.Upload(ctx, s.short(key), bytes.NewReader(content), options)
		switch {
		case err == nil:
			return nil
		case codeOf(err) != "ConditionalRequestConflict" || try == maxConflicts:
			return s.failed("write", key, err)
		}
		select {
		case <-ctx.Done():
			return s.failed("write", key, ctx.Err())
		case <-time.After(time.Duration(try) * conflictPause):
		}
	}
}

func (s *inS3) list(ctx context.Context, prefix, after string) iter.Seq2[Object, error] {
	in := &s3.ListObjectsV2Input{Bucket: aws.String(s.place.Bucket), Prefix: aws.String(s.key(prefix))}
	if after != "" {
		in.StartAfter = aws.String(s.key(after))
	}
	return func(yield func(Object, error) bool) {
		pages := s3.NewListObjectsV2Paginator(s.client, in)
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				yield(Object{}, s.failed("list", prefix, err))
				return
			}
			for _, o := range page.Contents {
				key := strings.TrimPrefix(aws.ToString(o.Key), s.key(""))
				if checkKey(key) != nil || key <= after { // a folder made by a console; a store that knows no StartAfter
					continue
				}
				if !yield(Object{Key: key, Size: aws.ToInt64(o.Size), Modified: aws.ToTime(o.LastModified)}, nil) {
					return
				}
			}
		}
	}
}

// atOnce is how many requests are under way together where each is small.
const atOnce = 8

func (s *inS3) remove(ctx context.Context, keys []string) error {
	work, ctx := errgroup.WithContext(ctx)
	work.SetLimit(atOnce)
	for _, key := range keys {
		work.Go(func() error {
			in := &s3.DeleteObjectInput{Bucket: aws.String(s.place.Bucket), Key: aws.String(s.key(key))}
			if _, err := s.client.DeleteObject(ctx, in); err != nil && kindOf(err) != ErrNotExist {
				return s.failed("remove", key, err)
			}
			return nil
		})
	}
	return work.Wait()
}

// removeUnfinished asks for a right of its own, s3:ListBucketMultipartUploads. Stores that
// know no uploads in parts have none left over.
func (s *inS3) removeUnfinished(ctx context.Context, before time.Time) error {
	uploads := s3.NewListMultipartUploadsPaginator(s.client,
		&s3.ListMultipartUploadsInput{Bucket: aws.String(s.place.Bucket), Prefix: aws.String(s.key(""))})
	for uploads.HasMorePages() {
		page, err := uploads.NextPage(ctx)
		if code := codeOf(err); code == "NotImplemented" || code == "NoSuchUpload" {
			return nil
		}
		if err != nil {
			return s.place.Failed("list unfinished uploads to "+s.key(""), err)
		}
		for _, u := range page.Uploads {
			if !aws.ToTime(u.Initiated).Before(before) {
				continue
			}
			in := &s3.AbortMultipartUploadInput{Bucket: aws.String(s.place.Bucket), Key: u.Key, UploadId: u.UploadId}
			if _, err := s.client.AbortMultipartUpload(ctx, in); err != nil && codeOf(err) != "NoSuchUpload" {
				return s.place.Failed("end the unfinished upload to "+aws.ToString(u.Key), err)
			}
		}
	}
	return nil
}

func (s *inS3) failed(what, key string, err error) error {
	if kind := kindOf(err); kind != nil {
		return of("object storage: bucket "+s.place.Bucket, what, s.key(key), kind, err)
	}
	return s.place.Failed(what+" "+s.key(key), err)
}

// kindOf tells a missing object from a missing bucket, which the library does not.
func kindOf(err error) error {
	switch codeOf(err) {
	case "NoSuchKey", "NotFound":
		return ErrNotExist
	case "PreconditionFailed":
		return ErrExists
	}
	if answer, ok := errors.AsType[*smithyhttp.ResponseError](err); ok && answer.HTTPStatusCode() == http.StatusPreconditionFailed {
		return ErrExists
	}
	return nil
}

// codeOf is the code of S3's answer, "" if there was none.
func codeOf(err error) string {
	if answer, ok := errors.AsType[smithy.APIError](err); ok {
		return answer.ErrorCode()
	}
	return ""
}
