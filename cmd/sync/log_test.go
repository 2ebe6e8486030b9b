package main

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/stretchr/testify/require"
)

func TestALineOfTheLogHasItsDateAndTheZoneOfTheConfig(t *testing.T) {
	zone, err := time.LoadLocation("America/New_York")
	require.NoError(t, err)
	for _, format := range []string{"text", "json"} {
		var b bytes.Buffer
		a := &app{stderr: &b, logLevel: "info", logFormat: format}
		log := a.logger(false) // made before the config is read
		a.zone.Store(zone)
		before := time.Now().In(zone).Truncate(time.Second)
		log.Info("run started", "pipeline", "labs")
		var at time.Time
		if format == "json" {
			var line struct{ Time time.Time }
			require.NoError(t, json.Unmarshal(b.Bytes(), &line))
			at = line.Time
			require.Contains(t, b.String(), before.Format("-07:00"))
		} else {
			const stamp = "2006-01-02 15:04:05 MST"
			at, err = time.ParseInLocation(stamp, b.String()[:len(stamp)], zone)
			require.NoError(t, err, b.String())
		}
		require.False(t, at.Before(before), b.String())
		require.Less(t, at.Sub(before), time.Hour)
	}
}
