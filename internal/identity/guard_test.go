package identity

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"contactsync/schema"
)

// said are what records testify, by number.
type said []Testimony

func (s said) testify(records []int32) iter.Seq2[*Testimony, error] {
	return func(yield func(*Testimony, error) bool) {
		for _, r := range records {
			if !yield(&s[r], nil) {
				return
			}
		}
	}
}

// world is a graph and what its records testify.
type world struct {
	Graph
	said said
}

func (w world) resolve(guard Guard) Partition {
	w.Guard = guard
	p, err := Resolve(w.Graph, w.said.testify)
	if err != nil {
		panic(err)
	}
	return p
}

func testimony(first, last string) Testimony {
	full := first + " " + last
	if first == "" || last == "" {
		full = ""
	}
	return Testimony{schema.SourceContact{Profile: schema.Profile{FirstName: first, LastName: last, FullName: full}}, -1, -1}
}

// worlds draws small graphs of records that have names, or half of one, or none.
func worlds() *rapid.Generator[world] {
	return rapid.Custom(func(t *rapid.T) world {
		w := world{Graph: aged(bounded(graphs(true))).Draw(t, "graph")}
		n := len(w.Surnames)
		w.Kinds = slices.Repeat([]schema.Kind{schema.EmailSHA256, schema.LinkedIn}, 8)
		for i := range n {
			w.Keys = append(w.Keys, uint64(i*7919%101))
			w.said = append(w.said, testimony(
				rapid.SampledFrom([]string{"Ann", "Anna", "Paul", "A", ""}).Draw(t, "first"),
				rapid.SampledFrom([]string{"Reed", "Marsh", ""}).Draw(t, "last")))
		}
		return w
	})
}

// arriving gives record i the number to[i].
func (w world) arriving(to []int32) world {
	out := world{Graph: renumber(w.Graph, to), said: moved(w.said, to)}
	out.Keys = moved(w.Keys, to)
	return out
}

func requireSamePeople(t require.TestingT, p, q Partition, to func(int) int32) {
	for a := range p.Oldest {
		for b := range p.Oldest {
			require.Equal(t, p.Oldest[a] == p.Oldest[b], q.Oldest[to(a)] == q.Oldest[to(b)], "records %d and %d", a, b)
		}
	}
}

func TestOrderOfArrivalDoesNotMatterForTheGuard(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := worlds().Draw(t, "world")
		to := rapid.Permutation(upTo(len(w.Surnames))).Draw(t, "arrival")
		other := w.arriving(to)
		other.Edges = rapid.Permutation(other.Edges).Draw(t, "edges")
		guard := rapid.SampledFrom([]Guard{Warn, On}).Draw(t, "guard")
		p, q := w.resolve(guard), other.resolve(guard)
		requireSamePeople(t, p, q, func(i int) int32 { return to[i] })
		require.Equal(t, p.Shared, q.Shared)
		require.Equal(t, p.Blocked, q.Blocked)
		require.Equal(t, p.Large, q.Large)
		require.Equal(t, p.Doubtful, q.Doubtful)
		require.Equal(t, p.Refused, q.Refused)
		require.Equal(t, p.Splits, q.Splits)
		require.Len(t, q.Candidates, len(p.Candidates))
	})
}

func TestTheGuardOnlyParts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := worlds().Draw(t, "world")
		w.Never, w.MaxRecords, w.MaxFullNames, w.Stale = nil, 0, 0, nil
		off, on, warn := w.resolve(Off), w.resolve(On), w.resolve(Warn)
		require.Equal(t, off.Oldest, warn.Oldest)
		require.Equal(t, on.Candidates, warn.Candidates)
		parted := map[int32]bool{}
		for a := range on.Oldest {
			for b := range on.Oldest {
				if on.Oldest[a] == on.Oldest[b] {
					require.Equal(t, off.Oldest[a], off.Oldest[b])
				} else if off.Oldest[a] == off.Oldest[b] {
					parted[off.Oldest[a]] = true
				}
			}
		}
		require.Len(t, parted, warn.Splits)
	})
}

func TestForbiddenPairsAndLargePeopleUnderTheGuard(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := worlds().Draw(t, "world")
		p := w.resolve(On)
		for _, pair := range w.Never {
			if pair[0] != pair[1] {
				require.NotEqual(t, p.Oldest[pair[0]], p.Oldest[pair[1]])
			}
		}
		for i, pair := range w.Always {
			require.Equal(t, !slices.Contains(p.Refused, i), p.Oldest[pair[0]] == p.Oldest[pair[1]])
		}
		size := map[int32]int{}
		for i, oldest := range p.Oldest {
			require.LessOrEqual(t, oldest, int32(i))
			require.Equal(t, oldest, p.Oldest[oldest])
			size[oldest]++
		}
		for _, n := range size {
			if w.MaxRecords > 0 && len(w.Always) == 0 {
				require.LessOrEqual(t, n, w.MaxRecords)
			}
		}
	})
}

