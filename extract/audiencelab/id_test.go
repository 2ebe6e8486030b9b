package audiencelab

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"contactsync/extract"
)

func TestAPastedAddressIsItsID(t *testing.T) {
	for written, want := range map[string]string{
		"seg_abc123":                             "seg_abc123",
		" 04111f25-0000-4000-8000-000000000000 ": "04111f25-0000-4000-8000-000000000000",
		"https://api.audiencelab.io/segments/seg_1?page=1&page_size=50": "seg_1",
		"HTTPS://API.AudienceLab.io/segments/seg_1/":                    "seg_1",
		"http://api.audiencelab.io:443/v1/segments/seg_1#x":             "seg_1",
		"api.audiencelab.io/segments/seg_1?page=1":                      "seg_1",
		"https://build.audiencelab.io/home/acme/segments/seg_1":         "seg_1",
	} {
		id, err := idOf("segment", written, "")
		require.NoError(t, err, written)
		require.Equal(t, want, id, written)
	}
	for written, want := range map[string]string{
		"":                                       "is missing",
		"seg_1?page=1":                           "is no id of a segment",
		"seg 1":                                  "is no id of a segment",
		"a/b":                                    "is no address of AudienceLab",
		"/segments/seg_1":                        "is no address of AudienceLab",
		"https://example.com/segments/seg_1":     "is no address of AudienceLab",
		"https://notaudiencelab.io/segments/a":   "is no address of AudienceLab",
		"https://api.audiencelab.io/audiences/a": "is not the address of a segment",
		"https://api.audiencelab.io/segments":    "is not the address of a segment",
		"https://api.audiencelab.io/segments/a/b": "is not the address of a segment",
		"https://api.audiencelab.io/?key=sk_live": "is not the address of a segment",
		"https://api.audiencelab.io/segments/%20": "names no segment",
	} {
		_, err := idOf("segment", written, "proxy.example.com")
		require.ErrorContains(t, err, want, written)
		require.NotContains(t, err.Error(), "sk_live")
		require.NotContains(t, err.Error(), "page=1")
	}
	id, err := idOf("pixel", "https://api.audiencelab.io/pixels/p1/v4?page=1", "")
	require.NoError(t, err)
	require.Equal(t, "p1", id)
}

// TestAnAddressAndItsIDAreOneSegment also where a config names both.
func TestAnAddressAndItsIDAreOneSegment(t *testing.T) {
	const address = "https://api.audiencelab.io/segments/a?page=1&page_size=50"
	require.Empty(t, segments(address).Problems(nil))
	problems := segments("a", address).Problems(nil)
	require.Len(t, problems, 1)
	require.Equal(t, "segments[1]", problems[0].Path)
	lists := membersOf(labEnv(t, nil), "segment", "/segments/", []string{address})
	require.Equal(t, "a", lists[0].partition)
	require.Equal(t, "/segments/a", lists[0].path)
}

// TestAnAddressBelowTheBaseURLIsItsID of a proxy in front of the vendor, or of a simulator.
func TestAnAddressBelowTheBaseURLIsItsID(t *testing.T) {
	for base, addresses := range map[string][]string{
		"http://127.0.0.1:8080":           {"http://127.0.0.1:8080/segments/seg_1?page=1&page_size=50", "127.0.0.1:8080/segments/seg_1"},
		"http://[::1]:8080":               {"http://[::1]:8080/segments/seg_1"},
		"https://Proxy.example.com/lab":   {"https://proxy.example.com/lab/segments/seg_1", "http://PROXY.example.com/lab/segments/seg_1/"},
		"https://api.audiencelab.io":      {"https://api.audiencelab.io/segments/seg_1"},
		"http://localhost:8080/lab/proxy": {"http://localhost:8080/lab/proxy/segments/seg_1", "https://api.audiencelab.io/segments/seg_1"},
	} {
		section := &Section{Traffic: extract.Traffic{BaseURL: base}}
		for _, address := range addresses {
			require.Empty(t, segments(address).Problems(section), address)
			lists := membersOf(extract.Env{Client: extract.NewClient(section.Settings())}, "segment", "/segments/", []string{address})
			require.Equal(t, "/segments/seg_1", lists[0].path, address)
		}
		require.Len(t, segments("https://another.example.com/segments/seg_1").Problems(section), 1)
		require.Len(t, Visits{Pixels: []string{addresses[0]}}.Problems(section), 1)
	}
}

func FuzzID(f *testing.F) {
	for _, seed := range []string{"seg_1", "https://api.audiencelab.io/segments/seg_1?page=1", "//x", "https://audiencelab.io:x/segments/a", "%"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, written string) {
		id, err := idOf("segment", written, "127.0.0.1")
		require.Equal(t, err != nil, id == "")
		require.False(t, strings.ContainsAny(id, "/?#% "))
	})
}
