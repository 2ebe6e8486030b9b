// Package web serves the status page, the data page, the metrics and the health checks
// of the daemon. The status page shows what the daemon's [daemon.Overview] says; only for
// the data page, which names companies and no person, and for the page of doubtful pairs
// the daemon opens the snapshot or the warehouse.
//
// Who may see and do what. On an address that only this machine reaches, without
// a token: anyone may look, no one may act. With a token, buttons and forms
// require it, and so does the page of doubtful pairs, which alone shows contact data: it
// shows nobody without. On any other address the page and /metrics require it too. /healthz and
// /readyz are open and say nothing of contents. A browser signs in once and gets a
// cookie; a script sends "Authorization: Bearer TOKEN".
package web

import (
	"context"
	"crypto/subtle"
	"embed"
	"errors"
	"html/template"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"contactsync/extract/vendors"
	"contactsync/internal/config"
	"contactsync/internal/daemon"
	"contactsync/internal/review"
	"contactsync/schema"
)

//go:embed static
var static embed.FS

// Options are what the page shows and what its buttons do.
type Options struct {
	Overview func() daemon.Overview
	Act      func(daemon.Action, string) error
	Callback func(source string) // a vendor called back
	Secret   string              // the secret part of the callback's address
	Token    schema.Secret       // zero: no one may act
	Listen   string              // the address that is served
	Version  string
	Typed    func(text string) string // text with the commands that it names as they must be typed; nil: it stays as it is
	Metrics  http.Handler
	Data     func(context.Context) (daemon.Data, error)
	Review   func(ctx context.Context, limit int) (review.Queue, error)
	Decide   func(context.Context, review.Decision) error

	SignOut   func(session string, end time.Time) // ends a browser's session, which would end by itself at a moment
	SignedOut func(session string) bool

	Log *slog.Logger
}

// server answers requests.
type server struct {
	Options
	pages    *template.Template
	loopback bool
	keys     keys
	guesses  guesses
}

// Handler is everything that the daemon serves.
func Handler(o Options) http.Handler {
	if o.Typed == nil {
		o.Typed = func(text string) string { return text }
	}
	s := &server{Options: o, pages: newPages(o.Typed), loopback: config.Loopback(o.Listen), keys: newKeys(o.Token, o.Secret)}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.reader(s.home))
	mux.HandleFunc("GET /pipelines/{name}", s.reader(s.pipeline))
	mux.HandleFunc("GET /runs/{id}", s.reader(s.run))
	mux.HandleFunc("POST /pipelines/{name}/{action}", s.actor(s.act))
	mux.HandleFunc("GET /data", s.reader(s.data))
	mux.HandleFunc("GET /review", s.reader(s.confidant(s.review)))
	mux.HandleFunc("POST /review", s.actor(s.decide))
	mux.HandleFunc("GET /login", s.loginForm)
	mux.HandleFunc("POST /login", s.login)
	mux.HandleFunc("POST /logout", s.logout)
	mux.HandleFunc("GET /metrics", s.reader(o.Metrics.ServeHTTP))
	mux.HandleFunc("GET /healthz", healthz)
	mux.HandleFunc("GET /pipelines/{name}/{action}", onlyByForm)
	mux.HandleFunc("/", s.nothing)
	mux.HandleFunc("GET /readyz", s.readyz)
	mux.Handle("GET /static/", cached(http.FileServerFS(static)))
	pages := http.NewCrossOriginProtection().Handler(mux)

	// A vendor's server is no browser; its address is its credential.
	outer := http.NewServeMux()
	for _, v := range vendors.All() {
		if v.Callback {
			outer.HandleFunc("POST /callbacks/"+v.Name+"/{secret}", s.callback(v.Name))
		}
	}
	outer.Handle("/", pages)
	return secured(outer)
}

// Serve answers requests on a listener until the context ends, and gives those
// under way three seconds then. Of connections it keeps at most so many open.
func Serve(ctx context.Context, l net.Listener, h http.Handler, most int) error {
	return serveUntil(ctx, l, &http.Server{
		Handler: h, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 15 * time.Second,
		WriteTimeout: 30 * time.Second, IdleTimeout: time.Minute, MaxHeaderBytes: 16 << 10,
		ConnState: newCrowd(most).watch,
	})
}

// serveUntil serves a listener until the context ends.
func serveUntil(ctx context.Context, l net.Listener, server *http.Server) error {
	stopped := make(chan error, 1)
	stop := context.AfterFunc(ctx, func() {
		grace, cancel := context.WithTimeout(context.Background(), 3*time.Second)
		defer cancel()
		err := server.Shutdown(grace)
		if err != nil {
			err = server.Close()
		}
		stopped <- err
	})
	err := server.Serve(l)
	if errors.Is(err, http.ErrServerClosed) && !stop() {
		return <-stopped
	}
	return err
}

// secured sets the headers that keep a page of this server from being framed,
// sniffed, cached or scripted from elsewhere.
func secured(h http.Handler) http.Handler {
	const policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; " +
		"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Content-Security-Policy", policy)
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("X-Frame-Options", "DENY")
		header.Set("Referrer-Policy", "no-referrer")
		header.Set("Cross-Origin-Opener-Policy", "same-origin")
		header.Set("Cross-Origin-Resource-Policy", "same-origin")
		header.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
		header.Set("Cache-Control", "no-store")
		r.Body = http.MaxBytesReader(w, r.Body, 1<<20)
		h.ServeHTTP(w, r)
	})
}

func cached(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "public, max-age=300")
		h.ServeHTTP(w, r)
	})
}

// callback ends the wait of runs that wait for a vendor. What the body says is not
// believed: the run asks the vendor itself.
func (s *server) callback(source string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if subtle.ConstantTimeCompare([]byte(r.PathValue("secret")), []byte(s.Secret)) != 1 || s.Secret == "" {
			http.NotFound(w, r)
			return
		}
		_, _ = io.Copy(io.Discard, r.Body) // so that the connection can be kept
		s.Callback(source)
		w.WriteHeader(http.StatusNoContent)
	}
}

// healthz says that the process answers.
func healthz(w http.ResponseWriter, _ *http.Request) { plainText(w, http.StatusOK, "ok\n") }

// readyz says whether runs can begin, and every pipeline has succeeded within twice its
// period. It is open to everybody; who brings the token is told which ones have not.
func (s *server) readyz(w http.ResponseWriter, r *http.Request) {
	o := s.Overview()
	if o.Obstacle != "" {
		plainText(w, http.StatusServiceUnavailable, s.Typed(o.Obstacle)+"\n")
		return
	}
	names := late(o)
	if len(names) == 0 {
		plainText(w, http.StatusOK, "ok\n")
		return
	}
	text := count(len(names), "pipeline is", "pipelines are") + " later than twice the period"
	if s.session(r) != "" || s.bearer(r) == right {
		text += ": " + strings.Join(names, ", ")
	}
	plainText(w, http.StatusServiceUnavailable, text+"\n")
}

func plainText(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text) // the client may be gone
}

// local reports whether a request comes from this machine and was meant for it:
// not through a proxy, and not by a foreign name that somebody made resolve here.
func (s *server) local(r *http.Request) bool {
	if !s.loopback || r.Header.Get("X-Forwarded-For") != "" || r.Header.Get("Forwarded") != "" {
		return false
	}
	host := r.Host
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || host == "[::1]" || err == nil && ip.IsLoopback()
}
