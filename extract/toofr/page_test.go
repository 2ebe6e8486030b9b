package toofr

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWhatAnAnswerIs(t *testing.T) {
	const usable, waiting, failed, nothing = "", "prepared", "failed", "no prospects"
	for body, want := range map[string]string{
		`{"status":"Succeeded.","total":1,"prospects":[{"id":1}]}`:    usable,
		`{"prospects":[{"id":1}]}`:                                    usable,
		`{"total":0,"prospects":[]}`:                                  usable,
		`{"total_pages":0}`:                                           usable,
		`{"message":"Thank you.","total":0,"prospects":[]}`:           usable,
		`{"status":"Wait and Try Again"}`:                             waiting,
		`{"message":"Wait and try again","total":0,"prospects":[]}`:   waiting,
		`{"status":"Failed.","error":null,"total":0,"prospects":[]}`:  failed,
		`{"status":"failed - backend down","total":0,"prospects":[]}`: failed,
		`{"status":"Failed.","total":1,"prospects":[{"id":1}]}`:       failed,
		`{}`:                      nothing,
		`{"status":"Succeeded."}`: nothing,
		`{"total_pages":3}`:       nothing,
		`{"status":"Succeeded.","next_page":2,"total_pages":3,"prospects":null}`: nothing,
	} {
		_, err := decode([]byte(body))
		switch want {
		case usable:
			require.NoError(t, err, body)
		case waiting:
			require.ErrorIs(t, err, errLater, body)
		default:
			require.ErrorContains(t, err, want, body)
		}
	}
}

func TestAnEmptyPageWithMorePagesCountedIsNoEnd(t *testing.T) {
	for body, promises := range map[string]bool{
		`{"total":0,"prospects":[],"total_pages":3}`:                  false,
		`{"total":0,"prospects":[],"total_pages":4}`:                  true,
		`{"total":0,"prospects":[],"total_pages":4,"next_page":null}`: true,
		`{"total":0,"prospects":[],"next_page":4}`:                    true,
		`{"total":0,"prospects":[],"next_page":3}`:                    false,
		`{"total":0,"prospects":[]}`:                                  false,
	} {
		a, err := decode([]byte(body))
		require.NoError(t, err)
		require.True(t, a.ends(3), "there is nothing on it")
		require.Equal(t, promises, a.promises(3), body)
	}
}
