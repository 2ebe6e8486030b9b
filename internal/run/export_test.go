package run

import (
	"testing"

	"contactsync/internal/config"
)

// MergeInParts has loads into a lake be merged in parts of so many versions, or a few more.
func MergeInParts(t testing.TB, c *config.Config, versions int64) {
	memory, check := partMemory, partCheck
	partMemory, partCheck = int64(c.Warehouse.MemoryLimit)/versions, 1
	t.Cleanup(func() { partMemory, partCheck = memory, check })
}
