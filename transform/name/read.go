package name

import (
	"slices"
	"strings"

	"contactsync/internal/normal"
)

// reading is what is known of a text while its parts are told apart.
type reading struct {
	uniform   bool // all letters have one case, which then tells nothing
	lost      Loss
	suffix    []string // Jr, III
	byGiven   bool     // the honorific goes with a given name: Sir Pell
	shouted   bool     // the other part is in capitals, too
	named     bool     // both parts are known from elsewhere
	equivocal bool     // a word may be more than a name
	nicknamed bool     // a nickname stood where the given name stands
}

// parts are the words of a full name in the order in which its bearer says them.
type parts struct {
	words  []string
	given  int // how many of them are the given name
	family int // where the family name starts
	suffix []string
}

func (p parts) first() string { return strings.Join(p.words[:p.given], " ") }
func (p parts) last() string  { return strings.Join(p.words[p.family:], " ") }

// field takes off the first or last name what is none; others is the number of words
// in the other field.
func (r *reading) field(s string, family bool, others int) string {
	if s = r.scrub(s); s == "" {
		return ""
	}
	if strings.IndexByte(s, ' ') < 0 && strings.IndexByte(s, ',') < 0 {
		return r.single(s, family, others)
	}
	r.equivocal = r.equivocal || !isUnequivocal(s)
	r.uniform = normal.IsUpper(s) || normal.IsLower(s)
	head, rest, _ := strings.Cut(s, ",")
	head = strings.TrimSpace(head)
	var store [8]string
	words := appendWords(store[:0], head)
	if others > 0 || len(words) > 1 {
		if n := r.honorifics(words, others); n > 0 {
			r.lost |= Honorific
			words = words[n:]
		}
	}
	n := len(r.suffix)
	kept := r.withoutMaiden(r.behind(words, 1))
	suffix := r.suffix[n:]
	if family { // as written: "Davis Jr."
		r.suffix = r.suffix[:n]
	}
	if rest == "" && len(kept)+len(suffix) == len(words) && (family || len(suffix) == 0) {
		return head[len(head)-lengthOf(words, head):]
	}
	return r.rejoin(kept, suffix, rest, family, others)
}

// rejoin writes a field again, with those of its groups that are names.
func (r *reading) rejoin(words, suffix []string, rest string, family bool, others int) string {
	if family {
		words = slices.Concat(words, suffix)
	}
	s := strings.Join(words, " ")
	for group := range strings.SplitSeq(rest, ",") {
		more := strings.Fields(group)
		switch {
		case len(more) == 0:
		case family && areParticles(more): // "Berg, van der"
			s = strings.Join(more, " ") + " " + s
		case !r.isBehind(more, true, others > 0 || len(words) > 1):
			s += " " + strings.Join(more, " ")
		case family && len(more) == 1 && isOfFamily(more[0]):
			s += " " + more[0]
		default:
			r.dropGroup(more)
		}
	}
	return strings.TrimSpace(s)
}

func areParticles(words []string) bool {
	return !slices.ContainsFunc(words, func(w string) bool { return !kindOf(w).is(particle | article) })
}

// single is a field of one word: an honorific beside a name, or a degree behind one,
// is none; by itself it is taken for a name.
func (r *reading) single(w string, family bool, others int) string {
	k := kindOf(w)
	r.equivocal = r.equivocal || k.is(equivocal)
	if k == 0 && strings.IndexByte(w, '.') < 0 || others == 0 && !isBareHonorific(w) {
		return w
	}
	switch {
	case !family && r.isInitials(w, others):
		return w
	case isBareHonorific(w) && (!family || dotted(w)), k.is(office|rank) && dotted(w) && !family:
		r.lost |= Honorific
		return ""
	case family && k.is(degree) && !k.is(doubtful) && r.isLoneDegree(w):
		r.lost |= Credential
		return ""
	}
	return w
}

// isLoneDegree tells MBA in the place of a family name from the family Mba.
func (r *reading) isLoneDegree(w string) bool {
	if n, capitals := letters(w); capitals && n == len(w) && r.shouted {
		return !strings.ContainsAny(w, "AEIOUY")
	}
	return isAbbreviated(w) || inLetters(w)
}

// appendWords is [strings.Fields] into a slice that need not be allocated.
func appendWords(words []string, s string) []string {
	for w := range strings.FieldsSeq(s) {
		words = append(words, w)
	}
	return words
}

// lengthOf is how much of a text its last words are.
func lengthOf(words []string, s string) int {
	n := len(words) - 1
	for _, w := range words {
		n += len(w)
	}
	return min(n, len(s))
}

