package evidence

// Trait is something that two records may agree on.
type Trait uint8

// The traits, in the order in which they are told.
const (
	First Trait = iota
	Last
	Suffix
	Gender
	Born
	Age
	Employer
	Place
	Address
	LinkedIn
	Twitter
	SSID
	Beside    // the addresses of the other sort, where one at work or at home is in common
	Addressee // whose name an address in common holds
	Profile   // whose name a LinkedIn slug in common holds
	traits
)

var traitNames = [traits]string{
	"first", "last", "suffix", "gender", "born", "age", "employer", "place",
	"address", "linkedin", "twitter", "ss_id", "beside", "addressee", "profile",
}

// String is the trait as weights.txt names it.
func (t Trait) String() string { return traitNames[t] }

// Outcome is what a comparison of a trait came to.
type Outcome uint8

// The outcomes. A trait that one of the records does not tell is Missing.
const (
	Missing Outcome = iota
	Equal
	Nickname
	Part         // one name is a part of the other
	Initial      // one is the initial, or the initials, of the other
	Similar      // a typing error, another transliteration, or a short form that no list has; of dates of birth, a typing error
	Alike        // more of these, or one in a short name
	Swapped      // first and last name
	Changed      // another surname under the same first name, as after a marriage
	Exact        // of ages: the same year
	Near         // of ages: other ranges, less than ten years apart; of births: within a year
	Apart        // of ages: more
	Postcode     // of places: the same
	City         // of places: the same
	Aged         // an address in common that the records saw more than two years apart
	Companys     // a handle or slug in common that is the company's
	Joined       // an identifier in common
	JoinedAtWork // an address at the employer's domain
	JoinedAtHome // a personal address
	Surname      // of an address or slug: it holds the surname of one of two whose first names agree
	Given        // of an address or slug: it holds their first name and no surname
	Own          // of an address: so it does, and each has another one with the own surname
	Family       // of an address: it holds the surname of two whose first names differ, and no first name
	Different
	outcomes
)

var outcomeNames = [outcomes]string{
	"missing", "equal", "nickname", "part", "initial", "similar", "alike", "swapped", "changed", "exact", "near", "apart",
	"postcode", "city",
	"aged", "company's", "joined", "joined at work", "joined at home", "surname", "given", "own", "family", "different",
}

// String is the outcome in a word.
func (o Outcome) String() string { return outcomeNames[o] }

// outcomesOf is which outcomes of a trait have weights.
var outcomesOf = [traits][]Outcome{
	First:     {Equal, Nickname, Part, Initial, Similar, Alike, Swapped, Different},
	Last:      {Equal, Part, Similar, Alike, Swapped, Different, Changed},
	Suffix:    {Equal, Different},
	Gender:    {Equal, Different},
	Born:      {Equal, Similar, Near, Apart},
	Age:       {Equal, Exact, Near, Apart},
	Employer:  {Equal, Different},
	Place:     {Postcode, City, Different},
	Address:   {Aged, Joined, JoinedAtWork, JoinedAtHome, Different},
	LinkedIn:  {Companys, Joined, Different},
	Twitter:   {Companys, Joined, Different},
	SSID:      {Joined, Different},
	Beside:    {Equal, Different},
	Addressee: {Equal, Initial, Family, Different, Surname, Given, Own},
	Profile:   {Initial, Surname, Given, Different},
}

// OutcomesOf is which outcomes of a trait have weights.
func OutcomesOf(t Trait) []Outcome { return outcomesOf[t] }

// phrases are the outcomes in words.
var phrases = [traits][outcomes]string{
	First: {
		Equal: "same first name", Nickname: "nickname", Part: "part of the first name", Initial: "initial of the first name",
		Similar: "similar first name", Alike: "slightly similar first name", Swapped: "first and last name swapped",
		Different: "other first name",
	},
	Last: {
		Equal: "same surname", Part: "part of the surname", Similar: "similar surname", Alike: "slightly similar surname",
		Swapped: "first and last name swapped", Changed: "other surname, as after a marriage", Different: "other surname",
	},
	Suffix: {Equal: "same suffix", Different: "other suffix"},
	Gender: {Equal: "same gender", Different: "other gender"},
	Born: {
		Equal: "same date of birth", Similar: "similar date of birth", Near: "born within a year", Apart: "other date of birth",
	},
	Age:      {Equal: "same age", Exact: "same age to the year", Near: "other age", Apart: "an age far apart"},
	Employer: {Equal: "same employer", Different: "other employer"},
	Place:    {Postcode: "same postal code", City: "same city", Different: "other place"},
	Address: {
		Aged: "an address in common, seen years apart", Joined: "an address in common", JoinedAtWork: "an address in common",
		JoinedAtHome: "an address in common",
		Different:    "other addresses",
	},
	LinkedIn: {Companys: "the company's LinkedIn", Joined: "same LinkedIn", Different: "other LinkedIn"},
	Twitter:  {Companys: "the company's Twitter", Joined: "same Twitter", Different: "other Twitter"},
	SSID:     {Joined: "same ss_id", Different: "other ss_id"},
	Beside:   {Equal: "work and home addresses in common", Different: "other addresses beside"},
	Addressee: {
		Equal: "the address names both", Initial: "the address is an initial and a surname of both",
		Different: "the address names one of them", Surname: "the address holds one's surname",
		Given: "the address is the first name's", Own: "the address is the first name's and each has an own",
		Family: "the address is the surname's",
	},
	Profile: {
		Initial: "LinkedIn is of the first name and one's initial", Surname: "LinkedIn holds one's surname",
		Given: "LinkedIn is the first name's", Different: "LinkedIn names one of them",
	},
}

// Alternative is who two people of one identifier may be.
type Alternative uint8

// The alternatives to one person.
const (
	Relatives  Alternative = iota
	Namesakes              // relatives of one name: father and son
	Colleagues             // or whoever had the address before
	Strangers              // whom a vendor took for one
)

// String is the alternative in a word.
func (a Alternative) String() string {
	return [...]string{"relatives", "namesakes", "colleagues", "strangers"}[a]
}
