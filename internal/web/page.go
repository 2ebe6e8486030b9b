package web

import (
	"bytes"
	"cmp"
	"embed"
	"html/template"
	"net/http"
	"slices"
	"strings"
	"time"

	"contactsync/internal/daemon"
	"contactsync/internal/mask"
	"contactsync/internal/run"
	"contactsync/load/duckdb/report"
	"contactsync/schema"
)

//go:embed template
var templates embed.FS

// newPages reads the templates. What they name by typed is written as it must be typed.
func newPages(typed func(string) string) *template.Template {
	return template.Must(template.New("").Funcs(template.FuncMap{
		"number": number, "size": size, "ago": ago, "until": until, "clock": clock, "took": took, "clean": mask.Addresses, "stamp": stamp,
		"badgeOf": badgeOf, "count": count, "typed": typed,
	}).ParseFS(templates, "template/*.html"))
}

// frame is what every page shows around its contents.
type frame struct {
	Title    string
	Version  string
	Now      time.Time
	Zone     string
	Form     string // secret of the session's forms; "" = this visitor may not act
	SignIn   bool   // a token would let the visitor act
	Problems []string
}

type loginPage struct {
	frame
	Wrong bool
}

type homePage struct {
	frame
	Summary   summary
	Pipelines []card
	People    int64
	Snapshot  daemon.SnapshotStanding
	Exports   []daemon.ExportStanding
	Open      int64 // pairs that wait for a decision
	Other     *run.Heartbeat
}

type pipelinePage struct {
	frame
	card
	Runs []schema.Run
}

type runPage struct {
	frame
	Run      schema.Run
	Badge    badge
	Rejected []report.Rejected
	Drifts   []schema.Drift
	Newer    string
	Older    string
}

func (s *server) frame(r *http.Request, o daemon.Overview, title string) frame {
	f := frame{Title: title, Version: s.Version, Now: o.Now.In(o.Zone), Zone: o.Zone.String(), Problems: o.Problems}
	if session := s.session(r); session != "" {
		f.Form = s.keys.form(session)
	}
	f.SignIn = f.Form == "" && len(s.keys.token) > 0
	return f
}

func (s *server) home(w http.ResponseWriter, r *http.Request) {
	o := s.Overview()
	page := homePage{
		frame: s.frame(r, o, "Status"), Summary: summarise(o), People: o.People(), Snapshot: o.Snapshot,
		Exports: localExports(o), Open: int64(o.Open), Other: o.Other,
	}
	page.Snapshot.Written = local(o, o.Snapshot.Written)
	for _, p := range byUrgency(o) {
		page.Pipelines = append(page.Pipelines, newCard(o, p))
	}
	s.render(w, http.StatusOK, "home.html", page)
}

func (s *server) pipeline(w http.ResponseWriter, r *http.Request) {
	o := s.Overview()
	i := slices.IndexFunc(o.Pipelines, func(p daemon.Standing) bool { return p.Name == r.PathValue("name") })
	if i < 0 {
		s.missing(w, r, o, "There is no such pipeline.")
		return
	}
	p := o.Pipelines[i]
	page := pipelinePage{frame: s.frame(r, o, p.Name), card: newCard(o, p), Runs: localRuns(o, p.History)}
	s.render(w, http.StatusOK, "pipeline.html", page)
}

func (s *server) run(w http.ResponseWriter, r *http.Request) {
	o := s.Overview()
	for _, p := range o.Pipelines {
		i := slices.IndexFunc(p.History, func(run schema.Run) bool { return run.RunID == r.PathValue("id") })
		if i < 0 {
			continue
		}
		runs := localRuns(o, p.History)
		page := runPage{frame: s.frame(r, o, p.Name), Run: runs[i], Badge: badgeOf(runs[i].Status)}
		page.Rejected = slices.DeleteFunc(slices.Clone(p.Rejected), func(c report.Rejected) bool { return c.RunID != runs[i].RunID })
		page.Drifts = slices.DeleteFunc(slices.Clone(p.Drifts), func(d schema.Drift) bool { return d.RunID != runs[i].RunID })
		if i > 0 {
			page.Newer = runs[i-1].RunID
		}
		if i+1 < len(runs) {
			page.Older = runs[i+1].RunID
		}
		s.render(w, http.StatusOK, "run.html", page)
		return
	}
	s.missing(w, r, o, "This page keeps the last runs of each pipeline; `sync runs RUN_ID` shows any.")
}

