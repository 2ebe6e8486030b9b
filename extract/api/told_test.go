package api

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAnErrorShowsTheVendorsMessageAndNotItsJSON(t *testing.T) {
	for body, want := range map[string]string{
		`{"error":{"code":"NOT_FOUND","message":"no such segment"}}`: "no such segment",
		`{"message":"try later","error":"busy"}`:                     "try later",
		`{"error":"bad_request","detail":"page_size is too large"}`:  "page_size is too large",
		`{"errors":[{"title":"Invalid","detail":"date is wrong"}]}`:  "date is wrong",
		`{"error":["a","b"]}`:          "a",
		`{"error":{"code":7}}`:         `{"error":{"code":7}}`,
		`{"error":null,"status":"no"}`: `{"error":null,"status":"no"}`,
		`not found`:                    "not found",
		`{"error":`:                    `{"error":`,
		`{"message":"write to jane.doe@example.com"}`: "write to [address]",
	} {
		require.Equal(t, want, (&Client{}).Excerpt([]byte(body)), body)
	}
	deep := strings.Repeat(`{"error":`, 5000) + `"x"` + strings.Repeat("}", 5000)
	require.NotPanics(t, func() { (&Client{}).Excerpt([]byte(deep)) })
}
