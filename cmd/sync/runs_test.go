package main

import (
	"testing"
	"time"

	"contactsync/internal/run"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

func TestARunThatNobodyRunsAnyMoreWasInterrupted(t *testing.T) {
	warehouse, snapshot := &run.Reader{}, &run.Reader{AsOf: time.Now()}
	require.Equal(t, schema.Interrupted, settled(warehouse, schema.Run{Status: schema.Running}).Status)
	require.Equal(t, schema.Failed, settled(warehouse, schema.Run{Status: schema.Failed}).Status)
	require.Equal(t, schema.Running, settled(snapshot, schema.Run{Status: schema.Running}).Status, "a run is on, or there would be no reading of the snapshot")
}
