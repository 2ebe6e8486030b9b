package main

import (
	"iter"
	"slices"
	"strings"

	"contactsync/internal/identity/evidence"
	"contactsync/schema"
)

// rule is what the records of a pair have in common.
type rule int

// The rules: one trait each, so that the others can be seen to vary.
const (
	sameFirst rule = iota
	sameLast
	sameAge
	rules
)

// tells is the traits that a rule leaves to be estimated.
func (r rule) tells(t evidence.Trait) bool {
	switch t {
	case evidence.First:
		return r != sameFirst
	case evidence.Last:
		return r != sameLast
	case evidence.Born, evidence.Age:
		return r != sameAge
	}
	return true
}

func blocksOf(c *schema.SourceContact) [rules]string {
	return [rules]string{
		sameFirst: strings.ToLower(c.FirstName), sameLast: strings.ToLower(c.LastName), sameAge: c.AgeRange,
	}
}

// largestBlock is the most records that are compared each with each: of the names of
// thousands most pairs are two people.
const largestBlock = 300

// pairsOf yields the pairs whose keys are the same.
func pairsOf(people []person, key func(p *person) string) iter.Seq2[*person, *person] {
	blocks := map[string][]int{}
	for i := range people {
		if k := key(&people[i]); k != "" {
			blocks[k] = append(blocks[k], i)
		}
	}
	keys := make([]string, 0, len(blocks))
	for k := range blocks {
		keys = append(keys, k)
	}
	slices.Sort(keys) // sums of floats depend on their order
	return func(yield func(a, b *person) bool) {
		for _, k := range keys {
			block := blocks[k]
			if len(block) > largestBlock {
				continue
			}
			for i, x := range block {
				for _, y := range block[:i] {
					if !yield(&people[x], &people[y]) {
						return
					}
				}
			}
		}
	}
}
