package world

// Everything made up here follows from hashes of (seed, subject, salt), never
// from a generator's state: any person, page or fault can be computed alone, in
// any order, and comes out the same.

// Salt separates the decisions about one subject from each other.
type Salt uint64

// Mix is the finaliser of SplitMix64: every input bit flips half the output bits.
func Mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// HashInts hashes numbers in order.
func HashInts(seed uint64, parts ...uint64) uint64 {
	h := Mix(seed)
	for _, p := range parts {
		h = Mix(h ^ p)
	}
	return h
}

// HashText hashes a text: FNV-1a, then mixed with the seed.
func HashText(seed uint64, text string) uint64 {
	h := uint64(14695981039346656037)
	for i := 0; i < len(text); i++ {
		h = (h ^ uint64(text[i])) * 1099511628211
	}
	return Mix(h ^ Mix(seed))
}

// UpTo takes a number in [0, n) from a hash.
func UpTo(h uint64, n int) int { return int((h >> 11) % uint64(n)) }

// Unit takes a number in [0, 1) from a hash.
func Unit(h uint64) float64 { return float64(h>>11) / (1 << 53) }

// Pick takes an element of a list by a hash.
func Pick[T any](h uint64, list []T) T { return list[UpTo(h, len(list))] }
