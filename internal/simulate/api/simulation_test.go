package api_test

import (
	"net/http"
	"testing"

	"contactsync/internal/simulate/api"
	"contactsync/internal/simulate/apitest"
	"contactsync/internal/simulate/audiencelab"

	"github.com/stretchr/testify/require"
)

func TestAMillionPeopleNeedLittle(t *testing.T) {
	vendor := audiencelab.Vendor()
	sign := func(r *http.Request) { r.Header.Set("X-Api-Key", vendor.DefaultKey) }
	c := apitest.Serve(t, vendor, sign, api.Options{People: 1_000_000, Warmup: -1})
	var got struct {
		Data         []apitest.Row
		TotalRecords *int `json:"total_records"`
	}
	c.Get("/segments/"+audiencelab.SegmentEveryone+"?page=500&page_size=1000", &got)
	require.Equal(t, 576_000, *got.TotalRecords)
	require.Len(t, got.Data, 1000)
	require.Zero(t, c.Sim.Lists())
}
