package audiencelab

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"contactsync/internal/simulate/api"
	"contactsync/internal/simulate/apitest"
)

// lab reads a page while a lasting fault is on.
func lab(c apitest.Client, f api.Fault, page int) (status int, got answerPage) {
	c.Helper()
	response, body, err := c.DoFaulty(f, http.MethodGet, pagePath(SegmentLeads, page, 10), "")
	require.NoError(c, err)
	require.NoError(c, json.Unmarshal(body, &got))
	return response.StatusCode, got
}

func TestLastingFaultsOfPages(t *testing.T) {
	c := start(t, api.Options{})
	_, plain := lab(c, "", 1)
	_, second := lab(c, "", 2)
	require.NotEqual(t, plain.Data, second.Data)

	status, _ := lab(c, api.PoisonPage, 2)
	require.Equal(t, http.StatusInternalServerError, status)
	status, _ = lab(c, api.PoisonPage, 3)
	require.Equal(t, http.StatusOK, status)

	_, repeated := lab(c, api.RepeatedPage, 2)
	require.Equal(t, plain.Data, repeated.Data)

	_, empty := lab(c, api.EmptyPage, 2)
	require.Empty(t, empty.Data)
	require.True(t, *empty.HasMore)

	_, one := lab(c, api.ShiftingTotal, 1)
	_, two := lab(c, api.ShiftingTotal, 2)
	require.NotEqual(t, *one.TotalRecords, *two.TotalRecords)

	_, drifted := lab(c, api.SchemaDrift, 1)
	require.Contains(t, drifted.Data[0], "simulated_new_field")
	require.NotContains(t, drifted.Data[0], "COMPANY_INDUSTRY")
	require.Equal(t, "[", string(drifted.Data[0]["SKIPTRACE_EXACT_AGE"][:1]))

	_, waiting := lab(c, api.NotReady, 1)
	require.Equal(t, "no data", waiting.Status)

	status, _ = lab(c, api.RevokedKey, 1)
	require.Equal(t, http.StatusForbidden, status)
}
