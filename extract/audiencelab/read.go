package audiencelab

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync/atomic"
	"time"

	"contactsync/extract"
	"contactsync/schema"
)

type labSource struct {
	env    extract.Env
	lists  []labList
	maxAge time.Duration
}

func newLab(env extract.Env, maxAge time.Duration, lists []labList) extract.Source {
	if maxAge <= 0 {
		maxAge = defaultMaxAge
	}
	return labSource{env: env.WithDefaults(), lists: lists, maxAge: maxAge}
}

// Pages implements [Source].
func (s labSource) Pages(ctx context.Context, from extract.State) iter.Seq2[extract.Page, error] {
	return extract.Sequence(func(emit extract.Emit) error {
		known := make([]position, len(s.lists))
		for i, l := range s.lists {
			var err error
			if known[i], err = decodePosition(l.partition, from[l.partition]); err != nil {
				return err
			}
		}
		round := currentRound(known, s.env.Unmerged, s.env.Now().UTC(), s.maxAge)
		var kept extract.Troubles
		for i, l := range s.lists {
			at := known[i].begin(round, s.env.Now().UTC(), s.maxAge)
			at.Ends = i == len(s.lists)-1
			sweep := labSweep{labSource: s, list: l, emit: emit, at: at}
			if err := kept.Add(sweep.run(ctx)); err != nil {
				return err
			}
			known[i] = sweep.at
		}
		if kept.Err() != nil {
			if err := s.closeRound(known, emit); err != nil {
				return err
			}
		}
		return kept.Err()
	})
}

// closeRound notes for the lists that are done that this run came to its end, so
// that the next one reads them anew and does not wait for those that failed.
func (s labSource) closeRound(known []position, emit extract.Emit) error {
	for i, at := range known {
		if !at.done() {
			continue
		}
		at.Round = time.Time{}
		err := emit(extract.Page{Partition: s.lists[i].partition, Next: at.checkpoint(), Sweep: at.sweep(), Complete: !at.Doubt, Number: at.Pages})
		if err != nil {
			return err
		}
	}
	return nil
}

// labSweep reads one list from a position to its end.
type labSweep struct {
	labSource
	list  labList
	emit  extract.Emit
	at    position
	pages *extract.Pager // of this pass
	cause error          // why the last gap could not be read
	wary  atomic.Bool    // the vendor seems to be down: no page is tried more than once
}

func (s *labSweep) run(ctx context.Context) error {
	if s.at.done() {
		return nil
	}
	s.pages = &extract.Pager{List: "list", Rows: "rows", Lost: ", so the rest cannot be reached"}
	s.pages.Begin(s.at.Trail)
	if err := s.mend(ctx); err != nil {
		return err
	}
	for s.at.Page > 0 {
		if err := s.pass(ctx); err != nil {
			return err
		}
	}
	if len(s.at.Gaps) > 0 {
		return s.trouble("page %s could not be read (%w); all others are stored, and no membership is closed; a run within %s asks for it again",
			pageList(s.at.Gaps), s.cause, s.maxAge)
	}
	return nil
}

func pageList(pages []int) string {
	text := ""
	for i, p := range pages {
		if i > 0 {
			text += ", "
		}
		text += fmt.Sprint(p)
	}
	return text
}

// pass reads the pages of one pass: the whole list, or again what may have shifted.
func (s *labSweep) pass(ctx context.Context) error {
	window := 2 * s.env.Client.Settings().Concurrency
	ahead := extract.NewReadAhead(ctx, window, s.fetch)
	defer ahead.Close()
	last := s.at.until()
	var failed []int
	for page := s.at.Page; ; page++ {
		until := last
		if len(failed) > 0 { // no further ahead before something answers
			until = min(last, failed[0]+window-1)
		}
		answer, err := ahead.Get(page, until)
		if s.poisonous(err) {
			failed = append(failed, page)
			if err := s.pastPoison(failed, last, err); err != nil {
				return err
			}
			continue
		}
		s.wary.Store(false)
		if err == nil {
			answer, err = s.reread(ctx, page, answer)
		}
		if err != nil {
			return err
		}
		next, warnings, err := s.advance(page, answer, failed)
		if err != nil {
			return err
		}
		if err := s.yield(answer, next, warnings); err != nil {
			return err
		}
		if next.Page != page+1 {
			return nil // the pass is over
		}
		failed, last = nil, s.at.lastPage(answer)
	}
}

// reread asks once more for a page that is empty though more is promised.
func (s *labSweep) reread(ctx context.Context, page int, a labAnswer) (labAnswer, error) {
	if !a.empty(page, s.at.Read) {
		return a, nil
	}
	a, err := s.fetch(ctx, page)
	if err == nil && a.empty(page, s.at.Read) {
		err = s.trouble("page %d is empty though more is promised; the sweep is not complete, and no membership is closed; the next run asks for the page again", page)
	}
	return a, err
}

// fetch asks for one page, and waits while the list is in the making.
func (s *labSweep) fetch(ctx context.Context, page int) (answer labAnswer, err error) {
	request := s.list.request(page, s.env.Client.Settings().PageSize)
	request.Before = s.onceWhenWary()
	err = s.env.Poll(ctx, s.list.name(), func(ctx context.Context) (bool, string, error) {
		response, err := s.env.API.Do(ctx, request)
		if err != nil {
			return false, "", err
		}
		answer, err = decodeAnswer(response.Body)
		said := s.env.Client.ExcerptOfPage(response.Body)
		if err == nil && answer.failed() {
			err, said = errors.New("the answer is an error"), s.env.Client.Excerpt(response.Body)
		}
		if err != nil {
			return false, "", &extract.APIError{Source: schema.AudienceLab, Method: request.Method, Path: request.Path, Page: page, Status: response.Status, Err: err, Body: said}
		}
		return !answer.notReady(), answer.status, nil
	})
	if err == nil {
		if refused := answer.check(s.list, page); refused != nil {
			err = s.trouble("%w", refused)
		}
	}
	return answer, err
}

func (s *labSweep) trouble(format string, args ...any) error {
	return &extract.PartitionError{Source: schema.AudienceLab, What: s.list.name(), Err: fmt.Errorf(format, args...)}
}
