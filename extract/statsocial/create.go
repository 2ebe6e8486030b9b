package statsocial

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"slices"

	"contactsync/extract"
	"contactsync/extract/api"
	"contactsync/schema"
)

const definitionPartition = "definition"

// orders is the checkpoint of the definition: what was built from what.
type orders struct {
	Current   string           `json:"current,omitempty"`   // the definition that was read last
	Audiences map[string]int64 `json:"audiences,omitempty"` // by definition
	Creating  string           `json:"creating,omitempty"`  // ordered, and the answer not yet stored
}

// Paid reports whether a checkpoint remembers what was bought, not how far was
// read: a full run must not forget it, or it would pay for the same build again.
// An order whose answer was lost is forgotten: the user has looked it up.
func Paid(partition string, c schema.Checkpoint) bool {
	var past orders
	return partition == definitionPartition && json.Unmarshal([]byte(c), &past) == nil && past.Creating == "" && len(past.Audiences) > 0
}

func (o orders) encode() schema.Checkpoint {
	b, _ := json.Marshal(o) // strings and numbers always encode
	return schema.Checkpoint(b)
}

// createRequest is the body of Create Audience.
type createRequest struct {
	Audience                      AudienceDefinition `json:"audience"`
	CallbackURL                   string             `json:"callback_url,omitempty"`
	GenerateInsightsAutomatically bool               `json:"generate_insights_automatically,omitempty"`
	InsightCallbackURL            string             `json:"insight_callback_url,omitempty"`
	Outputs                       []string           `json:"outputs,omitempty"`
	Parameters                    []Parameter        `json:"parameters"`
}

func (s Outputs) order() ([]byte, error) {
	return json.Marshal(createRequest{
		Audience:                      s.Audience,
		CallbackURL:                   s.Audience.CallbackURL,
		GenerateInsightsAutomatically: s.Audience.GenerateInsightsAutomatically,
		InsightCallbackURL:            s.Audience.InsightCallbackURL,
		Outputs:                       s.Outputs,
		Parameters:                    s.Parameters,
	})
}

// definition names what would be built: audience, outputs in any order, and
// parameters. Whom the vendor tells when it is done makes no other audience.
func (s Outputs) definition() (string, error) {
	s.Audience.CallbackURL, s.Audience.InsightCallbackURL = "", ""
	s.Audience.GenerateInsightsAutomatically = false
	s.Outputs = slices.Sorted(slices.Values(s.Outputs))
	b, err := s.order()
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:8]), err
}

// Built is the audience that a run from here would read; 0: it would order a build
// first, for a credit. An error is what such a run would end with.
func (s Outputs) Built(from extract.State) (id int64, err error) {
	if s.AudienceID > 0 {
		return s.AudienceID, nil
	}
	definition, err := s.definition()
	if err != nil {
		return 0, err
	}
	_, id, err = s.built(definition, from[definitionPartition])
	return id, err
}

// built is what was ordered so far, and the audience that the definition made; 0:
// it may be ordered.
func (s Outputs) built(definition string, c schema.Checkpoint) (past orders, id int64, err error) {
	if c != "" {
		if err := json.Unmarshal([]byte(c), &past); err != nil {
			return past, 0, fmt.Errorf("statsocial: the note of what was built cannot be read (%w); set audience_id, or use `sync run --full` to build anew, for a credit", err)
		}
	}
	if past.Creating != "" {
		return past, 0, errors.New("statsocial: an earlier run ordered this audience and never learned its id, so it may be built and paid for; " +
			"look it up at StatSocial and set audience_id, or use `sync run --full` to build it anew, for another credit")
	}
	if id := past.Audiences[definition]; id > 0 {
		return past, id, nil
	}
	if past.Current != "" && s.OnChange != onChangeCreate {
		id := past.Audiences[past.Current]
		return past, 0, fmt.Errorf("statsocial: the definition changed since audience %d was built, and a new build costs a credit; set on_change: create to build it anew, or audience_id: %d to keep the old one", id, id)
	}
	return past, 0, nil
}