// nothing answers for a place that is none: everybody, so it says nothing of the daemon.
func (s *server) nothing(w http.ResponseWriter, r *http.Request) {
	if !strings.Contains(r.Header.Get("Accept"), "text/html") {
		http.NotFound(w, r)
		return
	}
	s.render(w, http.StatusNotFound, "missing.html", frame{Title: "Not found", Problems: []string{"There is no such page."}})
}

// onlyByForm refuses a link to what a button does.
func onlyByForm(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Allow", http.MethodPost)
	plainText(w, http.StatusMethodNotAllowed, "a link never acts; the status page has buttons\n")
}

func (s *server) missing(w http.ResponseWriter, r *http.Request, o daemon.Overview, text string) {
	f := s.frame(r, o, "Not found")
	f.Problems = []string{text}
	s.render(w, http.StatusNotFound, "missing.html", f)
}

// act does what a button says and shows the page again; a script gets an empty answer.
func (s *server) act(w http.ResponseWriter, r *http.Request) {
	action := daemon.Action(r.PathValue("action"))
	if !slices.Contains([]daemon.Action{daemon.RunNow, daemon.Pause, daemon.Resume}, action) {
		http.NotFound(w, r)
		return
	}
	if err := s.Act(action, r.PathValue("name")); err != nil {
		plainText(w, http.StatusConflict, s.Typed(mask.Addresses(err.Error()))+"\n")
		return
	}
	s.Log.Info("by the status page", "action", string(action), "pipeline", r.PathValue("name"))
	if strings.Contains(r.Header.Get("Accept"), "text/html") {
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// render shows a page whole or not at all.
func (s *server) render(w http.ResponseWriter, status int, name string, data any) {
	var b bytes.Buffer
	if err := s.pages.ExecuteTemplate(&b, name, data); err != nil {
		s.Log.Error("the page cannot be shown", "page", name, "error", err)
		plainText(w, http.StatusInternalServerError, "the page cannot be shown; the log says why\n")
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = b.WriteTo(w) // the client may be gone
}

// local is a moment in the config's time zone; zero stays zero.
func local(o daemon.Overview, at time.Time) time.Time {
	if at.IsZero() {
		return at
	}
	return at.In(o.Zone)
}

func localExports(o daemon.Overview) []daemon.ExportStanding {
	list := slices.Clone(o.Exports)
	for i := range list {
		list[i].Success = local(o, list[i].Success)
	}
	return list
}

func localRuns(o daemon.Overview, runs []schema.Run) []schema.Run {
	list := slices.Clone(runs)
	for i := range list {
		list[i].StartedAt, list[i].FinishedAt = local(o, list[i].StartedAt), local(o, list[i].FinishedAt)
	}
	return list
}

// badge is a status as people read it, and its colour.
type badge struct{ Text, Class string }

var badges = map[string]badge{
	schema.Succeeded:   {"succeeded", "good"},
	schema.Failed:      {"failed", "bad"},
	schema.Limited:     {"stopped by a limit", "warn"},
	schema.NotReady:    {"not ready", "warn"},
	schema.Interrupted: {"interrupted", "warn"},
	schema.Running:     {"running", "busy"},
}

func badgeOf(status string) badge {
	return cmp.Or(badges[status], badge{cmp.Or(status, "never ran"), "idle"})
}
