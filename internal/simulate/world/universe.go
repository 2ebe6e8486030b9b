// Package world is the made-up world that the simulated vendors know parts of:
// people with their homes, employers and identifiers, and which of them a vendor
// knows. A [Universe] is a seed and a size; persons, companies and [Coverage] are
// computed from it when asked for, so nothing is stored and any part comes out
// the same alone. A [Record] is what is true of one record that a vendor serves.
package world

import (
	"fmt"
	"strconv"
	"strings"
)

// Universe is the world that the four vendors know parts of. A million people
// cost no memory, and any page can be served alone.
type Universe struct {
	Seed   uint64
	People int
}

const (
	CompanyPeople  = 60 // people whose first employer is one company; fewer than surnames
	movesPerThou   = 5  // of 1,000 people change jobs in a night
	maxMoves       = 3  // in a life, so that a company's people can be enumerated
	companyStride  = 17 // a mover goes to the company so many further on
	surnameStride  = 61 // coprime to the number of surnames: colleagues differ
	householdPer   = 8  // per cent of neighbours who share a surname, a home and a phone
	reusedPer      = 2  // per cent who carry a placeholder address that many carry
	RoleAddressPer = 3  // per cent whose business address at a vendor is the company's info@
)

const (
	saltFirst Salt = iota + 1
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
	SaltField
	SaltID
	SaltFault
)

// About is the hash that decides one thing about one person.
func (u Universe) About(i int, s Salt, detail ...uint64) uint64 {
	h := HashInts(u.Seed, uint64(s), uint64(i))
	for _, d := range detail {
		h = Mix(h ^ d)
	}
	return h
}

// Chance is true for so many per cent of the people.
func (u Universe) Chance(i, percent int, s Salt, detail ...uint64) bool {
	return UpTo(u.About(i, s, detail...), 100) < percent
}

// Companies is the number of employers.
func (u Universe) Companies() int { return (u.People + CompanyPeople - 1) / CompanyPeople }

// Moves counts the job changes of a person up to a night.
func (u Universe) Moves(i, night int) int {
	n := 0
	for d := 1; d <= night && n < maxMoves; d++ {
		if UpTo(u.About(i, saltMove, uint64(d)), 1000) < movesPerThou {
			n++
		}
	}
	return n
}

// employer is the number of the company where a person is after so many moves.
func (u Universe) employer(i, moves int) int {
	return (i/CompanyPeople + moves*companyStride) % u.Companies()
}

// Colleagues yields the people whose employer is a company on a night, by index.
func (u Universe) Colleagues(number, night int, yield func(i int)) {
	total := u.Companies()
	for moves := 0; moves <= maxMoves; moves++ {
		home := ((number-moves*companyStride)%total + total) % total
		for i := home * CompanyPeople; i < min((home+1)*CompanyPeople, u.People); i++ {
			if u.Moves(i, night) == moves {
				yield(i)
			}
		}
	}
}

// Person is one made-up human on one night.
type Person struct {
	Index    int
	Moves    int
	Female   bool
	Given    GivenName
	Surname  string
	Age      int
	Home     Place
	Street   string
	ZIP4     string
	Employer Company
	Former   []Company // oldest first
	Job      Job
	Personal []string // addresses at free-mail providers, best first; all the person's own
	Business string   // the person's own address at the employer
	Reused   string   // a placeholder that many people carry; "" for nearly all
	Mobile   []string // E.164
	Direct   string
	HomeLine string
	Slug     string // LinkedIn
	Handle   string // Twitter
	Twitter  string // Twitter's number of the account
	SSID     string
}

// Person makes person i as of a night.
func (u Universe) Person(i, night int) Person { return u.PersonAfter(i, u.Moves(i, night)) }

// PersonAfter makes person i after so many job changes.
func (u Universe) PersonAfter(i, moves int) Person {
	shared := i // who decides home and surname: the first of a household
	if u.inHousehold(i) {
		shared = i &^ 1
	}
	p := Person{
		Index: i, Moves: moves, Female: UpTo(u.About(shared, saltGender), 2) == 0 != (shared != i), Surname: u.surname(shared),
		Age: 21 + UpTo(u.About(i, saltAge), 52), Home: Pick(u.About(shared, saltPlace), Places), Job: u.Job(i, moves),
		Street: fmt.Sprint(10+UpTo(u.About(shared, saltPlace, 1), 9900), " ", Pick(u.About(shared, saltPlace, 2), Streets)),
		ZIP4:   fmt.Sprintf("%04d", UpTo(u.About(shared, saltPlace, 3), 10000)), Employer: NewCompany(u.employer(i, moves)),
	}
	names := menNames
	if p.Female {
		names = womenNames
	}
	p.Given = Pick(u.About(i, saltFirst), names)
	for m := range moves {
		p.Former = append(p.Former, NewCompany(u.employer(i, m)))
	}
	u.addresses(&p)
	u.numbers(&p, shared)
	return p
}

