package config

import (
	"testing"
	"time"

	"contactsync/extract"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestDurations(t *testing.T) {
	const day = 24 * time.Hour
	for text, want := range map[string]time.Duration{
		"0s": 0, "90s": 90 * time.Second, "1h30m": 90 * time.Minute, "36h": 36 * time.Hour, "100ms": 100 * time.Millisecond,
		"30d": 30 * day, "1d12h": 36 * time.Hour, "0d": 0, "1.5h": 90 * time.Minute, "100000d": 100_000 * day,
	} {
		got, err := parseDuration(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	}
	for _, text := range []string{"", "5", "d", "1.5d", "-1h", "+1h", "1d-1h", "12hd", "1h1d", "1w", "100001d", "999999d", "2600000h", "1 h"} {
		_, err := parseDuration(text)
		require.Error(t, err, text)
	}
}

func TestEveryDurationReadsAsGoWritesIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := time.Duration(rapid.Int64Range(0, int64(100_000*time.Hour)).Draw(t, "ns"))
		got, err := parseDuration(want.String())
		if err != nil || got != want {
			t.Fatalf("%s reads as %s, %v", want, got, err)
		}
	})
}

func TestRates(t *testing.T) {
	for text, perSecond := range map[string]float64{"5/s": 5, "300/m": 5, "1800/h": 0.5} {
		got, err := parseRate(text)
		require.NoError(t, err)
		require.Equal(t, perSecond, got.PerSecond())
		require.Equal(t, text, got.String())
	}
	require.Zero(t, extract.Rate{}.PerSecond())
	for _, text := range []string{"", "5", "/s", "0/s", "-1/s", "5/d", "1.5/s", "5/s/s"} {
		_, err := parseRate(text)
		require.Error(t, err, text)
	}
}

func TestSizes(t *testing.T) {
	for text, want := range map[string]Size{"512MB": 512_000_000, "1.5 GiB": 3 << 29, "64kib": 64 << 10, "7B": 7, "1tb": 1e12} {
		got, err := parseSize(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	}
	require.Equal(t, "512000000B", Size(512_000_000).String())
	for _, text := range []string{"", "512", "MB", "1XB", "-1MB", "80%", "9999999TB", "1..5GB"} {
		_, err := parseSize(text)
		require.Error(t, err, text)
	}
}

func TestPathsCountFromTheConfigsFolder(t *testing.T) {
	for text, full := range map[string]string{
		"a/b": "/conf/a/b", "./a/../b": "/conf/b", "../x": "/x", "/abs/x": "/abs/x", "s3://bucket/x": "s3://bucket/x",
	} {
		got, err := parsePath("/conf", text)
		require.NoError(t, err, text)
		require.Equal(t, Path{Written: text, Full: full}, got)
		require.Equal(t, text, got.String())
	}
	for _, text := range []string{"s3://", "s3:///x", "gs://bucket", "~/x", "https://example.com"} {
		_, err := parsePath("/conf", text)
		require.Error(t, err, text)
	}
}

func TestSchedules(t *testing.T) {
	for _, text := range []string{"0 2 * * *", "*/5 * * * *", "0 3 * * 1", "0 0 29 2 *", "0 2 ? JAN-MAR MON", "@daily", "@hourly", "@every 10s", "@every 1d"} {
		_, err := ParseSchedule(text)
		require.NoError(t, err, text)
	}
	for _, text := range []string{
		"", " ", "0 2 * *", "0 0 2 * * *", "TZ=UTC", "CRON_TZ=UTC 0 2 * * *", "@reboot", "@every", "@every ", "@every 1", "@every 500ms",
		"61 2 * * *", "0 2 30 2 *", "0 2 * * 7", "a b c d e", "0/0 2 * * *",
	} {
		_, err := ParseSchedule(text)
		require.Error(t, err, text)
	}
}

func TestOnlyThisMachineReachesALoopbackAddress(t *testing.T) {
	for address, want := range map[string]bool{
		"127.0.0.1:8080": true, "localhost:80": true, "[::1]:80": true, "127.9.9.9:1": true,
		":8080": false, "0.0.0.0:80": false, "[::]:80": false, "192.0.2.1:80": false, "example.com:80": false, "nonsense": false,
	} {
		require.Equal(t, want, Loopback(address), address)
	}
}
