package vendortest

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"contactsync/extract"
)

// A Mistake is something that a vendor's paging may do wrong, and that no source
// may take for the end of a list or follow for ever.
type Mistake string

// The mistakes that every vendor is tried with.
const (
	RepeatedPage Mistake = "a page that was served before"
	EmptyPage    Mistake = "an empty page while more is promised"
	CursorLoop   Mistake = "a cursor that leads back"
	NotReady     Mistake = "data that is still prepared"
	ErrorAnswer  Mistake = "an error in a successful answer"
)

var mistakes = []Mistake{RepeatedPage, EmptyPage, CursorLoop, NotReady, ErrorAnswer}

// Wrong is how a vendor's fake makes a mistake.
type Wrong struct {
	Server  func(next http.Handler) http.Handler // answers wrongly somewhere after the first page
	Error   string                               // what the run ends with
	Without string                               // why this vendor cannot make the mistake; then there is no server
}

// Suite is what a vendor brings.
type Suite struct {
	Vendor extract.Vendor
	Server func(t *testing.T) http.Handler      // a new fake, with a list of several pages
	Open   func(env extract.Env) extract.Source // the stream that reads it
	Change func(*extract.Settings)              // of the client; nil: none
	Wrong  map[Mistake]Wrong                    // every mistake there is
	Most   int64                                // requests of a run that meets a mistake
	Form   Form                                 // of its answers
	Small  func(t *testing.T) http.Handler      // a fake that costs less time, for the many answers that lie; nil: Server
	Later  int64                                // which list answer is the first to lie, when not all do; 0: there is one only
}

// Run checks the promises of package extract.
func (s Suite) Run(t *testing.T) {
	t.Run("stopped after any page, it goes on as if nothing had happened", func(t *testing.T) {
		h := s.Server(t)
		Resume(t, func() extract.Source { return s.Open(s.env(t, h)) })
	})
	t.Run("checkpoints can be read by people", func(t *testing.T) {
		pages, _ := Read(t, s.Open(s.env(t, s.Server(t))), nil, -1)
		for _, p := range pages {
			RequireReadable(t, p.Next)
		}
	})
	for name, fault := range Faults {
		t.Run("what passes changes nothing: "+name, func(t *testing.T) {
			whole, _ := Read(t, s.Open(s.env(t, s.Server(t))), nil, -1)
			disturbed, _ := Read(t, s.Open(s.env(t, Flaky(s.Server(t), fault))), nil, -1)
			require.Equal(t, Outline(whole), Outline(disturbed))
		})
	}
	t.Run("it resumes amid faults", func(t *testing.T) {
		h := Flaky(s.Server(t), Faults["503"])
		Resume(t, func() extract.Source { return s.Open(s.env(t, h)) })
	})
	for _, code := range []int{http.StatusUnauthorized, http.StatusForbidden} {
		t.Run("a credential that is refused: "+http.StatusText(code), func(t *testing.T) { s.refused(t, code) })
	}
	s.Answers(t)
	for _, m := range mistakes {
		t.Run(string(m), func(t *testing.T) { s.mistaken(t, m) })
	}
}

// Answers checks what follows from the form of answers alone: of a vendor's other
// streams, too, which are read by the same rules.
func (s Suite) Answers(t *testing.T) {
	t.Run("a listing beyond max_records", s.tooMany)
	t.Run("an answer that lies", s.lying)
	t.Run("a listing of fewer rows than declared", s.short)
}

func (s Suite) env(t *testing.T, h http.Handler) extract.Env {
	return Env(t, s.Vendor, h, func(settings *extract.Settings) {
		settings.MaxAttempts = 12
		if s.Change != nil {
			s.Change(settings)
		}
	})
}

// refused ends a run at once, and keeps the state.
func (s Suite) refused(t *testing.T, code int) {
	server, n := InTurn(Status(code))
	env := s.env(t, server)
	pages, _, err := ReadUntil(t.Context(), s.Open(env), nil, -1)
	require.Empty(t, pages)
	refusal, ok := errors.AsType[*extract.APIError](err)
	require.True(t, ok, "%v", err)
	require.True(t, refusal.Refused())
	require.ErrorContains(t, err, "the vendor refuses the credential in "+env.Client.Settings().CredentialKey)
	require.LessOrEqual(t, n.Load(), int64(len(env.Client.Settings().Schemes)), "once per scheme")
}

