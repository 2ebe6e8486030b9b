package main

import (
	"slices"
	"strings"
)

// sample is what something took, and what the floor of its round did.
type sample struct {
	usage
	floor usage
}

// series gathers values of rounds by name, in the order in which names appeared.
type series[T any] struct {
	names  []string
	values map[string][]T
}

func (s *series[T]) add(name string, values ...T) {
	if s.values == nil {
		s.values = map[string][]T{}
	}
	if _, known := s.values[name]; !known {
		s.names = append(s.names, name)
	}
	s.values[name] = append(s.values[name], values...)
}

// drop forgets the names that begin so.
func (s *series[T]) drop(prefix string) {
	s.names = slices.DeleteFunc(s.names, func(name string) bool { return strings.HasPrefix(name, prefix) })
}
