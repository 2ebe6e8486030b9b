package evidence

import (
	"math"
	"slices"
	"strings"

	"contactsync/schema"
)

// Shares by which pairs that share no identifier are weighed, beside those of weights.txt.
// That says how often an outcome is met where the records are one person's or relatives';
// chance has shares of its own, since nothing but a name or a place in common has brought
// the two together. They were chosen by reasoning, from how names, ages and homes are
// distributed.
const (
	// Relatives are taken to be so many times and colleagues so many times as frequent as
	// pairs of one person: lists are drawn by company and by region, and so hold more of
	// both than a sample of all people would.
	relativesPerPair  = 1
	colleaguesPerPair = 32

	namesakes      = .003 // of pairs of relatives
	ofAnAge        = .1   // of the namesakes among relatives: most are parent and child
	misspelt       = .25  // of relatives' similar names, unless both are common ones
	ageOfSpouses   = 2    // times as often as chance has it, spouses are of an age
	chanceYear     = 1.0 / 70
	chanceDay      = chanceYear / 365
	chanceNickname = 4    // times the frequency of the likelier name
	chanceSimilar  = 20   // so many times
	leastSimilar   = 3e-4 // and never less: rare names have neighbours, too
	mostSimilar    = 1e-2
	leastGiven     = 1e-4 // what is in no list may be a fashion of younger people
	chancePart     = 2e-3
	chanceInitial  = .05 / 15 // one in twenty writes no more than an initial
	chanceEmployer = 1.0 / 5_000
)

// Matched is a record that may be one person's with another with which it shares no
// identifier.
type Matched struct {
	traits                 Traits
	city, region, postcode string
	phones                 []string
}

// Matched makes a record ready for [Match]. Its phones are those by which a person is
// reached; a company's switchboard is none. LinkedIn profile and Twitter handle count where
// both records have one.
func (r *Reader) Matched(c *schema.SourceContact) Matched {
	var identifiers []Identifier
	if slug := c.LinkedInURL[strings.LastIndexByte(c.LinkedInURL, '/')+1:]; slug != "" {
		identifiers = append(identifiers, Identifier{Kind: schema.LinkedIn, Number: numberOf(slug), Text: slug})
	}
	if c.TwitterHandle != "" {
		identifiers = append(identifiers, Identifier{Kind: schema.TwitterHandle, Number: numberOf(c.TwitterHandle), Text: c.TwitterHandle})
	}
	return Matched{r.Of(c, identifiers), strings.Join(foldWords(c.City), ""), c.Region, c.PostalCode, c.Phones}
}

// numberOf is a number that two texts have by chance as seldom as matters to nobody.
func numberOf(text string) int32 { return int32(hashOf(text)) }

// Prior is log2 of the odds that two records drawn at random from so many are one
// person's, if every other one has a twin. It goes by powers of four, since what was
// weighed under another prior must be weighed anew, and by no fewer than 4,096 records:
// in a small warehouse as well, two people may bear one name.
func Prior(records int64) float64 {
	const least = 6
	return -2 * max(least, math.Round(math.Log2(float64(max(records, 1)))/2))
}

// Odds are the bits of a probability.
func Odds(probability float64) float64 { return math.Log2(probability / (1 - probability)) }

