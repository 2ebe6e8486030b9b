package transform

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAddressInPlaceOfANameIsDropped(t *testing.T) {
	p := new(person)
	p.named("jane@example.com", "Doe", "")
	require.Equal(t, "", p.profile.FirstName)
	require.Equal(t, "Doe", p.profile.FullName)
	require.Equal(t, []string{"name: address in place of a name dropped"}, p.notes)
}

func TestGender(t *testing.T) {
	for sent, want := range map[string]string{"F": "female", "m": "male", "Female": "female", "MALE": "male", "unknown": "", "U": "", "non-binary": "non-binary", "": ""} {
		require.Equal(t, want, normalGender(sent), sent)
	}
}
