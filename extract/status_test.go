package extract

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestStatusIsReadWithoutCaseAndPunctuation(t *testing.T) {
	for want, words := range map[Status][]string{
		StatusNone:  {"", " ", "..."},
		StatusReady: {"ready", "READY", "Ready.", " Complete ", "succeeded", "Succeeded.", "COMPLETED", "done", "ok", "200", "200 OK", "active", "ready (cached)"},
		StatusWaiting: {"materializing", "Materializing", "IN_QUEUE", "in-queue", "In Queue", "no data", "NO_DATA", "No data.", "Wait and Try Again",
			"Wait and Try Again -- The request was successful but requires background processing.", "please try again in a minute", "202", "PROCESSING"},
		StatusFailed: {"failed", "Failed", "FAILED.", "error", "Error", "Timeout", "timed_out", "time-out", "cancelled", "Canceled", "500", "404 page", "not found",
			"Failed: out of memory", "Failed - out of memory", "Timeout – the backend is down", "error; see the log", "Internal Server Error"},
		StatusUnknown: {"brewing", "none", "ready-to-go", "fail safe mode on", "Searching the internet.", "universe for audience 67454 enqueued for generation", "7", "2000", "301"},
	} {
		for _, word := range words {
			require.Equal(t, want, StatusOf(word), "%q", word)
		}
	}
}

// TestAWordThatIsNotKnownDecidesNothing holds what an answer is worth with rows and without.
func TestAWordThatIsNotKnownDecidesNothing(t *testing.T) {
	for word, want := range map[string]struct{ with, without Status }{
		"":              {StatusReady, StatusReady},
		"Ready":         {StatusReady, StatusReady},
		"Materializing": {StatusWaiting, StatusWaiting},
		"TIMEOUT":       {StatusFailed, StatusFailed},
		"brewing":       {StatusReady, StatusWaiting},
	} {
		require.Equal(t, want.with, Judge(word, true), "%q with rows", word)
		require.Equal(t, want.without, Judge(word, false), "%q without rows", word)
	}
}

func TestAStatusTextKeepsNone(t *testing.T) {
	for raw, want := range map[string]StatusText{`"none"`: "none", `" None "`: "none", `null`: "", `"null"`: "", `"Ready."`: "Ready.", `500`: "500", `{}`: "", `true`: ""} {
		got := StatusText("before")
		require.NoError(t, got.UnmarshalJSON([]byte(raw)))
		require.Equal(t, want, got, raw)
	}
}

func TestAMessageCountsWhereNoStatusDoes(t *testing.T) {
	require.EqualValues(t, "Wait and try again", StatusText("").Or("Wait and try again"))
	require.EqualValues(t, "Failed: backend down", StatusText("").Or("Failed: backend down"))
	require.EqualValues(t, "ready", StatusText("ready").Or("Wait and try again"))
	require.EqualValues(t, "", StatusText("").Or("No prospects match"))
	require.EqualValues(t, "", StatusText("").Or("Success"))
}

func TestAWarningOfAStatusCountsOnceARun(t *testing.T) {
	var told []string
	env := Env{Client: NewClient(Settings{}), Warn: Once(func(text string) { told = append(told, text) })}
	for range 3 {
		env.WarnOfStatus("segment a", "brewing", false)
		env.WarnOfStatus("segment a", "READY", false)
		env.WarnOfStatus("segment a", "", true)
	}
	env.WarnOfStatus("segment a", "brewing", true)
	require.Len(t, told, 2)
	require.Contains(t, told[0], `segment a has a status that is not known, "brewing"; it is taken for not ready`)
	require.Contains(t, told[1], "which are taken as they are")
}

func FuzzStatus(f *testing.F) {
	for _, word := range []string{"", "Ready.", "IN_QUEUE", "200", "ſucceeded", "İ", "Failed: x", "try again"} {
		f.Add(word)
	}
	f.Fuzz(func(t *testing.T, word string) {
		status := StatusOf(word)
		require.LessOrEqual(t, status, StatusUnknown)
		require.Equal(t, status == StatusNone, foldedWord(word) == "")
		if known, ok := statusWords[foldedWord(word)]; ok {
			require.Equal(t, known, status, "the table goes first")
		}
		require.Equal(t, status, StatusOf(" "+word+" "), "%q", word)
	})
}
