package main

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"
)

// The canaries: secrets that must stand nowhere, in a form that escaping changes, and
// a person whose address must stand in no log and no message.
const (
	canaryKey     = "c4n4ry/K3y+of=="   // and the vendor's name after it
	canaryHook    = "c4n4ryW3bh00k5555" // in the addresses of alerts
	canarySlack   = "WNA3PBYV6-F20DUQND3RQ-Webc4n4ryacrpPakR8phF0zi"
	canaryToken   = "c4n4ry-st4tus-t0ken-5555"
	canaryStorage = "c4n4ry/S3ssion+Token=="
	canarySecret  = "c4n4ryS3cretAccessKey5555"
	canaryProxy   = "c4n4ryPr0xy5555"
	canaryPerson  = "jane.canary@example.com"
)

// canaryCase is a command line of the canary test.
type canaryCase struct {
	command string // its path in the tree
	args    string
	stdin   string
	until   string // it runs on, and is stopped when this stands on stdout or stderr
	code    int    // the exit code; -1: any
	json    bool   // it is run again with logs in JSON; every kind of message and of failure is, once
}

// canaryCases are all commands and the ways in which they fail, in an order in which
// each has something to work on.
var canaryCases = []canaryCase{
	{command: "sync version"},
	{command: "sync help", args: "run"},
	{command: "sync docs", args: "-c canary.yaml"},
	{command: "sync init", args: "-c new.yaml", code: -1},
	{command: "sync check", args: "-c canary.yaml", code: -1, json: true},
	{command: "sync check", args: "-c broken.yaml", code: 2, json: true},
	{command: "sync check", args: "--offline -c stored.yaml"},
	{command: "sync run", args: "-c refused.yaml", code: 1, json: true},
	{command: "sync run", args: "-c unreachable.yaml", code: 1, json: true},
	{command: "sync run", args: "-c canary.yaml --dry-run", code: -1},
	{command: "sync run", args: "-c canary.yaml", code: 1, json: true}, // some vendors' pages are broken, and so is the storage
	{command: "sync export", args: "-c canary.yaml", code: 1},
	{command: "sync export", args: "-c stored.yaml", json: true},
	{command: "sync status", args: "-c canary.yaml"},
	{command: "sync runs", args: "-c canary.yaml"},
	{command: "sync rejects list", args: "-c canary.yaml"},
	{command: "sync rejects replay", args: "-c canary.yaml", code: -1},
	{command: "sync replay", args: "-c canary.yaml", code: -1},
	{command: "sync resolve", args: "-c canary.yaml", code: 1},
	{command: "sync review", args: "-c canary.yaml", code: -1},
	{command: "sync explain", args: "-c canary.yaml " + canaryPerson, code: -1},
	{command: "sync enrich", args: "-y -c canary.yaml " + canaryPerson, code: -1},
	{command: "sync profile", args: "-c canary.yaml", code: -1},
	{command: "sync sql", args: "-c canary.yaml", stdin: "FROM contacts;"},
	{command: "sync sql", args: "-c canary.yaml", stdin: "SELECT '" + canaryPerson + "'::INT;", code: 1, json: true},
	{command: "sync mcp", args: "-c canary.yaml --pii=false", stdin: mcpHello + mcpCall("SELECT '"+canaryPerson+"'::INT")},
	{command: "sync mcp", args: "-c canary.yaml --pii", stdin: mcpHello + mcpCall("FROM source_contacts"), json: true},
	{command: "sync intent topics", args: "-c canary.yaml data", code: -1},
	{command: "sync statsocial lookup", args: "-c canary.yaml affinities striker", code: -1},
	{command: "sync alert test", args: "-c canary.yaml", code: 1, json: true},
	{command: "sync serve", args: "-c canary.yaml --listen 127.0.0.1:0", until: "serving", code: -1, json: true},
	{command: "sync simulate", args: "--people 50", until: "serving since", code: -1},
	{command: "sync demo", args: "--people 60 --faults 0", code: -1},
	{command: "sync access", args: "-c canary.yaml", stdin: "c_0123456789abcdef0123\n"}, // of somebody known it prints all that the tables hold
	{command: "sync backup", args: "-c canary.yaml copy.duckdb"},
	{command: "sync repair", args: "-c canary.yaml", json: true},
	{command: "sync restore", args: "-y -c canary.yaml copy.duckdb"},
	{command: "sync suppress", args: "-c canary.yaml", stdin: canaryPerson + "\n", code: 1, json: true},
	{command: "sync forget", args: "-y -c canary.yaml " + canaryPerson, code: -1, json: true},
}

// mcpHello is how a client of the Model Context Protocol begins, and mcpCall how it asks.
const mcpHello = `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},` +
	`"clientInfo":{"name":"canary","version":"1"}}}` + "\n" + `{"jsonrpc":"2.0","method":"notifications/initialized"}` + "\n"

func mcpCall(query string) string {
	return `{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"query","arguments":{"sql":"` + query + `"}}}` + "\n"
}

// runnable lists the paths of the commands that do something.
func runnable(c *cobra.Command) (paths []string) {
	if c.Runnable() && !c.HasSubCommands() {
		paths = append(paths, c.CommandPath())
	}
	for _, sub := range c.Commands() {
		paths = append(paths, runnable(sub)...)
	}
	return paths
}

func TestEveryCommandHasACanaryCase(t *testing.T) {
	a := &app{stdout: new(bytes.Buffer), stderr: new(bytes.Buffer)}
	for _, path := range runnable(a.command()) {
		require.True(t, strings.HasPrefix(path, "sync completion") ||
			slices.ContainsFunc(canaryCases, func(c canaryCase) bool { return c.command == path }), "%s needs a case in canaryCases", path)
	}
}

