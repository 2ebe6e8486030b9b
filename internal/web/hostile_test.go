//go:build duckdb_arrow

package web

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"contactsync/internal/config"
	"contactsync/internal/daemon"
	"contactsync/internal/runtest"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"
)

// hostile are texts that would be markup, or end an attribute, where a page forgot to escape them.
var hostile = []string{
	`<script>alert("pwned")</script>`, `"><img src=x onerror=pwned()>`, `' onmouseover='pwned()`, `</title></svg></table><style>*{display:none}</style>`,
	`javascript:pwned()`, "`onload=pwned()`", `<!--pwned`, `&lt;b&gt;pwned`, `{{pwned}}`, `<a href="//pwned.example">`,
}

// night reads hostile rows from a vendor into a warehouse, twice with another employer, lets a
// pipeline fail with a hostile message, and returns the daemon that has read the books of it.
func night(t *testing.T) *daemon.Daemon {
	lab, url := runtest.NewLab(t)
	rows := func(offset int) (list []string) {
		for i := range hostile {
			text := hostile[(i+offset)%len(hostile)]
			fields := map[string]any{
				"COMPANY_NAME": text, "JOB_TITLE": text, "FIRST_NAME": text, "LAST_NAME": text, "PERSONAL_CITY": text, "COMPANY_INDUSTRY": text,
				"COMPANY_DOMAIN": "acme.example", text: text,
			}
			list = append(list, runtest.People(t, i+1, fields)[i])
		}
		return list
	}
	w := runtest.New(t, runtest.LabConfig(url, "hostile=hostile", "gone=gone"))
	text, err := os.ReadFile(filepath.Join(w.Dir, "pipelines.yaml"))
	require.NoError(t, err)
	text = []byte(strings.Replace(string(text), "memory_limit", "snapshot: analysts.duckdb, memory_limit", 1))
	require.NoError(t, os.WriteFile(filepath.Join(w.Dir, "pipelines.yaml"), text, 0o600))
	w.Runner.Config, err = config.Load(filepath.Join(w.Dir, "pipelines.yaml"))
	require.NoError(t, err)
	lab.Set("hostile", rows(0)...)
	w.Night()
	lab.Set("hostile", rows(1)...)
	w.Night()
	interest(w)
	w.Night() // writes the snapshot
	trouble(w)
	d, err := daemon.New(w.Runner)
	require.NoError(t, err)
	return d
}

// quoted is a text in SQL.
func quoted(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

// interest puts the texts where normalising would have taken their tags out, and gives the
// people intent in topics of such names.
func interest(w *runtest.World) {
	w.Exec("INSERT INTO etl.people BY NAME (SELECT 'intent' AS source, source_id, contact_id FROM etl.people)")
	for i, text := range hostile {
		w.Exec(`INSERT INTO etl.matches BY NAME (SELECT 'p' AS pipeline, current_date AS data_date, `+quoted(text)+` AS topic_id,
				'h' || rowid AS hem, 50 AS score, source_id, 'r' AS run_id FROM etl.records LIMIT 3)`,
			fmt.Sprintf("UPDATE etl.contacts SET company_name = %s, company_domain = %[1]s || '.example' WHERE rowid = (SELECT min(rowid) + %d FROM etl.contacts)", quoted(text), i),
			`INSERT INTO contact_changes BY NAME (SELECT contact_id, 'company_name' AS field, `+quoted(text)+" AS old_value, "+quoted(text)+
				" || '!' AS new_value, now() AS changed_at, 'r' AS run_id FROM etl.contacts LIMIT 1)")
	}
}

// trouble lets the last run of each pipeline fail with a hostile message, and rejects with a
// hostile reason.
func trouble(w *runtest.World) {
	for i, name := range []string{"hostile", "gone"} {
		w.Exec("UPDATE etl.runs SET status = 'failed', error = "+quoted(hostile[i])+" WHERE pipeline = "+quoted(name)+
			" AND started_at = (SELECT max(started_at) FROM etl.runs WHERE pipeline = "+quoted(name)+")",
			"UPDATE etl.runs SET rows_rejected = 1 WHERE pipeline = "+quoted(name),
			"INSERT INTO etl.rejects BY NAME (SELECT run_id AS reject_id, run_id, pipeline, 'audiencelab' AS source, "+quoted(hostile[i])+
				" AS reason, '{}' AS payload, now() AS rejected_at FROM etl.runs WHERE pipeline = "+quoted(name)+")")
	}
}

// TestHostileTextStaysText reads what vendors sent back off every page: tags and attributes
// must be those of our own templates, and the text must be there, as text.
func TestHostileTextStaysText(t *testing.T) {
	d := night(t)
	o := Options{
		Overview: d.Overview, Act: d.Act, Data: d.Data, Review: d.Review, Listen: "127.0.0.1:8080", Log: slog.New(slog.DiscardHandler),
		Metrics: NewMetrics(d.Overview, "test").Handler(), SignedOut: func(string) bool { return false },
	}
	h := Handler(o)
	readBooks(t, d)
	paths := []string{"/", "/data"}
	for _, p := range d.Overview().Pipelines {
		paths = append(paths, "/pipelines/"+p.Name)
		for _, r := range p.History {
			paths = append(paths, "/runs/"+r.RunID)
		}
	}
	require.Greater(t, len(paths), 5)
	texts := map[string]string{}
	for _, path := range paths {
		res, body := visit(t, h, "GET", path, nil)
		require.Equal(t, http.StatusOK, res.StatusCode, path)
		texts[path] = oursAlone(t, path, body)
	}
	for _, want := range []string{hostile[0], hostile[1], hostile[8]} {
		require.Contains(t, texts["/data"], want, "a company, and a topic")
	}
	require.Contains(t, texts["/"], hostile[0], "the error of a run")
	require.Contains(t, strings.Join(slices.Collect(func(yield func(string) bool) {
		for path, text := range texts {
			if strings.HasPrefix(path, "/runs/") && !yield(text) {
				return
			}
		}
	}), ""), hostile[0], "a reason to reject, and a field")
}

// oursAlone makes sure that a page has no element and no attribute of somebody else, and
// returns its text.
func oursAlone(t *testing.T, path, body string) string {
	t.Helper()
	var text strings.Builder
	root, err := html.Parse(strings.NewReader(body))
	require.NoError(t, err)
	for n := range root.Descendants() {
		switch n.Type {
		case html.TextNode:
			text.WriteString(n.Data)
		case html.CommentNode:
			t.Errorf("%s has a comment: %s", path, n.Data)
		case html.ElementNode:
			require.NotContains(t, []string{"img", "style", "iframe", "object", "b"}, n.Data, path)
			for _, a := range n.Attr {
				require.False(t, strings.HasPrefix(a.Key, "on"), "%s: %s", path, a.Key)
				require.NotEqual(t, "style", a.Key, path)
				switch a.Key {
				case "href", "src", "action":
					require.Regexp(t, `^[/#][^/]?`, a.Val, path)
					require.False(t, strings.HasPrefix(a.Val, "//"), "%s: %s", path, a.Val)
				}
			}
			if n.Data == "script" {
				require.Nil(t, n.FirstChild, "%s has a script of its own", path)
			}
		}
	}
	return text.String()
}

// readBooks lets a daemon read the books, as it does when it begins.
func readBooks(t *testing.T, d *daemon.Daemon) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { d.Run(ctx); close(done) }()
	require.Eventually(t, func() bool {
		for _, p := range d.Overview().Pipelines {
			if len(p.History) > 0 {
				return true
			}
		}
		return false
	}, 30*time.Second, 5*time.Millisecond)
	cancel()
	<-done

}
