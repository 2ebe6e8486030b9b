package suppression_test

import (
	"testing"

	"contactsync/internal/suppression"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

func TestWhoWasForgottenByAnOlderNormalFormStaysOut(t *testing.T) {
	s := suppression.Set{suppression.Hash(schema.LinkedIn, "jane-doe."): true, suppression.Hash(schema.TwitterHandle, "ann."): true}
	for _, text := range []string{
		`{"LINKEDIN_URL":"https://www.linkedin.com/in/jane-doe."}`, `{"LINKEDIN_URL":"linkedin.com/in/jane-doe"}`,
		`{"NOTE":"see linkedin.com&sol;in&sol;jane-doe."}`,
	} {
		require.True(t, s.Mentions(schema.AudienceLab, text, false), text)
	}
	require.True(t, s.Has(schema.LinkedIn, "jane-doe"))
	require.False(t, s.Has(schema.LinkedIn, "jane-doe2"))
	require.False(t, s.Has(schema.TwitterHandle, "ann"), "no handle ends so")
}
