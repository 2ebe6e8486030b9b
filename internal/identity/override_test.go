package identity

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestOverridesKeepTheirPairsAndPlaces(t *testing.T) {
	got, err := ParseOverrides("identity.yaml", []byte(`# decided by hand
always:
  - [toofr:1042, ann@example.com]
  - - "https://www.linkedin.com/in/ann-example"
    - &lab audiencelab:7f3c:9
never: [[*lab, bob@example.org]]
`))
	require.NoError(t, err)
	require.Equal(t, Overrides{
		Always: []Pair{
			{"toofr:1042", "ann@example.com", 3, 5},
			{"https://www.linkedin.com/in/ann-example", "audiencelab:7f3c:9", 4, 5},
		},
		Never: []Pair{{"audiencelab:7f3c:9", "bob@example.org", 6, 9}},
	}, got)
}

func TestAnEmptyOverridesFileDecidesNothing(t *testing.T) {
	for _, data := range []string{"", "\n  \n", "# nothing yet\n", "---\n", "always:\nnever: []\n", "null"} {
		got, err := ParseOverrides("identity.yaml", []byte(data))
		require.NoError(t, err, "%q", data)
		require.Empty(t, got, "%q", data)
	}
}

func TestMistakesInOverridesAreReportedTogetherWithTheirPlace(t *testing.T) {
	for _, test := range []struct{ name, data, want string }{
		{"syntax", "always: [[a", "identity.yaml:2:1: not valid YAML: did not find expected ',' or ']'"},
		{"two documents", "never: []\n---\nnever: []", "identity.yaml:2:1: a second document; put everything into one"},
		{"not a mapping", "- a", "identity.yaml:1:1: want the keys always and never, each with a list of pairs"},
		{"unknown key", "allways: []", "identity.yaml:1:1: unknown key; only always and never may stand here"},
		{"a key twice", "never: []\nnever: []", "identity.yaml:2:1: never stands here twice; put all its pairs into one list"},
		{"not a list", "never: yes", "identity.yaml:1:8: want a list of pairs, such as - [toofr:1042, someone@example.com]"},
		{"not a pair", "never: [[toofr:1]]", "identity.yaml:1:9: want a pair of exactly two, such as [toofr:1042, someone@example.com]"},
		{"a space too many", "never: [[toofr: 1, toofr:2]]", "identity.yaml:1:10: want text; write source:id without a space, or in quotes"},
		{"a contact id", "never: [[c_0123456789, toofr:2]]", "identity.yaml:1:10: a contact id may pass to other records when people merge; name a record as source:id"},
		{"the same twice", "always: [[Ann@example.com, ann@example.com]]", "identity.yaml:1:10: both of the pair are the same"},
		{
			"several", "never:\n- [Ann Example, hubspot:2]\n- 7",
			"identity.yaml:2:4: want source:id (source is one of audiencelab, toofr, intent, statsocial), an e-mail address or a LinkedIn URL\n" +
				"identity.yaml:2:17: want source:id (source is one of audiencelab, toofr, intent, statsocial), an e-mail address or a LinkedIn URL\n" +
				"identity.yaml:3:3: want a pair of exactly two, such as [toofr:1042, someone@example.com]",
		},
		{"a contradiction", "always: [[toofr:1, ann@example.com]]\nnever:\n- [ANN@example.com, toofr:1]", "identity.yaml:3:3: never contradicts always in line 1; remove one of them"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := ParseOverrides("identity.yaml", []byte(test.data))
			require.EqualError(t, err, test.want)
			require.Empty(t, got)
		})
	}
}

func FuzzParseOverrides(f *testing.F) {
	for _, seed := range []string{"", "always: [[toofr:1, a@example.com]]", "never:\n- [*x, &x b]", "a: &a [*a]", "? [a]\n: b", "%YAML 1.1\n---\n!!null", "\xff\xfe"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := ParseOverrides("identity.yaml", data)
		if err != nil {
			require.Empty(t, got)
			require.Regexp(t, `(?m)^identity\.yaml:[1-9]\d*:[1-9]\d*: `, err.Error())
			return
		}
		for _, pair := range append(got.Always, got.Never...) {
			require.NotEmpty(t, pair.A)
			require.NotEmpty(t, pair.B)
			require.Positive(t, pair.Line)
		}
	})
}
