package audiencelab

import (
	"encoding/json"
	"slices"
	"strings"

	"contactsync/internal/simulate/api"
	"contactsync/internal/simulate/world"
)

// definition is an audience that a client has made.
type definition struct {
	saved   audience
	members segment
}

// definable are the fields of POST /audiences that some document or client names.
var definable = []string{
	"name", "description", "filters", "segment", "segments", "days_back", "daysBack", "webhook_url", "scheduled_refresh", "refresh_interval",
}

// createAudience answers POST /audiences, in the vendor's own form, where filters are
// an object, and in that of the original document, where they are a list. Each
// answers as it is documented.
func (a *account) createAudience(c *api.Call) api.Answer {
	var body map[string]json.RawMessage
	var name string
	if json.Unmarshal(c.Body, &body) != nil || json.Unmarshal(body["name"], &name) != nil {
		return c.Invalid(unknownField)
	}
	for field := range body {
		if !slices.Contains(definable, field) {
			return c.Invalid(unknownField)
		}
	}
	listed, valid := filters(body["filters"])
	if !valid || name == "" {
		return c.Invalid("audience enqueue failed: <nil>")
	}
	a.mu.Lock()
	number := uint64(len(a.audiences) + 1)
	a.mu.Unlock()
	d := a.define(c, name, string(body["filters"])+string(body["segment"]), number)
	reply := api.Created(api.Object{{"audienceId", d.saved.id}})
	if listed {
		reply = api.Created(d.saved.json(1, c)) // of a place in the list that has no refresh
	}
	reply.Order = &api.Order{Kind: api.AudienceOrder, Name: name}
	reply.Done = func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.audiences = append(a.audiences, d)
	}
	return reply
}

// filters reports whether filters are a list, and whether they make sense.
func filters(text json.RawMessage) (listed, valid bool) {
	var object map[string]json.RawMessage
	if json.Unmarshal(text, &object) == nil {
		return false, len(object) > 0
	}
	var list []struct {
		Field    string          `json:"field"`
		Operator string          `json:"operator"`
		Value    json.RawMessage `json:"value"`
	}
	if !strict(text, &list) || len(list) == 0 {
		return true, false
	}
	for _, f := range list {
		if f.Field == "" || f.Value == nil || !slices.Contains(operators, strings.ToLower(f.Operator)) {
			return true, false
		}
	}
	return true, true
}

var operators = []string{"equals", "contains", "greater_than", "less_than", "in", "not_in"}

// define makes the audience of a definition: the same people for the same filters.
func (a *account) define(c *api.Call, name, who string, number uint64) definition {
	seed := c.Sim.Options.Seed
	id := world.UUID(world.HashInts(seed, 5, number), world.HashInts(seed, 6, number))
	from := world.Unit(world.HashText(seed, who)) * 0.7
	return definition{
		saved:   audience{id, name},
		members: segment{id: id, name: name, from: from, to: from + 0.15, shape: memberShape, limit: 100},
	}
}

// list is the saved audiences, then those that clients have made.
func (a *account) list() []audience {
	a.mu.Lock()
	defer a.mu.Unlock()
	all := audienceList()
	for _, d := range a.audiences {
		all = append(all, d.saved)
	}
	return all
}

// members finds who is in an audience.
func (a *account) members(id string) (members segment, found bool) {
	for n, saved := range audienceList() {
		if saved.id == id {
			return memberSegment(n, saved), true
		}
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, d := range a.audiences {
		if d.saved.id == id {
			return d.members, true
		}
	}
	return segment{}, false
}

// memberPage answers GET /audiences/{id}: "no data" until it is materialised.
func (a *account) memberPage(c *api.Call) api.Answer {
	id := c.HTTP.PathValue("id")
	members, found := a.members(id)
	if !found {
		return c.NotFound("Audience not found")
	}
	if c.On(api.IgnoredFilters) {
		members.from, members.to = 0, 1
	}
	return c.Await(Name+"/"+id, api.OK(noData), func() api.Answer { return members.page(c) })
}
