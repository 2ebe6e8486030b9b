package world

import "slices"

// Coverage says which part of the universe a vendor knows: of every 20
// neighbours a fixed number, chosen by a shuffle of the vendor's own. So the
// vendors overlap as independent samples do, and the person of a rank, as well
// as the rank of a person, follow without a list.
type Coverage struct {
	World  Universe
	vendor uint64
	known  int // of every 20
}

const neighbours = 20

// Coverage is the part of a vendor that knows so many of every 20 people.
func (u Universe) Coverage(vendor string, known int) Coverage {
	return Coverage{u, HashText(0, vendor), known}
}

// shuffle is the vendor's order of the neighbours in a block.
func (c Coverage) shuffle(block int) [neighbours]uint8 {
	var order [neighbours]uint8
	for k := range order {
		order[k] = uint8(k)
	}
	h := HashInts(c.World.Seed, uint64(saltVendor), c.vendor, uint64(block))
	for k := neighbours - 1; k > 0; k-- {
		h = Mix(h)
		j := UpTo(h, k+1)
		order[k], order[j] = order[j], order[k]
	}
	return order
}

// Size is how many people the vendor knows.
func (c Coverage) Size() int {
	return c.World.People/neighbours*c.known + len(c.rest())
}

// rest lists the known people of the last, incomplete block.
func (c Coverage) rest() []int {
	var rest []int
	block := c.World.People / neighbours
	order := c.shuffle(block)
	for _, k := range order[:c.known] {
		if i := block*neighbours + int(k); i < c.World.People {
			rest = append(rest, i)
		}
	}
	return rest
}

// At is the person of a rank, 0 <= rank < size.
func (c Coverage) At(rank int) int {
	block, k := rank/c.known, rank%c.known
	if block >= c.World.People/neighbours {
		return c.rest()[rank-c.World.People/neighbours*c.known]
	}
	order := c.shuffle(block)
	return block*neighbours + int(order[k])
}

// Knows reports whether the vendor knows a person.
func (c Coverage) Knows(i int) bool {
	order := c.shuffle(i / neighbours)
	return slices.Contains(order[:c.known], uint8(i%neighbours))
}

// Window is a stretch of ranks: the members of an audience. Every night it
// moves on a little, so that some leave at one end and others join at the other.
type Window struct{ Start, Size, Total int }

// Window covers the ranks from one share of the population to another.
func (c Coverage) Window(from, to float64, night int) Window {
	total := c.Size()
	w := Window{Start: int(from * float64(total)), Total: total}
	w.Size = max(int(to*float64(total))-w.Start, 0)
	if night > 0 && w.Size > 0 {
		w.Start = (w.Start + night*w.Churn()) % total
	}
	return w
}

// Churn is how many leave, and join, in a night.
func (w Window) Churn() int { return max(w.Size/200, 1) }

// Rank is the rank of the member at a position.
func (w Window) Rank(position int) int { return (w.Start + position) % w.Total }

// Member is the person at a position of a window.
func (c Coverage) Member(w Window, position int) int { return c.At(w.Rank(position)) }
