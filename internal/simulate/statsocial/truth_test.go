package statsocial

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"contactsync/internal/simulate/api"
	"contactsync/internal/simulate/apitest"
)

func TestStatSocialTruthKnowsEveryServedRecord(t *testing.T) {
	c := start(t, api.Options{Warmup: -1})
	known := apitest.Truth(c.Sim)
	response, body, err := c.Do(c.Request(http.MethodGet, "/platform/v0/audiences/67454/outputs/ss_id.txt", ""))
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, response.StatusCode)
	for _, id := range strings.Fields(string(body)) {
		require.Contains(t, known, [2]string{"67454", id})
	}
}

func TestStatSocialKnowsSomeByOneIdentifierAlone(t *testing.T) {
	c := start(t, api.Options{People: 5000})
	alone := map[string]int{}
	for _, r := range apitest.Truth(c.Sim) {
		if kind, _, ok := strings.Cut(r.ID, ":"); ok {
			require.Len(t, r.Identifiers, 1)
			alone[kind]++
		}
	}
	require.Greater(t, alone["md5"], 10)
	require.Greater(t, alone["twitter_user"], 10)
	require.Greater(t, alone["ma_id"], 10)
}
