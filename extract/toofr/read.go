package toofr

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/http"

	"contactsync/extract"
	"contactsync/extract/api"
)

// source is the stream as read by env.
func (o order) source(env extract.Env) extract.Source {
	return source{order: o, env: env.WithDefaults()}
}

type source struct {
	order
	env extract.Env
}

// Pages implements [extract.Source].
func (s source) Pages(ctx context.Context, from extract.State) iter.Seq2[extract.Page, error] {
	return extract.Sequence(func(emit extract.Emit) error {
		due, _, err := s.arrange(from, s.env.Now())
		if err != nil {
			return err
		}
		b := buyer{source: s, emit: emit, left: len(due)}
		return b.buy(ctx, due)
	})
}

// buyer reads searches one request at a time, since each may cost.
type buyer struct {
	source
	emit extract.Emit
	left int // searches not finished
}

// errLater says that a search is still in the making.
var errLater = errors.New("the search is in the making")

// buy reads all searches: first those that answer at once, then, polling, those
// that Toofr has begun to work on meanwhile.
func (b *buyer) buy(ctx context.Context, due []position) error {
	var kept extract.Troubles
	var later []position
	for _, at := range due {
		at, err := b.search(ctx, at, b.ask)
		if errors.Is(err, errLater) {
			later = append(later, at)
			continue
		}
		if err := kept.Add(err); err != nil {
			return err
		}
	}
	for _, at := range later {
		_, err := b.search(ctx, at, b.poll)
		if err := kept.Add(err); err != nil {
			return err
		}
	}
	return kept.Err()
}

// search buys the pages of one search from a position on, and returns how far it came.
func (b *buyer) search(ctx context.Context, at position, ask func(context.Context, position) (reply, error)) (position, error) {
	if at.Sweep.IsZero() {
		at.Sweep = b.env.Now().UTC()
	}
	pages := pager()
	pages.Begin(at.Trail)
	var over error // of a search that turns out to be too large with its last page
	at, err := extract.Walk[position, reply]{
		Ask: func(ctx context.Context, at position) (reply, error) {
			if err := b.within(at); err != nil {
				return reply{}, err
			}
			return ask(ctx, at)
		},
		Empty: position.hollow,
		Over:  position.over,
		Advance: func(at position, a reply) (extract.Page, position, error) {
			page, next, err := at.advance(a, pages, b.env.Now())
			if err == nil && next.over() {
				b.left--
				over = b.within(at.after(a))
				page.Complete = page.Complete && over == nil
			}
			return page, next, err
		},
	}.From(ctx, at, b.emit)
	if err == nil {
		err = over
	}
	return at, err
}

// within keeps max_records. What was bought is stored whatever it is, but nothing more is.
func (b *buyer) within(at position) error {
	return b.env.Within("search "+at.name(), at.declared(), at.Read)
}

// poll asks until the search is made.
func (b *buyer) poll(ctx context.Context, at position) (a reply, err error) {
	err = b.env.Poll(ctx, "search "+at.name(), func(ctx context.Context) (bool, string, error) {
		a, err = b.ask(ctx, at)
		if errors.Is(err, errLater) {
			return false, a.status(), nil
		}
		return err == nil, "", err
	})
	return a, err
}

// ask asks once, and counts what the answer costs.
func (b *buyer) ask(ctx context.Context, at position) (reply, error) {
	request := api.Request{
		Method: http.MethodGet,
		Path:   searchPath,
		Query:  at.query(at.Page),
		Page:   at.Page,
		Lost:   pageCost,
		Before: b.beforeBuying,
	}
	response, err := b.env.API.Do(ctx, request)
	if err != nil {
		return reply{}, err
	}
	// "Wait and try again: run the request with the same parameters in a minute."
	if response.Status == http.StatusAccepted {
		var a reply
		_ = json.Unmarshal(response.Body, &a) // its status is for people only
		return a, errLater
	}
	a, err := decode(response.Body)
	b.env.WarnOfStatus("search "+at.name(), string(a.Status), len(a.Prospects) > 0)
	switch {
	case errors.Is(err, errLater):
		b.env.Meter.Spend(a.credits())
		return a, errLater
	case err != nil:
		b.env.Meter.Spend(a.cost())
		return a, b.env.API.Unusable(request, response, err)
	}
	b.env.Meter.Spend(a.credits())
	return a, nil
}

// beforeBuying makes sure that a page is within the limits, and that it counts
// against them even if this process dies before the answer is stored.
func (b *buyer) beforeBuying() error {
	if err := b.affordable(); err != nil {
		return err
	}
	return b.env.Book(pageCost)
}

// affordable keeps the limits: no page is asked for that could pass one.
func (b *buyer) affordable() error {
	spent := b.env.Meter.Credits()
	for _, limit := range []struct {
		name    string
		credits int64
	}{{"max_credits", b.maxCredits}, {"max_credits_per_month", b.monthCreditsLeft}} {
		if limit.credits >= 0 && spent+pageCost > limit.credits {
			return &extract.LimitError{
				Source: name,
				Limit:  limit.name,
				Detail: fmt.Sprintf("%d credits are left and a page can cost %d; unfinished searches: %d, the next run goes on",
					max(limit.credits-spent, 0), pageCost, b.left),
			}
		}
	}
	return nil
}
