package simulate

// coverage says which part of the universe a vendor knows: of every 20
// neighbours a fixed number, chosen by a shuffle of the vendor's own. So the
// vendors overlap as independent samples do, and the person of a rank, as well
// as the rank of a person, follow without a list.
type coverage struct {
	universe
	vendor uint64
	known  int // of every 20
}

const neighbours = 20

var knownOf20 = map[string]int{Toofr: 6, Intent: 8, StatSocial: 5, AudienceLab: 12}

func (u universe) coverage(vendor string) coverage {
	return coverage{u, hashText(0, vendor), knownOf20[vendor]}
}

// shuffle is the vendor's order of the neighbours in a block.
func (c coverage) shuffle(block int) [neighbours]uint8 {
	var order [neighbours]uint8
	for k := range order {
		order[k] = uint8(k)
	}
	h := hashInts(c.seed, uint64(saltVendor), c.vendor, uint64(block))
	for k := neighbours - 1; k > 0; k-- {
		h = mix(h)
		j := upTo(h, k+1)
		order[k], order[j] = order[j], order[k]
	}
	return order
}

// size is how many people the vendor knows.
func (c coverage) size() int {
	return c.people/neighbours*c.known + len(c.rest())
}

// rest lists the known people of the last, incomplete block.
func (c coverage) rest() []int {
	var rest []int
	block := c.people / neighbours
	order := c.shuffle(block)
	for _, k := range order[:c.known] {
		if i := block*neighbours + int(k); i < c.people {
			rest = append(rest, i)
		}
	}
	return rest
}

// at is the person of a rank, 0 <= rank < size.
func (c coverage) at(rank int) int {
	block, k := rank/c.known, rank%c.known
	if block >= c.people/neighbours {
		return c.rest()[rank-c.people/neighbours*c.known]
	}
	order := c.shuffle(block)
	return block*neighbours + int(order[k])
}

// knows reports whether the vendor knows a person.
func (c coverage) knows(i int) bool {
	order := c.shuffle(i / neighbours)
	for _, k := range order[:c.known] {
		if int(k) == i%neighbours {
			return true
		}
	}
	return false
}

// window is a stretch of ranks: the members of an audience. Every night it
// moves on a little, so that some leave at one end and others join at the other.
type window struct{ start, size, total int }

// window covers the ranks from one share of the population to another.
func (c coverage) window(from, to float64, night int) window {
	total := c.size()
	w := window{start: int(from * float64(total)), total: total}
	w.size = max(int(to*float64(total))-w.start, 0)
	if night > 0 && w.size > 0 {
		w.start = (w.start + night*w.churn()) % total
	}
	return w
}

// churn is how many leave, and join, in a night.
func (w window) churn() int { return max(w.size/200, 1) }

// rank is the rank of the member at a position.
func (w window) rank(position int) int { return (w.start + position) % w.total }
