package review

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"contactsync/internal/identity"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

func deskIn(dir string) Desk {
	return Desk{Overrides: schema.Path{Written: "identity.yaml", Full: filepath.Join(dir, "identity.yaml")}, MaxNames: 5}
}

func TestTheFirstAnswerCreatesTheFile(t *testing.T) {
	d := deskIn(t.TempDir())
	w, err := d.Decide(t.Context(), []Decision{same})
	require.NoError(t, err)
	require.Equal(t, Written{New: 1}, w)
	text, err := os.ReadFile(d.Overrides.Full)
	require.NoError(t, err)
	require.Equal(t, head+"always:\n  - [toofr:1, audiencelab:7f]\n", string(text))
	info, err := os.Stat(d.Overrides.Full)
	require.NoError(t, err)
	require.EqualValues(t, 0o600, info.Mode().Perm(), "it tells who is who")
	require.NoFileExists(t, d.Overrides.Full+".new")
}

func TestAFileIsBegunWithoutAnAnswerAndThenLeftAlone(t *testing.T) {
	d := deskIn(t.TempDir())
	require.NoError(t, d.Begin(t.Context()))
	text, err := os.ReadFile(d.Overrides.Full)
	require.NoError(t, err)
	require.Equal(t, head, string(text))
	require.NoError(t, os.WriteFile(d.Overrides.Full, []byte("# mine\n"), 0o600))
	require.NoError(t, d.Begin(t.Context()))
	text, err = os.ReadFile(d.Overrides.Full)
	require.NoError(t, err)
	require.Equal(t, "# mine\n", string(text))
}

func TestAFileKeepsItsModeAndItsLink(t *testing.T) {
	dir := t.TempDir()
	real := filepath.Join(dir, "real.yaml")
	require.NoError(t, os.WriteFile(real, nil, 0o640))
	d := deskIn(dir)
	require.NoError(t, os.Symlink(real, d.Overrides.Full))
	_, err := d.Decide(t.Context(), []Decision{same})
	require.NoError(t, err)
	info, err := os.Lstat(d.Overrides.Full)
	require.NoError(t, err)
	require.NotZero(t, info.Mode()&os.ModeSymlink)
	info, err = os.Stat(real)
	require.NoError(t, err)
	require.EqualValues(t, 0o640, info.Mode().Perm())
	require.NotZero(t, info.Size())
}

func TestWritersAtOnceLoseNoAnswer(t *testing.T) {
	d := deskIn(t.TempDir())
	const writers, each = 4, 10
	var all sync.WaitGroup
	failed := make(chan error, writers*each)
	for i := range writers {
		all.Go(func() {
			for k := range each {
				one := decision(fmt.Sprintf("toofr:%d", i), fmt.Sprintf("intent:%d", k), k%2 == 0)
				if _, err := d.Decide(t.Context(), []Decision{one}); err != nil {
					failed <- err
				}
			}
		})
	}
	all.Wait()
	close(failed)
	require.NoError(t, <-failed)
	text, err := os.ReadFile(d.Overrides.Full)
	require.NoError(t, err)
	o, err := identity.ParseOverrides("identity.yaml", text)
	require.NoError(t, err)
	require.Len(t, o.Always, writers*each/2)
	require.Len(t, o.Never, writers*each/2)
}

func TestAWriterThatWaitsCanBeStopped(t *testing.T) {
	d := deskIn(t.TempDir())
	release, err := lock(t.Context(), d.Overrides.Full+".lock")
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = d.Decide(ctx, []Decision{same})
	require.ErrorIs(t, err, context.Canceled)
	require.NoFileExists(t, d.Overrides.Full)
	require.NoError(t, release())
}

func TestNothingIsWrittenWithoutAFileOrOfAWrongAnswer(t *testing.T) {
	_, err := Desk{}.Decide(t.Context(), []Decision{same})
	require.ErrorIs(t, err, ErrNoFile)

	d := deskIn(t.TempDir())
	twin := same
	twin.Other = twin.Record
	garbled := same
	garbled.Other.SourceID = "\xe2"
	for _, wrong := range []Decision{{}, twin, garbled} {
		_, err = d.Decide(t.Context(), []Decision{same, wrong})
		require.ErrorAs(t, err, new(*Error))
	}
	require.NoFileExists(t, d.Overrides.Full)
	_, err = NewDecision("toofr:1", "ann@example.com", true)
	require.EqualError(t, err, "want a record as source:id")
	_, err = NewDecision("toofr:1", " toofr:1 ", true)
	require.EqualError(t, err, "both of the pair are the same")
	got, err := NewDecision("toofr:1", "audiencelab:7f", true)
	require.NoError(t, err)
	require.Equal(t, same, got)
}
