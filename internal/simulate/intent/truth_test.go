package intent

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"contactsync/internal/simulate/api"
	"contactsync/internal/simulate/apitest"
)

func TestIntentTruthKnowsEveryServedRecord(t *testing.T) {
	c := start(t, api.Options{Warmup: -1})
	known := apitest.Truth(c.Sim)
	var matches queryAnswer
	c.Ask(http.StatusOK, http.MethodPost, queryPath, queryBody("", ""), &matches)
	for _, r := range matches.Data {
		require.Contains(t, known, [2]string{"matches", r.Text("hem")})
	}
}