// full takes a full name apart. What stands between the given and the family name
// belongs to neither.
func (r *reading) full(s string) parts {
	if s = r.scrub(s); s == "" {
		return parts{}
	}
	s = fromLogin(s)
	r.uniform = normal.IsUpper(s) || normal.IsLower(s)
	before := r.lost
	family, givenName := r.groups(s)
	family = r.plainWords(family, 0)
	if givenName = r.plainGiven(givenName, family); len(givenName) > 0 {
		given, particles := cutParticles(givenName)
		givenName, family = given, slices.Concat(particles, family)
		words := slices.Concat(givenName, family)
		return parts{words: words, given: r.givenSize(givenName), family: len(givenName), suffix: r.suffix}
	}
	return r.natural(family, r.lost != before || r.nicknamed)
}

// fromLogin reads "jane.doe" as a full name.
func fromLogin(s string) string {
	first, last, found := strings.Cut(s, ".")
	if !found || len(first) < 3 || len(last) < 3 || strings.ContainsAny(s, " ,") || strings.IndexByte(last, '.') >= 0 {
		return s
	}
	return first + " " + last
}

// cutParticles takes the particles from the end of what follows the comma of
// "Berg, Jan van der", as the Dutch sort their names.
func cutParticles(words []string) (given, particles []string) {
	n := len(words)
	for n > 1 && kindOf(words[n-1]).is(particle) && normal.IsLower(words[n-1]) {
		n--
	}
	return words[:n], words[n:]
}

// groups cuts a name at its commas: "Doe, Jane, MD" is a family name, a given name
// and a degree; "Jane Doe, MD" has no given name apart.
func (r *reading) groups(s string) (words, givenName []string) {
	head, rest, found := strings.Cut(s, ",")
	words = strings.Fields(head)
	if !found {
		return words, nil
	}
	degrees := false
	for group := range strings.SplitSeq(rest, ",") {
		more := strings.Fields(group)
		switch {
		case len(more) == 0:
		case len(words) == 0:
			words = more
		case len(givenName) == 0 && areParticles(more) && isLowerWords(more): // "Berg, van der, Jan"
			words = slices.Concat(more, words)
		case len(more) > 1 && kindOf(more[0]).is(maiden) && !isTitle(more[0]):
			r.lost |= Nickname
		case r.isBehind(more, len(givenName) == 0, len(givenName) > 0 || degrees || isWholeName(words)):
			degrees = true
			r.dropGroup(more)
		case degrees && len(givenName) == 0 && len(words) > 1, degrees && len(givenName) > 0:
			r.lost |= Credential
		default:
			givenName = append(givenName, more...)
		}
	}
	return words, givenName
}

func isLowerWords(words []string) bool {
	return !slices.ContainsFunc(words, func(w string) bool { return !normal.IsLower(w) })
}

// isWholeName holds for what may be a given name and a family name, unlike "de la Cruz".
func isWholeName(words []string) bool {
	return len(words) > 1 && !kindOf(words[0]).is(particle|article)
}

// dropGroup leaves out what stands behind a name, but for Jr and III.
func (r *reading) dropGroup(words []string) {
	for _, w := range words {
		if isOfFamily(w) || w == "I" || isJunior(w) {
			r.suffix = append(r.suffix, w)
			continue
		}
		r.lose(w)
	}
}

// plainWords is the words of a name without what stands before and behind it.
func (r *reading) plainWords(words []string, others int) []string {
	if n := r.honorifics(words, others); n > 0 {
		r.lost |= Honorific
		words = words[n:]
	}
	words = r.behind(words, 1)
	words = r.withoutMaiden(words)
	if len(words) == 1 && others == 0 && isBareHonorific(words[0]) {
		r.lost |= Honorific
		return nil
	}
	return words
}

// plainGiven is the same for what follows the comma of "Doe, Dr. Jane".
func (r *reading) plainGiven(words, family []string) []string {
	if len(words) == 0 {
		return nil
	}
	words = r.plainWords(words, len(family))
	if len(words) == 1 && kindOf(words[0]).is(courtesy) {
		r.lost |= Honorific
		return nil
	}
	return words
}

// isBareHonorific holds for a whole value that nobody is called.
func isBareHonorific(w string) bool {
	return kindOf(w).is(courtesy) && !kindOf(w).is(degree|article) || all(w, ".-/", courtesy|faculty)
}

// withoutMaiden drops a name of birth: "Ulla Wren née Yarrow".
func (r *reading) withoutMaiden(words []string) []string {
	for i := 1; i < len(words)-1; i++ {
		if w := words[i]; kindOf(w).is(maiden) && (i > 1 || !isTitle(w) && !r.uniform) && !isTitle(strings.TrimSuffix(w, ".")) {
			r.lost |= Nickname
			return words[:i]
		}
	}
	return words
}