// Whoever is affected by a change is reached through people and through the identifiers
// that do not join all who carry them.
func TestResolvingTheAffectedPartEqualsResolvingEverythingUnderTheGuard(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		old := worlds().Draw(t, "old")
		n := int32(len(old.Surnames))
		changed := rapid.SliceOfNDistinct(rapid.Int32Range(0, n-1), 1, -1, rapid.ID[int32]).Draw(t, "changed")
		next := world{Graph: change(t, old.Graph, changed), said: slices.Clone(old.said)}
		for _, r := range changed {
			next.said[r] = testimony(rapid.SampledFrom([]string{"Ann", "Paul", ""}).Draw(t, "first"), rapid.SampledFrom([]string{"Reed", "Marsh", ""}).Draw(t, "last"))
		}
		was, want := old.resolve(On), next.resolve(On)
		part := affected(old.Graph, next.Graph, was, changed)
		sub, numbers := restrict(next.Graph, part)
		small := world{Graph: sub, said: of(next.said, numbers)}
		small.Keys = of(next.Keys, numbers)
		got := small.resolve(On)
		for i, oldest := range got.Oldest {
			require.Equal(t, want.Oldest[numbers[i]], numbers[oldest], "record %d", numbers[i])
		}
		for r := range n {
			if !slices.Contains(part, r) {
				require.Equal(t, was.Oldest[r], want.Oldest[r], "record %d is not affected", r)
			}
		}
	})
}

// affected is the affected part under the guard.
func affected(old, next Graph, was Partition, changed []int32) []int32 {
	was.Blocked = slices.Clone(was.Blocked)
	for _, d := range was.Doubtful {
		was.Blocked = append(was.Blocked, d.Identifier)
	}
	return partInPlay(old, next, was, changed)
}

// BenchmarkGuard is a warehouse from nothing whose every record is weighed: 300,000
// records of 100,000 people, who share four identifiers each; some addresses are shared.
func BenchmarkGuard(b *testing.B) {
	const records, people = 300_000, 100_000
	given := []string{"Ann", "Paul", "Nina", "John", "Jane", "Carl", "Eva", "Ida", "Max", "Ben"}
	random := rand.New(rand.NewPCG(1, 2))
	w := world{Graph: Graph{MaxNames: 5, MaxRecords: 200, MaxFullNames: 20}}
	for r := range int32(records) {
		person := random.Int32N(people)
		w.Surnames, w.Names = append(w.Surnames, uint64(person%5000)+1), append(w.Names, uint64(person)+1)
		w.Keys, w.Stale = append(w.Keys, random.Uint64()), append(w.Stale, false)
		for k := range int32(4) {
			w.Edges = append(w.Edges, Edge{r, person*4 + (k+random.Int32N(2))%4})
		}
		if random.Int32N(100) == 0 {
			w.Edges = append(w.Edges, Edge{r, random.Int32N(people) * 4})
		}
		t := testimony(given[person%10], fmt.Sprintf("Fenn%dhale", person%5000))
		t.CompanyDomain, t.City, t.Country, t.AgeRange = "acme.example", "Boston", "US", "25-34"
		w.said = append(w.said, t)
	}
	w.Kinds = slices.Repeat([]schema.Kind{schema.EmailSHA256, schema.EmailSHA256, schema.LinkedIn, schema.SSID}, people)
	for name, guard := range map[string]Guard{"off": Off, "on": On} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				w.resolve(guard)
			}
			b.ReportMetric(records*float64(b.N)/b.Elapsed().Seconds(), "records/s")
		})
	}
}

// A company's address under a thousand given names is told by its size, without a look at
// its half a million pairs.
func TestAnIdentifierOfTooManyRecordsIsNotWeighed(t *testing.T) {
	w := world{Graph: Graph{MaxRecords: 200, MaxNames: 5, MaxFullNames: 20, Kinds: []schema.Kind{schema.EmailSHA256}}}
	const records = 1000
	for i := range records {
		w.Surnames, w.Names, w.Keys = append(w.Surnames, 1), append(w.Names, uint64(i+1)), append(w.Keys, uint64(i))
		w.Edges, w.said = append(w.Edges, Edge{int32(i), 0}), append(w.said, testimony(fmt.Sprint("Name", i), "Reed"))
	}
	allocations := testing.AllocsPerRun(1, func() {
		p := w.resolve(On)
		require.Equal(t, []int32{0}, p.Large)
		require.Empty(t, p.Candidates)
	})
	require.Less(t, allocations, float64(20*records))
}

func TestAStaleRecordGoesWithALiveOneBeforeItGoesWithAnotherStaleOne(t *testing.T) {
	w := world{Graph: Graph{
		Surnames: []uint64{1, 1, 1, 1}, Names: []uint64{1, 1, 1, 1}, Keys: []uint64{1, 2, 3, 4}, Stale: []bool{false, false, true, true},
		Kinds: []schema.Kind{schema.EmailSHA256, schema.EmailSHA256, schema.LinkedIn},
		Edges: edges([2]int32{0, 0}, [2]int32{2, 0}, [2]int32{1, 1}, [2]int32{3, 1}, [2]int32{2, 2}, [2]int32{3, 2}),
	}}
	live, stale := testimony("Ann", "Reed"), testimony("Ann", "Reed")
	stale.AgeRange, stale.PostalCode, stale.Country, stale.CompanyDomain = "1974-03-21", "12345", "US", "acme.example" // they say most of each other
	w.said = said{live, live, stale, stale}
	want := []int32{0, 1, 0, 1}
	require.Equal(t, want, w.resolve(Off).Oldest)
	require.Equal(t, want, w.resolve(On).Oldest)
}
