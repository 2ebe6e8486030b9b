package extract

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"contactsync/extract/api"
)

// Meter counts what a run costs while it reads.
type Meter = api.Meter

// Env is what a source gets from the run that reads it.
type Env struct {
	Client   *Client                            // the source's client, shared by all its pipelines
	Meter    *Meter                             // counts what this run costs
	Log      *slog.Logger                       // counts and ids only, never contact data
	Now      func() time.Time                   // the clock
	Book     func(credits int64) error          // stores, before a request is sent, what an answer that is lost may cost
	Unmerged bool                               // rows of the run before wait for their merge: what it read to the end is not read again
	Wait     func(what string, d time.Duration) // tells the display that the source waits; what = "" when it goes on
	Wake     func(what string) <-chan struct{}  // closed when the vendor calls back: a wait for what it prepares ends at once
	Warn     func(text string)                  // tells what a person should look at, beside the warnings of pages; no personal data

	MaxRecords int64 // the most that a listing may declare, or serve; 0: any number

	API *api.Session // sends the requests of this run; made by WithDefaults
}

// WithDefaults fills what a caller left out, so that nothing is counted, logged or
// shown, and binds the client to the run.
func (e Env) WithDefaults() Env {
	if e.Now == nil {
		e.Now = time.Now
	}
	if e.Book == nil {
		e.Book = func(int64) error { return nil }
	}
	if e.Wake == nil {
		e.Wake = func(string) <-chan struct{} { return nil }
	}
	e.API = e.Client.With(api.Observer{Meter: e.Meter, Log: e.Log, Wait: e.Wait})
	e.Meter, e.Log, e.Wait = e.API.Meter, e.API.Log, e.API.Wait
	if e.Warn == nil {
		log := e.Log
		e.Warn = Once(func(text string) { log.Warn(text) })
	}
	return e
}

// Once tells each text once, also where several goroutines do.
func Once(tell func(text string)) func(text string) {
	var mu sync.Mutex
	told := map[string]bool{}
	return func(text string) {
		mu.Lock()
		defer mu.Unlock()
		if !told[text] {
			told[text] = true
			tell(text)
		}
	}
}

// Within is a [*LimitError] where a listing declares, or has served so far, more
// records than the pipeline allows: a vendor that ignores the filters of a question
// serves everybody it knows. It is asked before a page is handed on, so that of such
// a listing nothing is stored that cost nothing, and nothing more is asked for.
func (e Env) Within(list string, declared, served int64) error {
	if e.MaxRecords <= 0 || max(declared, served) <= e.MaxRecords {
		return nil
	}
	found := fmt.Sprintf("declares %d records", declared)
	if declared <= e.MaxRecords {
		found = fmt.Sprintf("has served %d records", served)
	}
	return &LimitError{
		Source: e.Client.Settings().Source, Limit: "max_records", List: list,
		Detail: fmt.Sprintf("%s %s, and the pipeline allows %d; nothing more of it is read, and no membership closed; "+
			"look whether the vendor ignores its filters, or raise max_records", list, found, e.MaxRecords),
	}
}

// minPoll is the shortest wait between two questions, as of poll_interval.
const minPoll = 100 * time.Millisecond

// Poll asks until the vendor is done. Between two questions it waits for as long as
// the last answer asked for (Retry-After), else for poll_interval, or until the vendor
// calls back; after poll_timeout it gives up with a [*NotReadyError]. Status is what
// the vendor calls the state of the work.
func (e Env) Poll(ctx context.Context, what string, ask func(context.Context) (done bool, status string, err error)) error {
	e = e.WithDefaults()
	s := e.Client.Settings()
	for start := time.Now(); ; {
		wake := e.Wake(what) // before the question: a call during it is not missed
		var asked time.Duration
		done, status, err := ask(api.WithWait(ctx, &asked))
		if done || err != nil {
			return err
		}
		waited := time.Since(start)
		left := s.PollTimeout - waited
		if left <= 0 {
			return &NotReadyError{Source: s.Source, What: what, Status: status, Waited: waited}
		}
		if asked > 0 {
			asked = max(asked, minPoll)
		}
		d := min(cmp.Or(asked, s.PollInterval), left)
		e.Wait(what+": "+status, d)
		err = api.Sleep(ctx, d, wake)
		e.Wait("", 0)
		if err != nil {
			return err
		}
	}
}
