package simulate

import (
	"strconv"
	"strings"
)

// universe is the world that the four vendors know parts of. Nothing of it is
// stored: person i on night n is computed from (seed, i, n) when asked for, so
// that a million people cost no memory and any page can be served alone.
type universe struct {
	seed   uint64
	people int
}

const (
	companyPeople  = 60 // people whose first employer is one company; fewer than surnames
	movesPerThou   = 5  // of 1,000 people change jobs in a night
	maxMoves       = 3  // in a life, so that a company's people can be enumerated
	companyStride  = 17 // a mover goes to the company so many further on
	surnameStride  = 61 // coprime to the number of surnames: colleagues differ
	householdPer   = 8  // per cent of neighbours who share a surname, a home and a phone
	reusedPer      = 2  // per cent who carry a placeholder address that many carry
	roleAddressPer = 3  // per cent whose business address at a vendor is the company's info@
)

const (
	saltFirst salt = iota + 1
	saltSurname
	saltGender
	saltAge
	saltPlace
	saltJob
	saltMove
	saltMail
	saltPhone
	saltHousehold
	saltReused
	saltVendor
	saltField
	saltID
	saltFate
)

// about is the hash that decides one thing about one person.
func (u universe) about(i int, s salt, detail ...uint64) uint64 {
	h := hashInts(u.seed, uint64(s), uint64(i))
	for _, d := range detail {
		h = mix(h ^ d)
	}
	return h
}

// chance is true for so many per cent of the people.
func (u universe) chance(i, percent int, s salt, detail ...uint64) bool {
	return upTo(u.about(i, s, detail...), 100) < percent
}

func (u universe) companies() int { return (u.people + companyPeople - 1) / companyPeople }

// moves counts the job changes of a person up to a night.
func (u universe) moves(i, night int) int {
	n := 0
	for d := 1; d <= night && n < maxMoves; d++ {
		if upTo(u.about(i, saltMove, uint64(d)), 1000) < movesPerThou {
			n++
		}
	}
	return n
}

// employer is the number of the company where a person is after so many moves.
func (u universe) employer(i, moves int) int {
	return (i/companyPeople + moves*companyStride) % u.companies()
}

// colleagues yields the people whose employer is a company on a night, by index.
func (u universe) colleagues(number, night int, yield func(i int)) {
	total := u.companies()
	for moves := 0; moves <= maxMoves; moves++ {
		home := ((number-moves*companyStride)%total + total) % total
		for i := home * companyPeople; i < min((home+1)*companyPeople, u.people); i++ {
			if u.moves(i, night) == moves {
				yield(i)
			}
		}
	}
}

// person is one made-up human on one night.
type person struct {
	index    int
	moves    int
	female   bool
	given    givenName
	surname  string
	age      int
	home     place
	street   string
	zip4     string
	employer company
	former   []company // oldest first
	job      job
	personal []string // addresses at free-mail providers, best first; all the person's own
	business string   // the person's own address at the employer
	reused   string   // a placeholder that many people carry; "" for nearly all
	mobile   []string // E.164
	direct   string
	homeLine string
	slug     string // LinkedIn
	handle   string // Twitter
	twitter  string // Twitter's number of the account
	ssID     string
}

// person makes person i as of a night.
func (u universe) person(i, night int) person { return u.personAfter(i, u.moves(i, night)) }

// personAfter makes person i after so many job changes.
func (u universe) personAfter(i, moves int) person {
	p := person{index: i, moves: moves}
	shared := i // who decides home and surname: the first of a household
	if u.inHousehold(i) {
		shared = i &^ 1
	}
	p.female = upTo(u.about(shared, saltGender), 2) == 0 != (shared != i)
	names := menNames
	if p.female {
		names = womenNames
	}
	p.given = one(u.about(i, saltFirst), names)
	p.surname = u.surname(shared)
	p.age = 21 + upTo(u.about(i, saltAge), 52)
	p.home = one(u.about(shared, saltPlace), places)
	p.street = strconv.Itoa(10+upTo(u.about(shared, saltPlace, 1), 9900)) + " " + one(u.about(shared, saltPlace, 2), streets)
	p.zip4 = fourDigits(upTo(u.about(shared, saltPlace, 3), 10000))
	for m := range moves {
		p.former = append(p.former, makeCompany(u.employer(i, m)))
	}
	p.employer = makeCompany(u.employer(i, moves))
	p.job = one(u.about(i, saltJob, uint64(moves)), jobs)
	u.addresses(&p)
	u.numbers(&p, shared)
	return p
}

