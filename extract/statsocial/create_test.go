package statsocial

import (
	"context"
	"net/http"
	"os"
	"testing"

	"contactsync/extract"
	"contactsync/extract/vendortest"

	"github.com/stretchr/testify/require"
)

func golangFans(phrase string) Outputs {
	return Outputs{
		Audience:   AudienceDefinition{Name: "Golang fans", CallbackURL: "https://yoursite.example/callback"},
		Parameters: []Parameter{{Operation: "OR", TweetSearch: &TweetSearch{Phrases: []string{phrase}}}},
		Outputs:    []string{"ss_id", "md5"},
	}
}

func TestAnAudienceIsBuiltOncePerDefinition(t *testing.T) {
	f := newFakeStatSocial()
	f.files["ss_id"], f.files["md5"] = "A\n", "ss_id,md5\nA,m1\n"
	f.statuses = []string{"running"}
	env, state := f.env(t), extract.State{}
	env.Meter = new(extract.Meter)

	pages, err := vendortest.Collect(t, golangFans("golang").source(env), state)
	require.NoError(t, err)
	require.Equal(t, map[string]string{"A": `{"md5":"m1","ss_id":"A"}`}, payloads(t, pages))
	require.Len(t, f.created, 1)
	require.EqualValues(t, 1, env.Meter.Credits())
	require.JSONEq(t, `{"audience":{"name":"Golang fans"},"callback_url":"https://yoursite.example/callback","outputs":["ss_id","md5"],
		"parameters":[{"operation":"OR","tweet_search":{"phrases":["golang"]}}]}`, f.created[0])
	require.Equal(t, []string{"definition", "definition", "67454"}, []string{pages[0].Partition, pages[1].Partition, pages[2].Partition})
	require.Empty(t, pages[0].Records, "such a page is stored before the next is asked for")
	require.Contains(t, string(pages[0].Next), `"creating"`)

	f.requests = nil
	pages, err = vendortest.Collect(t, golangFans("golang").source(env), state)
	require.NoError(t, err)
	require.Empty(t, pages)
	require.Empty(t, f.requests)
	require.EqualValues(t, 1, env.Meter.Credits(), "and is paid for once")

	t.Run("a changed definition is an error that explains", func(t *testing.T) {
		_, err := vendortest.Collect(t, golangFans("#golang").source(env), state)
		require.ErrorContains(t, err, "on_change: create")
		require.ErrorContains(t, err, "audience_id: 67454")
		require.Empty(t, f.requests)
	})
	t.Run("or it is built anew where that is allowed", func(t *testing.T) {
		changed := golangFans("#golang")
		changed.OnChange = extract.OnChangeCreate
		pages, err := vendortest.Collect(t, changed.source(env), state)
		require.NoError(t, err)
		require.Len(t, f.created, 2)
		require.Equal(t, "67455", pages[len(pages)-1].Partition)
	})
	t.Run("and the old definition still has its audience", func(t *testing.T) {
		pages, err := vendortest.Collect(t, golangFans("golang").source(env), state)
		require.NoError(t, err)
		require.Empty(t, vendortest.IDs(pages))
		require.Len(t, f.created, 2)
	})
}

func TestALostAnswerNeverOrdersTwice(t *testing.T) {
	for name, answer := range map[string]func(http.ResponseWriter) bool{
		"connection breaks": func(w http.ResponseWriter) bool { panic(http.ErrAbortHandler) },
		"status 500":        func(w http.ResponseWriter) bool { vendortest.Answer(w, 500, `{"response":"oops"}`); return true },
		"no JSON": func(w http.ResponseWriter) bool {
			w.Header().Set("Content-Type", "text/html")
			_, _ = w.Write([]byte("<html>"))
			return true
		},
		"no id": func(w http.ResponseWriter) bool { vendortest.Answer(w, 200, `{"response":"enqueued"}`); return true },
	} {
		t.Run(name, func(t *testing.T) {
			f := newFakeStatSocial()
			f.files["ss_id"] = "A\n"
			f.order = func(w http.ResponseWriter) bool { return answer(w) }
			env, state := f.env(t), extract.State{}
			env.Meter = new(extract.Meter)
			_, err := vendortest.Collect(t, golangFans("golang").source(env), state)
			require.ErrorContains(t, err, "set audience_id")
			require.Equal(t, 1, f.orders())
			require.EqualValues(t, 1, env.Meter.Credits(), "it may be built and paid for")

			f.answerOrders(nil)
			_, err = vendortest.Collect(t, golangFans("golang").source(env), state)
			require.ErrorContains(t, err, "never learned its id")
			require.Equal(t, 1, f.orders())

			known := golangFans("golang")
			known.AudienceID, known.Audience, known.Parameters = 67454, AudienceDefinition{}, nil
			pages, err := vendortest.Collect(t, known.source(env), state)
			require.NoError(t, err)
			require.Equal(t, []string{"A"}, vendortest.IDs(pages))

			_, err = vendortest.Collect(t, golangFans("golang").source(env), extract.State{})
			require.NoError(t, err)
			require.Equal(t, 2, f.orders(), "--full forgets the note, and orders again")
		})
	}
}

