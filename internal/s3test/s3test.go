// Package s3test is a server of S3 in memory, for tests.
package s3test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
	"github.com/stretchr/testify/require"
)

// Bucket is the one that a store has.
const Bucket = "lake"

// Secret is the key by which clients of the test ask; nothing may show it.
const Secret = "secretvalue"

// New makes a store with an empty bucket, and gives clients of the test their credentials.
func New(t testing.TB) (*s3mem.Backend, http.Handler) {
	t.Helper()
	t.Setenv("AWS_ACCESS_KEY_ID", "test")
	t.Setenv("AWS_SECRET_ACCESS_KEY", Secret)
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	backend := s3mem.New()
	require.NoError(t, backend.CreateBucket(Bucket))
	return backend, gofakes3.New(backend, gofakes3.WithLogger(gofakes3.DiscardLog())).Server()
}

// Location is a place in the bucket, of a store that listens at an address.
func Location(address, prefix string) string {
	return "s3://" + Bucket + "/" + prefix + "?region=us-east-1&use_path_style=true&endpoint=" + url.QueryEscape(address)
}
