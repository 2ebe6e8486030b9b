package evidence

// Trait is something that two records may agree on.
type Trait uint8

// The traits, in the order in which they are told.
const (
	First Trait = iota
	Last
	Suffix
	Gender
	Age
	Employer
	Place
	Address
	LinkedIn
	Twitter
	SSID
	Addressee // whose name an address in common holds
	traits
)

var traitNames = [traits]string{
	"first", "last", "suffix", "gender", "age", "employer", "place",
	"address", "linkedin", "twitter", "ss_id", "addressee",
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
	Similar      // a typing error, another transliteration, or a short form that no list has
	Swapped      // first and last name
	Changed      // another surname under the same first name, as after a marriage
	Namesake     // the same first name where the suffixes differ, which says nothing
	Near         // of ages: other ranges, less than fifteen years apart
	Apart        // of ages: more
	Postcode     // of places: the same
	City         // of places: the same
	Aged         // an address in common that the records saw more than two years apart
	Companys     // a handle or slug in common that is the company's
	Joined       // an identifier in common
	JoinedAtWork // an address at the employer's domain
	JoinedAtHome // a personal address
	Different
	outcomes
)

var outcomeNames = [outcomes]string{
	"missing", "equal", "nickname", "part", "initial", "similar", "swapped", "changed", "namesake", "near", "apart", "postcode", "city",
	"aged", "company's", "joined", "joined at work", "joined at home", "different",
}

// String is the outcome in a word.
func (o Outcome) String() string { return outcomeNames[o] }

// outcomesOf is which outcomes of a trait have weights.
var outcomesOf = [traits][]Outcome{
	First:     {Equal, Nickname, Part, Initial, Similar, Swapped, Different},
	Last:      {Equal, Part, Similar, Swapped, Different, Changed},
	Suffix:    {Equal, Different},
	Gender:    {Equal, Different},
	Age:       {Equal, Near, Apart},
	Employer:  {Equal, Different},
	Place:     {Postcode, City, Different},
	Address:   {Aged, Joined, JoinedAtWork, JoinedAtHome, Different},
	LinkedIn:  {Companys, Joined, Different},
	Twitter:   {Companys, Joined, Different},
	SSID:      {Joined, Different},
	Addressee: {Equal, Different},
}

// phrases are the outcomes in words.
var phrases = [traits][outcomes]string{
	First: {
		Equal: "same first name", Nickname: "nickname", Part: "part of the first name", Initial: "initial of the first name",
		Similar: "similar first name", Swapped: "first and last name swapped", Namesake: "same first name", Different: "other first name",
	},
	Last: {
		Equal: "same surname", Part: "part of the surname", Similar: "similar surname", Swapped: "first and last name swapped",
		Changed: "other surname, as after a marriage", Different: "other surname",
	},
	Suffix:   {Equal: "same suffix", Different: "other suffix"},
	Gender:   {Equal: "same gender", Different: "other gender"},
	Age:      {Equal: "same age", Near: "other age", Apart: "an age far apart"},
	Employer: {Equal: "same employer", Different: "other employer"},
	Place:    {Postcode: "same postal code", City: "same city", Different: "other place"},
	Address: {
		Aged: "an address in common, seen years apart", Joined: "an address in common", JoinedAtWork: "an address in common", JoinedAtHome: "an address in common",
		Different: "other addresses",
	},
	LinkedIn:  {Companys: "the company's LinkedIn", Joined: "same LinkedIn", Different: "other LinkedIn"},
	Twitter:   {Companys: "the company's Twitter", Joined: "same Twitter", Different: "other Twitter"},
	SSID:      {Joined: "same ss_id", Different: "other ss_id"},
	Addressee: {Equal: "the address names both", Different: "the address names one of them"},
}

// Alternative is who two people of one identifier may be.
type Alternative uint8

// The alternatives to one person.
const (
	Relatives Alternative = iota
	Colleagues
	Strangers // whom a vendor took for one
)

// String is the alternative in a word.
func (a Alternative) String() string {
	return [...]string{"relatives", "colleagues", "strangers"}[a]
}
