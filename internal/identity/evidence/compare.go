package evidence

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"contactsync/schema"
)

// Verdict is what two records say of each other.
type Verdict struct {
	Bits    float64     // for one person, against the strongest alternative
	Against Alternative // which that is; without any evidence it is the first
	found   [traits]Finding
}

// Finding is what one trait says.
type Finding struct {
	Trait   Trait
	Outcome Outcome
	Bits    float64 // its part of the verdict's
}

// String is the finding in words.
func (f Finding) String() string { return phrases[f.Trait][f.Outcome] }

// Compare weighs two records. It does not matter which is which.
func Compare(a, b Traits) Verdict { return table().compare(&a, &b) }

// Bits is the weight of [Compare] alone, for those who weigh a million pairs.
func Bits(a, b *Traits) float64 {
	outcomes := compared(a, b)
	_, sums := table().weigh(a, &outcomes)
	return sums[samePerson] - sums[sums.likeliest()]
}

func (w *weights) compare(a, b *Traits) (v Verdict) {
	outcomes := compared(a, b)
	said, sums := w.weigh(a, &outcomes)
	best := sums.likeliest()
	v.Bits, v.Against = sums[samePerson]-sums[best], Alternative(best-relative)
	for t, o := range outcomes {
		v.found[t] = Finding{Trait: Trait(t), Outcome: o, Bits: said[t][samePerson] - said[t][best]}
	}
	return v
}

// logs are the logarithms of shares under each hypothesis.
type logs [hypotheses]float64

// likeliest is the likeliest alternative to one person.
func (l *logs) likeliest() int {
	best := relative
	for h := relative; h < hypotheses; h++ {
		if l[h] > l[best] {
			best = h
		}
	}
	return best
}

// weigh is what the outcomes say, one by one and in all. Names that are equal weigh by
// how frequent they are, and a has those of b.
func (w *weights) weigh(a *Traits, outcomes *[traits]Outcome) (said [traits]*logs, sums logs) {
	for t, o := range outcomes {
		said[t] = &w.logs[t][o]
	}
	if outcomes[First] == Equal {
		said[First] = &a.first.logs
	}
	if outcomes[Last] == Equal {
		said[Last] = &a.last.logs
	}
	for _, l := range said {
		for h := range sums {
			sums[h] += l[h]
		}
	}
	if !isJoined(outcomes) {
		sums[namesake] = math.Inf(-1)
	}
	return said, sums
}

// compared is the outcome of each trait.
func compared(a, b *Traits) (o [traits]Outcome) {
	o[First], o[Last] = compareNames(a, b)
	if a.suffix != 0 && b.suffix != 0 {
		if o[Suffix] = Different; a.suffix == b.suffix {
			o[Suffix] = Equal
		}
	}
	if a.gender == b.gender && a.gender != 0 {
		o[Gender] = Equal
	} else if a.gender|b.gender == male|female {
		o[Gender] = Different
	}
	o[Born], o[Age] = compareBirths(a.born, b.born), compareAges(a.age, b.age)
	o[Employer], o[Place] = compareEmployers(a, b), comparePlaces(a, b)
	compareIdentifiers(a, b, &o)
	return o
}

// compareNames compares first and last names. What the surnames say depends on the first
// names.
func compareNames(a, b *Traits) (first, last Outcome) {
	first, last = compareFirst(a.first, b.first), compareLast(a.last, b.last)
	switch {
	case last == Missing && first == Different && (isOne(a.first, b.last) || isOne(a.last, b.first)):
		return Swapped, Missing
	case last != Different:
	case first == Different && areSwapped(a, b):
		return Swapped, Swapped
	case first == Missing && (isOne(a.first, b.last) || isOne(a.last, b.first)):
		return Missing, Swapped
	case !a.isMan() && !b.isMan() && (first == Equal || first == Nickname || first == Part || first == Similar):
		return first, Changed
	}
	return first, last
}

// areSwapped holds where each first name is the other's surname, misspelt perhaps.
func areSwapped(a, b *Traits) bool {
	return areNear(a.first, b.last) && areNear(a.last, b.first)
}

// isOne holds for the same name, one of them misspelt perhaps, where both are known.
func isOne(a, b *name) bool { return a != nil && b != nil && (a.whole == b.whole || isSimilar(a, b)) }

func areNear(a, b *name) bool { return isOne(a, b) || areAlike(a, b) }

func compareFirst(a, b *name) Outcome {
	switch {
	case a == nil || b == nil:
		return Missing
	case a == b && len(a.whole) > len(a.parts): // as a [Reader] remembers it
		return Equal
	case isInitials(a, b) || isInitials(b, a):
		return Initial
	case a.whole == b.whole:
		return Equal
	case hasPart(a, b):
		return Part
	case inOneGroup(a.groups, b.groups):
		return Nickname
	case areHisAndHers(a, b):
		return Different
	case a.sound == b.sound:
		return Similar
	case areTwo(a, b): // Jane and Janet
		return Different
	case isSimilar(a, b), isShort(a, b), isShort(b, a), isPetForm(a, b), isPetForm(b, a):
		return Similar
	case areAlike(a, b):
		return Alike
	}
	return Different
}

func compareLast(a, b *name) Outcome {
	switch {
	case a == nil || b == nil:
		return Missing
	case a.whole == b.whole:
		return Equal
	case hasPart(a, b):
		return Part
	case inOneGroup(a.groups, b.groups), a.sound == b.sound, a.common && b.common && isSlip(a.whole, b.whole):
		return Similar
	case a.common && b.common: // Martin and Martinez
		return Different
	case isSimilar(a, b):
		return Similar
	case areAlike(a, b):
		return Alike
	}
	return Different
}

