package audiencelab

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"slices"
	"strings"

	"contactsync/extract"
	"contactsync/extract/api"
	"contactsync/extract/audiencelab/enrichment"
	"contactsync/schema"
)

// AudienceDefinition is an audience that the vendor is to make, in its own form. What is
// left out is not sent.
type AudienceDefinition struct {
	Name        string       `yaml:"name" json:"name" doc:"name of the audience, by which it is found again"`
	Description string       `yaml:"description" json:"description,omitempty" doc:"what it is for"`
	Filters     extract.Tree `yaml:"filters" json:"filters" doc:"who is in it, in the vendor's own form: keys, or the document's list of field, operator and value"`
	Segment     []string     `yaml:"segment" jsonschema:"minItems=1,uniqueItems=true" json:"segment,omitempty" doc:"ids of the vendor's topics, such as b2b_1042"`
	DaysBack    int          `yaml:"days_back" jsonschema:"minimum=1" json:"days_back,omitempty" doc:"how many days back the vendor looks"`
	WebhookURL  string       `yaml:"webhook_url" jsonschema:"format=uri" json:"webhook_url,omitempty" doc:"whom the vendor notifies"`
}

// given reports whether an audience is defined.
func (d AudienceDefinition) given() bool {
	return d.Name != "" || d.Description != "" || d.Filters != "" || len(d.Segment) > 0 || d.DaysBack != 0 || d.WebhookURL != ""
}

// order is the body that has it made.
func (d AudienceDefinition) order() []byte {
	body, _ := json.Marshal(d) // texts and a tree, which is JSON, always encode
	return body
}

// print is the fingerprint of what would be made. Whom the vendor notifies makes no
// other audience, and neither does its description.
func (d AudienceDefinition) print() string {
	d.WebhookURL, d.Description = "", ""
	sum := sha256.Sum256(d.order())
	return hex.EncodeToString(sum[:8])
}

// operators are those of the document's list of filters.
var operators = []string{"equals", "contains", "greater_than", "less_than", "in", "not_in"}

// check finds what is wrong with it before anything is sent. Without a filter an
// audience would be everybody whom the vendor knows.
func (d AudienceDefinition) check(p *extract.Problems) {
	if strings.TrimSpace(d.Name) == "" {
		p.Add("audience.name", "the audience needs a name, by which it is found again")
	}
	var list []struct {
		Field, Operator string
		Value           json.RawMessage
	}
	switch {
	case d.Filters == "" && len(d.Segment) == 0, d.Filters == "{}" || d.Filters == "[]":
		p.Add("audience.filters", "say who is in the audience: at least one filter")
	case strings.HasPrefix(string(d.Filters), "[") && json.Unmarshal([]byte(d.Filters), &list) != nil:
		p.Add("audience.filters", "want filters of field, operator and value")
	}
	for i, f := range list {
		path := fmt.Sprintf("audience.filters[%d]", i)
		if f.Field == "" {
			p.Add(path, "the field is missing")
		}
		if f.Value == nil {
			p.Add(path, "the value is missing")
		}
		p.OneOf(path+".operator", "operator", f.Operator, operators)
	}
}

// definitionPartition holds which audience was made of which definition.
const definitionPartition = "definition"

// orders is its checkpoint.
type orders struct {
	extract.Orders[string]
	Before []string `json:"before,omitempty"` // audiences that had the name when the one that is made was ordered
}

// bought reports whether a checkpoint says what was made, which a full run must not
// forget.
func bought(partition string, _ schema.Checkpoint) bool { return partition == definitionPartition }

var errUnreadableOrders = errors.New(name + ": the note of which audience was made cannot be read; name the audience under audiences")

// made is what was ordered so far, and the audience that a run from here would read; "":
// it would order it, or find out whether it was.
func (m Members) made(from extract.State) (past orders, id string, err error) {
	if c := from[definitionPartition]; c != "" {
		if past, err = extract.Decode[orders](c, errUnreadableOrders); err != nil {
			return past, "", err
		}
	}
	definition := m.Audience.print()
	if old, changed := past.Changed(definition, m.OnChange); changed && past.Creating == "" {
		return past, "", fmt.Errorf("%s: the definition changed since audience %s was made of it; set on_change: create to have another one made, "+
			"or audiences: [%s] to keep the old one, or put the definition back", name, old, old)
	}
	return past, past.Audiences[definition], nil
}

// planDefined says what a run would read. A dry run reads an audience that is made, by its
// id, so that it orders nothing.
func (m Members) planDefined(ctx context.Context, run extract.Run) (extract.Plan, error) {
	from, err := run.State(ctx)
	if err != nil {
		return extract.Plan{}, err
	}
	_, id, err := m.made(from)
	if err != nil {
		return extract.Plan{}, err
	}
	if id == "" {
		return extract.Plan{
			Detail: fmt.Sprintf("the members of %q, which the vendor makes first", m.Audience.Name),
			Note:   "nothing was asked: the vendor would make the audience first",
		}, nil
	}
	return extract.Plan{
		Detail:  fmt.Sprintf("a complete sweep of the members of audience %s, made of the definition of %q", id, m.Audience.Name),
		Preview: &Members{Audiences: []string{id}, Sweep: m.Sweep},
	}, nil
}

