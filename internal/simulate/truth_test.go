package simulate

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// truths indexes the truth by vendor, listing and id.
func truths(s *Simulator) map[[3]string]Record {
	found := map[[3]string]Record{}
	for r := range s.Truth() {
		found[[3]string{r.Vendor, r.Listing, r.ID}] = r
	}
	return found
}

func (r Record) carries(kind, value string) bool {
	for _, id := range r.Identifiers {
		if id.Kind == kind && id.Value == value {
			return true
		}
	}
	return false
}

func TestTheTruthKnowsEveryServedRecord(t *testing.T) {
	c := start(t, Options{Warmup: -1})
	known := truths(c.sim)

	for _, segment := range []string{SegmentLeads, SegmentBasic, SegmentEveryone} {
		rows, _ := c.sweep("/segments/" + segment)
		for _, r := range rows {
			truth, ok := known[[3]string{AudienceLab, segment, r.text("UUID")}]
			require.True(t, ok)
			require.Equal(t, r.text("LAST_NAME"), truth.Surname)
			for _, address := range commaList(r.text("PERSONAL_EMAILS") + "," + r.text("BUSINESS_EMAIL")) {
				require.True(t, truth.carries("email_sha256", sha256Hex(address)))
			}
			require.Equal(t, r.text("LINKEDIN_URL") != "", truth.has("linkedin"))
			require.Equal(t, r.text("TWITTER_URL") != "", truth.has("twitter_handle"))
		}
	}
	visits, _ := c.sweep("/segments/" + SegmentVisits)
	for _, r := range visits {
		require.Contains(t, known, [3]string{AudienceLab, SegmentVisits, r.text("UUID")})
	}
	for page := 1; page <= 5; page++ {
		var got toofrPage
		c.get(Toofr, toofrPath(strconv.Itoa(page), Catalog().Websites...), &got)
		for _, r := range got.Prospects {
			truth, ok := known[[3]string{Toofr, "prospects", r.text("id")}]
			require.True(t, ok)
			require.Equal(t, strings.Contains(string(r["profile"]), "linkedin"), truth.has("linkedin"))
		}
	}
	var matches intentAnswer
	c.ask(http.StatusOK, Intent, http.MethodPost, queryPath, queryBody("", ""), &matches)
	for _, r := range matches.Data {
		require.Contains(t, known, [3]string{Intent, "matches", r.text("hem")})
	}
	response, body, err := c.do(c.request(StatSocial, http.MethodGet, "/platform/v0/audiences/67454/outputs/ss_id.txt", ""))
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, response.StatusCode)
	for _, id := range strings.Fields(string(body)) {
		require.Contains(t, known, [3]string{StatSocial, "67454", id})
	}
}

func (r Record) has(kind string) bool {
	for _, id := range r.Identifiers {
		if id.Kind == kind {
			return true
		}
	}
	return false
}

func TestAnOwnIdentifierIsOfOnePerson(t *testing.T) {
	c := start(t, Options{People: 5000, Seed: 3})
	c.sim.Advance(30)
	owner := map[Identifier]int{}
	carriers := map[Identifier]map[string]bool{}
	vendors := map[int]map[string]bool{}
	for r := range c.sim.Truth() {
		if vendors[r.Person] == nil {
			vendors[r.Person] = map[string]bool{}
		}
		vendors[r.Person][r.Vendor] = true
		for _, id := range r.Identifiers {
			if !id.Own {
				if carriers[id] == nil {
					carriers[id] = map[string]bool{}
				}
				carriers[id][r.Surname] = true
				continue
			}
			was, taken := owner[id]
			require.True(t, !taken || was == r.Person, "%v is of %d and %d", id, was, r.Person)
			owner[id] = r.Person
		}
	}
	four := 0
	for _, v := range vendors {
		if len(v) == 4 {
			four++
		}
	}
	require.Greater(t, four, 20)
	require.Greater(t, len(carriers[Identifier{"email_sha256", sha256Hex(reusedAddresses[0]), false}]), 5)
}

func TestStatSocialKnowsSomeByOneIdentifierAlone(t *testing.T) {
	c := start(t, Options{People: 5000})
	alone := map[string]int{}
	for r := range c.sim.Truth() {
		if kind, _, ok := strings.Cut(r.ID, ":"); ok && r.Vendor == StatSocial {
			require.Len(t, r.Identifiers, 1)
			alone[kind]++
		}
	}
	require.Greater(t, alone["md5"], 10)
	require.Greater(t, alone["twitter_user"], 10)
	require.Greater(t, alone["ma_id"], 10)
}

func TestTheSnippetNamesWhatTheCatalogHas(t *testing.T) {
	c := start(t, Options{Warmup: -1})
	text := c.sim.ConfigSnippet(c.urls)
	for _, want := range []string{c.urls[Toofr], c.urls[StatSocial], DefaultKey(AudienceLab), IntentAudience, SegmentLeads, "since: 2026-11-14", "audience_id: 67454"} {
		require.Contains(t, text, want)
	}
	require.Subset(t, c.sim.Websites(1), Catalog().Websites[:1])
}

func TestAMillionPeopleNeedLittle(t *testing.T) {
	c := start(t, Options{People: 1_000_000, Warmup: -1})
	var got labPage
	c.get(AudienceLab, pagePath(SegmentEveryone, 500, 1000), &got)
	require.Equal(t, 576_000, *got.TotalRecords)
	require.Len(t, got.Data, 1000)
	require.Empty(t, c.sim.lists)
}
