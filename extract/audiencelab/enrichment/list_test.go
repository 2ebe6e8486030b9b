package enrichment

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"contactsync/extract"
	"contactsync/extract/vendortest"
)

func TestNothingIsPostedOnTheWordOfAListThatIsNone(t *testing.T) {
	for name, list := range map[string]string{
		"an error beside nothing": `{"data":[],"error":{"message":"backend down"},"total":0}`,
		"an error and null":       `{"data":null,"error":"upstream timeout"}`,
		"rows are an object":      `{"data":{"id":"x"}}`,
		"failed":                  `{"data":[],"status":"Failed"}`,
		"a word nobody knows":     `{"data":[],"status":"Meditating","total":0}`,
		"no data":                 `{"status":"no data"}`,
		"no rows at all":          `{}`,
		"a total without rows":    `{"data":[],"total_records":3}`,
		"fewer than declared":     `{"data":[{"id":"a","name":"a"}],"total_records":3,"total_pages":1}`,
	} {
		t.Run(name, func(t *testing.T) {
			fake := newDesk(t)
			d := newUser(t, fake, "a@x.example")
			require.ErrorIs(t, d.night(1), errKilled) // it is booked, and no answer is stored
			fake.jobs = nil                           // the vendor would deny it, and posting again would be right
			posts := fake.posts
			fake.answer = func(w http.ResponseWriter, r *http.Request) bool {
				if r.Method == http.MethodGet {
					vendortest.Answer(w, 200, list)
				}
				return r.Method == http.MethodGet
			}
			require.Error(t, d.night(-1))
			require.Equal(t, posts, fake.posts)
			require.Equal(t, []string{"BOOKED 1 0"}, d.statuses())
			fake.answer = nil
			require.NoError(t, d.night(-1))
			require.Equal(t, posts+1, fake.posts)
			require.Equal(t, []string{"COMPLETED 1 1"}, d.statuses())
		})
	}
}

func TestAListEndsWhereItSays(t *testing.T) {
	for name, pages := range map[string][]string{
		"bare":                  {`[{"id":"a","name":"a"}]`, `[]`},
		"the same for any page": {`{"data":[{"id":"a"}]}`, `{"data":[{"id":"a"}]}`},
		"has_more":              {`{"results":[{"id":"a"}],"has_more":true}`, `{"results":[{"id":"b"}],"has_more":false}`},
		"error null":            {`{"data":[{"id":"a"}],"error":null,"total":1}`},
		"nothing":               {`{"data":[],"total":0}`},
		"null":                  {`{"data":null,"total_records":0}`},
	} {
		t.Run(name, func(t *testing.T) {
			n := 0
			env := vendortest.Env(t, vendor(), http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				require.Less(t, n, len(pages))
				vendortest.Answer(w, 200, pages[n])
				n++
			}))
			require.NoError(t, List(t.Context(), env, enrichmentsPath, func(Listed) bool { return true }))
			require.Equal(t, len(pages), n)
		})
	}
	env := vendortest.Env(t, vendor(), http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		vendortest.Answer(w, 200, `{"data":[{"id":"a"}],"has_more":true}`)
	}), func(s *extract.Settings) { s.MaxAttempts = 1 })
	require.ErrorContains(t, List(t.Context(), env, enrichmentsPath, func(Listed) bool { return true }), "page 2 of the list /enrichments repeats")
}

func FuzzAnswers(f *testing.F) {
	f.Add(`{"data":[{"id":1,"name":null,"status":["x"],"csv_url":{}}],"total":"7","has_more":1}`)
	f.Add(`{"job":{"job":{"job":{}}},"results":[{"UUID":"1"}]}`)
	f.Fuzz(func(_ *testing.T, body string) {
		p, _ := decodePage([]byte(body))
		p.ends(1, 0)
		for _, row := range p.rows {
			a := decodeJob(row)
			_, _, _ = a.nobody(), a.ready(), a.word()
		}
		rows, _ := foundIn([]byte(body))
		for _, raw := range rows {
			membersOfObject(raw)
		}
	})
}
