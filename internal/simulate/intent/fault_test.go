package intent

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"contactsync/internal/simulate/api"
)

func TestLastingFaultsOfTheIntentVendor(t *testing.T) {
	c := start(t, api.Options{Warmup: -1})
	query := func(f api.Fault, date, cursor string) (status int, got queryAnswer) {
		response, body, err := c.DoFaulty(f, http.MethodPost, queryPath, queryBody(date, cursor))
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(body, &got))
		return response.StatusCode, got
	}
	_, first := query("", "", "")
	cursor := *first.Meta.NextCursor

	_, looping := query(api.RepeatedCursor, "", cursor)
	require.Equal(t, cursor, *looping.Meta.NextCursor)

	status, _ := query(api.ExpiredCursor, "", cursor)
	require.Equal(t, http.StatusBadRequest, status)
	status, _ = query(api.ExpiredCursor, "", cursor)
	require.Equal(t, http.StatusOK, status)

	_, one := query(api.MovingRun, "", "")
	_, two := query(api.MovingRun, "", cursor)
	require.NotEqual(t, one.Meta.CacheKey, two.Meta.CacheKey)

	status, other := query(api.OtherDate, "2020-01-01", "")
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, "2026-11-20", other.Meta.DataDate)

	status, _ = query(api.NotReady, "", "")
	require.Equal(t, http.StatusAccepted, status)

	_, drifted := query(api.SchemaDrift, "", "")
	require.Equal(t, `"`, string(drifted.Data[0]["intentScore"][:1]))
}
