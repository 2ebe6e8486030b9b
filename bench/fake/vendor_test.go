package fake_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"contactsync/bench/fake"

	"github.com/stretchr/testify/require"
)

// page is what the vendor answers.
type page struct {
	Data    []map[string]any `json:"data"`
	Total   int              `json:"total_records"`
	Pages   int              `json:"total_pages"`
	HasMore bool             `json:"has_more"`
}

const records = 1_010

func serve(t *testing.T) *httptest.Server {
	t.Helper()
	vendor, err := fake.New(t.TempDir(), records)
	require.NoError(t, err)
	server := httptest.NewServer(vendor)
	t.Cleanup(server.Close)
	return server
}

// night lists a night page by page, by UUID.
func night(t *testing.T, server *httptest.Server, name string, size int) map[string]map[string]any {
	t.Helper()
	all := map[string]map[string]any{}
	for number := 1; ; number++ {
		answer, err := server.Client().Get(fmt.Sprintf("%s/%s/segments/all?page=%d&page_size=%d", server.URL, name, number, size))
		require.NoError(t, err)
		var p page
		require.NoError(t, json.NewDecoder(answer.Body).Decode(&p))
		require.NoError(t, answer.Body.Close())
		require.LessOrEqual(t, len(p.Data), size)
		for _, record := range p.Data {
			all[record["UUID"].(string)] = record
		}
		require.Equal(t, number < p.Pages, p.HasMore)
		if !p.HasMore {
			require.Len(t, all, p.Total)
			return all
		}
	}
}

func TestEachNightHasAllRecordsOnceAndChangesAsManyAsItSays(t *testing.T) {
	server := serve(t)
	first := night(t, server, fake.First, 100)
	require.Len(t, first, records)
	for _, record := range first {
		require.Len(t, record, 74)
	}
	require.Equal(t, first, night(t, server, fake.First, 37), "whatever the size of a page")

	changed := night(t, server, fake.Changed, 100)
	require.Len(t, changed, records)
	differ := 0
	for uuid, record := range changed {
		require.Contains(t, first, uuid)
		if fmt.Sprint(record) != fmt.Sprint(first[uuid]) {
			differ++
			require.NotEqual(t, first[uuid]["JOB_TITLE"], record["JOB_TITLE"])
			require.Contains(t, record["PERSONAL_EMAILS"], "@home.example")
		}
	}
	require.Equal(t, fake.ChangedOf(records), differ)

	few := night(t, server, fake.Few, 100)
	require.Len(t, few, fake.FewOf(records))
	for uuid, record := range few {
		require.NotEqual(t, first[uuid], record)
		require.NotEqual(t, changed[uuid], record)
	}
}

func TestOneRecordInTenIsOfThePersonBeforeIt(t *testing.T) {
	twins := map[string]int{}
	for _, record := range night(t, serve(t), fake.First, 500) {
		delete(record, "UUID")
		twins[fmt.Sprint(record)]++
	}
	require.Len(t, twins, records-records/10)
}

func TestAShortNightHasTheSamePeopleWithFewFields(t *testing.T) {
	server := httptest.NewServer(fake.NewShort(records))
	t.Cleanup(server.Close)
	first, short := night(t, serve(t), fake.First, 500), night(t, server, fake.Short, 100)
	require.Len(t, short, records)
	for uuid, record := range short {
		require.Len(t, record, 13)
		require.Subset(t, first[uuid], record)
	}
}

func TestWhatIsNotServedIsRefused(t *testing.T) {
	server := serve(t)
	for path, status := range map[string]int{
		"/first/segments/all":                       http.StatusBadRequest,
		"/first/segments/all?page=0&page_size=10":   http.StatusBadRequest,
		"/never/segments/all?page=1&page_size=10":   http.StatusNotFound,
		"/first/segments/all?page=999&page_size=10": http.StatusOK,
	} {
		answer, err := server.Client().Get(server.URL + path)
		require.NoError(t, err)
		require.NoError(t, answer.Body.Close())
		require.Equal(t, status, answer.StatusCode, path)
	}
}