// Job is the job of a person after so many job changes.
func (u Universe) Job(i, moves int) Job { return Pick(u.About(i, saltJob, uint64(moves)), Jobs) }

// Gender is F or M.
func (p Person) Gender() string {
	if p.Female {
		return "F"
	}
	return "M"
}

// inHousehold reports whether a person shares a home with the neighbour: 2k and 2k+1.
func (u Universe) inHousehold(i int) bool {
	return i|1 < u.People && u.Chance(i&^1, householdPer, saltHousehold)
}

// surname differs between all who start at one company, so that their addresses do.
func (u Universe) surname(i int) string {
	start := HashInts(u.Seed, uint64(saltSurname), uint64(i/CompanyPeople))
	return surnames[(UpTo(start, len(surnames))+i%CompanyPeople*surnameStride)%len(surnames)]
}

// addresses makes the e-mail addresses and the handles. All are unique to the
// person but the placeholder; the number in each personal one shows it made up.
func (u Universe) addresses(p *Person) {
	first, last := ascii(p.Given.Full), ascii(p.Surname)
	number := strconv.Itoa(p.Index + 1000)
	h := u.About(p.Index, saltMail)
	p.Personal = []string{first + "." + last + ".sim" + number + "@" + Pick(Mix(h^1), freeMail)}
	if UpTo(Mix(h^2), 100) < 35 {
		p.Personal = append(p.Personal, last+first[:1]+"_sim"+number+"@"+Pick(Mix(h^3), freeMail))
	}
	if UpTo(Mix(h^4), 100) < 12 {
		p.Personal = append(p.Personal, "sim"+number+first+"@"+Pick(Mix(h^5), freeMail))
	}
	p.Business = first + "." + last + suffix(p.Moves) + "@" + p.Employer.Domain
	if u.Chance(p.Index, reusedPer, saltReused) {
		p.Reused = Pick(u.About(p.Index, saltReused, 1), ReusedAddresses)
	}
	p.Slug = first + "-" + last + "-s" + number
	p.Handle = (first + last)[:min(8, len(first+last))] + number
	p.Twitter = strconv.Itoa(1_000_000_000 + p.Index*97)
	p.SSID = strconv.Itoa(3_000_000_000 + p.Index*11)
}

// ReusedAddresses are what people type where an address is demanded.
var ReusedAddresses = []string{"no.email.000@gmail.com", "none.sim.000@yahoo.com"}

// numbers makes the telephone numbers.
func (u Universe) numbers(p *Person, shared int) {
	line := func(code string, h uint64) string { return phone(code, UpTo(h, 100)) }
	p.HomeLine = line(p.Home.AreaCode, u.About(shared, saltPhone, 1))
	p.Mobile = []string{line(p.Home.AreaCode, u.About(p.Index, saltPhone, 2))}
	if u.Chance(p.Index, 40, saltPhone, 3) {
		p.Mobile = append(p.Mobile, line(Pick(u.About(p.Index, saltPhone, 4), Places).AreaCode, u.About(p.Index, saltPhone, 5)))
	}
	if u.inHousehold(p.Index) && u.Chance(shared, 50, saltPhone, 6) {
		p.Mobile[0] = line(p.Home.AreaCode, u.About(shared, saltPhone, 2)) // the family's one mobile
	}
	p.Direct = line(p.Employer.Place.AreaCode, u.About(p.Index, saltPhone, 7, uint64(p.Moves)))
}

// suffix tells the address of someone who joined later from that of a namesake.
func suffix(moves int) string {
	if moves == 0 {
		return ""
	}
	return strconv.Itoa(moves + 1)
}

var foldLetters = strings.NewReplacer(
	"á", "a", "à", "a", "ã", "a", "ä", "a", "å", "a", "é", "e", "è", "e", "ë", "e", "ê", "e", "í", "i", "ó", "o", "ö", "o", "ø", "o", "ô",
	"o", "ú", "u", "ü", "u", "ñ", "n", "ń", "n", "ç", "c", "ł", "l", "ż", "z", " ", "", "'", "", "-", "",
)

// ascii is a name as it stands in an address.
func ascii(name string) string { return foldLetters.Replace(strings.ToLower(name)) }
