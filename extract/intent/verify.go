package intent

import (
	"context"
	"net/url"
	"slices"

	"contactsync/extract"
	"contactsync/extract/api"
)

// Verify implements [extract.Verifier]. A list may leave out an audience, so one that is
// not on it is asked for by itself, too.
func (m Matches) Verify(ctx context.Context, env extract.Env) ([]extract.Problem, error) {
	if m.AudienceID == "" {
		return nil, nil
	}
	var answer struct {
		Data []extract.Offer `json:"data"`
	}
	if err := extract.Ask(ctx, env, api.Request{Path: root + "/audiences"}, &answer); err != nil {
		return nil, err
	}
	if slices.ContainsFunc(answer.Data, func(o extract.Offer) bool { return string(o.ID) == m.AudienceID }) {
		return nil, nil
	}
	path := root + "/audiences/" + url.PathEscape(m.AudienceID) + "/status"
	err := extract.Ask(ctx, env, api.Request{Path: path, Once: true}, &struct{}{})
	if extract.Missing(err) {
		return []extract.Problem{extract.NotOffered("audience_id", "saved audience", m.AudienceID, answer.Data)}, nil
	}
	return nil, err
}
