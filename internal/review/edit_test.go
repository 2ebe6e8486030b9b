package review

import (
	"slices"
	"strings"
	"testing"

	"contactsync/internal/identity"
	"contactsync/load/duckdb/report"

	"github.com/stretchr/testify/require"
)

func decision(record, other string, same bool) Decision {
	a, _ := parseRecord(record)
	b, _ := parseRecord(other)
	return Decision{a, b, same}
}

var (
	same      = decision("toofr:1", "audiencelab:7f", true)
	different = decision("toofr:1", "audiencelab:7f", false)
	odd       = Decision{
		report.RecordKey{Source: "intent", SourceID: `a "b", #c`}, report.RecordKey{Source: "toofr", SourceID: "ü: x"}, false,
	}
)

// oddPair is how the file has it.
const oddPair = `["intent:a \"b\", #c", "toofr:ü: x"]`

func TestAnswersChangeOnlyTheLinesThatTheyMust(t *testing.T) {
	for _, test := range []struct {
		name, before string
		decisions    []Decision
		want         string
	}{
		{"an empty file", "", []Decision{same, odd}, "always:\n  - [toofr:1, audiencelab:7f]\nnever:\n  - " + oddPair + "\n"},
		{"nothing but comments", "# ours\n", []Decision{different}, "# ours\nnever:\n  - [toofr:1, audiencelab:7f]\n"},
		{
			"no line end",
			"always:\n  - [toofr:8, toofr:9]",
			[]Decision{same},
			"always:\n  - [toofr:8, toofr:9]\n  - [toofr:1, audiencelab:7f]\n",
		},
		{
			"keys without lists",
			"# a\nalways:  # b\n\n# c\nnever:\n",
			[]Decision{same, odd},
			"# a\nalways:  # b\n  - [toofr:1, audiencelab:7f]\n\n# c\nnever:\n  - " + oddPair + "\n",
		},
		{
			"comments everywhere",
			"# head\n\n# the same\nalways: # yes\n# of the first\n- [toofr:8, ann@example.com]  # she said so\n# behind it\n\n" +
				"# the others\nnever: [[toofr:4, toofr:5]] # no\n# end\n",
			[]Decision{same, odd},
			"# head\n\n# the same\nalways: # yes\n# of the first\n- [toofr:8, ann@example.com]  # she said so\n- [toofr:1, audiencelab:7f]\n" +
				"# behind it\n\n# the others\nnever: [" + oddPair + ", [toofr:4, toofr:5]] # no\n# end\n",
		},
		{
			"a pair on several lines",
			"always:\n  - [toofr:8,\n     toofr:9\n    ]\n  # behind it\nnever: []\n",
			[]Decision{same, odd},
			"always:\n  - [toofr:8,\n     toofr:9\n    ]\n  - [toofr:1, audiencelab:7f]\n  # behind it\nnever: [" + oddPair + "]\n",
		},
		{
			"lines as Windows ends them",
			"always:\r\n  - [toofr:8, toofr:9]\r\n",
			[]Decision{same, odd},
			"always:\r\n  - [toofr:8, toofr:9]\r\n  - [toofr:1, audiencelab:7f]\r\nnever:\r\n  - " + oddPair + "\r\n",
		},
		{"already there", "always:\n- [audiencelab:7f, toofr:1]\n", []Decision{same}, "always:\n- [audiencelab:7f, toofr:1]\n"},
		{
			"a contradiction takes the place of the older",
			"never:\n  # asked Ann\n  - [audiencelab:7f, toofr:1] # two of them\n  - [toofr:2, toofr:3]\n", []Decision{same},
			"never:\n  # asked Ann\n  # two of them\n  - [toofr:2, toofr:3]\nalways:\n  - [toofr:1, audiencelab:7f]\n",
		},
		{
			"of the only pair",
			"always:\n  - - toofr:1 # a\n    - audiencelab:7f\nnever:\n  - [toofr:2, toofr:3]\n",
			[]Decision{different},
			"always:\n  # a\nnever:\n  - [toofr:2, toofr:3]\n  - [toofr:1, audiencelab:7f]\n",
		},
		{"the last of two counts", "", []Decision{same, different}, "never:\n  - [toofr:1, audiencelab:7f]\n"},
		{
			"on one line",
			"{always: [[toofr:8, toofr:9]], never: []} # all\n",
			[]Decision{different},
			"# all\nalways:\n  - [toofr:8, toofr:9]\nnever:\n  - [toofr:1, audiencelab:7f]\n",
		},
		{
			"an anchor in a pair that goes",
			"# a\nalways:\n  - [&x toofr:1, audiencelab:7f] # b\nnever: [[*x, toofr:3]]\n", []Decision{different},
			"# a\nalways:\n  # b\nnever:\n  - [toofr:1, toofr:3]\n  - [toofr:1, audiencelab:7f]\n",
		},
		{"the end of the document", "always: []\n...\n", []Decision{different}, "always:\nnever:\n  - [toofr:1, audiencelab:7f]\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, _, err := edited("identity.yaml", []byte(test.before), test.decisions)
			require.NoError(t, err)
			require.Equal(t, test.want, string(got))
			again, w, err := edited("identity.yaml", got, test.decisions)
			require.NoError(t, err)
			require.Equal(t, string(got), string(again), "nothing is written twice")
			require.Zero(t, w.New+w.Replaced)
		})
	}
}