// TestNoCommandShowsASecretOrAnAddress runs all commands against vendors, storage and
// alerts that are hostile: they repeat the credentials in every answer, in several
// forms, fail in every way, and send what nobody asked for. Logs in JSON go through the
// same masks: a part of the commands is enough for them.
func TestNoCommandShowsASecretOrAnAddress(t *testing.T) {
	if testing.Short() {
		t.Skip("some hundred commands, which other tests run beside each other")
	}
	for _, format := range []string{"text", "json"} {
		t.Run(format, func(t *testing.T) {
			dir := t.TempDir()
			c := newCanaries(t, dir)
			said := ""
			for _, test := range canaryCases {
				if format == "json" && !test.json {
					continue
				}
				if test.command == "sync suppress" { // which leaves no rejects
					c.requireFiles(t)
					c.requireEcho(t)
				}
				stdout, stderr, code := c.run(t, test, format)
				name := test.command + " " + test.args
				if test.code >= 0 && code != test.code {
					t.Errorf("%s: exits with %d\n%s", name, code, stderr)
				}
				c.requireSecret(t, name+": stdout", stdout)
				c.requireSecret(t, name+": stderr", stderr)
				require.NotContains(t, stderr, canaryPerson, name)
				require.NotContains(t, stderr, strings.Replace(canaryPerson, "@", "%40", 1), name)
				require.NotContains(t, stderr, "goroutine ", name)
				if format == "json" && !strings.Contains(stderr, "[y/N]") {
					requireJSONLines(t, name, stderr)
				}
				said += stderr
			}
			require.Contains(t, said, "a library says: Unsolicited response", "the vendors send what nobody asked for")
			require.Contains(t, said, "object storage: bucket lake: ", "the storage fails")
			require.Contains(t, said, "slack: ", "the alerts fail")
			c.requireFiles(t)
		})
	}
}

// run runs a command, and stops one that goes on.
func (c *canaries) run(t *testing.T, test canaryCase, format string) (stdout, stderr string, code int) {
	t.Helper()
	args := append(strings.Fields(test.command)[1:], strings.Fields(test.args)...)
	command := exec.CommandContext(t.Context(), "sync", append(args, "--log-format", format, "--log-level", "debug")...)
	var out, log watched
	command.Dir, command.Env, command.Stdout, command.Stderr = c.dir, c.environment(), &out, &log
	command.Stdin = strings.NewReader(test.stdin)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	if test.until != "" {
		out.expect(test.until, stop)
		log.expect(test.until, stop)
	}
	require.NoError(t, command.Start())
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }() // its exit code is looked at
	if test.until != "" {
		select {
		case <-ctx.Done():
			c.visit(t, log.String())
			require.NoError(t, command.Process.Signal(syscall.SIGTERM))
		case <-ended:
			t.Errorf("%s ends by itself: %s", test.command, log.String())
			ended <- nil
		}
	}
	<-ended
	return out.String(), log.String(), command.ProcessState.ExitCode()
}

// visit looks at the pages of a daemon that says where it serves, and follows no
// invitation: with the token and with a wrong one.
func (c *canaries) visit(t *testing.T, log string) {
	t.Helper()
	_, rest, ok := strings.Cut(log, "http://127.0.0.1:")
	if !ok {
		return
	}
	port := rest[:strings.IndexFunc(rest+" ", func(r rune) bool { return r < '0' || r > '9' })]
	for _, path := range []string{"/", "/data", "/metrics", "/healthz", "/readyz", "/pipelines/labs", "/review", "/callbacks/statsocial/wrong"} {
		for _, token := range []string{canaryToken, "wrong"} {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://127.0.0.1:"+port+path, nil)
			require.NoError(t, err)
			r.Header.Set("Authorization", "Bearer "+token)
			res, err := http.DefaultClient.Do(r)
			require.NoError(t, err)
			var page bytes.Buffer
			_, err = page.ReadFrom(res.Body)
			require.NoError(t, err)
			require.NoError(t, res.Body.Close())
			c.requireSecret(t, path, page.String())
		}
	}
}

// environment is what the commands are given, by which no request leaves the machine.
func (c *canaries) environment() []string {
	proxy := "http://user:" + canaryProxy + "@127.0.0.1:1"
	return append(os.Environ(), "NO_COLOR=1", "HTTPS_PROXY="+proxy, "https_proxy="+proxy, "NO_PROXY=", "no_proxy=",
		"AWS_ACCESS_KEY_ID=AKIAEXAMPLE", "AWS_SECRET_ACCESS_KEY="+canarySecret, "AWS_SESSION_TOKEN="+canaryStorage,
		"AWS_EC2_METADATA_DISABLED=true", "AWS_MAX_ATTEMPTS=1", "AWS_CONFIG_FILE="+filepath.Join(c.dir, "none"),
		"AWS_SHARED_CREDENTIALS_FILE="+filepath.Join(c.dir, "none"))
}

// hostileStorage repeats the session token in its answers, where the SDK shows it and
// where it logs it.
func hostileStorage(t *testing.T) *httptest.Server {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token := r.Header.Get("X-Amz-Security-Token")
		w.Header().Set("Date", token)
		w.WriteHeader(http.StatusForbidden)
		_, _ = w.Write([]byte("<Error><Code>" + token + "</Code><Message>" + token + " " + canaryPerson + "</Message></Error>"))
	}))
	t.Cleanup(server.Close)
	return server
}
