package web

import (
	"errors"
	"net/http"
	"strings"

	"contactsync/internal/mask"
	"contactsync/internal/review"
	"contactsync/internal/run"
)

// pagePairs is how many pairs the page shows at once.
const pagePairs = 20

// reviewPage shows doubtful pairs. It is the only page that shows contact data.
type reviewPage struct {
	frame
	Tokenless bool // nobody may see anybody
	Busy      string
	Read      bool // the queue could be read
	Queue     review.Queue
}

// tokenless says what the page needs, and shows nobody.
func (s *server) tokenless(w http.ResponseWriter, r *http.Request) {
	s.render(w, http.StatusForbidden, "review.html", reviewPage{frame: s.frame(r, s.Overview(), "Review"), Tokenless: true})
}

func (s *server) review(w http.ResponseWriter, r *http.Request) {
	page := reviewPage{frame: s.frame(r, s.Overview(), "Review")}
	page.Problems = nil // those of the daemon have the main page
	queue, err := s.Review(r.Context(), pagePairs)
	status := http.StatusOK
	if _, busy := errors.AsType[*run.BusyError](err); busy {
		page.Busy = "A run is on, and there is no snapshot to read meanwhile. Load the page again when it has ended."
		status = http.StatusServiceUnavailable
	} else if err != nil {
		s.Log.Error("the doubtful pairs cannot be read", "error", mask.Addresses(err.Error()))
		page.Problems, status = []string{"The pairs cannot be read: " + err.Error()}, http.StatusInternalServerError
	}
	if err == nil {
		page.Queue, page.Read = queue, true
		if !queue.Answerable {
			page.Form = "" // no button
			page.Problems = []string{"identity.overrides " + review.ErrNoFile.Error()}
		}
	}
	s.render(w, status, "review.html", page)
}

// decide writes the decision of a button and shows the pairs that are left; a script gets
// an empty answer.
func (s *server) decide(w http.ResponseWriter, r *http.Request) {
	answer := r.PostFormValue("decision")
	if answer != review.Same && answer != review.Different {
		plainText(w, http.StatusBadRequest, "decision: want "+review.Same+" or "+review.Different+"\n")
		return
	}
	decision, err := review.NewDecision(r.PostFormValue("record"), r.PostFormValue("other_record"), answer == review.Same)
	if err != nil {
		plainText(w, http.StatusBadRequest, "record, other_record: "+err.Error()+"\n")
		return
	}
	if err := s.Decide(r.Context(), decision); err != nil {
		text := err.Error()
		if errors.Is(err, review.ErrNoFile) {
			text = "identity.overrides " + text
		}
		plainText(w, http.StatusConflict, mask.Addresses(text)+"\n")
		return
	}
	s.Log.Info("by the review page", "decision", answer)
	if strings.Contains(r.Header.Get("Accept"), "text/html") {
		http.Redirect(w, r, "/review", http.StatusSeeOther)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}