// defined reads the members of an audience that is made first, where it is not.
type defined struct {
	Members
	env extract.Env
}

// Pages implements [extract.Source].
func (d defined) Pages(ctx context.Context, from extract.State) iter.Seq2[extract.Page, error] {
	return extract.Sequence(func(emit extract.Emit) error {
		id, err := d.make(ctx, from, emit)
		if err != nil {
			return err
		}
		source, _, err := d.open(d.env, membersOf(schema.KindAudience, "/audiences/", []string{id})...)
		if err != nil {
			return err
		}
		for page, err := range source.Pages(ctx, from) {
			if err != nil {
				return err
			}
			if err := emit(page); err != nil {
				return err
			}
		}
		return nil
	})
}

// make is the id of the audience of the definition. It orders it unless an earlier run
// did; of one that was ordered and of which no answer is stored, the list tells.
func (d defined) make(ctx context.Context, from extract.State, emit extract.Emit) (string, error) {
	past, id, err := d.made(from)
	if err != nil {
		return "", err
	}
	definition := d.Audience.print()
	note := func(o orders) error {
		return emit(extract.Page{Partition: definitionPartition, Next: extract.Encode(o), Complete: o.Creating == ""})
	}
	if past.Creating != "" {
		lost, err := d.found(ctx, past)
		if err != nil {
			return "", fmt.Errorf("%w; whether the audience %q was made is not known, and it is not ordered again before that is", err, d.Audience.Name)
		}
		ordered := past.Creating
		past.Creating, past.Before = "", nil
		if lost != "" {
			past.Orders = past.With(ordered, lost)
		}
		if err := note(past); err != nil {
			return "", err
		}
		if past, id, err = d.made(extract.State{definitionPartition: extract.Encode(past)}); err != nil {
			return "", err
		}
	}
	if id != "" {
		if past.Current != definition {
			err = note(orders{Orders: past.With(definition, id)})
		}
		return id, err
	}
	return d.create(ctx, past, note)
}

// create orders the audience. That it is ordered is stored first: should the answer be
// lost, the next run looks for it in the vendor's list.
func (d defined) create(ctx context.Context, past orders, note func(orders) error) (id string, err error) {
	definition := d.Audience.print()
	ordered := orders{Orders: past.Orders}
	ordered.Creating = definition
	if ordered.Before, err = d.namesakes(ctx, nil); err != nil {
		return "", err
	}
	if err := note(ordered); err != nil {
		return "", err
	}
	answer, err := d.env.API.Do(ctx, api.Request{Method: http.MethodPost, Path: "/audiences", Body: d.Audience.order(), Once: true})
	if err != nil && extract.Unprocessed(err) {
		return "", errors.Join(err, note(past))
	}
	if err == nil {
		id = madeAs(answer.Body)
	}
	if id == "" {
		if id, _ = d.found(ctx, ordered); id == "" {
			err = cmp.Or(err, errors.New(name+": the audience was ordered and the answer names no id"))
			return "", fmt.Errorf("%w; whether the vendor makes %q is not known: the next run looks for it there before it orders anything", err, d.Audience.Name)
		}
	}
	d.env.Log.Info("the vendor makes an audience", "source", name, "audience", id)
	return id, note(orders{Orders: past.With(definition, id)})
}

// madeAs is the id in the answer to an order: audienceId, or as the document has it id.
func madeAs(body []byte) string {
	var a struct {
		AudienceID extract.LenientText `json:"audienceId"`
		SnakeID    extract.LenientText `json:"audience_id"`
		ID         extract.LenientText `json:"id"`
		Data       struct {
			AudienceID extract.LenientText `json:"audienceId"`
			ID         extract.LenientText `json:"id"`
		} `json:"data"`
	}
	_ = json.Unmarshal(body, &a) // what cannot be read is not told
	return string(cmp.Or(a.AudienceID, a.SnakeID, a.ID, a.Data.AudienceID, a.Data.ID))
}

// namesakes are the ids of the vendor's audiences of this name but for those known.
func (d defined) namesakes(ctx context.Context, known []string) (ids []string, err error) {
	err = enrichment.List(ctx, d.env, "/audiences", func(a enrichment.Listed) bool {
		if strings.TrimSpace(a.Name) == strings.TrimSpace(d.Audience.Name) && a.ID != "" && !slices.Contains(known, a.ID) {
			ids = append(ids, a.ID)
		}
		return true
	})
	return ids, err
}

// found is the audience that was ordered and of which no answer came: the only one of
// the name that was not there before. "": the vendor certainly does not have it.
func (d defined) found(ctx context.Context, o orders) (string, error) {
	ids, err := d.namesakes(ctx, o.Before)
	switch {
	case err != nil || len(ids) == 0:
		return "", err
	case len(ids) > 1:
		return "", fmt.Errorf("%s: %d audiences of this name have been made since it was ordered; name the right one under audiences", name, len(ids))
	}
	return ids[0], nil
}
