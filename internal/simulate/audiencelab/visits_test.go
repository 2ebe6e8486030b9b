package audiencelab

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"contactsync/internal/simulate/api"
	"contactsync/internal/simulate/apitest"
	"contactsync/internal/simulate/world"
)

// visitsAnswer is a page of the visits of a pixel, in either form.
type visitsAnswer struct {
	Events, Data []apitest.Row
	TotalRecords int `json:"total_records"`
	TotalPages   int `json:"total_pages"`
	Page         int
	PageSize     int `json:"page_size"`
	Status       string
}

// sweepVisits reads the visits of a pixel to their end.
func sweepVisits(c apitest.Client, pixel string) (rows []apitest.Row) {
	c.Helper()
	for page := 1; ; page++ {
		var got visitsAnswer
		c.Get("/pixels/"+pixel+"/v4?page_size=37&page="+strconv.Itoa(page), &got)
		require.Equal(c, page, got.Page)
		require.Equal(c, 37, got.PageSize)
		rows = append(rows, append(got.Events, got.Data...)...)
		if page >= got.TotalPages {
			require.Len(c, rows, got.TotalRecords)
			return rows
		}
	}
}

// resolved is the person of a visit, wherever it stands.
func resolved(t testing.TB, visit apitest.Row) apitest.Row {
	t.Helper()
	var got struct {
		Resolution apitest.Row
		EventData  struct{ Resolution apitest.Row } `json:"event_data"`
		Event      struct {
			Data struct{ Resolution apitest.Row }
		}
	}
	text, err := json.Marshal(visit)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &got))
	for _, r := range []apitest.Row{got.Resolution, got.EventData.Resolution, got.Event.Data.Resolution} {
		if r != nil {
			return r
		}
	}
	t.Fatalf("no person in %s", text)
	return nil
}

func TestVisitsHaveTheDocumentedFields(t *testing.T) {
	c := start(t, api.Options{})
	for _, visit := range sweepVisits(c, PixelID) {
		require.Len(t, visit, 7)
		require.Equal(t, PixelID, visit.Text("pixel_id"))
		require.Len(t, visit.Text("hem_sha256"), 64)
		person := resolved(t, visit)
		require.NotContains(t, person, "UUID")
		require.Contains(t, person, "INDIVIDUAL_LINKEDIN_URL")
		require.Contains(t, person, "STATE")
	}
	var first visitsAnswer
	c.Get("/pixels/"+PixelID+"/v4", &first)
	require.Equal(t, 100, first.PageSize)
	c.Get("/pixels/"+PixelID+"/v4?page_size=5000", &first)
	require.Equal(t, 1000, first.PageSize)
	c.Ask(http.StatusNotFound, http.MethodGet, "/pixels/none/v4", "", &apitest.Row{})
}

func TestVisitsOfOtherPixelsHaveOtherForms(t *testing.T) {
	c := start(t, api.Options{})
	forms := map[string]int{}
	for _, visit := range sweepVisits(c, Pixels()[1]) {
		require.NotEmpty(t, resolved(t, visit).Text("LAST_NAME"))
		require.NotEmpty(t, visit.Text("event_type"))
		for _, key := range []string{"event_data", "event"} {
			if _, there := visit[key]; there {
				forms[key]++
			}
		}
	}
	require.Len(t, forms, 2)
	require.Empty(t, sweepVisits(c, Pixels()[2]), "nobody has been there")
}

func TestVisitsComeNewestFirstAndNeverChange(t *testing.T) {
	c := start(t, api.Options{})
	for _, pixel := range Pixels()[:2] {
		before := sweepVisits(c, pixel)
		c.Sim.Advance(1)
		after := sweepVisits(c, pixel)
		require.Greater(t, len(after), len(before))
		require.Equal(t, before, after[len(after)-len(before):])
		var keys []string
		for k, visit := range after {
			if k > 0 {
				require.GreaterOrEqual(t, after[k-1].Text("event_timestamp"), visit.Text("event_timestamp"))
			}
			keys = append(keys, visit.Text("hem_sha256")+"|"+visit.Text("event_timestamp")+"|"+visit.Text("full_url"))
		}
		require.Len(t, world.Distinct(slices.Clone(keys)), len(keys), "each visit has a key of its own")
	}
}

func TestTruthKnowsEveryVisitor(t *testing.T) {
	c := start(t, api.Options{})
	c.Sim.Advance(20) // some have changed jobs
	known := apitest.Truth(c.Sim)
	for _, pixel := range Pixels() {
		for _, visit := range sweepVisits(c, pixel) {
			truth, ok := known[[2]string{pixel, "hem:" + visit.Text("hem_sha256")}]
			require.True(t, ok)
			person := resolved(t, visit)
			for _, address := range splitAddresses(person.Text("PERSONAL_EMAILS") + "," + person.Text("BUSINESS_EMAIL")) {
				require.True(t, apitest.Carries(truth, "email_sha256", world.SHA256Hex(address)))
			}
			require.Equal(t, person.Text("INDIVIDUAL_LINKEDIN_URL") != "", apitest.Has(truth, "linkedin"))
		}
	}
}

func TestASegmentWithoutUUIDCanBeTold(t *testing.T) {
	c := start(t, api.Options{})
	known := apitest.Truth(c.Sim)
	rows, _ := sweep(c, "/segments/"+SegmentNoUUID)
	require.NotEmpty(t, rows)
	kinds := map[bool]int{}
	for _, r := range rows {
		require.Len(t, r, len(howToFields))
		require.NotContains(t, r, "UUID")
		address := r.Text("BUSINESS_VERIFIED_EMAILS")
		kinds[address != ""]++
		if address == "" {
			require.NotEmpty(t, r.Text("LINKEDIN_URL"))
			continue
		}
		require.Contains(t, known, [2]string{SegmentNoUUID, "hem:" + world.SHA256Hex(address)})
	}
	require.Len(t, kinds, 2, "some have an address, some a profile only")
	slugs := 0
	for key := range known {
		if key[0] == SegmentNoUUID && key[1][:3] == "li:" {
			slugs++
		}
	}
	require.Equal(t, kinds[false], slugs)
}

func TestADeliverableSegmentSaysSoOfEachAddress(t *testing.T) {
	c := start(t, api.Options{})
	rows, _ := sweep(c, "/segments/"+SegmentDeliverable)
	words := map[string]bool{}
	for _, r := range rows {
		require.Len(t, r, 74+9)
		for _, kind := range [][2]string{{"BUSINESS_EMAIL", "BUSINESS_EMAIL"}, {"PERSONAL_EMAILS", "PERSONAL_EMAIL"}} {
			addresses := splitList(r.Text(kind[0]))
			require.Len(t, splitList(r.Text(kind[1]+"_VALIDATION_STATUS")), len(addresses))
			require.Len(t, splitList(r.Text(kind[1]+"_LAST_SEEN_BY_ESP_DATE")), len(addresses))
			for _, word := range splitList(r.Text(kind[1] + "_VALIDATION_STATUS")) {
				words[word] = true
			}
		}
	}
	require.Len(t, words, len(world.Distinct(slices.Clone(validations))))
}

func splitList(text string) (list []string) {
	for part := range strings.SplitSeq(text, ", ") {
		if part != "" {
			list = append(list, part)
		}
	}
	return list
}
