package disk

import "encoding/binary"

// checksum is DuckDB's, of blocks and of entries of the log: the words of eight bytes,
// multiplied and added without carry, and a MurmurHash64A of what is left. It does not
// notice words that change places, nor an even number of equal ones that become zero.
func checksum(content []byte) uint64 {
	const multiplier = 0xbf58476d1ce4e5b9
	sum := uint64(5381)
	for len(content) >= 8 {
		sum ^= binary.LittleEndian.Uint64(content) * multiplier
		content = content[8:]
	}
	if len(content) > 0 {
		sum ^= remainder(content)
	}
	return sum
}

// remainder is MurmurHash64A of fewer than eight bytes.
func remainder(content []byte) uint64 {
	const (
		multiplier = 0xc6a4a7935bd1e995
		seed       = 0xe17a1465
		shift      = 47
	)
	m := uint64(multiplier)
	h := seed ^ uint64(len(content))*m
	for i := len(content) - 1; i >= 0; i-- {
		h ^= uint64(content[i]) << (8 * i)
	}
	h *= m
	h ^= h >> shift
	h *= m
	return h ^ h>>shift
}
