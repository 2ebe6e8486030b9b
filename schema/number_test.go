package schema_test

import (
	"testing"

	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

func TestANumberIsWrittenAsAPersonWould(t *testing.T) {
	for sent, want := range map[string]string{
		"2": "2", "2.0": "2", "2e0": "2", "1.10": "1.10", "9007199254740993": "9007199254740993", "9007199254740993.0": "9007199254740993", "1e400": "1e400", "-3.00": "-3",
	} {
		require.Equal(t, want, schema.NumberText(sent), sent)
	}
}
