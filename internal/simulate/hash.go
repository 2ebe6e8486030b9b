package simulate

// Everything made up here follows from hashes of (seed, subject, salt), never
// from a generator's state: any person, page or fault can be computed alone, in
// any order, and comes out the same.

// salt separates the decisions about one subject from each other.
type salt uint64

// mix is the finaliser of SplitMix64: every input bit flips half the output bits.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// hashInts hashes numbers in order.
func hashInts(seed uint64, parts ...uint64) uint64 {
	h := mix(seed)
	for _, p := range parts {
		h = mix(h ^ p)
	}
	return h
}

// hashText hashes a text: FNV-1a, then mixed with the seed.
func hashText(seed uint64, text string) uint64 {
	h := uint64(14695981039346656037)
	for i := 0; i < len(text); i++ {
		h = (h ^ uint64(text[i])) * 1099511628211
	}
	return mix(h ^ mix(seed))
}

// upTo takes a number in [0, n) from a hash.
func upTo(h uint64, n int) int { return int((h >> 11) % uint64(n)) }

// unit takes a number in [0, 1) from a hash.
func unit(h uint64) float64 { return float64(h>>11) / (1 << 53) }

// one takes an element of a list by a hash.
func one[T any](h uint64, list []T) T { return list[upTo(h, len(list))] }
