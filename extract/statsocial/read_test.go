package statsocial

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"contactsync/extract"
	"contactsync/extract/vendortest"
	"contactsync/schema"
)

func TestRowsOfOnePersonAreOneRecord(t *testing.T) {
	f := newFakeStatSocial()
	f.files["ss_id"] = "ss_id\r\nA\r\nB\r\nC\r\n"
	f.files["md5"] = "gz:md5,SS_ID,rank\nm2,A,1\nm1,A,2\nm3,B,1\n" + digest1 + ",,9\n"
	f.files["email_raw"] = `{"ss_id":"A","email_raw":"ada@example.com","score":0.5}` + "\n" + `{"ss_id":"C","email_raw":["carl@example.com","carl@example.org"]}` + "\n"
	f.files["twitter_id"] = "123\n\n456\n"
	env, state := f.env(t), extract.State{}
	s := Outputs{AudienceID: 67454}

	pages, err := vendortest.Collect(t, s.source(env), state)
	require.NoError(t, err)
	require.Equal(t, map[string]string{
		"A":              `{"email_raw":"ada@example.com","md5":["m1","m2"],"rank":["1","2"],"score":0.5,"ss_id":"A"}`,
		"B":              `{"md5":"m3","rank":"1","ss_id":"B"}`,
		"C":              `{"email_raw":["carl@example.com","carl@example.org"],"ss_id":"C"}`,
		"md5:" + digest1: `{"md5":"` + digest1 + `","rank":"9","ss_id":""}`,
		"twitter_id:123": `{"twitter_id":"123"}`,
		"twitter_id:456": `{"twitter_id":"456"}`,
	}, payloads(t, pages))

	require.Len(t, pages, 1)
	page := pages[0]
	require.Equal(t, "67454", page.Partition)
	require.Equal(t, "67454", page.Audience)
	require.True(t, page.Complete)
	require.Empty(t, page.Warnings)
	require.Equal(t, schema.KindAudience, page.Audiences[0].Kind)
	require.Equal(t, "My amazing audience", page.Audiences[0].Name)
	require.JSONEq(t, `{"status":"completed","size":3,"outputs":["email_raw","md5","ss_id","twitter_id"]}`, page.Audiences[0].Attributes)
	require.NotContains(t, string(page.Next)+page.Audiences[0].Attributes, "s3cret")

	f.requests = nil
	pages, err = vendortest.Collect(t, s.source(env), state)
	require.NoError(t, err)
	require.Empty(t, pages)
	require.Empty(t, f.requests, "a build is read once")
}

func TestOnlyTheOutputsThatWereAskedForAreRead(t *testing.T) {
	f := newFakeStatSocial()
	f.files["ss_id"], f.files["md5"], f.files["twitter_id"] = "A\nB\n", "ss_id,md5\nA,m1\n", "ss_id,twitter_id\nA,1\n"
	env, state := f.env(t), extract.State{}
	pages, err := vendortest.Collect(t, Outputs{AudienceID: 67454, Outputs: []string{"md5", "email_raw"}}.source(env), state)
	require.NoError(t, err)
	require.Equal(t, map[string]string{"A": `{"md5":"m1","ss_id":"A"}`, "B": `{"ss_id":"B"}`}, payloads(t, pages))
	require.Len(t, pages[0].Warnings, 1)
	require.Contains(t, pages[0].Warnings[0], "has no output email_raw; it has ")
	sweep := pages[0].Sweep

	pages, err = vendortest.Collect(t, Outputs{AudienceID: 67454, Outputs: []string{"md5", "twitter_id"}}.source(env), state)
	require.NoError(t, err)
	require.Equal(t, `{"md5":"m1","ss_id":"A","twitter_id":"1"}`, payloads(t, pages)["A"], "other outputs are another reading of the build")
	require.NotEqual(t, sweep, pages[0].Sweep)

	delete(f.files, "ss_id")
	_, err = vendortest.Collect(t, Outputs{AudienceID: 67454, Outputs: []string{"cint_id"}}.source(env), state)
	require.ErrorContains(t, err, "has none of the outputs cint_id, ss_id")
}

func TestABuildIsWaitedFor(t *testing.T) {
	for _, wrap := range []string{"", "array", "string"} {
		t.Run("response "+wrap, func(t *testing.T) {
			f := newFakeStatSocial()
			f.wrap = wrap
			f.files["ss_id"] = "A\n"
			f.statuses = []string{"running", "crunching", "crunching", "running"}
			env, told := f.env(t), []string(nil)
			env.Warn = extract.Once(func(text string) { told = append(told, text) })
			pages, err := vendortest.Collect(t, Outputs{AudienceID: 67454}.source(env), extract.State{})
			require.NoError(t, err)
			require.Equal(t, []string{"A"}, vendortest.IDs(pages))
			require.Equal(t, []string{`statsocial: audience 67454 has a status that is not known, "crunching"; it is taken for not ready`}, told)
		})
	}
}

