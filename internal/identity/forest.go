package identity

import "slices"

// forest is a union-find in which the root of a tree is its smallest, that is
// oldest, member, and in which certain pairs never come into one tree.
// Numbers beyond its size are neighbours: joining them does nothing.
type forest struct {
	parent []int32
	apart  map[int32][]int32 // by root: the records that its tree must not meet
	limits *limits           // how large the trees are
}

func newForest(size int, never [][2]int32, limits *limits) *forest {
	f := &forest{parent: make([]int32, size), limits: limits}
	for i := range f.parent {
		f.parent[i] = int32(i)
	}
	if len(never) == 0 {
		return f
	}
	f.apart = make(map[int32][]int32, 2*len(never))
	for _, pair := range never {
		a, b := pair[0], pair[1]
		if a != b && f.holds(a) && f.holds(b) {
			f.apart[a] = append(f.apart[a], b)
			f.apart[b] = append(f.apart[b], a)
		}
	}
	return f
}

func (f *forest) holds(record int32) bool { return int(record) < len(f.parent) }

// root finds the oldest member of a record's tree, halving the path on its way.
func (f *forest) root(record int32) int32 {
	for f.parent[record] != record {
		f.parent[record] = f.parent[f.parent[record]]
		record = f.parent[record]
	}
	return record
}

// join makes one tree of all members, or changes nothing and reports false when
// that would bring a forbidden pair together.
func (f *forest) join(members []int32) bool {
	if f.forbidden(members) {
		return false
	}
	f.unite(members)
	return true
}

// unite makes one tree of all members.
func (f *forest) unite(members []int32) {
	first := int32(-1)
	for _, m := range members {
		switch {
		case !f.holds(m):
		case first < 0:
			first = f.root(m)
		default:
			first = f.union(first, f.root(m))
		}
	}
}

// union hangs the younger root under the older one, which it returns.
func (f *forest) union(a, b int32) int32 {
	if a == b {
		return a
	}
	a, b = min(a, b), max(a, b)
	f.parent[b] = a
	f.limits.join(a, b)
	if others := f.apart[b]; others != nil {
		f.apart[a] = append(f.apart[a], others...)
		delete(f.apart, b)
	}
	return a
}

// forbidden reports whether the trees of the members hold a forbidden pair.
func (f *forest) forbidden(members []int32) bool {
	if len(f.apart) == 0 {
		return false
	}
	var roots map[int32]bool // made only when a member must be kept apart at all
	for _, m := range members {
		if !f.holds(m) {
			continue
		}
		for _, other := range f.apart[f.root(m)] {
			if roots == nil {
				roots = f.roots(members)
			}
			if roots[f.root(other)] {
				return true
			}
		}
	}
	return false
}

func (f *forest) roots(members []int32) map[int32]bool {
	roots := make(map[int32]bool, len(members))
	for _, m := range members {
		if f.holds(m) {
			roots[f.root(m)] = true
		}
	}
	return roots
}

// overgrown reports whether one tree of the members would be out of bounds.
func (f *forest) overgrown(members []int32) bool {
	if !f.limits.bound() {
		return false
	}
	var few [8]int32 // enough for most identifiers, without asking for memory
	roots := few[:0]
	for _, m := range members {
		if f.holds(m) {
			roots = append(roots, f.root(m))
		}
	}
	slices.Sort(roots)
	return !f.limits.fits(slices.Compact(roots)...)
}

// oldest flattens the forest: per record the root of its tree. A parent is
// never younger than its child, so one pass from the oldest on is enough.
func (f *forest) oldest() []int32 {
	for i, p := range f.parent {
		f.parent[i] = f.parent[p]
	}
	return f.parent
}
