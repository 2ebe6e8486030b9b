package audiencelab

import (
	"context"
	"fmt"
	"net/url"
	"slices"

	"contactsync/extract"
	"contactsync/extract/api"
	"contactsync/schema"
)

// Verify implements [extract.Verifier] by the first row of each segment: no call lists
// segments, but somebody may have taken an audience for one.
func (s Segments) Verify(ctx context.Context, env extract.Env) ([]extract.Problem, error) {
	lists := membersOf(env, schema.KindSegment, "/segments/", s.Segments)
	missing, err := missingOf(ctx, env, lists, nil)
	if err != nil || len(missing) == 0 {
		return nil, err
	}
	audiences, err := offered(ctx, env, nil)
	if err != nil {
		audiences = nil // the problems are known without
	}
	var problems extract.Problems
	for _, i := range missing {
		hint := "its id stands in the address bar of the Studio, and behind its Show API button"
		if has(audiences, lists[i].partition) {
			hint = "it is that of a saved audience, which from: audiencelab.members reads"
		}
		problems.Add(fmt.Sprintf("segments[%d]", i), "there is no segment %q; %s", lists[i].partition, hint)
	}
	return problems, nil
}

// Verify implements [extract.Verifier] by the list of audiences.
func (m Members) Verify(ctx context.Context, env extract.Env) ([]extract.Problem, error) {
	if len(m.Audiences) == 0 {
		return nil, nil
	}
	lists := membersOf(env, schema.KindAudience, "/audiences/", m.Audiences)
	offers, err := offered(ctx, env, lists)
	if err != nil {
		return nil, err
	}
	return notOffered(ctx, env, "audiences", lists, offers)
}

// Verify implements [extract.Verifier] by the list of pixels.
func (v Visits) Verify(ctx context.Context, env extract.Env) ([]extract.Problem, error) {
	var answer struct {
		Data []extract.Offer `json:"data"`
	}
	if err := extract.Ask(ctx, env, api.Request{Path: "/pixels"}, &answer); err != nil {
		return nil, err
	}
	lists := membersOf(env, schema.KindPixel, "/pixels/", v.Pixels)
	for i := range lists {
		lists[i].path += "/v4"
	}
	return notOffered(ctx, env, "pixels", lists, answer.Data)
}

// notOffered are the problems of lists that are neither on offer nor there.
func notOffered(
	ctx context.Context, env extract.Env, path string, lists []list, offers []extract.Offer,
) (problems []extract.Problem, err error) {
	missing, err := missingOf(ctx, env, lists, offers)
	for _, i := range missing {
		problems = append(problems, extract.NotOffered(fmt.Sprintf("%s[%d]", path, i), lists[i].kind, lists[i].partition, offers))
	}
	return problems, err
}

// missingOf asks for one row of each list that is not on offer, since no document says
// that what the vendor lists is all that it has.
func missingOf(ctx context.Context, env extract.Env, lists []list, offers []extract.Offer) (missing []int, err error) {
	for i, l := range lists {
		if has(offers, l.partition) {
			continue
		}
		one := url.Values{"page": {"1"}, "page_size": {"1"}}
		err := extract.Ask(ctx, env, api.Request{Path: l.path, Query: one, Once: true}, &struct{}{})
		switch {
		case extract.Missing(err):
			missing = append(missing, i)
		case err != nil:
			return nil, err
		}
	}
	return missing, nil
}

func has(offers []extract.Offer, id string) bool {
	return slices.ContainsFunc(offers, func(o extract.Offer) bool { return string(o.ID) == id })
}

// Of the list of audiences a check reads so many pages of so many at most.
const (
	offeredPages = 20
	offeredSize  = 100 // the most that is documented
)

// offered is the list of saved audiences, as far as all that are wanted are on it.
func offered(ctx context.Context, env extract.Env, wanted []list) (offers []extract.Offer, err error) {
	for page := 1; page <= offeredPages; page++ {
		var answer struct {
			Data []extract.Offer `json:"data"`
		}
		query := url.Values{"page": {fmt.Sprint(page)}, "page_size": {fmt.Sprint(offeredSize)}}
		if err := extract.Ask(ctx, env, api.Request{Path: "/audiences", Query: query}, &answer); err != nil {
			return nil, err
		}
		offers = append(offers, answer.Data...)
		found := len(wanted) > 0 && !slices.ContainsFunc(wanted, func(l list) bool { return !has(offers, l.partition) })
		if found || len(answer.Data) < offeredSize {
			break
		}
	}
	return offers, nil
}
