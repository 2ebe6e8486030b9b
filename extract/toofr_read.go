package extract

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/http"

	"contactsync/schema"
)

// Source is the stream as read by env.
func (p ToofrProspects) Source(env Env) Source {
	return toofrSource{ToofrProspects: p, env: env.withDefaults()}
}

type toofrSource struct {
	ToofrProspects
	env Env
}

// Pages implements [Source].
func (s toofrSource) Pages(ctx context.Context, from State) iter.Seq2[Page, error] {
	return sequence(func(emit emitter) error {
		due, _, err := s.arrange(from, s.env.Now())
		if err != nil {
			return err
		}
		buyer := toofrBuyer{toofrSource: s, emit: emit, left: len(due)}
		return buyer.buy(ctx, due)
	})
}

// toofrBuyer reads searches one request at a time, since each may cost.
type toofrBuyer struct {
	toofrSource
	emit emitter
	left int // searches not finished
}

// errLater says that a search is still in the making.
var errLater = errors.New("the search is in the making")

// buy reads all searches: first those that answer at once, then, polling, those
// that Toofr has begun to work on meanwhile.
func (b *toofrBuyer) buy(ctx context.Context, due []toofrPosition) error {
	var kept troubles
	var later []toofrPosition
	for _, at := range due {
		at, err := b.search(ctx, at, b.ask)
		if errors.Is(err, errLater) {
			later = append(later, at)
			continue
		}
		if err := kept.add(err); err != nil {
			return err
		}
	}
	for _, at := range later {
		_, err := b.search(ctx, at, b.poll)
		if err := kept.add(err); err != nil {
			return err
		}
	}
	return kept.err()
}

// asker asks for the next page of a search.
type asker func(context.Context, toofrPosition) (toofrAnswer, error)

// search buys the pages of one search from a position on, and returns how far it came.
func (b *toofrBuyer) search(ctx context.Context, at toofrPosition, ask asker) (toofrPosition, error) {
	if at.Sweep.IsZero() {
		at.Sweep = b.env.Now().UTC()
	}
	seen := at.Seen.visited()
	for at.Page > 0 {
		answer, err := b.page(ctx, at, ask)
		if err != nil {
			return at, err
		}
		page, next, err := b.advance(at, answer, seen)
		if err != nil {
			return at, err
		}
		if next.Page == 0 {
			b.left--
		}
		if err := b.emit(page); err != nil {
			return at, err
		}
		at = next
	}
	return at, nil
}

// page asks for a page, and once more when it is empty though more is promised.
func (b *toofrBuyer) page(ctx context.Context, at toofrPosition, ask asker) (toofrAnswer, error) {
	answer, err := ask(ctx, at)
	if err != nil || !answer.empty(at.Page) {
		return answer, err
	}
	if answer, err = ask(ctx, at); err == nil && answer.empty(at.Page) {
		err = b.trouble(at, "page %d is empty though more is promised; the search is not complete, the next run goes on with this page", at.Page)
	}
	return answer, err
}

// empty reports whether the page has nothing though it says that it is not the last.
func (a toofrAnswer) empty(page int) bool { return len(a.Prospects) == 0 && a.promises(page) }

// poll asks until the search is made.
func (b *toofrBuyer) poll(ctx context.Context, at toofrPosition) (answer toofrAnswer, err error) {
	err = b.env.Poll(ctx, "search "+at.name(), func(ctx context.Context) (bool, string, error) {
		answer, err = b.ask(ctx, at)
		if errors.Is(err, errLater) {
			return false, answer.status(), nil
		}
		return err == nil, "", err
	})
	return answer, err
}

