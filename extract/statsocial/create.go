package statsocial

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"contactsync/extract"
	"contactsync/extract/api"
)

// createRequest is the body of Create Audience.
type createRequest struct {
	Audience                      AudienceDefinition `json:"audience"`
	CallbackURL                   string             `json:"callback_url,omitempty"`
	GenerateInsightsAutomatically bool               `json:"generate_insights_automatically,omitempty"`
	InsightCallbackURL            string             `json:"insight_callback_url,omitempty"`
	Outputs                       []string           `json:"outputs,omitempty"`
	Parameters                    []Parameter        `json:"parameters"`
}

// order is the body that orders the build.
func (s Outputs) order() []byte {
	a := s.Audience
	body, _ := json.Marshal(createRequest{
		a, a.CallbackURL, a.GenerateInsightsAutomatically, a.InsightCallbackURL, s.Outputs, s.Parameters,
	}) // plain fields always marshal
	return body
}

// definition is the fingerprint of what would be built: audience, outputs in any
// order, and parameters. Whom the vendor notifies makes no other audience.
func (s Outputs) definition() string {
	s.Audience = AudienceDefinition{Name: s.Audience.Name, Description: s.Audience.Description}
	s.Outputs = slices.Sorted(slices.Values(s.Outputs))
	sum := sha256.Sum256(s.order())
	return hex.EncodeToString(sum[:8])
}

// build returns the id of the audience that the definition made. It orders the
// audience unless an earlier run did.
func (r *reader) build(ctx context.Context, from extract.State) (int64, error) {
	past, id, err := r.want.built(from)
	if err != nil {
		return 0, err
	}
	definition := r.want.definition()
	if id == 0 {
		return r.create(ctx, definition, past)
	}
	if past.Current != definition {
		err = r.note(past.With(definition, id))
	}
	return id, err
}

// create orders the build. The note that it was ordered is stored first: should
// the answer be lost, no later run may order it a second time.
func (r *reader) create(ctx context.Context, definition string, past orders) (int64, error) {
	if err := r.afford(ctx); err != nil {
		return 0, err
	}
	ordered := past
	ordered.Creating = definition
	if err := r.note(ordered); err != nil {
		return 0, err
	}
	answer, err := r.env.API.Do(ctx, api.Request{Method: http.MethodPost, Path: audiencesPath, Body: r.want.order(), Once: true})
	if err != nil && extract.Unprocessed(err) {
		return 0, errors.Join(err, r.note(past))
	}
	r.env.Meter.Spend(1) // a build whose answer was lost may be paid for, too
	if err != nil {
		return 0, fmt.Errorf("%w; whether the audience is being built is not known, so look it up at StatSocial and set audience_id, or use `sync run --full` to build it anew, for another credit", err)
	}
	a, err := decodeAudience(answer.Body, 0)
	if err == nil && a.ID <= 0 {
		err = errors.New("statsocial: the audience was ordered and the answer names no id")
	}
	if err != nil {
		return 0, fmt.Errorf("%w; look the audience up at StatSocial and set audience_id", err)
	}
	id := int64(a.ID)
	r.env.Log.Info("the vendor builds an audience", "source", name, "audience", id, "status", string(a.Status))
	return id, r.note(past.With(definition, id))
}

// note stores what was ordered, before anything else happens: see [extract.Page].Records.
func (r *reader) note(o orders) error {
	return r.emit(extract.Page{Partition: definitionPartition, Next: extract.Encode(o), Complete: o.Creating == ""})
}

// afford makes sure, right before an order, that the vendor answers, accepts the
// credential, and has a build left. A number of builds that it does not say is enough.
func (r *reader) afford(ctx context.Context) error {
	answer, err := r.env.API.Do(ctx, api.Request{Method: http.MethodGet, Path: creditsPath})
	if refusal, ok := errors.AsType[*extract.APIError](err); ok && refusal.Status/100 == 4 && !refusal.Refused() {
		return nil
	}
	if err != nil {
		return err
	}
	var credits struct{ Response struct{ Builds *int64 } }
	if json.Unmarshal(answer.Body, &credits) != nil || credits.Response.Builds == nil || *credits.Response.Builds != 0 {
		return nil
	}
	return &extract.LimitError{Source: name, Limit: "the vendor's credits", Detail: "the account has no builds left, and the definition needs one"}
}