// build is the id of the audience that the definition made, ordered now unless
// it was before.
func (r reader) build(ctx context.Context, c schema.Checkpoint) (int64, error) {
	definition, err := r.definition()
	if err != nil {
		return 0, err
	}
	past, id, err := r.built(definition, c)
	if err != nil {
		return 0, err
	}
	if id > 0 && past.Current != definition {
		past.Current = definition
		err = r.note(past)
	}
	if id > 0 {
		return id, err
	}
	if err := r.afford(ctx); err != nil {
		return 0, err
	}
	return r.create(ctx, definition, past)
}

// create orders the build. The note that it was ordered is stored first: should
// the answer be lost, no later run may order it a second time.
func (r reader) create(ctx context.Context, definition string, past orders) (int64, error) {
	body, err := r.order()
	if err != nil {
		return 0, err
	}
	ordered := past
	ordered.Creating = definition
	if err := r.note(ordered); err != nil {
		return 0, err
	}
	answer, err := r.env.API.Do(ctx, api.Request{Method: http.MethodPost, Path: audiencesPath, Body: body, Once: true})
	if err != nil && unprocessed(err) {
		return 0, errors.Join(err, r.note(past))
	}
	r.env.Meter.Spend(1) // a build whose answer was lost may be paid for, too
	if err != nil {
		return 0, fmt.Errorf("%w; whether the audience is being built is not known, so look it up at StatSocial and set audience_id, or use `sync run --full` to build it anew, for another credit", err)
	}
	audience, err := decodeAudience(answer.Body, 0)
	if err == nil && audience.ID <= 0 {
		err = errors.New("statsocial: the audience was ordered and the answer names no id")
	}
	if err != nil {
		return 0, fmt.Errorf("%w; look the audience up at StatSocial and set audience_id", err)
	}
	id := int64(audience.ID)
	built := orders{Current: definition, Audiences: maps.Clone(past.Audiences)}
	if built.Audiences == nil {
		built.Audiences = map[string]int64{}
	}
	built.Audiences[definition] = id
	r.env.Log.Info("the vendor builds an audience", "source", schema.StatSocial, "audience", id, "status", string(audience.Status))
	return id, r.note(built)
}

// note stores what was ordered, before anything else happens: see [Page].Records.
func (r reader) note(o orders) error {
	return r.emit(extract.Page{Partition: definitionPartition, Next: o.encode(), Complete: o.Creating == ""})
}

// afford makes sure, right before an order, that the vendor answers, takes the
// credential, and has a build left. Where it does not tell, it need not.
func (r reader) afford(ctx context.Context) error {
	answer, err := r.env.API.Do(ctx, api.Request{Method: http.MethodGet, Path: creditsPath})
	if answer, ok := errors.AsType[*extract.APIError](err); ok && answer.Status/100 == 4 && !answer.Refused() {
		return nil
	}
	if err != nil {
		return err
	}
	var credits struct {
		Builds *int64 `json:"builds"`
	}
	response, err := responseOf(answer.Body)
	if err != nil || json.Unmarshal(response, &credits) != nil || credits.Builds == nil {
		return nil
	}
	if *credits.Builds == 0 {
		return &extract.LimitError{Source: schema.StatSocial, Limit: "the vendor's credits", Detail: "the account has no builds left, and the definition needs one"}
	}
	return nil
}

// unprocessed reports whether the order surely did not reach the vendor's
// builders: it never got there, or was turned away.
func unprocessed(err error) bool {
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "dial" {
		return true
	}
	answer, ok := errors.AsType[*extract.APIError](err)
	if !ok {
		return false
	}
	switch answer.Status {
	case http.StatusMovedPermanently, http.StatusTemporaryRedirect, http.StatusPermanentRedirect, http.StatusServiceUnavailable:
		return true
	}
	return answer.Status/100 == 4 && answer.Status != http.StatusRequestTimeout
}
