package statsocial

import (
	"testing"

	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

func TestAFullRunRemembersWhatWasBought(t *testing.T) {
	for _, c := range []struct {
		name, partition string
		checkpoint      schema.Checkpoint
		paid            bool
	}{
		{"a build that was ordered and answered", "definition", `{"current":"d","audiences":{"d":67454}}`, true},
		{"an order whose answer was lost", "definition", `{"audiences":{"d":67454},"creating":"e"}`, false},
		{"an order that was never sent", "definition", `{}`, false},
		{"how far a build was read", "67454", `{"audiences":{"d":67454}}`, false},
		{"no JSON", "definition", `x`, false},
	} {
		t.Run(c.name, func(t *testing.T) { require.Equal(t, c.paid, Paid(c.partition, c.checkpoint)) })
	}
}