func TestAKillBetweenOrderAndAnswerNeverOrdersTwice(t *testing.T) {
	f := newFakeStatSocial()
	f.files["ss_id"] = "A\n"
	env, state := f.env(t), extract.State{}
	for page, err := range golangFans("golang").source(env).Pages(context.Background(), extract.State{}) {
		require.NoError(t, err)
		if len(f.created) > 0 {
			break // killed before the answer is stored
		}
		state[page.Partition] = page.Next
	}
	_, err := vendortest.Collect(t, golangFans("golang").source(env), state)
	require.ErrorContains(t, err, "never learned its id")
	require.Len(t, f.created, 1)
}

func TestARefusedOrderMayBeSentAgain(t *testing.T) {
	for _, status := range []int{301, 308, 400, 402, 422, 429, 503} {
		f := newFakeStatSocial()
		f.files["ss_id"] = "A\n"
		refusals := 1
		f.order = func(w http.ResponseWriter) bool {
			if refusals--; refusals < 0 {
				return false
			}
			vendortest.Answer(w, status, `{"response":"invalid parameters"}`)
			return true
		}
		env, state := f.env(t), extract.State{}
		env.Meter = new(extract.Meter)
		pages, err := vendortest.Collect(t, golangFans("golang").source(env), state)
		if err != nil {
			var api *extract.APIError
			require.ErrorAs(t, err, &api)
			require.Equal(t, status, api.Status)
			require.NotContains(t, string(state[definitionPartition]), "creating")
			require.Zero(t, env.Meter.Credits())
			pages, err = vendortest.Collect(t, golangFans("golang").source(env), state)
		}
		require.NoError(t, err)
		require.Equal(t, []string{"A"}, vendortest.IDs(pages), status)
	}
}

func TestNothingIsOrderedWithoutCredits(t *testing.T) {
	f := newFakeStatSocial()
	f.credits = `{"builds":0,"insights":-1}`
	env, state := f.env(t), extract.State{}
	_, err := vendortest.Collect(t, golangFans("golang").source(env), state)
	var limit *extract.LimitError
	require.ErrorAs(t, err, &limit)
	require.Empty(t, f.created)
	require.Empty(t, state)

	f.credits = `{"builds":-1}`
	f.files["ss_id"] = "A\n"
	_, err = vendortest.Collect(t, golangFans("golang").source(env), state)
	require.NoError(t, err)
}

func TestANoteThatCannotBeReadOrdersNothing(t *testing.T) {
	f := newFakeStatSocial()
	_, err := vendortest.Collect(t, golangFans("golang").source(f.env(t)), extract.State{definitionPartition: "{"})
	require.ErrorContains(t, err, "cannot be read")
	require.Empty(t, f.created)
}

func TestTheAnswerOfCreateAudience(t *testing.T) {
	body, err := os.ReadFile("testdata/created.json")
	require.NoError(t, err)
	audience, err := decodeAudience(body, 0)
	require.NoError(t, err)
	require.EqualValues(t, 67454, audience.ID)
	require.Equal(t, extract.StatusWaiting, extract.StatusOf(string(audience.Status)))
}

func TestStatSocialConforms(t *testing.T) {
	f := newFakeStatSocial()
	f.files["ss_id"] = ""
	for i := range 2100 {
		f.files["ss_id"] += string(rune('a'+i%26)) + string(rune('a'+i/26%26)) + string(rune('a'+i/676)) + "\n"
	}
	env := f.env(t)
	vendortest.Resume(t, func() extract.Source { return Outputs{AudienceID: 67454}.source(env) })
}
