package schema_test

import (
	"strings"
	"testing"

	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

func TestRelationsFollowFromTheColumns(t *testing.T) {
	t.Parallel()
	require.Contains(t, schema.Relations(), schema.Relation{From: "audience_members", To: "audiences", Columns: []string{"source", "audience_id"}})
	require.Contains(t, schema.Relations(), schema.Relation{From: "audience_members", To: "contacts", Columns: []string{"contact_id"}})
	for _, r := range schema.Relations() {
		require.NotEqual(t, r.From, r.To)
	}
	require.Equal(t, 1, strings.Count(schema.Diagram(), `"accounts" ||--o{ "contacts" : "account_id"`))
	require.Contains(t, schema.Diagram(), "  \"contacts\" {\n    VARCHAR contact_id\n    VARCHAR account_id\n  }\n")
}
