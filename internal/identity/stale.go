package identity

import "slices"

// A stale record has no vote: it goes where others are, and links none of them. So live
// records are joined first, as if there were no others. Then each stale one joins at most
// one person: by the first identifier that it shares with a live record, and else, by
// the first that it shares with stale ones, the person where these are. Those who meet
// no live record stay together: of whom they are there is nobody to say otherwise.

// stragglers are the stale records on their way to people.
type stragglers struct {
	stale   []bool // per record
	people  *forest
	live    []bool  // per root, whether its tree has a live record
	voters  []int32 // scratch space
	joining []int32 // scratch space
}

// withVote are the records that are not stale, until the next call.
func (s *stragglers) withVote(records []int32) []int32 {
	if len(s.stale) == 0 {
		return records
	}
	s.voters = s.voters[:0]
	for _, r := range records {
		if !s.stale[r] {
			s.voters = append(s.voters, r)
		}
	}
	return s.voters
}

// join lets the stale records join the people of the live ones, and each other.
// Identifiers that linked nobody so far still do not.
func (s *stragglers) join(index carriers, p *Partition) {
	if !slices.Contains(s.stale, true) {
		return
	}
	s.live = make([]bool, len(s.people.parent))
	for r := range int32(len(s.live)) {
		if !s.stale[r] {
			s.live[s.people.root(r)] = true
		}
	}
	barred := p.barred()
	for _, byLive := range []bool{true, false} {
		for id := range int32(index.len()) {
			carriers := index.of(id)
			voters := s.withVote(carriers)
			if len(voters) == len(carriers) || len(voters) > 0 != byLive || barred[id] {
				continue
			}
			switch members := s.follow(carriers, voters); {
			case len(members) < 2:
			case s.people.forbidden(members):
				p.Blocked = append(p.Blocked, id)
			case s.people.overgrown(members):
				p.Large = append(p.Large, id)
			default:
				live := slices.ContainsFunc(members, func(root int32) bool { return s.live[root] })
				s.people.unite(members)
				s.live[s.people.root(members[0])] = live
			}
		}
	}
	slices.Sort(p.Blocked)
	slices.Sort(p.Large)
}

// follow gives the roots that an identifier joins: those of trees without a live record,
// and of the one tree with live ones which they may follow. It is that of the live
// carriers, else that of all stale ones that follow somebody already; where these follow
// several people, the identifier tells nothing.
func (s *stragglers) follow(carriers, voters []int32) []int32 {
	s.joining = s.joining[:0]
	led := int32(-1)
	for _, r := range voters {
		if s.people.holds(r) {
			led = s.people.root(r)
			break
		}
	}
	for _, r := range carriers {
		if !s.people.holds(r) {
			continue
		}
		switch root := s.people.root(r); {
		case !s.live[root]:
			s.joining = append(s.joining, root)
		case led < 0:
			led = root
		case led != root && len(voters) == 0:
			return nil
		}
	}
	if led >= 0 && len(s.joining) > 0 {
		s.joining = append(s.joining, led)
	}
	slices.Sort(s.joining)
	s.joining = slices.Compact(s.joining)
	return s.joining
}

// barred are the identifiers that link nobody.
func (p *Partition) barred() map[int32]bool {
	barred := make(map[int32]bool, len(p.Shared)+len(p.Blocked)+len(p.Large))
	for _, f := range p.Shared {
		barred[f.Identifier] = true
	}
	for _, id := range slices.Concat(p.Blocked, p.Large) {
		barred[id] = true
	}
	return barred
}
