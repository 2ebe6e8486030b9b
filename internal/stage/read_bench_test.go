//go:build duckdb_arrow && unix

package stage

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"contactsync/bench/fake"
	"contactsync/extract"
	"contactsync/extract/audiencelab"
	"contactsync/internal/config"
	"contactsync/internal/suppression"
	"contactsync/load"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

const readRecords = 5_000

// BenchmarkRead reads a segment of people with 74 fields as a run does, from the HTTP
// answers, which lie in memory, to the batches, which nobody stores: on the first
// night, with a list of suppressions, and on the night after, when nothing changed.
// It reports the processor time of one record, all threads.
func BenchmarkRead(b *testing.B) {
	segment := recordSegment(b, readRecords)
	for _, c := range []struct {
		name       string
		quiet      bool
		suppressed map[string]bool
	}{
		{name: "first"},
		{name: "first, with suppressions", suppressed: map[string]bool{suppression.Hash(schema.EmailSHA256, "nobody"): true}},
		{name: "quiet", quiet: true},
	} {
		b.Run(c.name, func(b *testing.B) {
			sink := &discarding{suppressed: c.suppressed}
			if c.quiet {
				sink.served = map[string]schema.Version{}
				readSegment(b, segment, sink)
			}
			sink.full = c.quiet
			b.ReportAllocs()
			b.ResetTimer()
			before := processorTime(b)
			for range b.N {
				require.EqualValues(b, readRecords, readSegment(b, segment, sink))
			}
			b.ReportMetric(float64((processorTime(b)-before).Nanoseconds())/float64(b.N)/readRecords, "cpu-ns/record")
		})
	}
}

// readSegment reads the segment to its end and says how many rows it has.
func readSegment(b *testing.B, segment http.RoundTripper, w Warehouse) int64 {
	section := &audiencelab.Section{APIKey: schema.NewSecret("sk_bench_0123456789"), Auth: "api_key", Concurrency: 4, PageSize: 100}
	settings := section.Settings()
	settings.BaseURL, settings.Transport = "http://vendor.example/"+fake.First, segment
	env := extract.Env{Client: extract.NewClient(settings), Meter: new(extract.Meter)}.WithDefaults()
	source, _, err := audiencelab.Segments{Segments: []string{"all"}}.Open(b.Context(), extract.Run{}, env)
	require.NoError(b, err)
	run := &schema.Run{RunID: "r", Pipeline: "p"}
	p := &config.Pipeline{Name: "p", Source: schema.AudienceLab, Stream: "audiencelab.segments"}
	s, err := New(b.Context(), w, p, run, env.Meter, time.Now)
	require.NoError(b, err)
	for page, err := range source.Pages(b.Context(), extract.State{}) {
		require.NoError(b, err)
		require.NoError(b, s.Add(b.Context(), page))
	}
	require.NoError(b, s.Finish(b.Context()))
	return run.RowsRead
}

// recorded answers from memory, by the URL.
type recorded map[string][]byte

func (r recorded) RoundTrip(req *http.Request) (*http.Response, error) {
	body := r[req.URL.String()]
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, ContentLength: int64(len(body)),
		Body: io.NopCloser(struct{ io.Reader }{bytes.NewReader(body)}), Request: req,
	}, nil
}

// recordSegment is the answers of the fake vendor.
func recordSegment(b *testing.B, records int) recorded {
	vendor, err := fake.New(filepath.Clean(b.TempDir()), records)
	require.NoError(b, err)
	answers := recorded{}
	asking := roundTrip(func(req *http.Request) (*http.Response, error) {
		answer := httptest.NewRecorder()
		vendor.ServeHTTP(answer, req)
		answers[req.URL.String()] = answer.Body.Bytes()
		return answer.Result(), nil
	})
	sequential := serialised{asking, make(chan struct{}, 1)}
	readSegment(b, sequential, &discarding{})
	return answers
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// serialised makes one request after another.
type serialised struct {
	http.RoundTripper
	turn chan struct{}
}

func (s serialised) RoundTrip(req *http.Request) (*http.Response, error) {
	s.turn <- struct{}{}
	defer func() { <-s.turn }()
	return s.RoundTripper.RoundTrip(req)
}

// discarding is a warehouse that keeps nothing but, where it is asked to, the hashes
// of what it was served.
type discarding struct {
	Warehouse
	suppressed map[string]bool
	served     map[string]schema.Version // by id
	full       bool                      // nothing is added to served any more
}

func (d *discarding) Lookup() load.Lookup { return lookup{of: d} }

type lookup struct {
	load.Lookup
	of *discarding
}

func (d *discarding) Begin(context.Context) (load.Transaction, error) { return d, nil }
func (d *discarding) Rollback() error                                 { return nil }
func (d *discarding) Commit() error                                   { return nil }
func (d *discarding) Add(_ context.Context, b load.Batch) error {
	if d.served != nil && !d.full {
		for _, v := range b.Versions {
			d.served[v.SourceID] = schema.Version{PayloadHash: v.PayloadHash, AsOf: v.AsOf}
		}
	}
	return nil
}

func (l lookup) Compare(_ context.Context, _ string, served []schema.Version) ([]load.Standing, error) {
	standings := make([]load.Standing, len(served))
	for i, now := range served {
		before, known := l.of.served[now.SourceID]
		standings[i] = load.Standing{Known: known, Same: before.PayloadHash == now.PayloadHash}
	}
	return standings, nil
}

func (l lookup) Fields(context.Context, string, string) ([]schema.Field, error) { return nil, nil }

func (l lookup) Suppressions(context.Context) (map[string]bool, error) { return l.of.suppressed, nil }

// processorTime is what this process has used so far.
func processorTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
