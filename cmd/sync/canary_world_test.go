package main

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"contactsync/internal/simulate"
	"contactsync/schema"
)

// canaries are a folder with configs, and the vendors, storage and alerts they name.
type canaries struct {
	dir   string
	forms map[string]string // of all secrets, with what each is
}

func newCanaries(t *testing.T, dir string) *canaries {
	c := &canaries{dir: dir, forms: map[string]string{}}
	keys := map[string]string{}
	for _, vendor := range simulate.Vendors() {
		keys[vendor] = canaryKey + vendor + "5555"
		c.add(keys[vendor])
	}
	for _, secret := range []string{canaryHook, canaryToken, canaryStorage, canarySecret, canaryProxy} {
		c.add(secret)
	}
	for part := range strings.SplitSeq(canarySlack, "-") {
		c.add(part)
	}
	s := simulate.New(simulate.Options{Seed: 7, People: 80, AcceptKeys: keys, Credits: map[string]int{schema.Toofr: 1000}})
	urls := map[string]string{}
	for _, vendor := range simulate.Vendors() {
		server := httptest.NewServer(echoing{s.Handler(vendor), vendor, keys[vendor]})
		t.Cleanup(server.Close)
		urls[vendor] = server.URL
	}
	storage := "s3://lake/p?region=us-east-1&use_path_style=true&kmskeyid=" + canaryHook +
		"&endpoint=" + url.QueryEscape(hostileStorage(t).URL)
	rest := "serve: {auth_token: \"" + canaryToken + "\"}\nalerts:\n  urls:\n" +
		"    - \"generic+http://127.0.0.1:1/" + canaryHook + "\"\n    - \"slack://hook:" + canarySlack + "@webhook\"\n" +
		"    - \"googlechat://chat.googleapis.com/v1/spaces/F/messages?key=k&token=" + canaryHook + "%2Fx\"\n"
	local := "  contacts: {table: contacts, path: exports/contacts}\n" +
		"  rejects: {query: FROM etl.rejects, path: exports/rejects, format: csv}\n"
	warehouse := "version: 1\nwarehouse: {path: warehouse.duckdb, snapshot: analytics.duckdb, memory_limit: 192MB}\n"
	c.write(t, "canary.yaml", warehouse+"exports:\n"+local+"  lake: {table: contacts, path: \""+storage+"\"}\n"+s.ConfigSnippet(urls)+rest)
	c.write(t, "stored.yaml", warehouse+"exports:\n"+local+s.ConfigSnippet(urls)+rest)
	c.write(t, "broken.yaml", "version: 1\nexports: {x: {table: contacts, path: \""+storage+"&x="+canaryHook+"\", mode: none}}\n"+
		"alerts: {urls: [\"nothing://"+canaryHook+"\"]}\npipelines: {}\n")
	for name, url := range map[string]string{"refused": urls[schema.AudienceLab], "unreachable": "http://127.0.0.1:1"} {
		c.write(t, name+".yaml", "version: 1\nwarehouse: {path: "+name+".duckdb}\nsources:\n  audiencelab: {api_key: \""+canaryKey+
			"wrong5555\", base_url: \""+url+"\", max_attempts: 1}\npipelines:\n  labs: {from: audiencelab.audiences}\n")
	}
	c.add(canaryKey + "wrong5555")
	return c
}

func (c *canaries) write(t *testing.T, name, text string) {
	require.NoError(t, os.WriteFile(filepath.Join(c.dir, name), []byte(text), 0o600))
}

// add looks for a secret in the forms in which it may come to stand somewhere.
func (c *canaries) add(secret string) {
	c.forms[secret] = secret
	c.forms[url.QueryEscape(secret)] = secret + " in a URL"
	c.forms[url.PathEscape(secret)] = secret + " in a path"
	c.forms[strings.ReplaceAll(secret, "/", `\/`)] = secret + " in JSON"
	for before := range 3 { // in base64 a text looks otherwise at each place; its ends depend on its neighbours
		text := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", before) + secret))
		c.forms[strings.TrimRight(text, "=")[4:len(strings.TrimRight(text, "="))-2]] = secret + " in base64"
	}
}

// requireSecret holds a text to no secret.
func (c *canaries) requireSecret(t *testing.T, where, text string) {
	t.Helper()
	for form, what := range c.forms {
		if strings.Contains(text, form) {
			at := strings.Index(text, form)
			t.Errorf("%s: shows %s: %q", where, what, text[max(0, at-100):min(len(text), at+200)])
		}
	}
}

// requireFiles looks into all files that the commands wrote, and into all tables.
func (c *canaries) requireFiles(t *testing.T) {
	t.Helper()
	looked := map[string]int{}
	require.NoError(t, filepath.WalkDir(c.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) == ".yaml" && filepath.Dir(path) == c.dir {
			return err
		}
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		c.requireSecret(t, path, string(text))
		switch looked[filepath.Ext(path)]++; filepath.Ext(path) {
		case ".duckdb":
			c.requireTables(t, path)
		case ".parquet":
			c.requireRows(t, openDuckDB(t, ""), path, "read_parquet('"+path+"')")
		}
		return nil
	}))
	require.NotZero(t, looked[".duckdb"])
	require.NotZero(t, looked[".parquet"])
	require.NotZero(t, looked[".csv"])
}

