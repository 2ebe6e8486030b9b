// Package memo remembers what a pure function made of texts that come again and again,
// as domains, titles and cities do. It has a bounded number of places, each of which holds the
// last text that fell on it, so that it never grows, and asking it takes no lock.
package memo

import (
	"hash/maphash"
	"strings"
	"sync/atomic"
)

// Places is how many results most functions remember: a megabyte or so.
const Places = 1 << 12

// LongestText is the length in bytes of the longest text that is remembered: longer ones
// seldom come again.
const LongestText = 160

// apart stands between texts that are remembered together.
const apart = "\x00"

// Join puts texts together, to be remembered as one, in the room of the caller. It is not
// ok where they are too long, or could not be told apart again.
func Join(room []byte, texts ...string) (text []byte, ok bool) {
	for i, s := range texts {
		if len(room)+len(apart)+len(s) > LongestText || strings.Contains(s, apart) {
			return nil, false
		}
		if i > 0 {
			room = append(room, apart...)
		}
		room = append(room, s...)
	}
	return room, true
}

// Parts are the texts that [Join] put together.
func Parts(text string) []string { return strings.Split(text, apart) }

// Memo is the memory of one function. It is safe for concurrent use.
type Memo[V any] struct {
	work   func(text string) V
	seed   maphash.Seed
	places []atomic.Pointer[entry[V]]
}

type entry[V any] struct {
	text string
	made V
}

// New remembers up to so many results, a power of two. What work returns may hold parts of
// its text, and callers must not change it.
func New[V any](places int, work func(text string) V) *Memo[V] {
	return &Memo[V]{work: work, seed: maphash.MakeSeed(), places: make([]atomic.Pointer[entry[V]], places)}
}

// Of is what the function makes of a text.
func (m *Memo[V]) Of(text string) V {
	if len(text) > LongestText {
		return m.work(text)
	}
	place := m.place(maphash.String(m.seed, text))
	if e := place.Load(); e != nil && e.text == text {
		return e.made
	}
	return m.remember(place, strings.Clone(text)) // which may be a part of a payload, and keep it
}

// OfBytes is [Memo.Of] of a text that was put together, and is copied where it is new.
func (m *Memo[V]) OfBytes(text []byte) V {
	if len(text) > LongestText {
		return m.work(string(text))
	}
	place := m.place(maphash.Bytes(m.seed, text))
	if e := place.Load(); e != nil && e.text == string(text) {
		return e.made
	}
	return m.remember(place, string(text))
}

func (m *Memo[V]) place(hash uint64) *atomic.Pointer[entry[V]] {
	return &m.places[hash&uint64(len(m.places)-1)]
}

func (m *Memo[V]) remember(place *atomic.Pointer[entry[V]], text string) V {
	e := &entry[V]{text, m.work(text)}
	place.Store(e)
	return e.made
}
