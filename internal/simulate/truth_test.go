package simulate

import (
	"testing"

	"github.com/stretchr/testify/require"

	"contactsync/internal/simulate/audiencelab"
	"contactsync/internal/simulate/intent"
	"contactsync/internal/simulate/statsocial"
	"contactsync/internal/simulate/toofr"
	"contactsync/internal/simulate/world"
)

func TestAnOwnIdentifierIsOfOnePerson(t *testing.T) {
	c := start(t, Options{People: 5000, Seed: 3})
	c.sim.Advance(30)
	owner := map[world.Identifier]int{}
	carriers := map[world.Identifier]map[string]bool{}
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
	require.Greater(t, len(carriers[world.Identifier{Kind: "email_sha256", Value: world.SHA256Hex(world.ReusedAddresses[0])}]), 5)
}

func TestTheSnippetNamesWhatIsWorthReading(t *testing.T) {
	c := start(t, Options{Warmup: -1})
	text := c.sim.ConfigSnippet(c.urls)
	for _, want := range []string{c.urls[toofr.Name], c.urls[statsocial.Name], DefaultKey(audiencelab.Name),
		intent.AudienceCRM, audiencelab.SegmentLeads, "since: 2026-11-14", "audience_id: 67454"} {
		require.Contains(t, text, want)
	}
	require.Contains(t, c.sim.Websites(1), world.NewCompany(0).Domain)
}

func TestPipelinesThatOrderAreApartFromThoseThatRead(t *testing.T) {
	c := start(t, Options{Warmup: -1})
	reading := c.sim.ConfigSnippet(c.urls)
	require.Contains(t, reading, "from: audiencelab.visits")
	require.NotContains(t, reading, "audiencelab.enrichments")
	require.Contains(t, OrderingPipelines(), "from: audiencelab.enrichments")
}