// tooMany stops listings that are larger than the pipeline allows: before their second
// page, whether they are begun or resumed. What has room is read as ever.
func (s Suite) tooMany(t *testing.T) {
	h := s.Server(t)
	limited := func(most int64, from extract.State, n int) ([]extract.Page, extract.State, error) {
		env := s.env(t, h)
		env.MaxRecords = most
		return ReadUntil(t.Context(), s.Open(env), from, n)
	}
	whole, _ := Read(t, s.Open(s.env(t, h)), nil, -1)
	roomy, _, err := limited(int64(len(IDs(whole))), nil, -1)
	require.NoError(t, err)
	require.Equal(t, Outline(whole), Outline(roomy))

	_, begun, err := limited(0, nil, 2)
	require.NoError(t, err)
	for name, from := range map[string]extract.State{"from the start": nil, "resumed": begun} {
		pages, state, err := limited(1, from, -1)
		limit, ok := errors.AsType[*extract.LimitError](err)
		require.True(t, ok, "%s: %v", name, err)
		require.Equal(t, "max_records", limit.Limit)
		read := map[string]int{}
		for _, p := range pages {
			require.False(t, p.Complete && len(p.Records) > 0, "%s: nothing is closed", name)
			if len(p.Records) > 0 {
				read[p.Partition]++
			}
			require.LessOrEqual(t, read[p.Partition], 1, "%s: no second page", name)
		}
		rest, _, err := limited(int64(len(IDs(whole))), state, -1)
		require.NoError(t, err)
		require.True(t, rest[len(rest)-1].Complete)
	}
}

// mending is how many runs it may take to read what is missing: one may first find out
// that a list has to be read anew.
const mending = 3

// mistaken ends a run with an error, however often it is run; when the vendor has
// recovered, the next run reads what is missing.
func (s Suite) mistaken(t *testing.T, m Mistake) {
	wrong, told := s.Wrong[m]
	require.True(t, told, "say how the vendor makes this mistake, or why it cannot")
	if wrong.Server == nil {
		require.NotEmpty(t, wrong.Without)
		t.Skip(wrong.Without)
	}
	healthy := s.Server(t)
	whole, _ := Read(t, s.Open(s.env(t, healthy)), nil, -1)
	server := wrong.Server(healthy)
	state := extract.State{}
	var ids []string
	for range 2 {
		env := s.env(t, server)
		pages, next, err := ReadUntil(t.Context(), s.Open(env), state, -1)
		require.ErrorContains(t, err, wrong.Error)
		_, notReady := errors.AsType[*extract.NotReadyError](err)
		require.Equal(t, m == NotReady, notReady, "%v", err)
		require.LessOrEqual(t, env.Meter.Requests(), s.Most)
		ids, state = append(ids, IDs(pages)...), next
	}
	for range mending {
		pages, next, err := ReadUntil(t.Context(), s.Open(s.env(t, healthy)), state, -1)
		ids, state = append(ids, IDs(pages)...), next
		if err == nil {
			require.True(t, pages[len(pages)-1].Complete)
			break
		}
	}
	require.Subset(t, ids, IDs(whole), "nothing is missed")
}

// Check tries a vendor's entry in the list: what is missing there would be noticed
// only in the middle of a night.
func Check(t *testing.T, v extract.Vendor) {
	t.Helper()
	require.NotEmpty(t, v.Name)
	require.NotEmpty(t, v.Doc)
	require.NotNil(t, v.Check)
	require.NotNil(t, v.Identify)
	require.NotEmpty(t, v.Streams)
	settings := v.Section().Settings()
	require.Equal(t, v.Name, settings.Source)
	require.Regexp(t, `^https://`, settings.BaseURL)
	require.Regexp(t, `^sources\.`+v.Name+`\.[a-z_]+$`, settings.CredentialKey)
	require.NotEmpty(t, settings.Schemes)
	require.Equal(t, settings, settings.WithDefaults())
	for _, stream := range v.Streams {
		require.Regexp(t, `^`+v.Name+`\.[a-z]+$`, stream.Name)
		require.NotNil(t, stream.New, stream.Name)
		d := stream.New()
		require.NotSame(t, d, stream.New(), "each pipeline has its own")
		d.Problems(nil)
		d.Problems(v.Section())
		for key, words := range worded(d) {
			require.NotEmpty(t, words, key)
		}
		if problems := d.Problems(v.Section()); len(problems) > 0 {
			continue // an empty definition cannot be planned
		}
		plan, err := d.Plan(t.Context(), extract.Run{Section: v.Section(), Now: time.Now()})
		require.NoError(t, err)
		require.NotEmpty(t, plan.Detail)
		require.True(t, plan.Preview != nil || plan.Note != "" || plan.MaxCost != 0, "a dry run shows rows, or why there are none")
	}
	_, asOf := v.Identify([]byte(`[1]`))
	require.True(t, asOf.IsZero(), "what is no object has no date")
}

func worded(d extract.Definition) map[string][]string {
	if w, ok := d.(extract.Worded); ok {
		return w.Words()
	}
	return nil
}

// Edited changes the JSON objects that a fake answers.
func Edited(next http.Handler, edit func(r *http.Request, body map[string]any)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		whole := httptest.NewRecorder()
		next.ServeHTTP(whole, r)
		var body map[string]any
		if whole.Code != http.StatusOK || json.Unmarshal(whole.Body.Bytes(), &body) != nil {
			Answer(w, whole.Code, whole.Body.String())
			return
		}
		edit(r, body)
		text, _ := json.Marshal(body) // it came out of JSON
		Answer(w, whole.Code, string(text))
	})
}

// Instead answers in place of a fake where answer says so.
func Instead(next http.Handler, answer func(w http.ResponseWriter, r *http.Request) (answered bool)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !answer(w, r) {
			next.ServeHTTP(w, r)
		}
	})
}