func TestEveryWordForDoneAndFailedIsKnown(t *testing.T) {
	for _, status := range []string{"complete", "completed", "ready", "finished", "success", "built", "done", "Completed"} {
		require.Equal(t, extract.StatusReady, extract.StatusOf(status), status)
	}
	for _, status := range []string{"failed", "error", "errored", "cancelled", "FAILED", "Timed out"} {
		f := newFakeStatSocial()
		f.statuses = []string{"running", status}
		_, err := vendortest.Collect(t, Outputs{AudienceID: 67454}.source(f.env(t)), extract.State{})
		require.ErrorContains(t, err, "ended with status "+status)
		require.ErrorContains(t, err, "set audience_id to the new id")
	}
}

func TestABuildThatTakesTooLongIsNotReady(t *testing.T) {
	f := newFakeStatSocial()
	for range 1000 {
		f.statuses = append(f.statuses, "running")
	}
	env, state := f.env(t), extract.State{}
	settings := env.Client.Settings()
	settings.PollTimeout = 5 * time.Millisecond
	env.Client = extract.NewClient(settings)
	_, err := vendortest.Collect(t, Outputs{AudienceID: 67454}.source(env), state)
	var notReady *extract.NotReadyError
	require.ErrorAs(t, err, &notReady)
	require.Equal(t, "audience 67454", notReady.What)
	require.Empty(t, state)
}

func TestAnAudienceThatIsNotThere(t *testing.T) {
	_, err := vendortest.Collect(t, Outputs{AudienceID: 1}.source(newFakeStatSocial().env(t)), extract.State{})
	require.ErrorContains(t, err, "there is no audience 1")
}

func TestADeclaredCountThatDiffersIsAWarning(t *testing.T) {
	f := newFakeStatSocial()
	f.files["ss_id"], f.counts["ss_id"] = "A\nB\n", 3
	pages, err := vendortest.Collect(t, Outputs{AudienceID: 67454}.source(f.env(t)), extract.State{})
	require.NoError(t, err)
	require.Equal(t, []string{"statsocial: the ss_id file declares 3 rows and has 2"}, pages[0].Warnings)
	require.Equal(t, 2, f.count("GET", "/files/"), "it may have been cut short, so it is read twice")
}

func TestAnErrorInThePlaceOfAFileIsNotItsContent(t *testing.T) {
	for body, want := range map[string]string{
		`{"error":"signature expired"}`:                         `statsocial: the md5 file: row 1: it is an error in the place of ids: signature expired`,
		`{"Message":"for ada@example.com"}`:                     "in the place of ids: for [address]",
		"{\n \"error\": \"expired\"\n}":                         "none of its 3 rows has an id",
		"Request has expired":                                   "none of its 1 rows has an id",
		"error,message\nExpired,Request has expired\n":          "its first line names neither ss_id nor md5",
		"<Error><Message>Request has expired</Message></Error>": "begins with '<'",
	} {
		f := newFakeStatSocial()
		f.files["ss_id"], f.files["md5"] = "A\n", body
		env, state := f.env(t), extract.State{}
		s := Outputs{AudienceID: 67454}
		pages, err := vendortest.Collect(t, s.source(env), state)
		require.ErrorContains(t, err, want)
		require.Empty(t, pages)

		f.files["md5"] = "ss_id,md5\nA," + digest1 + "\n"
		pages, err = vendortest.Collect(t, s.source(env), state)
		require.NoError(t, err)
		require.Equal(t, map[string]string{"A": `{"md5":"` + digest1 + `","ss_id":"A"}`}, payloads(t, pages), "the next run reads it")
		require.True(t, pages[0].Complete)
	}
}

func TestAnEmptyFileThatDeclaresRowsIsReadByTheNextRun(t *testing.T) {
	f := newFakeStatSocial()
	f.files["ss_id"], f.files["md5"], f.counts["md5"] = "A\n", "", 10
	env, state := f.env(t), extract.State{}
	s := Outputs{AudienceID: 67454}
	for range 2 {
		pages, err := vendortest.Collect(t, s.source(env), state)
		require.NoError(t, err)
		last := pages[len(pages)-1]
		require.False(t, last.Complete, "the sweep is not over, so no person counts as gone")
		require.Equal(t, []string{"statsocial: the md5 file declares 10 rows and is empty; the next run reads it again"}, last.Warnings)
	}
	f.files["md5"] = "ss_id,md5\nA," + digest1 + "\n"
	pages, err := vendortest.Collect(t, s.source(env), state)
	require.NoError(t, err)
	require.Equal(t, map[string]string{"A": `{"md5":"` + digest1 + `","ss_id":"A"}`}, payloads(t, pages))
	require.True(t, pages[len(pages)-1].Complete)
	pages, err = vendortest.Collect(t, s.source(env), state)
	require.NoError(t, err)
	require.Empty(t, pages)
}

