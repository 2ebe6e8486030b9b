package audiencelab

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"contactsync/internal/simulate/api"
	"contactsync/internal/simulate/apitest"
	"contactsync/internal/simulate/world"
)

func TestAudienceLabTruthKnowsEveryServedRecord(t *testing.T) {
	c := start(t, api.Options{Warmup: -1})
	known := apitest.Truth(c.Sim)
	for _, segment := range []string{SegmentLeads, SegmentBasic, SegmentEveryone} {
		rows, _ := sweep(c, "/segments/"+segment)
		for _, r := range rows {
			truth, ok := known[[2]string{segment, r.Text("UUID")}]
			require.True(t, ok)
			require.Equal(t, r.Text("LAST_NAME"), truth.Surname)
			for _, address := range splitAddresses(r.Text("PERSONAL_EMAILS") + "," + r.Text("BUSINESS_EMAIL")) {
				require.True(t, apitest.Carries(truth, "email_sha256", world.SHA256Hex(address)))
			}
			require.Equal(t, r.Text("LINKEDIN_URL") != "", apitest.Has(truth, "linkedin"))
			require.Equal(t, r.Text("TWITTER_URL") != "", apitest.Has(truth, "twitter_handle"))
		}
	}
	visits, _ := sweep(c, "/segments/"+SegmentVisits)
	for _, r := range visits {
		require.Contains(t, known, [2]string{SegmentVisits, r.Text("UUID")})
	}
}

func splitAddresses(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' })
}
