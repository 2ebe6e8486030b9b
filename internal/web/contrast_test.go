package web

import (
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestColoursCanBeToldApart holds every colour of text against the grounds that it stands
// on, in light and dark: WCAG 2.2 wants 4.5:1 of text and 3:1 of what charts draw.
func TestColoursCanBeToldApart(t *testing.T) {
	sheet, err := os.ReadFile("static/page.css")
	require.NoError(t, err)
	light, dark, found := strings.Cut(string(sheet), "prefers-color-scheme: dark")
	require.True(t, found)
	colours := func(text string) map[string]string {
		list := map[string]string{}
		for _, m := range regexp.MustCompile(`--([a-z0-9-]+): #([0-9a-f]{3,6});`).FindAllStringSubmatch(text, -1) {
			if _, known := list[m[1]]; !known {
				list[m[1]] = m[2]
			}
		}
		return list
	}
	grounds := map[string][]string{
		"ink": {"paper", "card", "stripe"}, "soft": {"paper", "card", "stripe"}, "accent": {"paper", "card", "stripe"}, "accent-ink": {"accent"},
		"good": {"good-tint", "card"}, "bad": {"bad-tint", "card"}, "warn": {"warn-tint", "card"}, "busy": {"busy-tint", "card"}, "idle": {"idle-tint", "card"},
	}
	for scheme, list := range map[string]map[string]string{"light": colours(light), "dark": colours(dark)} {
		for colour, on := range grounds {
			for _, ground := range on {
				require.GreaterOrEqual(t, contrast(t, list[colour], list[ground]), 4.5, "%s: %s on %s", scheme, colour, ground)
			}
		}
		for _, line := range []string{"v1", "v2", "v3", "v4"} {
			require.GreaterOrEqual(t, contrast(t, list[line], list["card"]), 3.0, "%s: %s", scheme, line)
		}
	}
}

// contrast is the ratio of WCAG 2.2, 1.4.3.
func contrast(t *testing.T, a, b string) float64 {
	x, y := luminance(t, a), luminance(t, b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func luminance(t *testing.T, hex string) (sum float64) {
	if len(hex) == 3 {
		hex = string([]byte{hex[0], hex[0], hex[1], hex[1], hex[2], hex[2]})
	}
	require.Len(t, hex, 6)
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, err := strconv.ParseUint(hex[2*i:2*i+2], 16, 8)
		require.NoError(t, err)
		v := float64(n) / 255
		if v <= 0.04045 {
			v /= 12.92
		} else {
			v = math.Pow((v+0.055)/1.055, 2.4)
		}
		sum += weight * v
	}
	return sum
}