// Match weighs two records that share no identifier: the odds, in bits, that they are one
// person's as against two people who are alike by chance, relatives or colleagues. Prior
// says how much there is for chance to bring about. It does not matter which record is
// which. Without first and last name of both there are no odds (-Inf).
func Match(a, b *Matched, prior float64) (bits float64) {
	if !a.traits.named() || !b.traits.named() {
		return math.Inf(-1)
	}
	m := matching{one: prior, relatives: prior + math.Log2(relativesPerPair), colleagues: prior + math.Log2(colleaguesPerPair)}
	outcomes := compared(&a.traits, &b.traits)
	if his, hers := a.traits.first.sex, b.traits.first.sex; outcomes[Gender] == Missing && his != 0 && hers != 0 && his != hers {
		outcomes[Gender] = Different // as their first names have it: spouses
	}
	for t, o := range outcomes {
		if o != Missing {
			m.add(shareOf(&a.traits, &b.traits, Trait(t), o))
		}
	}
	if outcomes[First] == Equal && (outcomes[Age] == Equal || outcomes[Age] == Exact) {
		m.relatives += math.Log2(ofAnAge)
	}
	m.addHomes(a, b)
	m.addPhones(a.phones, b.phones)
	return m.one - math.Log2(math.Exp2(m.chance)+math.Exp2(m.relatives)+math.Exp2(m.colleagues))
}

// named holds where both names are told.
func (t *Traits) named() bool { return t.first != nil && t.last != nil }

// matching is log2 of how likely what is seen is, under each hypothesis.
type matching struct{ one, chance, relatives, colleagues float64 }

func (m *matching) add(by matching) {
	m.one, m.chance, m.relatives, m.colleagues = m.one+by.one, m.chance+by.chance, m.relatives+by.relatives, m.colleagues+by.colleagues
}

// shareOf is what an outcome adds.
func shareOf(a, b *Traits, t Trait, o Outcome) (by matching) {
	row := &table().logs[t][o]
	switch t {
	case First:
		by = namesShare(a.first, b.first, o, row, leastGiven)
		if o == Equal {
			by.relatives = math.Log2(namesakes)
		}
		return by
	case Last:
		if by = namesShare(a.last, b.last, o, row, 0); o == Swapped { // which the first name tells
			by.one, by.relatives = 0, 0
		}
		return by
	case Place:
		return by // addHomes tells it in more detail
	}
	by = matching{row[samePerson], row[stranger], row[relative], row[stranger]}
	switch {
	case t == Born && o == Equal:
		by.chance, by.colleagues = math.Log2(chanceDay), math.Log2(chanceDay)
	case t == Age && (o == Equal || o == Exact):
		by.chance = math.Log2(agesByChance(a.age, b.age))
		by.relatives, by.colleagues = min(0, by.chance+math.Log2(ageOfSpouses)), by.chance
	case t == Employer && o == Equal:
		by.chance, by.colleagues = math.Log2(chanceEmployer), row[colleague]
	case t == Employer:
		by.chance, by.relatives, by.colleagues = 0, 0, row[colleague]
	}
	return by
}

// namesShare is what names add: colleagues have theirs by chance.
func namesShare(a, b *name, o Outcome, row *logs, least float64) matching {
	one, relatives := row[samePerson], row[relative]
	switch {
	case o == Equal:
		one, relatives = a.logs[samePerson], a.logs[relative]
	case (o == Similar || o == Alike) && !(a.common && b.common):
		relatives += math.Log2(misspelt)
	}
	chance := math.Log2(nameByChance(o, max(a.frequency, b.frequency, least)))
	return matching{one, chance, relatives, chance}
}

// nameByChance is how often two strangers' names are so alike, the likelier of which has
// that frequency.
func nameByChance(o Outcome, frequency float64) float64 {
	switch o {
	case Equal, Swapped:
		return frequency
	case Nickname:
		return min(1, chanceNickname*frequency)
	case Part:
		return chancePart
	case Initial:
		return chanceInitial
	case Similar:
		return min(max(chanceSimilar*frequency, leastSimilar), mostSimilar)
	case Alike:
		return mostSimilar
	}
	return 1
}

// agesByChance is how often two ranges of strangers overlap.
func agesByChance(a, b ages) float64 {
	return min(1, float64(a.to-a.from+b.to-b.from+1)*chanceYear)
}

// Phones: relatives share a landline, colleagues a number that is not known as the
// company's, and vendors sell numbers of whoever had them before.
const (
	samePhone       = .4
	relativesPhone  = .2
	colleaguesPhone = .1
	chancePhone     = 1e-7
)