// requireEcho holds the files to the vendors' echo, without which they prove nothing.
func (c *canaries) requireEcho(t *testing.T) {
	t.Helper()
	for _, file := range []string{"warehouse.duckdb", "analytics.duckdb"} {
		db := openDuckDB(t, filepath.Join(c.dir, file))
		for _, table := range []string{"etl.rejects", "etl.records"} {
			var n int
			require.NoError(t, db.QueryRowContext(t.Context(), "SELECT count(*) FROM "+table+" t WHERE contains(t::VARCHAR, '[secret]')").Scan(&n))
			require.NotZero(t, n, "%s: %s", file, table)
		}
	}
}

func openDuckDB(t *testing.T, path string) *sql.DB {
	db, err := sql.Open("duckdb", path)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

func (c *canaries) requireTables(t *testing.T, path string) {
	db := openDuckDB(t, path)
	rows, err := db.QueryContext(t.Context(), "SELECT schema_name || '.' || table_name FROM duckdb_tables()")
	require.NoError(t, err)
	defer rows.Close()
	for rows.Next() {
		var table string
		require.NoError(t, rows.Scan(&table))
		c.requireRows(t, db, path, table)
	}
	require.NoError(t, rows.Err())
}

func (c *canaries) requireRows(t *testing.T, db *sql.DB, path, from string) {
	var text sql.NullString
	require.NoError(t, db.QueryRowContext(t.Context(), "SELECT string_agg(t::VARCHAR, chr(10)) FROM "+from+" t").Scan(&text))
	c.requireSecret(t, path+": "+from, text.String)
}

// echoing is a vendor that says in each record how it was asked, in forms that
// differ, and after its answer something that nobody asked for.
type echoing struct {
	http.Handler
	vendor, key string
}

func (e echoing) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	bearer := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	e.key = cmp.Or(r.Header.Get("X-Api-Key"), bearer, r.URL.Query().Get("key"), e.key)
	answer := httptest.NewRecorder()
	e.Handler.ServeHTTP(answer, r)
	body := answer.Body.Bytes()
	var document any
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if answer.Code == http.StatusOK && d.Decode(&document) == nil && !d.More() {
		e.mark(document)
		body, _ = json.Marshal(document)
	} else if answer.Code != http.StatusOK {
		body = []byte(`{"error":"bad key ` + e.key + ` (` + url.QueryEscape(e.key) + `) of ` + canaryPerson + `"}`)
	}
	answer.Header().Set("Content-Length", strconv.Itoa(len(body)))
	answer.Header().Set("X-Asked-By", e.key)
	if e.vendor != schema.AudienceLab {
		maps.Copy(w.Header(), answer.Header())
		w.WriteHeader(answer.Code)
		_, _ = w.Write(body)
		return
	}
	connection, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	defer connection.Close()
	var out bytes.Buffer
	fmt.Fprintf(&out, "HTTP/1.1 %d %s\r\n", answer.Code, http.StatusText(answer.Code))
	_ = answer.Header().Write(&out)
	fmt.Fprintf(&out, "\r\n%sHTTP/1.1 200 OK\r\n\r\n%s %s", body, canaryPerson, e.key)
	_, _ = connection.Write(out.Bytes())
	_, _ = connection.Read(make([]byte, 1)) // until the client, who reads what it did not ask for, leaves
}

// mark puts the key into every object of every list, and a record without an id into
// the lists of one vendor.
func (e echoing) mark(value any) {
	switch value := value.(type) {
	case map[string]any:
		for name, inner := range value {
			e.mark(inner)
			if list, ok := inner.([]any); ok && len(list) > 0 {
				for i, one := range list {
					if object, ok := one.(map[string]any); ok {
						object["asked_by"] = []string{e.key, "/x?key=" + url.QueryEscape(e.key), strings.ToLower(url.QueryEscape(e.key))}[i%3]
					}
				}
				if _, people := list[0].(map[string]any); people && e.vendor == schema.AudienceLab {
					value[name] = append(list, map[string]any{"asked_by": e.key, "note": canaryPerson})
				}
			}
		}
	case []any:
		for _, inner := range value {
			e.mark(inner)
		}
	}
}

// watched keeps what is written, and tells when something stands in it.
type watched struct {
	mu    sync.Mutex
	text  bytes.Buffer
	until string
	found context.CancelFunc
}

func (w *watched) expect(text string, found context.CancelFunc) { w.until, w.found = text, found }

func (w *watched) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	n, err := w.text.Write(p)
	if w.found != nil && strings.Contains(w.text.String(), w.until) {
		w.found()
	}
	return n, err
}

func (w *watched) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.String()
}

func requireJSONLines(t *testing.T, name, text string) {
	t.Helper()
	for line := range strings.Lines(text) {
		require.True(t, json.Valid([]byte(line)), "%s: %s", name, line)
	}
}
