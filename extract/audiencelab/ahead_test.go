package audiencelab

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"contactsync/extract"
	"contactsync/extract/vendortest"
)

// At 20 ms a page, 500 pages take ten seconds one after another.
func TestPagesAreFetchedSideBySide(t *testing.T) {
	for _, test := range []struct {
		concurrency int
		rate        float64
		most        time.Duration
	}{{1, 0, 10100 * time.Millisecond}, {4, 0, 2700 * time.Millisecond}, {8, 0, 10 * time.Second / 6}, {8, 100, 5100 * time.Millisecond}} {
		t.Run(fmt.Sprintf("%d at once, %v a second", test.concurrency, test.rate), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				fake := newFakeLab(t, 50_000)
				env := vendortest.Direct(Vendor(), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					time.Sleep(20 * time.Millisecond)
					fake.ServeHTTP(w, r)
				}), func(s *extract.Settings) { s.Concurrency, s.Rate = test.concurrency, test.rate })
				start := time.Now()
				pages, _ := vendortest.Read(t, sourceOf(segments("a"), env), nil, -1)
				require.Len(t, pages, 500)
				require.Equal(t, fake.rows["/segments/a"], vendortest.IDs(pages))
				require.LessOrEqual(t, time.Since(start), test.most)
			})
		})
	}
}

// The bubble also checks that a reader who leaves leaves no goroutine behind.
func TestNothingIsReadFarAhead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := newFakeLab(t, 50_000)
		env := vendortest.Direct(Vendor(), fake, func(s *extract.Settings) { s.Concurrency = 4 })
		for page, err := range sourceOf(segments("a"), env).Pages(t.Context(), nil) {
			require.NoError(t, err)
			synctest.Wait()
			require.LessOrEqual(t, env.Meter.Requests(), int64(page.Number+8))
			if page.Number == 100 {
				break
			}
		}
	})
}

// BenchmarkDecodeSegmentPage decodes a page of 100 rows of 74 fields: with UUID, and
// without, where keys are made of addresses.
func BenchmarkDecodeSegmentPage(b *testing.B) {
	for name, key := range map[string]string{"uuid": `"UUID":"3c90c3cc-0d44-4b50-8888-8dd25736052a"`, "derived": `"BUSINESS_EMAIL":"ann@acme.example"`} {
		b.Run(name, func(b *testing.B) {
			row := "{" + key
			for i := range 73 {
				row += fmt.Sprintf(`,"FIELD_NUMBER_%d":"a value of some length, as they are"`, i)
			}
			row += "}"
			page := `{"data":[` + row + strings.Repeat(","+row, 99) + `],"total_records":500000,"page":1}`
			b.SetBytes(int64(len(page)))
			for b.Loop() {
				if _, err := decode([]byte(page)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
