package extract

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAFileThatBreaksOffIsNotWhole(t *testing.T) {
	for text, c := range map[string]struct {
		rows   int
		cutOff bool
	}{
		"a,b\n1,2\n3,4\n":    {2, false},
		"a,b\r\n1,2\r\n3,4":  {2, false}, // the last line break is optional
		"a,b\n1,2\n3":        {2, true},
		"a,b\n1\n3,4":        {2, false}, // short rows within are the vendor's way
		"a,b\n1\n":           {1, false},
		"a,b\n1,2\n3,\"x\ny": {1, true}, // within quotes
		"a,b\n":              {0, false},
		"a":                  {0, false},
	} {
		table, err := NewCSV(strings.NewReader(text), false)
		require.NoError(t, err)
		rows := 0
		for err == nil {
			if _, _, err = table.Next(); err == nil {
				rows++
			}
		}
		require.Equal(t, c.cutOff, !errors.Is(err, io.EOF), "%q: %v", text, err)
		require.Equal(t, c.rows, rows, "%q", text)
	}
}
