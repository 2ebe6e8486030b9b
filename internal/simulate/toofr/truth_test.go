package toofr

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"contactsync/internal/simulate/api"
	"contactsync/internal/simulate/apitest"
)

func TestToofrTruthKnowsEveryServedRecord(t *testing.T) {
	c := start(t, api.Options{Warmup: -1})
	known := apitest.Truth(c.Sim)
	for page := 1; page <= 5; page++ {
		var got answerPage
		c.Get(searchPath(strconv.Itoa(page), firstWebsites(20)...), &got)
		for _, r := range got.Prospects {
			truth, ok := known[[2]string{"prospects", r.Text("id")}]
			require.True(t, ok)
			require.Equal(t, strings.Contains(string(r["profile"]), "linkedin"), apitest.Has(truth, "linkedin"))
		}
	}
}