func TestWhatWasWrittenIsCounted(t *testing.T) {
	_, w, err := edited("identity.yaml", []byte("always: [[toofr:1, audiencelab:7f], [toofr:2, toofr:3]]"),
		[]Decision{different, decision("toofr:3", "toofr:2", true), odd})
	require.NoError(t, err)
	require.Equal(t, Written{New: 1, Replaced: 1, Known: 1}, w)
}

func TestAFileWithMistakesIsLeftAlone(t *testing.T) {
	_, _, err := edited("identity.yaml", []byte("always: [[toofr:1]]"), []Decision{same})
	require.ErrorAs(t, err, new(*Error))
	require.ErrorContains(t, err, "identity.yaml:1:10: want a pair")
}

// FuzzEdit adds an answer to any file: what comes out is a file of exactly the old pairs
// and the new one.
func FuzzEdit(f *testing.F) {
	for _, seed := range []string{
		"", "# a\n", "always:\n  - [toofr:1, toofr:2] # b\nnever: []\n", "never: [[&x toofr:1, a@example.com], [*x, toofr:3]]",
		"{always: [[toofr:1, toofr:2]]}", "? always\n: - [toofr:1, toofr:2]\n",
		"always: &l\n- - \"toofr:1\"\n  - 'toofr:2'\n", "--- # c\nalways: ~\n...\n",
		"\ufeffnever:\r\n- [toofr:1, toofr:2]\r\n",

		"always:\n- [toofr:1,\n#x\n toofr:2]\n# y\n\n# z\nnever:", "never: !!seq [[toofr:1, toofr:2]]\r#a\u0085",
		"%YAML 1.1\n---\nalways: [\n]\n",
	} {
		f.Add([]byte(seed), "1", "2", true)
		f.Add([]byte(seed), "x: #", "\"\x7f\u2028é", false)
	}
	f.Fuzz(func(t *testing.T, text []byte, a, b string, same bool) {
		before, err := identity.ParseOverrides("f", text)
		first, okA := parseRecord("toofr:" + a)
		second, okB := parseRecord("toofr:" + b)
		d := Decision{first, second, same}
		if err != nil || !okA || !okB || d.check() != nil {
			t.Skip()
		}
		got, w, err := edited("f", text, []Decision{d})
		require.NoError(t, err)
		after, err := identity.ParseOverrides("f", got)
		require.NoError(t, err)
		require.Equal(t, 1, w.New+w.Replaced+w.Known)
		is := func(p identity.Pair) bool { return p.Key() == d.pair().Key() }
		for _, list := range [][2][]identity.Pair{{before.Always, after.Always}, {before.Never, after.Never}} {
			require.Equal(t, sorted(slices.DeleteFunc(list[0], is)), sorted(slices.DeleteFunc(slices.Clone(list[1]), is)), "the others stay")
		}
		require.Equal(t, same, slices.ContainsFunc(after.Always, is))
		require.Equal(t, !same, slices.ContainsFunc(after.Never, is))
	})
}

func TestAThousandAnswersAreWrittenAtOnce(t *testing.T) {
	var list []Decision
	for i := range 1000 {
		list = append(list, decision("toofr:"+strings.Repeat("a", i+1), "toofr:b", i%2 == 0))
	}
	got, w, err := edited("identity.yaml", []byte("# ours\n"), list)
	require.NoError(t, err)
	require.Equal(t, Written{New: 1000}, w)
	o, err := identity.ParseOverrides("identity.yaml", got)
	require.NoError(t, err)
	require.Len(t, o.Always, 500)
	require.Len(t, o.Never, 500)
}
