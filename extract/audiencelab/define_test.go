package audiencelab

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"contactsync/extract"
	"contactsync/extract/vendortest"
	"contactsync/schema"
)

// fakeMaker makes audiences of definitions, and then serves two people of each.
type fakeMaker struct {
	t      testing.TB
	names  []string // of the audiences that it has
	bodies []string
	answer string // to an order; %s is the id
	status int    // of that answer; 0: 201
	lose   bool
	blind  bool // the list of audiences cannot be read
	making int  // answers that say "no data" before the members are there
}

func (f *fakeMaker) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.Method == http.MethodPost:
		body, err := io.ReadAll(r.Body)
		require.NoError(f.t, err)
		f.bodies = append(f.bodies, string(body))
		if f.status != 0 {
			vendortest.Status(f.status)(w, r)
			return
		}
		var order struct{ Name string }
		require.NoError(f.t, json.Unmarshal(body, &order))
		f.names = append(f.names, order.Name)
		if f.lose {
			panic(http.ErrAbortHandler)
		}
		vendortest.Answer(w, 201, fmt.Sprintf(f.answer, fmt.Sprint("aud-", len(f.names)-1)))
	case r.URL.Path == "/audiences" && f.blind:
		vendortest.Status(500)(w, r)
	case r.URL.Path == "/audiences":
		var rows []string
		for i, n := range f.names {
			rows = append(rows, fmt.Sprintf(`{"id":"aud-%d","name":%q}`, i, n))
		}
		vendortest.Answer(w, 200, fmt.Sprintf(`{"data":[%s],"total":%d}`, strings.Join(rows, ","), len(rows)))
	case f.making > 0:
		f.making--
		vendortest.Answer(w, 200, `{"status":"no data"}`)
	default:
		id := strings.TrimPrefix(r.URL.Path, "/audiences/")
		vendortest.Answer(w, 200, fmt.Sprintf(`{"data":[{"UUID":"%[1]s-a"},{"UUID":"%[1]s-b"}],"total_records":2,"total_pages":1,"page":1}`, id))
	}
}

func maker(t *testing.T) (*fakeMaker, Members, func(*Members, extract.State, int) ([]extract.Page, extract.State, error)) {
	fake := &fakeMaker{t: t, names: []string{"Somebody's", "Engineers"}, answer: `{"audienceId":%q}`}
	m := Members{Audience: AudienceDefinition{Name: "Engineers", Filters: `{"businessProfile":{"seniority":["cxo"]}}`}}
	return fake, m, func(m *Members, from extract.State, n int) ([]extract.Page, extract.State, error) {
		env := vendortest.Env(t, Vendor(), fake, func(s *extract.Settings) { s.MaxAttempts, s.PollTimeout = 2, time.Minute })
		source, _, err := m.Open(t.Context(), extract.Run{}, env)
		require.NoError(t, err)
		return vendortest.ReadUntil(t.Context(), source, from, n)
	}
}

func TestAnAudienceIsMadeOnceAndReadEachNight(t *testing.T) {
	for name, answer := range map[string]string{
		"the vendor's form": `{"audienceId":%q}`, "the document's": `{"id":%q,"name":"Engineers"}`, "an envelope": `{"data":{"id":%q}}`,
	} {
		t.Run(name, func(t *testing.T) {
			fake, m, read := maker(t)
			fake.answer, fake.making = answer, 2
			pages, state, err := read(&m, nil, -1)
			require.NoError(t, err)
			require.Equal(t, []string{`{"name":"Engineers","filters":{"businessProfile":{"seniority":["cxo"]}}}`}, fake.bodies)
			require.Equal(t, []string{"aud-2-a", "aud-2-b"}, vendortest.IDs(pages))
			require.Equal(t, "aud-2", pages[len(pages)-1].Audience)
			m.Audience.Description = "another word"
			pages, _, err = read(&m, state, -1)
			require.NoError(t, err)
			require.Equal(t, []string{"aud-2-a", "aud-2-b"}, vendortest.IDs(pages))
			require.Len(t, fake.bodies, 1)
			require.True(t, bought(definitionPartition, state[definitionPartition]), "a full run remembers it")
			require.False(t, bought("aud-2", state["aud-2"]))
		})
	}
}

func TestAChangedDefinitionIsAnErrorUnlessItIsWanted(t *testing.T) {
	fake, m, read := maker(t)
	_, state, err := read(&m, nil, -1)
	require.NoError(t, err)
	old := m
	m.Audience.Filters = `[{"field":"JOB_TITLE","operator":"contains","value":"Engineer"}]`
	require.Empty(t, m.Problems(nil))
	_, _, err = read(&m, state, -1)
	require.ErrorContains(t, err, "the definition changed since audience aud-2 was made of it")
	m.OnChange = extract.OnChangeCreate
	pages, state, err := read(&m, state, -1)
	require.NoError(t, err)
	require.Equal(t, []string{"aud-3-a", "aud-3-b"}, vendortest.IDs(pages))
	pages, _, err = read(&old, state, -1)
	require.NoError(t, err)
	require.Equal(t, []string{"aud-2-a", "aud-2-b"}, vendortest.IDs(pages), "what was made is remembered")
	require.Len(t, fake.bodies, 2)
}

