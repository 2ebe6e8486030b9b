package statsocial

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"contactsync/extract"
	"contactsync/extract/vendortest"
	"contactsync/schema"
)

// fakeStatSocial answers as the Create Audience document says, and as the contract
// assumes where there is no document.
type fakeStatSocial struct {
	mu       sync.Mutex
	url      string
	files    map[string]string // by type; the prefix "gz:" packs it
	counts   map[string]int    // declared rows, by type
	statuses []string          // answers before "completed", in order
	wrap     string            // how response is wrapped: "", "array", "string" while not done
	next     int64             // id of the next audience
	created  []string          // bodies of orders
	credits  string            // response of /credits; "" is 404
	order    func(http.ResponseWriter) bool
	file     func(kind string, w http.ResponseWriter) bool // answers in the file's place
	requests []string
	tokens   []string // Authorization of file requests
}

func newFakeStatSocial() *fakeStatSocial {
	return &fakeStatSocial{files: map[string]string{}, counts: map[string]int{}, next: 67454}
}

func (f *fakeStatSocial) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.requests = append(f.requests, r.Method+" "+r.URL.Path)
	if kind, ok := strings.CutPrefix(r.URL.Path, "/files/"); ok {
		f.tokens = append(f.tokens, r.Header.Get("Authorization"))
		if f.file == nil || !f.file(kind, w) {
			f.serveFile(w, kind)
		}
		return
	}
	if r.Header.Get("Authorization") != "Bearer token" {
		vendortest.Answer(w, 401, `{"response":"unauthorized","information":{"version":"0.0.1"}}`)
		return
	}
	switch id, ok := strings.CutPrefix(r.URL.Path, "/platform/v0/audiences/"); {
	case r.Method == http.MethodPost && r.URL.Path == "/platform/v0/audiences":
		body, _ := io.ReadAll(r.Body)
		f.created = append(f.created, string(body))
		id := f.next
		f.next++
		if f.order != nil && f.order(w) {
			return
		}
		f.respond(w, fmt.Sprintf(`{"id":%d,"status":"running"}`, id))
	case ok && r.Method == http.MethodGet:
		f.audience(w, id)
	case r.URL.Path == "/platform/v0/credits" && f.credits != "":
		f.respond(w, f.credits)
	default:
		vendortest.Answer(w, 404, `{"response":"not found","information":{"version":"0.0.1"}}`)
	}
}

func (f *fakeStatSocial) respond(w http.ResponseWriter, response string) {
	vendortest.Answer(w, 200, `{"response":`+response+`,"information":{"version":"0.0.1"}}`)
}

func (f *fakeStatSocial) audience(w http.ResponseWriter, id string) {
	if n, _ := strconv.ParseInt(id, 10, 64); n < 67454 || n > f.next {
		vendortest.Answer(w, 404, `{"response":"not found"}`)
		return
	}
	status, outputs := "completed", []string{}
	if len(f.statuses) > 0 {
		status, f.statuses = f.statuses[0], f.statuses[1:]
		if f.wrap == "string" {
			f.respond(w, fmt.Sprintf("%q", status))
			return
		}
	} else {
		for kind := range f.files {
			outputs = append(outputs, fmt.Sprintf(`{"type":%q,"url":"%s/files/%s?signature=s3cret","count":%d}`, kind, f.url, kind, f.counts[kind]))
		}
	}
	audience := fmt.Sprintf(`{"id":%s,"name":"My amazing audience","status":%q,"size":3,"outputs":[%s]}`, id, status, strings.Join(outputs, ","))
	if f.wrap == "array" {
		audience = "[" + audience + "]"
	}
	f.respond(w, audience)
}

func (f *fakeStatSocial) serveFile(w http.ResponseWriter, kind string) {
	content, packed := strings.CutPrefix(f.files[kind], "gz:")
	if packed {
		content = gzipped(content)
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	fmt.Fprint(w, content)
}

func gzipped(s string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write([]byte(s))
	_ = z.Close()
	return b.String()
}

func (f *fakeStatSocial) env(t testing.TB) extract.Env {
	t.Helper()
	env := vendortest.Env(t, Vendor(), f, func(s *extract.Settings) {
		s.Credential, s.PollTimeout, s.MaxAttempts = schema.NewSecret("token"), time.Minute, 1
	})
	f.url = env.Client.Settings().BaseURL
	env.Now = func() time.Time { return time.Date(2026, 11, 6, 2, 30, 0, 0, time.UTC) }
	return env
}

// count is how many requests of a kind were made; the list begins anew.
func (f *fakeStatSocial) count(method, prefix string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := 0
	for _, r := range f.requests {
		if strings.HasPrefix(r, method+" "+prefix) {
			n++
		}
	}
	f.requests = nil
	return n
}

// orders is how many audiences were ordered.
func (f *fakeStatSocial) orders() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.created)
}

// answerOrders changes how orders are answered from now on; nil: as the vendor does.
func (f *fakeStatSocial) answerOrders(answer func(http.ResponseWriter) bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.order = answer
}

// payloads is the records as id and payload.
func payloads(t testing.TB, pages []extract.Page) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, p := range pages {
		for _, r := range p.Records {
			require.NotContains(t, found, r.ID, "one record per person")
			found[r.ID] = string(r.Raw)
		}
	}
	return found
}

func sortedIDs(pages []extract.Page) []string {
	return slices.Sorted(slices.Values(vendortest.IDs(pages)))
}