// inHousehold reports whether a person shares a home with the neighbour: 2k and 2k+1.
func (u universe) inHousehold(i int) bool {
	return i|1 < u.people && u.chance(i&^1, householdPer, saltHousehold)
}

// surname differs between all who start at one company, so that their addresses do.
func (u universe) surname(i int) string {
	start := hashInts(u.seed, uint64(saltSurname), uint64(i/companyPeople))
	return surnames[(upTo(start, len(surnames))+i%companyPeople*surnameStride)%len(surnames)]
}

// addresses makes the e-mail addresses and the handles. All are unique to the
// person but the placeholder; the number in each personal one shows it made up.
func (u universe) addresses(p *person) {
	first, last := ascii(p.given.full), ascii(p.surname)
	number := strconv.Itoa(p.index + 1000)
	h := u.about(p.index, saltMail)
	p.personal = []string{first + "." + last + ".sim" + number + "@" + one(mix(h^1), freeMail)}
	if upTo(mix(h^2), 100) < 35 {
		p.personal = append(p.personal, last+first[:1]+"_sim"+number+"@"+one(mix(h^3), freeMail))
	}
	if upTo(mix(h^4), 100) < 12 {
		p.personal = append(p.personal, "sim"+number+first+"@"+one(mix(h^5), freeMail))
	}
	p.business = first + "." + last + again(p.moves) + "@" + p.employer.domain
	if u.chance(p.index, reusedPer, saltReused) {
		p.reused = one(u.about(p.index, saltReused, 1), reusedAddresses)
	}
	p.slug = first + "-" + last + "-s" + number
	p.handle = (first + last)[:min(8, len(first+last))] + number
	p.twitter = strconv.Itoa(1_000_000_000 + p.index*97)
	p.ssID = strconv.Itoa(3_000_000_000 + p.index*11)
}

// reusedAddresses are what people type where an address is demanded.
var reusedAddresses = []string{"no.email.000@gmail.com", "none.sim.000@yahoo.com"}

// numbers makes the telephone numbers: only 555-0100 to 555-0199 exist.
func (u universe) numbers(p *person, shared int) {
	line := func(code string, h uint64) string { return "+1" + code + "55501" + twoDigits(upTo(h, 100)) }
	p.homeLine = line(p.home.areaCode, u.about(shared, saltPhone, 1))
	p.mobile = []string{line(p.home.areaCode, u.about(p.index, saltPhone, 2))}
	if u.chance(p.index, 40, saltPhone, 3) {
		p.mobile = append(p.mobile, line(one(u.about(p.index, saltPhone, 4), places).areaCode, u.about(p.index, saltPhone, 5)))
	}
	if u.inHousehold(p.index) && u.chance(shared, 50, saltPhone, 6) {
		p.mobile[0] = line(p.home.areaCode, u.about(shared, saltPhone, 2)) // the family's one mobile
	}
	p.direct = line(p.employer.place.areaCode, u.about(p.index, saltPhone, 7, uint64(p.moves)))
}

// again tells the address of someone who joined later from that of a namesake.
func again(moves int) string {
	if moves == 0 {
		return ""
	}
	return strconv.Itoa(moves + 1)
}

func fourDigits(n int) string { return twoDigits(n/100) + twoDigits(n%100) }

var foldLetters = strings.NewReplacer(
	"á", "a", "à", "a", "ã", "a", "ä", "a", "å", "a", "é", "e", "è", "e", "ë", "e", "ê", "e", "í", "i", "ó", "o", "ö", "o", "ø", "o", "ô", "o",
	"ú", "u", "ü", "u", "ñ", "n", "ń", "n", "ç", "c", "ł", "l", "ż", "z", " ", "", "'", "", "-", "",
)

// ascii is a name as it stands in an address.
func ascii(name string) string { return foldLetters.Replace(strings.ToLower(name)) }