// ask asks once, and counts what the answer costs.
func (b *toofrBuyer) ask(ctx context.Context, at toofrPosition) (toofrAnswer, error) {
	request := Request{
		Method: http.MethodGet,
		Path:   toofrPath,
		Query:  at.query(at.Page),
		Page:   at.Page,
		Lost:   toofrPageCost,
		Before: b.beforeBuying,
	}
	response, err := b.env.Client.Do(ctx, b.env, request)
	if err != nil {
		return toofrAnswer{}, err
	}
	// "Wait and try again: run the request with the same parameters in a minute."
	if response.Status == http.StatusAccepted {
		var answer toofrAnswer
		_ = json.Unmarshal(response.Body, &answer) // its status is for people only
		return answer, errLater
	}
	answer, err := decodeToofrAnswer(response.Body)
	if err != nil {
		b.env.Meter.spend(toofrPageCost)
		return answer, &APIError{Source: schema.Toofr, Method: request.Method, Path: request.Path, Page: at.Page, Status: response.Status, Err: err, Body: b.env.Client.excerptOfPage(response.Body)}
	}
	b.env.Meter.spend(answer.credits())
	return answer, nil
}

// beforeBuying makes sure that a page is within the limits, and that it counts
// against them even if this process dies before the answer is stored.
func (b *toofrBuyer) beforeBuying() error {
	if err := b.affordable(); err != nil {
		return err
	}
	return b.env.Book(toofrPageCost)
}

// affordable keeps the limits: no page is asked for that could pass one.
func (b *toofrBuyer) affordable() error {
	spent := b.env.Meter.Credits()
	for _, limit := range []struct {
		name    string
		credits int64
	}{{"max_credits", b.MaxCredits}, {"max_credits_per_month", b.MonthCreditsLeft}} {
		if limit.credits >= 0 && spent+toofrPageCost > limit.credits {
			return &LimitError{
				Source: schema.Toofr,
				Limit:  limit.name,
				Detail: fmt.Sprintf("%d credits are left and a page can cost %d; unfinished searches: %d, the next run goes on", max(limit.credits-spent, 0), toofrPageCost, b.left),
			}
		}
	}
	return nil
}

// advance makes the page of an answer, and the position after it.
func (b *toofrBuyer) advance(at toofrPosition, a toofrAnswer, seen visited) (Page, toofrPosition, error) {
	records, strangers := a.records(at.toofrSearch)
	next := at
	next.TotalPages = a.totalPages()
	next.Moved = at.Moved || at.TotalPages > 0 && a.TotalPages != nil && at.TotalPages != next.TotalPages
	next.Page++
	if len(records) > 0 {
		next.Last = fingerprint(records)
		mark := markOf(next.Last, int64(next.TotalPages))
		if earlier := repeated(next.Last, at.Last, mark, seen); earlier != "" {
			return Page{}, at, b.trouble(at, "page %d repeats %s, so the rest cannot be reached; the next run tries again", at.Page, earlier)
		}
		seen[mark], next.Seen = true, at.Seen.with(mark)
	}
	warnings := a.warnings(at.toofrSearch, at.Page, strangers)
	// Where pages were added or removed meanwhile, a prospect may have slipped
	// past; reading again would cost, so nobody's membership is closed instead.
	complete := a.ends(at.Page) && !next.Moved
	if a.ends(at.Page) {
		if next.Moved {
			warnings = append(warnings, fmt.Sprintf("toofr: %s: the number of pages changed while they were read; no membership is closed before the next refresh", at.name()))
		}
		next = toofrPosition{toofrSearch: at.toofrSearch, Sweep: at.Sweep, DoneAt: b.env.Now().UTC()}
	}
	page := Page{
		Partition: at.id(),
		Next:      next.checkpoint(),
		Sweep:     at.sweep(),
		Complete:  complete,
		Number:    at.Page,
		Audience:  at.id(),
		Records:   records,
		Audiences: []schema.Audience{at.audience()},
		Warnings:  warnings,
	}
	return page, next, nil
}

func (b *toofrBuyer) trouble(at toofrPosition, format string, args ...any) error {
	return &PartitionError{Source: schema.Toofr, What: "search " + at.name(), Err: fmt.Errorf(format, args...)}
}
