//go:build duckdb_arrow

package mcp

import (
	"context"
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"contactsync/internal/identity"
	"contactsync/internal/runtest"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/stretchr/testify/require"
)

// The person whom nothing may name: in every field, in texts where nobody expects it, and
// in all that is derived.
const (
	zelda     = "zelda.quxworth@canary.example"
	zeldaUUID = "5e1f0c7a-zelda"
)

// traces are what names Zelda, in lower case.
func traces() []string {
	sha, md := sha256.Sum256([]byte(zelda)), md5.Sum([]byte(zelda))
	return []string{
		"zelda", "quxworth", "quxington", "2125550123", "555-0123", "555 0123", "90210", hex.EncodeToString(sha[:]), hex.EncodeToString(md[:]),
		strings.TrimPrefix(identity.ContactID("audiencelab", zeldaUUID), "c_"),
	}
}

// requireNobody fails where a text names Zelda.
func requireNobody(t *testing.T, text, about string) {
	t.Helper()
	for _, trace := range traces() {
		require.NotContains(t, strings.ToLower(text), trace, about)
	}
}

func zeldaRow(t *testing.T, more map[string]any) string {
	t.Helper()
	fields := map[string]any{
		"UUID": zeldaUUID, "FIRST_NAME": "Zelda", "LAST_NAME": "Quxworth", "BUSINESS_EMAIL": zelda, "MOBILE_PHONE": "+12125550123",
		"LINKEDIN_URL": "https://www.linkedin.com/in/zelda-quxworth", "PERSONAL_ZIP": "90210", "JOB_TITLE": "CEO, write to " + zelda,
		"COMPANY_NAME": "Call 212-555-0123 now", "TWITTER": "zelda_quxworth",
	}
	for k, v := range more {
		fields[k] = v
	}
	return runtest.Object(t, fields)
}

// lived is the warehouse of every test, which is made once.
var lived struct {
	sync.Once
	warehouse []byte
	now       time.Time
}

// newWorld is a warehouse that has known Zelda for two nights, and a segment of visits.
func newWorld(t *testing.T) (*runtest.World, *runtest.Lab) {
	t.Helper()
	lab, url := runtest.NewLab(t)
	w := runtest.New(t, runtest.LabConfig(url, "people=s1", "visits=s2"))
	path := filepath.Join(w.Dir, "warehouse.duckdb")
	lived.Do(func() {
		live(t, w, lab)
		var err error
		lived.warehouse, err = os.ReadFile(path)
		require.NoError(t, err)
		lived.now = w.Now
	})
	require.NoError(t, os.WriteFile(path, lived.warehouse, 0o600))
	w.Now = lived.now
	return w, lab
}

func live(t *testing.T, w *runtest.World, lab *runtest.Lab) {
	t.Helper()
	others := runtest.People(t, 5, nil)
	lab.Set("s1", append(others, zeldaRow(t, nil), `{"FIRST_NAME":"Zelda","LAST_NAME":"Quxworth"}`)...)
	lab.Set("s2", runtest.Object(t, map[string]any{
		"UUID": zeldaUUID, "EVENT_TYPE": "page_view", "EVENT_TIMESTAMP": "2026-11-01T10:00:00Z", "FULL_URL": "https://shop.example/?mail=" + zelda,
	}))
	w.Night()
	lab.Set("s1", append(others, zeldaRow(t, map[string]any{
		"LAST_NAME": "Quxington", "JOB_TITLE": "CTO", "COMPANY_NAME": "Zenith, zelda@zenith.example",
	}))...)
	w.Night()
}

// connect starts a server and speaks to it through pipes.
func connect(t *testing.T, o Options) (*Server, *sdk.ClientSession) {
	t.Helper()
	if o.Limits == (Limits{}) {
		o.Limits = Limits{Rows: 200, Timeout: time.Minute}
	}
	t.Setenv("TMPDIR", t.TempDir())
	s := New(o)
	server, client := sdk.NewInMemoryTransports()
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- s.server.Run(ctx, server) }()
	session, err := sdk.NewClient(&sdk.Implementation{Name: "test", Version: "1"}, nil).Connect(t.Context(), client, nil)
	require.NoError(t, err)
	t.Cleanup(func() {
		_ = session.Close() // the server may have ended before
		stop()
		<-ended
		require.NoError(t, s.Close())
	})
	return s, session
}

// call calls a tool; wrong says that the answer is an error.
func call(t *testing.T, session *sdk.ClientSession, tool string, arguments map[string]any) (text string, wrong bool) {
	t.Helper()
	result, err := session.CallTool(t.Context(), &sdk.CallToolParams{Name: tool, Arguments: arguments})
	require.NoError(t, err)
	require.Len(t, result.Content, 1)
	return result.Content[0].(*sdk.TextContent).Text, result.IsError
}

// told is an answer of the tool query.
type told struct {
	Columns  []string `json:"columns"`
	Rows     [][]any  `json:"rows"`
	RowCount int      `json:"row_count"`
	Note     string   `json:"note"`
}

func query(t *testing.T, session *sdk.ClientSession, sql string) (answer told) {
	t.Helper()
	text, wrong := call(t, session, "query", map[string]any{"sql": sql})
	require.False(t, wrong, text)
	require.NoError(t, json.Unmarshal([]byte(text), &answer), text)
	return answer
}
