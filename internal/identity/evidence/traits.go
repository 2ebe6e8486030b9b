package evidence

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"contactsync/internal/normal"
	"contactsync/schema"
)

// Traits is what a record tells of its person, made ready for comparison. The zero
// value tells nothing.
type Traits struct {
	first, last name
	suffix      string // jr, sr, 2, 3, ...
	gender      string
	age         ages
	domain, key string // of the employer
	postcode    string
	city        string // with region, as far as it is known
	region      string
	country     string
	identifiers []identifier
}

// name is a given name or a surname.
type name struct {
	whole     string   // folded, in one word
	parts     []string // its words, particles left out
	sound     string   // the same for transliterations of one name
	groups    []uint16 // of nicknames
	frequency float64  // among all people; a guess for names in no list
	common    bool     // it is in a list
	sex       byte     // m or f, where the name tells
}

// ages is a range of years; the zero value is not known.
type ages struct{ from, to int }

// identifier is a value of a kind that links.
type identifier struct {
	kind  schema.Kind
	value string
	home  mailbox
}

// mailbox is what is known of whose an address is.
type mailbox uint8

const (
	unknownMailbox mailbox = iota
	business
	personal
)

// Of makes the traits of a record. Where its identifiers are given, those are all that
// link it: what the contact has beside is refused, being shared, say. Without them they
// are those of the contact.
func Of(c schema.SourceContact, identifiers ...schema.Identifier) Traits {
	first, last, suffix := namesOf(c.FirstName, c.LastName, c.FullName)
	t := Traits{
		first: newName(first, givenNames()), last: newName(last, surnames()), suffix: suffix, gender: c.Gender, age: agesOf(c.AgeRange),
		domain: c.CompanyDomain, key: c.CompanyKey,
		postcode: c.PostalCode, region: c.Region, country: c.Country,
	}
	if t.first.groups = nicknames()[t.first.whole]; t.first.groups == nil && len(t.first.parts) > 1 {
		t.first.groups = nicknames()[t.first.parts[0]] // Robert J.
	}
	if c.City != "" {
		t.city = strings.Join(foldWords(c.City), "")
	}
	t.addAddresses(c)
	if slug := c.LinkedInURL[strings.LastIndexByte(c.LinkedInURL, '/')+1:]; slug != "" {
		t.add(schema.LinkedIn, slug, unknownMailbox)
	}
	if c.TwitterHandle != "" {
		t.add(schema.TwitterHandle, c.TwitterHandle, unknownMailbox)
	}
	for _, id := range identifiers {
		t.add(id.Kind, id.Value, unknownMailbox)
	}
	if len(identifiers) > 0 {
		t.identifiers = slices.DeleteFunc(t.identifiers, func(own identifier) bool {
			return !slices.ContainsFunc(identifiers, func(id schema.Identifier) bool { return id.Kind == own.kind && id.Value == own.value })
		})
	}
	return t
}

// addAddresses adds the hashes of all addresses, by which records meet. An address is
// at work where it is at the employer's domain or that of the business address.
func (t *Traits) addAddresses(c schema.SourceContact) {
	_, work, _ := strings.Cut(c.BusinessEmail, "@")
	_, home, _ := strings.Cut(c.PersonalEmail, "@")
	for i, address := range append([]string{c.Email}, c.Emails...) {
		if address == "" || i > 0 && address == c.Email || normal.LinksNobody(address) {
			continue
		}
		_, domain, _ := strings.Cut(address, "@")
		of := unknownMailbox
		switch {
		case domain == work, domain == c.CompanyDomain:
			of = business
		case domain == home:
			of = personal
		}
		t.add(schema.EmailSHA256, normal.SHA256(address), of)
		t.add(schema.EmailMD5, normal.MD5(address), of)
		t.add(schema.EmailSHA1, normal.SHA1(address), of)
	}
	if c.Email == "" {
		if c.EmailSHA256 != "" {
			t.add(schema.EmailSHA256, c.EmailSHA256, unknownMailbox)
		}
		if c.EmailMD5 != "" {
			t.add(schema.EmailMD5, c.EmailMD5, unknownMailbox)
		}
	}
}

func (t *Traits) add(kind schema.Kind, value string, home mailbox) {
	if _, links := familyOf(kind); !links {
		return
	}
	for _, known := range t.identifiers {
		if known.kind == kind && known.value == value {
			return
		}
	}
	t.identifiers = append(t.identifiers, identifier{kind, value, home})
}

