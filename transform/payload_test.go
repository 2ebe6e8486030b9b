package transform

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestScalarsAreReadWhateverTheirType(t *testing.T) {
	o, err := parseObject(`{"s":"text","e":"a\u00e9\n","n":2,"f":2.0,"x":1.5e2,"long":12345678901234567890,"half":0.5,"huge":1e400,"t":true,"z":null,"o":{"a":1},"l":[null,"",7,["x"]],"empty":""}`, nil)
	require.NoError(t, err)
	for name, want := range map[string]string{
		"s": "text", "e": "aé", "n": "2", "f": "2", "x": "150", "long": "12345678901234567890", "half": "0.5", "huge": "1e400", "t": "true", "z": "", "o": "", "l": "7", "empty": "", "absent": "",
	} {
		require.Equal(t, want, o.text(name), name)
	}
	require.Equal(t, []string{"", "", "7", ""}, o.texts("l"), "positions stay")
	require.Equal(t, "1", o.within("o").text("a"))
	require.Nil(t, o.within("s").all)
	require.Equal(t, "text", o.text("absent", "z", "s", "n"))
}

func TestNamesFoldAndTheDocumentedSpellingWins(t *testing.T) {
	for _, raw := range []string{`{"FIRST_NAME":"A","first_name":"b"}`, `{"first_name":"b","FIRST_NAME":"A"}`} {
		o, err := parseObject(raw, audienceLabName)
		require.NoError(t, err)
		require.Equal(t, "A", o.text("FIRST_NAME"))
	}
}

func TestPayloadThatDuckDBCouldNotHoldIsRefused(t *testing.T) {
	for _, raw := range []string{"", "{", `{"a":1}x`, "{\"a\":\"\xff\"}", `{"a":"\ud800"}`, `{"a":NaN}`, `null`, `[]`, `"x"`, `1`} {
		_, err := parseObject(raw, nil)
		require.Error(t, err, raw)
	}
	o, err := parseObject(` {"a":1,"a":2} `, nil)
	require.NoError(t, err)
	require.Equal(t, "2", o.text("a"))
}
