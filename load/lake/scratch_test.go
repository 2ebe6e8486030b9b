package lake

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Of killed processes rows of people lie in the scratch, and nobody else looks there.
func TestWhatAKilledProcessLeftIsRemoved(t *testing.T) {
	within, before := t.TempDir(), time.Now().Add(-time.Hour)
	old := func(name string) string {
		folder := filepath.Join(within, name)
		require.NoError(t, os.MkdirAll(filepath.Join(folder, "rows"), 0o700))
		require.NoError(t, os.Chtimes(folder, before, before))
		return folder
	}
	left, other := old(scratchPrefix+"1"), old("another")
	held, release, err := makeScratch(within)
	require.NoError(t, err)
	require.NoDirExists(t, left)
	require.DirExists(t, other)
	require.NoError(t, os.Chtimes(held, before, before))
	_, _, err = makeScratch(within)
	require.NoError(t, err)
	require.DirExists(t, held, "its process lives")
	release()
	_, _, err = makeScratch(within)
	require.NoError(t, err)
	require.NoDirExists(t, held)
}

func TestOptionsShowNoToken(t *testing.T) {
	o := Options{Connect: "sc://spark.example:15002/;token=secret", Catalog: "lake", Namespace: "contactsync", Bucket: "s3://company/contacts"}
	for _, form := range []string{"%v", "%+v", "%#v", "%s"} {
		require.NotContains(t, fmt.Sprintf(form, o), "secret")
	}
}