// isShort holds for a short form that no list has, such as Seun for Oluwaseun.
func isShort(short, long *name) bool {
	const shortest, left = 4, 2
	if len(short.whole) < shortest || len(long.whole)-len(short.whole) < left {
		return false
	}
	return strings.HasSuffix(long.whole, short.whole) || strings.HasPrefix(long.whole, short.whole)
}

// isHers holds for Daniel and Daniela or Danielle, also where the lists know him alone.
func isHers(his, hers *name) bool {
	end, ok := strings.CutPrefix(hers.whole, his.whole)
	return ok && his.sex == 'm' && (strings.HasSuffix(end, "a") || strings.HasSuffix(end, "e"))
}

// areTwo holds for two given names of their own, as against a name and what it is often
// misspelt as: Micheal, which is in the list, too, but rare beside Michael.
func areTwo(a, b *name) bool {
	const rarer = 20
	return a.common && b.common && max(a.frequency, b.frequency) < rarer*min(a.frequency, b.frequency)
}

// isSlip holds for common surnames that are a letter apart: Johnson and Johnston, but not
// Martin and Martinez.
func isSlip(a, b string) bool {
	const nearer = 0.95
	return max(len(a), len(b))-min(len(a), len(b)) < 2 && similarity(a, b) >= nearer
}

// isInitials holds for J and John, JP and Jean-Pierre, J P and John.
func isInitials(short, long *name) bool {
	apart := len(short.parts) == len(short.whole)
	switch {
	case len(short.whole) == 1, apart && len(long.parts) == 1 && len(long.whole) > 1:
		return short.whole[0] == long.whole[0]
	case len(short.whole) != len(long.parts):
		return false
	}
	for i, part := range long.parts {
		if short.whole[i] != part[0] {
			return false
		}
	}
	return true
}

// isSimilar tells a typing error or another transliteration from another name; short
// names are near to too many.
func isSimilar(a, b *name) bool {
	const shortest = 4
	if min(len(a.whole), len(b.whole)) < shortest {
		return false
	}
	return isTypo(a.whole, b.whole) || similarity(a.whole, b.whole) >= near || sameConsonants(a.sound, b.sound) ||
		min(len(a.sound), len(b.sound)) >= shortest && similarity(a.sound, b.sound) >= near
}

func compareEmployers(a, b *Traits) Outcome {
	domains, keys := a.domain != 0 && b.domain != 0, a.key != 0 && b.key != 0
	switch {
	case domains && a.domain == b.domain, keys && a.key == b.key:
		return Equal
	case domains || keys:
		return Different
	}
	return Missing
}

func comparePlaces(a, b *Traits) Outcome {
	countries, sameCountry := compareTold(a.country, b.country)
	regions, sameRegion := compareTold(a.region, b.region)
	postcodes, samePostcode := compareTold(a.postcode, b.postcode)
	cities, sameCity := compareTold(a.city, b.city)
	switch {
	case countries && !sameCountry, regions && !sameRegion:
		return Different
	case samePostcode:
		return Postcode
	case sameCity:
		return City
	case cities || postcodes:
		return Different
	}
	return Missing
}

// compareTold reports whether both records tell a trait, and the same of it.
func compareTold(x, y uint64) (told, same bool) {
	told = x != 0 && y != 0
	return told, told && x == y
}

// Findings are what the traits say that both records tell, the strongest first.
func (v Verdict) Findings() []Finding {
	var all []Finding
	for _, f := range v.found {
		if f.Outcome != Missing {
			all = append(all, f)
		}
	}
	slices.SortStableFunc(all, func(a, b Finding) int { return cmp.Compare(math.Abs(b.Bits), math.Abs(a.Bits)) })
	return all
}

// Outcome is what the comparison of a trait came to.
func (v Verdict) Outcome(t Trait) Outcome { return v.found[t].Outcome }

// Words are the two or three findings that say most beside the identifier that joins
// the two, which is of the kind given, if any. The surname is told among them wherever it
// is known: it tells a relative from a stranger, though to one person it is the same.
func (v Verdict) Words(joinedBy schema.Kind) (words []string) {
	const most = 3
	family, _ := familyOf(joinedBy)
	all := slices.DeleteFunc(v.Findings(), func(f Finding) bool {
		return f.Trait == family || f.Outcome == Swapped && f.Trait == Last
	})
	if i := slices.IndexFunc(all, func(f Finding) bool { return f.Trait == Last }); i >= most {
		all[most-1] = all[i]
	}
	for _, f := range all[:min(most, len(all))] {
		words = append(words, f.String())
	}
	return words
}

// Sentence is the verdict in a line: "-6.7 bits: other first name, other gender, same
// surname: relatives?"
func (v Verdict) Sentence(joinedBy schema.Kind) string {
	words := strings.Join(v.Words(joinedBy), ", ")
	if words == "" {
		words = "nothing else to compare"
	}
	s := fmt.Sprintf("%+.1f bits: %s", v.Rounded(), words)
	if v.Rounded() < 0 {
		s += ": " + v.Against.String() + "?"
	}
	return s
}

// Rounded is the bits to a tenth, as they are shown.
func (v Verdict) Rounded() float64 {
	const tenth = 10
	return math.Round(v.Bits*tenth)/tenth + 0 // no -0
}