func TestAFileThatWasCutShortIsReadAgain(t *testing.T) {
	f := newFakeStatSocial()
	whole := gzipped("ss_id,md5\nA,m1\nB,m2\nC,m3\n")
	f.files["md5"] = whole
	cuts := 2
	f.file = func(_ string, w http.ResponseWriter) bool {
		if cuts--; cuts < 0 {
			return false
		}
		fmt.Fprint(w, whole[:len(whole)-12])
		return true
	}
	env := f.env(t)
	pages, err := vendortest.Collect(t, Outputs{AudienceID: 67454}.source(env), extract.State{})
	require.NoError(t, err)
	require.Equal(t, []string{"A", "B", "C"}, sortedIDs(pages))
}

func TestTheTokenGoesToTheVendorsHostOnly(t *testing.T) {
	f := newFakeStatSocial()
	f.files["ss_id"] = "A\n"
	env := f.env(t)
	_, err := vendortest.Collect(t, Outputs{AudienceID: 67454}.source(env), extract.State{})
	require.NoError(t, err)
	require.Equal(t, []string{"Bearer token"}, f.tokens)

	var elsewhere string
	storage := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		elsewhere = r.Header.Get("Authorization")
		fmt.Fprint(w, "B\n")
	}))
	t.Cleanup(storage.Close)
	f.url = strings.Replace(storage.URL, "127.0.0.1", "localhost", 1)
	pages, err := vendortest.Collect(t, Outputs{AudienceID: 67454}.source(env), extract.State{})
	require.NoError(t, err)
	require.Equal(t, []string{"B"}, vendortest.IDs(pages))
	require.Empty(t, elsewhere)
}

func TestARowThatCannotBeReadIsARecordWithoutID(t *testing.T) {
	f := newFakeStatSocial()
	f.files["md5"] = `{"ss_id":"A","md5":"m1"}` + "\n" + `{"ss_id":"B","md5":` + "\n" + `{"md5":null}` + "\n"
	pages, err := vendortest.Collect(t, Outputs{AudienceID: 67454}.source(f.env(t)), extract.State{})
	require.NoError(t, err)
	ids := vendortest.IDs(pages)
	require.Len(t, ids, 3)
	require.ElementsMatch(t, []string{"A", "", ""}, ids)
	for _, r := range pages[0].Records {
		if r.ID == "" {
			require.Equal(t, byte('"'), r.Raw[0], "what cannot be read is kept as a string")
		}
	}
}

func TestReadingResumesAtAnyPage(t *testing.T) {
	f := newFakeStatSocial()
	var file strings.Builder
	for i := range 2500 {
		fmt.Fprintf(&file, "%d\n", i)
	}
	f.files["ss_id"] = file.String()
	env := f.env(t)
	s := Outputs{AudienceID: 67454}
	whole, err := vendortest.Collect(t, s.source(env), extract.State{})
	require.NoError(t, err)
	require.Len(t, whole, 3)
	for stop := 1; stop < len(whole); stop++ {
		state := extract.State{}
		var pages []extract.Page
		for page, err := range s.source(env).Pages(context.Background(), extract.State{}) {
			require.NoError(t, err)
			pages = append(pages, page)
			state[page.Partition] = page.Next
			if len(pages) == stop {
				break
			}
		}
		rest, err := vendortest.Collect(t, s.source(env), state)
		require.NoError(t, err)
		require.Equal(t, whole, append(pages, rest...))
	}

	f.files["ss_id"] = "A\n"
	rest, err := vendortest.Collect(t, s.source(env), extract.State{"67454": whole[0].Next})
	require.NoError(t, err)
	require.Equal(t, []string{"A"}, vendortest.IDs(rest), "other files than before are read from their start")
}

func TestAnEmptyAudienceIsComplete(t *testing.T) {
	f := newFakeStatSocial()
	f.files["ss_id"] = ""
	pages, err := vendortest.Collect(t, Outputs{AudienceID: 67454}.source(f.env(t)), extract.State{})
	require.NoError(t, err)
	require.Len(t, pages, 1)
	require.True(t, pages[0].Complete)
}

func TestMemoryDoesNotGrowWithTheFiles(t *testing.T) {
	const people = 75_000 // two rows each
	f := newFakeStatSocial()
	f.file = func(_ string, w http.ResponseWriter) bool {
		fmt.Fprintln(w, "ss_id,md5")
		for i := range 2 * people {
			fmt.Fprintf(w, "%032x,%032x\n", i%people, i)
		}
		return true
	}
	f.files["md5"], f.counts["md5"] = "streamed", 2*people
	env := f.env(t)
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)

	heap := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := heap()
	records, most := 0, uint64(0)
	for page, err := range (Outputs{AudienceID: 67454}).source(env).Pages(context.Background(), extract.State{}) {
		require.NoError(t, err)
		require.Empty(t, page.Warnings)
		records += len(page.Records)
		require.Contains(t, string(page.Records[0].Raw), `"md5":["`)
		if page.Number%25 == 1 {
			most = max(most, heap())
		}
	}
	require.Equal(t, people, records)
	require.Less(t, most, before+16<<20, "150,000 rows are some 50 MB when they are held")
	left, err := filepath.Glob(filepath.Join(temp, "*"))
	require.NoError(t, err)
	require.Empty(t, left, "no personal data is left on disk")
}
