package run

import (
	"testing"

	"contactsync/internal/config"
)

// MergeInParts has loads into a lake be merged in parts of so many versions, or a few more.
func MergeInParts(t testing.TB, versions int64) {
	of, checks := partOf, partChecks
	partOf, partChecks = func(config.Size) int64 { return versions }, versions+1
	t.Cleanup(func() { partOf, partChecks = of, checks })
}