func TestAKilledRunNeverOrdersAnAudienceTwice(t *testing.T) {
	_, m, read := maker(t)
	whole, _, err := read(&m, nil, -1)
	require.NoError(t, err)
	for stop := range whole {
		fake, m, read := maker(t)
		state := extract.State{}
		if stop > 0 {
			_, state, err = read(&m, nil, stop)
			require.NoError(t, err)
		}
		pages, state, err := read(&m, state, -1)
		require.NoError(t, err)
		require.Equal(t, []string{"aud-2-a", "aud-2-b"}, vendortest.IDs(pages[max(0, len(pages)-1):]), "killed after page %d", stop)
		require.Len(t, fake.bodies, 1)
		require.NotContains(t, string(state[definitionPartition]), "creating")
	}
}

func TestAnAudienceWhoseAnswerIsLostIsFoundByItsName(t *testing.T) {
	fake, m, read := maker(t)
	fake.lose = true
	pages, _, err := read(&m, nil, -1)
	require.NoError(t, err)
	require.Equal(t, []string{"aud-2-a", "aud-2-b"}, vendortest.IDs(pages))

	fake, m, read = maker(t)
	ordered := orders{Orders: extract.Orders[string]{Creating: m.Audience.print()}, Before: []string{"aud-1"}}
	state := extract.State{definitionPartition: extract.Encode(ordered)}
	fake.blind = true
	_, _, err = read(&m, state, -1)
	require.ErrorContains(t, err, "is not ordered again before that is")
	fake.blind, fake.names = false, []string{"Somebody's", "Engineers", "Engineers", "Engineers"}
	_, _, err = read(&m, maps.Clone(state), -1)
	require.ErrorContains(t, err, "2 audiences of this name have been made since it was ordered")
	fake.names = fake.names[:3]
	pages, _, err = read(&m, maps.Clone(state), -1)
	require.NoError(t, err)
	require.Equal(t, []string{"aud-2-a", "aud-2-b"}, vendortest.IDs(pages))
	require.Empty(t, fake.bodies)
	fake.names = fake.names[:2]
	pages, _, err = read(&m, maps.Clone(state), -1)
	require.NoError(t, err)
	require.Len(t, fake.bodies, 1, "which certainly was not made")
	require.Equal(t, []string{"aud-2-a", "aud-2-b"}, vendortest.IDs(pages))
}

func TestARefusedOrderIsForgotten(t *testing.T) {
	fake, m, read := maker(t)
	fake.status = 400
	_, state, err := read(&m, nil, -1)
	require.Error(t, err)
	require.Equal(t, schema.Checkpoint("{}"), state[definitionPartition])
	fake.status = 0
	_, _, err = read(&m, state, -1)
	require.NoError(t, err)
	require.Len(t, fake.bodies, 2)
}

func TestDefinitionsAreChecked(t *testing.T) {
	paths := func(m Members) (list []string) {
		for _, p := range m.Problems(nil) {
			list = append(list, p.Path)
		}
		return list
	}
	require.Equal(t, []string{"audiences"}, paths(Members{}))
	require.Empty(t, paths(Members{Audience: AudienceDefinition{Name: "x", Segment: []string{"b2b_1"}}}))
	require.Equal(t, []string{"audiences", "on_change", "audience.name", "audience.filters"},
		paths(Members{Audiences: []string{"a"}, OnChange: "x", Audience: AudienceDefinition{DaysBack: 7}}))
	require.Equal(t, []string{"audience.filters"}, paths(Members{Audience: AudienceDefinition{Name: "x", Filters: "{}"}}))
	require.Equal(t, []string{"audience.filters[0]", "audience.filters[0].operator", "audience.filters[1]"},
		paths(Members{Audience: AudienceDefinition{Name: "x", Filters: `[{"operator":"like","value":1},{"field":"A","operator":"in"}]`}}))
}

func TestADryRunOrdersNothing(t *testing.T) {
	fake, m, read := maker(t)
	state := extract.State{}
	run := extract.Run{State: func(context.Context) (extract.State, error) { return state, nil }}
	plan, err := m.Plan(t.Context(), run)
	require.NoError(t, err)
	require.Equal(t, `the members of "Engineers", which the vendor makes first`, plan.Detail)
	require.Nil(t, plan.Preview)
	_, state, err = read(&m, state, -1)
	require.NoError(t, err)
	plan, err = m.Plan(t.Context(), run)
	require.NoError(t, err)
	require.Equal(t, &Members{Audiences: []string{"aud-2"}}, plan.Preview)
	require.Len(t, fake.bodies, 1)
}
