package evidence

import (
	"slices"
	"strings"

	"contactsync/schema"
)

// addressed is what an address in clear says of the names of its record.
type addressed uint8

const (
	inClear    addressed = 1 << iota
	namesFirst           // or a nickname
	namesLast
	namesInitial // with the surname, and nothing else
	namesLetter  // the first name and the surname's initial, and nothing else
	namesLetters // both initials, and nothing else
)

// shortestNamed is how many letters a name has that an address does not contain by chance.
const shortestNamed = 3

// addressedIn finds the names of the record in an address.
func (t *Traits) addressedIn(address string) addressed {
	local, _, _ := strings.Cut(address, "@")
	found := inClear
	if isNamed(t.first, local) || t.first != nil && hasNickname(t.first, local) {
		found |= namesFirst
	}
	if isNamed(t.last, local) {
		found |= namesLast
		if t.first != nil && (isMadeOf(local, t.first.whole[:1], t.last.whole) || isMadeOf(local, t.last.whole, t.first.whole[:1])) {
			found |= namesInitial
		}
	}
	return found
}

// abbreviatedIn finds the first name with an initial, and initials, as in slugs: annl, al-119.
func (t *Traits) abbreviatedIn(slug string) (found addressed) {
	if t.first == nil || t.last == nil {
		return 0
	}
	letters := strings.TrimRight(slug, "0123456789-_.")
	if isMadeOf(letters, t.first.whole, t.last.whole[:1]) || letters == t.first.whole && len(letters) < shortestNamed {
		found |= namesLetter
	}
	for _, part := range t.last.parts {
		if isMadeOf(letters, t.first.whole, part[:1]) {
			found |= namesLetter
		}
		if isMadeOf(letters, t.first.whole[:1], part[:1]) {
			found |= namesLetters
		}
	}
	return found
}

// compareProfile tells whom a slug in common names, who is the one it was made for. Where
// the first names differ it names one of two, so the other record's is a vendor's error.
// Where they agree and the surnames do not, it holds one's surname, as before a marriage;
// who changed name, employer and place at once is rather another. Or it holds no surname,
// and says nothing that would not be so of the next of that name.
func compareProfile(x, y addressed, o *[traits]Outcome) Outcome {
	if x&y&inClear == 0 {
		return Missing
	}
	all, any := x&y, x|y
	switch {
	case o[First] == Missing || o[First] == Swapped:
		return Missing
	case o[First] == Different:
		if all&namesFirst == 0 && (isSpelt(x) || isSpelt(y)) {
			return Different
		}
		return Missing
	case o[Last] != Changed && o[Last] != Different:
		return Missing
	case any&namesLast != 0:
		if all&namesLast == 0 && (o[Employer] == Different || o[Place] == Different) {
			return Surname
		}
		return Missing
	case any&namesLetter != 0:
		return Initial
	case all&(namesFirst|namesLetters) != 0:
		return Given
	}
	return Missing
}

// isSpelt holds for an address or slug that is a record's full name.
func isSpelt(names addressed) bool {
	const full = namesFirst | namesLast
	return names&full == full
}

// hasOwn holds for a record with an address that holds its surname.
func (t *Traits) hasOwn() bool {
	return slices.ContainsFunc(t.identifiers, func(id identifier) bool { return id.trait == Address && id.names&namesLast != 0 })
}

func isNamed(n *name, local string) bool {
	if n == nil {
		return false
	}
	for _, part := range n.parts {
		if len(part) >= shortestNamed && strings.Contains(local, part) {
			return true
		}
	}
	return false
}

// hasNickname finds bob.reed for Robert.
func hasNickname(first *name, local string) bool {
	if len(first.groups) == 0 {
		return false
	}
	for word := range strings.FieldsFuncSeq(local, func(r rune) bool { return r < 'a' || r > 'z' }) {
		if len(word) >= shortestNamed && inOneGroup(first.groups, nicknames()[word]) {
			return true
		}
	}
	return false
}

func inOneGroup(a, b []uint16) bool {
	return slices.ContainsFunc(a, func(g uint16) bool { return slices.Contains(b, g) })
}

// compareAddressed tells whom an address in common names. Where the first names differ it
// names both (ann.and.bob), both by their initial as a guess does (jmarsh), their surname
// (themarshes), or only one. Where they agree and the surnames differ it holds one's
// surname, as before a marriage, or the first name alone, and passes to the next of that
// name. Else it tells no two apart.
func compareAddressed(x, y addressed, o *[traits]Outcome) Outcome {
	if x&y&inClear == 0 {
		return Missing
	}
	all, any := x&y, x|y
	switch {
	case o[First] == Different && all&namesFirst != 0:
		return Equal
	case o[First] == Different && all&namesInitial != 0:
		return Initial
	case o[First] == Different && (any&(namesFirst|namesInitial) != 0 || o[Last] == Different && any&namesLast != 0 && all&namesLast == 0):
		return Different
	case o[First] == Different && all&namesLast != 0:
		return Family
	case o[First] == Missing || o[First] == Different || o[First] == Swapped || o[Last] != Changed && o[Last] != Different:
		return Missing
	case any&namesLast != 0:
		return Surname
	case all&namesFirst != 0:
		return Given
	}
	return Missing
}

// companyOf is the hashes of the names that a company's own handle may be: acmeco or acme
// for Acme Co.
func companyOf(c *schema.SourceContact) [3]uint64 {
	label, _, _ := strings.Cut(c.CompanyDomain, ".")
	return [3]uint64{foldedHash(c.CompanyKey), foldedHash(c.CompanyName), foldedHash(label)}
}

// isCompanys holds for a handle or slug that is the name of either record's employer.
func isCompanys(id *identifier, a, b *Traits) bool {
	return id.folded != 0 && (slices.Contains(a.company[:], id.folded) || slices.Contains(b.company[:], id.folded))
}

// isFullName holds for a handle that is the person's own name, after whom a company may
// be called, too.
func (t *Traits) isFullName(handle string) bool {
	if t.first == nil || t.last == nil || len(handle) < len(t.first.whole)+len(t.last.whole) {
		return false
	}
	return isMadeOf(handle, t.first.whole, t.last.whole) || isMadeOf(handle, t.last.whole, t.first.whole)
}

// isMadeOf holds for a text that is two words and nothing else but signs.
func isMadeOf(text, one, other string) bool {
	rest, ok := strings.CutPrefix(text, one)
	return ok && strings.Trim(rest, "-_.") == other
}
