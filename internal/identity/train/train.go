package main

import (
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"slices"

	"contactsync/internal/identity/evidence"
)

// trained are the traits whose shares data tell.
var trained = []evidence.Trait{
	evidence.First, evidence.Last, evidence.Suffix, evidence.Gender, evidence.Born, evidence.Age, evidence.Place,
}

// independent are those by which pairs are told apart. Place is none: whoever shares a
// surname at random may share a household.
var independent = []evidence.Trait{evidence.First, evidence.Last, evidence.Gender, evidence.Born, evidence.Age}

// pattern is the outcomes of a pair, [evidence.Missing] where a trait is not told.
type pattern [evidence.Profile + 1]evidence.Outcome

func compare(a, b *person) (p pattern) {
	v := evidence.Compare(a.traits, b.traits)
	for _, t := range trained {
		if p[t] = v.Outcome(t); p[t] == evidence.Changed {
			p[t] = evidence.Different // a marriage is for weights.txt to tell
		}
	}
	return p
}

// shares count outcomes by trait. A pair counts as much as it is likely to be of the kind.
type shares struct {
	pairs  float64
	counts map[evidence.Trait]map[evidence.Outcome]float64
}

func (s *shares) count(p *pattern, weight float64, of func(evidence.Trait) bool) {
	if s.counts == nil {
		s.counts = map[evidence.Trait]map[evidence.Outcome]float64{}
	}
	s.pairs += weight
	for _, t := range trained {
		if p[t] == evidence.Missing || !of(t) {
			continue
		}
		if s.counts[t] == nil {
			s.counts[t] = map[evidence.Outcome]float64{}
		}
		s.counts[t][p[t]] += weight
	}
}

// told is the pairs that tell a trait.
func (s *shares) told(t evidence.Trait) (n float64) {
	for _, o := range evidence.OutcomesOf(t) {
		n += s.counts[t][o]
	}
	return n
}

// share is that of an outcome among the pairs that tell the trait. Half a pair is added
// to each, so that what was never met is not impossible.
func (s *shares) share(t evidence.Trait, o evidence.Outcome) float64 {
	const unseen = 0.5
	return (s.counts[t][o] + unseen) / (s.told(t) + unseen*float64(len(evidence.OutcomesOf(t))))
}

// likelihood is that of a pattern, by the traits that tell pairs apart.
func (s *shares) likelihood(p *pattern, of func(evidence.Trait) bool) float64 {
	l := 1.0
	for _, t := range independent {
		if p[t] != evidence.Missing && of(t) {
			l *= s.share(t, p[t])
		}
	}
	return l
}

// add adds the counts of others.
func (s *shares) add(others shares) {
	s.pairs += others.pairs
	for t, outcomes := range others.counts {
		for o, n := range outcomes {
			var p pattern
			p[t] = o
			pairs := s.pairs
			s.count(&p, n, func(evidence.Trait) bool { return true })
			s.pairs = pairs
		}
	}
}

// estimate is the shares of each kind of pair.
type estimate struct{ same, relative, stranger shares }

func (e *estimate) add(other estimate) {
	e.same.add(other.same)
	e.relative.add(other.relative)
	e.stranger.add(other.stranger)
}

// train estimates shares from the records of one table.
func train(people []person) (e estimate) {
	const mostRandom = 300_000
	every := func(evidence.Trait) bool { return true }
	chance := rand.New(rand.NewPCG(1, 2)) // the same pairs at each run
	for range min(mostRandom, len(people)*len(people)) {
		if a, b := chance.IntN(len(people)), chance.IntN(len(people)); a != b {
			p := compare(&people[a], &people[b])
			e.stranger.count(&p, 1, every)
		}
	}
	total, same := 0.0, 0.0
	for r := range rules {
		patterns := map[pattern]float64{}
		for a, b := range pairsOf(people, func(p *person) string { return p.blocks[r] }) {
			patterns[compare(a, b)]++
		}
		n := separate(patterns, r.tells, &e)
		for _, count := range patterns {
			total += count
		}
		same += n
	}
	e.relatives(people, same/max(total, 1))
	return e
}

// relatives counts pairs of one household that are hardly one person.
func (e *estimate) relatives(people []person, prior float64) {
	const hardly = 0.05
	every := func(evidence.Trait) bool { return true }
	for a, b := range pairsOf(people, func(p *person) string { return p.household }) {
		p := compare(a, b)
		x, y := prior*e.same.likelihood(&p, every), (1-prior)*e.stranger.likelihood(&p, every)
		if x < hardly*(x+y) {
			e.relative.count(&p, 1, every)
		}
	}
}

// separate tells the pairs of one person among those of a rule from the others, by the
// traits that the rule leaves, and adds their outcomes to the estimate.
func separate(patterns map[pattern]float64, of func(evidence.Trait) bool, e *estimate) (pairs float64) {
	const rounds = 50
	keys := sortedKeys(patterns)
	same, others, share := startOf(), e.stranger, 0.1
	for round := range rounds {
		var found, rest shares
		total := 0.0
		for i := range keys {
			p, n := &keys[i], patterns[keys[i]]
			x, y := share*same.likelihood(p, of), (1-share)*others.likelihood(p, of)
			likely := x / (x + y)
			found.count(p, n*likely, of)
			rest.count(p, n*(1-likely), of)
			total += n
		}
		if total == 0 {
			return 0
		}
		same, others, share = found, rest, found.pairs/total
		if round == rounds-1 {
			e.same.add(found)
		}
	}
	return same.pairs
}

// sortedKeys are the patterns in an order, since sums of floats depend on it.
func sortedKeys(patterns map[pattern]float64) []pattern {
	return slices.SortedFunc(maps.Keys(patterns), func(a, b pattern) int { return slices.Compare(a[:], b[:]) })
}

// startOf is the shares to begin with: nine in ten outcomes are equal.
func startOf() (s shares) {
	const equal, others = 90, 10
	for _, t := range independent {
		outcomes := evidence.OutcomesOf(t)
		for _, o := range outcomes {
			var p pattern
			p[t] = o
			weight := others / float64(len(outcomes)-1)
			if o == evidence.Equal || o == evidence.Exact {
				weight = equal
			}
			s.count(&p, weight, func(evidence.Trait) bool { return true })
		}
	}
	return s
}

// write writes rows of weights.txt, a dash where the data tell nothing.
func (e *estimate) write(out io.Writer) error {
	const row = "%-11s %-11s %8s %8s %8s\n"
	if _, err := fmt.Fprintf(out, row, "# trait", "outcome", "same", "relative", "stranger"); err != nil {
		return err
	}
	for _, t := range trained {
		for _, o := range evidence.OutcomesOf(t) {
			if o == evidence.Changed {
				continue
			}
			var cells [3]string
			for i, s := range []*shares{&e.same, &e.relative, &e.stranger} {
				if cells[i] = "-"; s.told(t) > 0 {
					cells[i] = fmt.Sprintf("%.5f", s.share(t, o))
				}
			}
			if _, err := fmt.Fprintf(out, row, t, o, cells[0], cells[1], cells[2]); err != nil {
				return err
			}
		}
	}
	return nil
}