// namesOf takes a name apart: the folded words of the given name and of the surname,
// and what stands behind them.
func namesOf(first, last, full string) (given, family []string, suffix string) {
	given, family = foldWords(first), foldWords(last)
	words := foldWords(full)
	if family, suffix = cutSuffix(family, suffix); suffix == "" {
		words, suffix = cutSuffix(words, suffix)
	} else {
		words, _ = cutSuffix(words, "")
	}
	if before, after, turned := strings.Cut(full, ","); turned && len(given)+len(family) == 0 {
		b, _ := cutSuffix(foldWords(before), "")
		if a, _ := cutSuffix(foldWords(after), ""); len(a) > 0 && suffixes[a[0]] == "" && len(b) < 3 {
			return a, b, suffix
		}
	}
	if len(given)+len(family) == 0 && len(words) > 1 {
		start := len(words) - 1
		for start > 1 && particles[words[start-1]] {
			start--
		}
		given, family = words[:start], words[start:]
	}
	return given, family, suffix
}

// cutSuffix takes Jr, Sr and numbers from the end of a name. A lone V is an initial.
func cutSuffix(words []string, found string) (rest []string, suffix string) {
	for len(words) > 1 && suffixes[words[len(words)-1]] != "" {
		found = suffixes[words[len(words)-1]]
		words = words[:len(words)-1]
	}
	return words, found
}

var (
	suffixes = map[string]string{
		"jr": "jr", "jnr": "jr", "sr": "sr", "snr": "sr", "ii": "2", "2nd": "2", "iii": "3", "3rd": "3", "iv": "4", "4th": "4",
	}
	particles = map[string]bool{
		"van": true, "von": true, "vom": true, "zu": true, "zur": true, "de": true, "der": true, "den": true, "del": true, "della": true,
		"di": true, "da": true, "dos": true, "das": true, "do": true, "du": true, "des": true, "la": true, "le": true, "el": true, "al": true,
		"bin": true, "ibn": true, "ter": true, "ten": true, "st": true, "san": true, "santa": true, "y": true, "e": true, "i": true,
	}
)

// newName makes a name of its words ready.
func newName(words []string, list map[string]listed) name {
	if len(words) == 0 {
		return name{}
	}
	const most = 16 // words of a name that are compared
	words = words[:min(len(words), most)]
	n := name{whole: strings.Join(words, "")}
	for i, w := range words {
		if len(words) == 1 || !particles[w] || i == 0 && len(w) == 1 {
			n.parts = append(n.parts, w)
		}
	}
	if len(n.parts) == 0 {
		n.parts = words
	}
	n.sound = soundOf(n.whole)
	entry, common := list[n.whole]
	if n.frequency, n.common, n.sex = entry.frequency, common, entry.sex; !common {
		n.frequency = table().rare
	}
	return n
}

// agesOf reads "25-34", "65 and older", "65+" and "under 18".
func agesOf(s string) (a ages) {
	var numbers []int
	for _, digits := range strings.FieldsFunc(s, func(r rune) bool { return r < '0' || r > '9' }) {
		if n, err := strconv.Atoi(digits); err == nil && n < 130 {
			numbers = append(numbers, n)
		}
	}
	const oldest = 130
	switch lower := strings.ToLower(s); {
	case len(numbers) == 2 && numbers[0] <= numbers[1]:
		return ages{numbers[0], numbers[1]}
	case len(numbers) != 1:
		return ages{}
	case strings.Contains(lower, "+") || strings.Contains(lower, "older") || strings.Contains(lower, "over"):
		return ages{numbers[0], oldest}
	case strings.Contains(lower, "under") || strings.Contains(lower, "younger") || strings.Contains(lower, "<"):
		return ages{0, numbers[0]}
	}
	return ages{numbers[0], numbers[0]}
}

// between is how many years lie between two ranges, 0 where they overlap.
func (a ages) between(b ages) int { return max(0, a.from-b.to, b.from-a.to) }

// isMan holds where the record says so, or, if it says nothing, the given name.
func (t *Traits) isMan() bool {
	return cmp.Or(t.gender, map[byte]string{'m': "male"}[t.first.sex]) == "male"
}

// hasPart reports whether one name is a part of the other: Lee of Lee-Cole.
func hasPart(a, b *name) bool {
	if len(a.parts) == 1 && len(b.parts) == 1 && len(a.whole) == len(a.parts[0]) && len(b.whole) == len(b.parts[0]) {
		return false
	}
	return among(a.parts, b.parts) || among(b.parts, a.parts)
}

// among reports whether all words are among others, initials apart.
func among(words, others []string) bool {
	return !slices.ContainsFunc(words, func(w string) bool { return len(w) < 2 || !slices.Contains(others, w) })
}
