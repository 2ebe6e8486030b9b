package statsocial

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"contactsync/internal/simulate/api"
)

func TestLastingFaultsOfBuilds(t *testing.T) {
	c := start(t, api.Options{Warmup: 5})
	for f, status := range map[api.Fault]string{api.FailedBuild: "failed", api.UnknownStatus: "marinating", api.NotReady: "running"} {
		_, body, err := c.DoFaulty(f, http.MethodGet, "/platform/v0/audiences/67454", "")
		require.NoError(t, err)
		var got buildAnswer
		require.NoError(t, json.Unmarshal(body, &got))
		require.Equal(t, status, got.Response.Status)
	}
}