func (m *matching) addPhones(a, b []string) {
	switch {
	case len(a) == 0 || len(b) == 0:
	case slices.ContainsFunc(a, func(phone string) bool { return slices.Contains(b, phone) }):
		m.add(matching{math.Log2(samePhone), math.Log2(chancePhone), math.Log2(relativesPhone), math.Log2(colleaguesPhone)})
	default:
		m.add(matching{math.Log2(1 - samePhone), 0, math.Log2(1 - relativesPhone), math.Log2(1 - colleaguesPhone)})
	}
}

// likeness is how one part of two addresses compares.
type likeness uint8

const (
	untold likeness = iota
	alike
	slipped // a typing error apart
	unlike
)

// Where two people live: at one home, but for errors; or elsewhere, in one region or not,
// and in one city or with one postal code no more often than the sizes of these make it.
const (
	stayed           = .75 // of the pairs of records of one person
	livingTogether   = .5  // of pairs of relatives
	inRegion         = .6  // of one person's and of relatives' homes elsewhere
	colleagueRegion  = .7
	chanceRegion     = 1.0 / 12
	chanceCity       = 1.0 / 150
	cityOfRegion     = 1.0 / 12
	similarCity      = 1.0 / 4 // times as often as the same
	postcodeOfCity   = 1.0 / 20
	similarOfCity    = 1.0 / 10
	chancePostcode   = 1.0 / 3_000
	similarPostcode  = 1.0 / 150
	partOfHome       = .93 // the same part of one home
	misspeltPart     = .05
	anotherPart      = .02
	shortestCity     = 6 // for similarity; short ones may be a letter apart
	postcodeOfDigits = 4 // the shortest that may be a digit apart
)

// home is how the parts of two addresses compare.
type home struct{ city, postcode, region likeness }

// addHomes adds what city, postal code, region and country say together: of one person's
// records most have all of one home, and some none.
func (m *matching) addHomes(a, b *Matched) {
	h := home{compareParts(a.city, b.city), compareParts(a.postcode, b.postcode), compareParts(a.region, b.region)}
	if h.region == slipped || a.traits.country != 0 && b.traits.country != 0 && a.traits.country != b.traits.country {
		h.region = unlike // of two codes of regions each is one
	}
	if h == (home{}) {
		return
	}
	part := [...]float64{untold: 1, alike: partOfHome, slipped: misspeltPart, unlike: anotherPart}
	same := part[h.city] * part[h.postcode] * part[h.region]
	either := func(together float64) float64 { return math.Log2(together*same + (1-together)*h.elsewhere(inRegion)) }
	m.add(matching{either(stayed), math.Log2(h.elsewhere(chanceRegion)), either(livingTogether), math.Log2(h.elsewhere(colleagueRegion))})
}

// elsewhere is how often two homes compare so, of which as many as told are of one region.
func (h home) elsewhere(regional float64) float64 {
	p, cities, postcodes, similar := 1.0, chanceCity, chancePostcode, similarPostcode
	switch h.region {
	case alike:
		p, cities = regional, cityOfRegion
	case unlike:
		p = 1 - regional
	}
	switch h.city {
	case alike:
		p, postcodes, similar = p*cities, postcodeOfCity, similarOfCity
	case slipped:
		p *= cities * similarCity
	}
	switch h.postcode {
	case alike:
		p *= postcodes
	case slipped:
		p *= similar
	}
	return p
}

func compareParts(a, b string) likeness {
	switch {
	case a == "" || b == "":
		return untold
	case a == b:
		return alike
	case isTypo(a, b), min(len(a), len(b)) >= shortestCity && similarity(a, b) >= near:
		return slipped
	case len(a) == postcodeOfDigits && len(b) == postcodeOfDigits && isTypo("x"+a, "x"+b): // a typo is of five letters and more
		return slipped
	}
	return unlike
}
