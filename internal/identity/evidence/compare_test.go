package evidence

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"contactsync/internal/normal"
	"contactsync/schema"
)

func TestFirstNamesAreCompared(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want Outcome
	}{
		{"Ann", "ANN", Equal},
		{"José", "Jose", Equal},
		{"Mary-Ann", "Mary Ann", Equal},
		{"Mary Ann", "Maryann", Equal},
		{"Robert", "Bob", Nickname},
		{"Rob", "Bobby", Nickname},
		{"Robert J.", "Bob", Nickname},
		{"Alex", "Alexandra", Nickname},
		{"Chris", "Christine", Nickname},
		{"Christopher", "Christine", Different},
		{"Ivan", "John", Nickname},
		{"Иван", "Ivan", Equal},
		{"Katherine", "Catherine", Nickname},
		{"John", "J.", Initial},
		{"J", "J", Initial},
		{"Jean-Pierre", "JP", Initial},
		{"Jean-Pierre", "J. P.", Initial},
		{"John", "B.", Different},
		{"Mary", "Mary Ann", Part},
		{"Robert", "Robert J.", Part},
		{"Desmond", "Desmnod", Similar},
		{"Micheal", "Michael", Similar},
		{"Mohammed", "Muhamad", Nickname},
		{"Priyanka", "Prianka", Similar},
		{"Eric", "Erik", Nickname},
		{"Oluwaseun", "Seun", Similar},
		{"Amger", "Amber", Similar},
		{"Bejnamin", "Benjamin", Similar},
		{"Jane", "Janet", Different},
		{"Daniel", "Daniella", Different},
		{"Joanne", "Anne", Different},
		{"Daniel", "Daniela", Different},
		{"Paul", "Paula", Different},
		{"John", "Jane", Different},
		{"Carl", "Carla", Different},
		{"Li", "Lin", Different},
		{"Le", "Leo", Alike},
		{"Omar", "Omer", Nickname},
		{"Runa", "Rona", Alike},
		{"Dzane", "Dante", Different},
		{"Eh na", "Ethan", Alike},
		{"Moahmed", "Mohammed", Similar},
		{"Irfan", "Indra", Different},
		{"G J.", "Geoffrey", Initial},
		{"Krzysiek", "Krzysztof", Nickname},
		{"Ada", "Adriana", Nickname},
		{"Grzesiek", "Grzegorz", Nickname},
		{"Abderrahmane", "Abdulrahman", Nickname},
		{"Dobrusia", "Dobroslawa", Similar},
		{"Radzimek", "Radzimir", Similar},
		{"Aldegundita", "Aldegunda", Similar},
		{"Ulfriedchen", "Ulfrieda", Similar},
		{"Christina", "Christoffer", Different},
		{"B. B.", "Briana", Initial},
		{"Mark", "Karl", Different},
		{"Arnold", "Ronald", Different},
		{"", "Ann", Missing},
		{"", "", Missing},
		{"?", "Ann", Missing},
		{"李", "李", Equal},
		{"李", "王", Different},
	} {
		a, b := Of(contact(c.a, "Vance")), Of(contact(c.b, "Vance"))
		require.Equal(t, c.want.String(), Compare(a, b).Outcome(First).String(), "%s and %s", c.a, c.b)
		require.Equal(t, c.want.String(), Compare(b, a).Outcome(First).String(), "%s and %s", c.b, c.a)
	}
}

func TestSurnamesAreCompared(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want Outcome
	}{
		{"O'Brien", "OBRIEN", Equal},
		{"van der Berg", "Vanderberg", Equal},
		{"Smith Jr.", "Smith", Equal},
		{"van der Berg", "Berg", Part},
		{"Garcia Lopez", "Lopez Garcia", Part},
		{"Smith-Jones", "Jones", Part},
		{"Müller", "Mueller", Similar},
		{"Petrov", "Petroff", Similar},
		{"Hoffmann", "Hofmann", Similar},
		{"Johnson", "Johnston", Similar},
		{"Whitaker", "Whittaker", Similar},
		{"Martin", "Martinez", Different},
		{"Brangwen", "Brengwen", Similar},
		{"Lowj", "Lowe", Alike},
		{"Ikpeda", "Ikefa", Alike},
		{"Ridharc", "Richards", Alike},
		{"Marsh", "March", Similar},
		{"Marsh", "Baker", Different},
		{"Lee", "Leigh", Different},
		{"Wong", "Huang", Similar},
		{"Zhang", "Cheung", Similar},
		{"Ng", "Wu", Similar},
		{"Pak", "Park", Similar},
		{"Rhee", "Yi", Similar},
		{"Hussein", "Hossain", Similar},
		{"Park", "Kim", Different},
		{"", "Baker", Missing},
	} {
		a, b := Of(contact("Otto", c.a)), Of(contact("Otto", c.b))
		require.Equal(t, c.want.String(), Compare(a, b).Outcome(Last).String(), "%s and %s", c.a, c.b)
		require.Equal(t, c.want.String(), Compare(b, a).Outcome(Last).String(), "%s and %s", c.b, c.a)
	}
}

func TestASurnameMayChangeUnderOneFirstName(t *testing.T) {
	for _, c := range []struct {
		a, b schema.Profile
		want Outcome
	}{
		{schema.Profile{FirstName: "Ann", LastName: "Lee"}, schema.Profile{FirstName: "Annie", LastName: "Cole"}, Changed},
		{schema.Profile{FirstName: "Wren", LastName: "Lee"}, schema.Profile{FirstName: "Wren", LastName: "Cole"}, Changed},
		{schema.Profile{FirstName: "Wren", LastName: "Lee", Gender: "male"}, schema.Profile{FirstName: "Wren", LastName: "Cole"}, Different},
		{schema.Profile{FirstName: "John", LastName: "Lee"}, schema.Profile{FirstName: "John", LastName: "Cole"}, Different},
		{schema.Profile{FirstName: "Ann", LastName: "Lee"}, schema.Profile{FirstName: "Eve", LastName: "Cole"}, Different},
		{schema.Profile{FirstName: "Ann", LastName: "Lee"}, schema.Profile{FirstName: "A.", LastName: "Cole"}, Different},
		{schema.Profile{FirstName: "Ann", LastName: "Lee"}, schema.Profile{LastName: "Cole"}, Different},
	} {
		v := Compare(Of(schema.SourceContact{Profile: c.a}), Of(schema.SourceContact{Profile: c.b}))
		require.Equal(t, c.want.String(), v.Outcome(Last).String(), "%v", c)
	}
}

func TestOtherTraitsAreCompared(t *testing.T) {
	const slugA, slugB = "https://www.linkedin.com/in/a", "https://www.linkedin.com/in/b"
	for _, c := range []struct {
		a, b  schema.Profile
		trait Trait
		want  Outcome
	}{
		{schema.Profile{LastName: "Hobbs Sr"}, schema.Profile{LastName: "Hobbs Jr."}, Suffix, Different},
		{schema.Profile{LastName: "Hobbs III"}, schema.Profile{LastName: "Hobbs", FullName: "Carl Hobbs, III"}, Suffix, Equal},
		{schema.Profile{LastName: "Hobbs"}, schema.Profile{LastName: "Hobbs Jr."}, Suffix, Missing},
		{schema.Profile{FirstName: "Carl", LastName: "Hobbs Sr"}, schema.Profile{FirstName: "Carl", LastName: "Hobbs Jr"}, First, Equal},
		{schema.Profile{FirstName: "Wei", LastName: "Zhang"}, schema.Profile{FirstName: "Zhang", LastName: "Wei"}, First, Swapped},
		{schema.Profile{FirstName: "Riley", LastName: "Speiggt"}, schema.Profile{FirstName: "Speight", LastName: "Riley"}, First, Swapped},
		{schema.Profile{FullName: "Ann Ivers"}, schema.Profile{FirstName: "Ann", LastName: "Ivers"}, Last, Equal},
		{schema.Profile{FullName: "Ivers, Ann"}, schema.Profile{FirstName: "Ann", LastName: "Ivers"}, First, Equal},
		{schema.Profile{FullName: "Ludwig van der Berg"}, schema.Profile{FirstName: "Ludwig", LastName: "van der Berg"}, Last, Equal},
		{schema.Profile{Gender: "male"}, schema.Profile{Gender: "female"}, Gender, Different},
		{schema.Profile{Gender: "male"}, schema.Profile{Gender: "other"}, Gender, Missing},
		{schema.Profile{AgeRange: "25-34"}, schema.Profile{AgeRange: "30"}, Age, Equal},
		{schema.Profile{AgeRange: "25-34"}, schema.Profile{AgeRange: "35-44"}, Age, Near},
		{schema.Profile{AgeRange: "25-34"}, schema.Profile{AgeRange: "45-54"}, Age, Apart},
		{schema.Profile{AgeRange: "49"}, schema.Profile{AgeRange: "49"}, Age, Exact},
		{schema.Profile{AgeRange: "1974-03-21"}, schema.Profile{AgeRange: "19740321"}, Born, Equal},
		{schema.Profile{AgeRange: "1974-03-21"}, schema.Profile{AgeRange: "1947-03-21"}, Born, Similar},
		{schema.Profile{AgeRange: "1974-03-11"}, schema.Profile{AgeRange: "1974-11-03"}, Born, Similar},
		{schema.Profile{AgeRange: "1974-03-21"}, schema.Profile{AgeRange: "1975-10-12"}, Born, Near},
		{schema.Profile{AgeRange: "1974-03-21"}, schema.Profile{AgeRange: "1998-10-12"}, Born, Apart},
		{schema.Profile{AgeRange: "1974-03-21"}, schema.Profile{AgeRange: "45-54"}, Born, Missing},
		{schema.Profile{AgeRange: "0000-00-00"}, schema.Profile{AgeRange: "0000-00-00"}, Born, Missing},
		{schema.Profile{AgeRange: "25-34"}, schema.Profile{AgeRange: "65 and older"}, Age, Apart},
		{schema.Profile{AgeRange: "65+"}, schema.Profile{AgeRange: "65 and older"}, Age, Equal},
		{schema.Profile{AgeRange: "under 18"}, schema.Profile{AgeRange: "18-24"}, Age, Equal},
		{schema.Profile{AgeRange: "old"}, schema.Profile{AgeRange: "18-24"}, Age, Missing},
		{schema.Profile{CompanyDomain: "acme.example"}, schema.Profile{CompanyDomain: "acme.example"}, Employer, Equal},
		{schema.Profile{CompanyDomain: "a.example", CompanyKey: "acme"}, schema.Profile{CompanyDomain: "a.test", CompanyKey: "acme"}, Employer, Equal},
		{schema.Profile{CompanyDomain: "acme.example"}, schema.Profile{CompanyDomain: "globex.example"}, Employer, Different},
		{schema.Profile{CompanyDomain: "acme.example"}, schema.Profile{CompanyKey: "globex"}, Employer, Missing},
		{schema.Profile{PostalCode: "02108", City: "Boston"}, schema.Profile{PostalCode: "02108"}, Place, Postcode},
		{schema.Profile{PostalCode: "02108", City: "Boston"}, schema.Profile{PostalCode: "02109", City: "boston"}, Place, City},
		{schema.Profile{City: "Portland", Region: "OR"}, schema.Profile{City: "Portland", Region: "ME"}, Place, Different},
		{schema.Profile{Country: "US"}, schema.Profile{Country: "US"}, Place, Missing},
		{schema.Profile{LinkedInURL: slugA}, schema.Profile{LinkedInURL: slugA}, LinkedIn, Joined},
		{schema.Profile{LinkedInURL: slugA}, schema.Profile{LinkedInURL: slugB}, LinkedIn, Different},
		{schema.Profile{TwitterHandle: "a"}, schema.Profile{}, Twitter, Missing},
		{schema.Profile{Email: "a@acme.example"}, schema.Profile{EmailSHA256: normal.SHA256("a@acme.example")}, Address, Joined},
		{schema.Profile{Email: "a@acme.example"}, schema.Profile{EmailMD5: normal.MD5("b@acme.example")}, Address, Different},
		{schema.Profile{Email: "info@acme.example"}, schema.Profile{Email: "info@acme.example"}, Address, Missing},
	} {
		v := Compare(Of(schema.SourceContact{Profile: c.a}), Of(schema.SourceContact{Profile: c.b}))
		require.Equal(t, c.want.String(), v.Outcome(c.trait).String(), "%s of %v", c.trait, c)
	}
}

func TestIdentifiersBesideTheContactAreCompared(t *testing.T) {
	none := schema.SourceContact{}
	handle, id := schema.Identifier{Kind: schema.TwitterHandle, Value: "ann"}, schema.Identifier{Kind: schema.TwitterID, Value: "7"}
	phone := schema.Identifier{Kind: schema.Phone, Value: "+15555550100"}
	require.Equal(t, Missing, Compare(Of(none, handle), Of(none, id)).Outcome(Twitter), "a handle says nothing of a number")
	other := schema.Identifier{Kind: schema.TwitterHandle, Value: "eve"}
	require.Equal(t, Joined, Compare(Of(none, handle, id), Of(none, other, id)).Outcome(Twitter))
	require.Equal(t, Different, Compare(Of(none, handle, id), Of(none, other)).Outcome(Twitter))
	require.Zero(t, Compare(Of(none, phone), Of(none, phone)).Bits, "phones link nobody")
	ss := func(value string) Traits { return Of(none, schema.Identifier{Kind: schema.SSID, Value: value}) }
	require.Positive(t, Compare(ss("1"), ss("1")).Bits)
	require.Negative(t, Compare(ss("1"), ss("2")).Bits)
}

func TestWhatLinksNobodyIsNoEvidence(t *testing.T) {
	c := readContact(t, "Ann / Ivers; b annandco@acme.example; d acme.example; l ann-ivers")
	slug := schema.Identifier{Kind: schema.LinkedIn, Value: "ann-ivers"}
	v := Compare(Of(c, slug), Of(c, slug))
	require.Equal(t, Missing, v.Outcome(Address))
	require.Equal(t, Joined, v.Outcome(LinkedIn))
	all := Compare(Of(c), Of(c))
	require.Equal(t, JoinedAtWork, all.Outcome(Address))
	address := schema.Identifier{Kind: schema.EmailSHA256, Value: normal.SHA256("annandco@acme.example")}
	require.Equal(t, JoinedAtWork, Compare(Of(c, address), Of(c, address)).Outcome(Address), "the contact tells whose it is")
}

func TestRarerNamesWeighMore(t *testing.T) {
	weight := func(last string) float64 { // against colleagues, who like strangers meet namesakes by chance
		t := Of(readContact(t, "Otto / "+last+"; b otto@acme.example; d acme.example"))
		return Compare(t, t).Bits
	}
	require.Greater(t, weight("Quillfeather"), weight("Hobbs"))
	require.Greater(t, weight("Hobbs"), weight("Smith"))
}

func TestAVerdictIsToldInWords(t *testing.T) {
	for _, c := range []struct {
		a, b, want string
		joined     schema.Kind
	}{
		{
			"Paul / Reed; p thereeds@gmail.com; g male", "Nina / Reed; p thereeds@gmail.com; g female",
			"-7.4 bits: other first name, other gender, same surname: relatives?", schema.EmailSHA256,
		},
		{
			"Paul / Reed; p thereeds@gmail.com; g male; l paul-reed", "Nina / Reed; p thereeds@gmail.com; g female; l nina-reed",
			"-13.0 bits: other LinkedIn, other first name, same surname: relatives?", schema.EmailMD5,
		},
		{
			"Ida / Frost; l max-gold", "Max / Gold; l max-gold",
			"-8.7 bits: other surname, other first name, LinkedIn names one of them: strangers?", schema.LinkedIn,
		},
		{"/; p a@gmail.com", "/; p a@gmail.com", "+4.2 bits: nothing else to compare", schema.EmailSHA256},
		{"Wei / Zhang; l wz", "Zhang / Wei; l wz", "+14.6 bits: first and last name swapped", schema.LinkedIn},
	} {
		require.Equal(t, c.want, Compare(Of(readContact(t, c.a)), Of(readContact(t, c.b))).Sentence(c.joined))
	}
	require.Equal(t, "+0.0 bits: nothing else to compare", Verdict{Bits: -0.01}.Sentence(""))
}

func TestSharesOfOutcomesAddUp(t *testing.T) {
	w := table()
	require.Positive(t, Version())
	for trait := First; trait <= Beside; trait++ {
		if trait >= Address && trait != Beside {
			continue // how pairs that they join divide among the columns
		}
		var sums [hypotheses]float64
		for _, o := range outcomesOf[trait] {
			for h, s := range w.shares[trait][o] {
				if o != Changed && o != Exact {
					sums[h] += s.of
				}
			}
		}
		for h, sum := range sums {
			require.InDelta(t, 1, sum, 1e-9, "%s, column %d", trait, h)
		}
	}
}

func TestAFileOfWeightsIsReadOrRefused(t *testing.T) {
	_, err := parseWeights(weightsText)
	require.NoError(t, err)
	for _, c := range []struct{ old, new, want string }{
		{"version 2", "version x", "version"},
		{"version 2", "", "version or rare is missing"},
		{"suffix      equal          .99", "suffix equal 1.5", "1.5 is no share"},
		{"suffix      equal          .99", "suffix equal 0", "0 is no share"},
		{"suffix      equal", "suffix nickname", "no such trait and outcome"},
		{"suffix      equal", "suffix different", "it is there twice"},
		{"gender      equal          .981      .34       .97       .60       .50", "", "no row for gender equal"},
		{"gender      equal          .981 ", "gender equal ", "a row is"},
	} {
		require.Contains(t, weightsText, c.old)
		_, err := parseWeights(strings.Replace(weightsText, c.old, c.new, 1))
		require.ErrorContains(t, err, c.want)
	}
}

func TestListsAreFolded(t *testing.T) {
	require.Greater(t, len(surnames()), 990)
	require.Greater(t, len(givenNames()), 1_000)
	for _, names := range []map[string]listed{surnames(), givenNames()} {
		for name, entry := range names {
			require.Equal(t, name, strings.Join(foldWords(name), ""))
			require.Positive(t, entry.frequency)
		}
	}
	for _, names := range []map[string][]uint16{nicknames(), romanisations()} {
		for name := range names {
			require.Equal(t, name, strings.Join(foldWords(name), ""))
		}
	}
}

// anyContact draws records that often agree.
func anyContact(t *rapid.T, label string) schema.SourceContact {
	one := func(what string, values ...string) string {
		return rapid.SampledFrom(append(values, "")).Draw(t, label+" "+what)
	}
	names := []string{"Ann", "Bob", "Robert", "J.", "Mary Ann", "Lee", "Smith-Lee", "Reed Jr", "Иван", "Marsh"}
	name := rapid.OneOf(rapid.SampledFrom(names), rapid.String())
	c := schema.SourceContact{Profile: schema.Profile{
		FirstName: name.Draw(t, label+" first"), LastName: name.Draw(t, label+" last"), FullName: name.Draw(t, label+" full"),
		Gender: one("gender", "male", "female"), AgeRange: one("age", "18-24", "35-44", "65 and older", "49", "1974-03-21"),
		CompanyDomain: one("domain", "acme.example", "globex.example"), CompanyKey: one("key", "acme", "globex"),
		City: one("city", "Boston", "Austin"), Region: one("region", "MA", "TX"), PostalCode: one("postcode", "02108", "73301"),
		Country: one("country", "US", "DE"), CompanyName: one("company", "A.", "Acme Co"),
		BusinessEmail: one("business", "a@acme.example", "b@acme.example"), PersonalEmail: one("personal", "a@gmail.com", "b@gmail.com"),
		LinkedInURL: one("linkedin", "https://www.linkedin.com/in/a", "https://www.linkedin.com/in/b"), TwitterHandle: one("twitter", "a", "b"),
	}}
	c.AsOf = rapid.SampledFrom([]time.Time{{}, time.Unix(1_700_000_000, 0), time.Unix(1_500_000_000, 0)}).Draw(t, label+" as of")
	c.Email = cmp.Or(c.BusinessEmail, c.PersonalEmail)
	c.EmailLastSeenAt = rapid.SampledFrom([]time.Time{{}, time.Unix(1_600_000_000, 0)}).Draw(t, label+" seen")
	c.Emails = slices.DeleteFunc([]string{c.BusinessEmail, c.PersonalEmail}, func(s string) bool { return s == "" })
	return c
}

func TestAVerdictIsSymmetricAndTheSumOfItsFindings(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := Of(anyContact(t, "a")), Of(anyContact(t, "b"))
		v := Compare(a, b)
		require.Equal(t, v, Compare(b, a))
		require.Equal(t, v.Bits, Bits(&a, &b))
		sum := 0.0
		for _, f := range v.Findings() {
			require.NotEmpty(t, f.String(), "%s %s", f.Trait, f.Outcome)
			sum += f.Bits
		}
		require.InDelta(t, v.Bits, sum, 1e-9)
		require.False(t, math.IsNaN(v.Bits) || math.IsInf(v.Bits, 0))
		require.LessOrEqual(t, len(v.Words("")), 3)
	})
}

func TestAMissingTraitWeighsNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := Of(anyContact(t, "a")), Of(anyContact(t, "b"))
		require.Zero(t, Compare(a, Traits{}).Bits)
		missing := Compare(a, b)
		for trait := range traits {
			if missing.Outcome(trait) == Missing {
				require.Zero(t, missing.found[trait].Bits)
			}
		}
		b.gender, b.age, b.suffix, b.postcode, b.city, b.region, b.country = 0, ages{}, 0, 0, 0, 0, 0
		v := Compare(a, b)
		for _, trait := range []Trait{Gender, Age, Suffix, Place} {
			require.Equal(t, Missing, v.Outcome(trait))
			require.Zero(t, v.found[trait].Bits)
		}
	})
}

func TestSimilarityIsSymmetric(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.String().Draw(t, "a"), rapid.String().Draw(t, "b")
		require.Equal(t, similarity(a, b), similarity(b, a))
		require.True(t, similarity(a, b) >= 0 && similarity(a, b) <= 1)
	})
	require.InDelta(t, 0.961, similarity("martha", "marhta"), 0.001)
	require.InDelta(t, 0.840, similarity("dwayne", "duane"), 0.001)
	require.InDelta(t, 0.813, similarity("dixon", "dicksonx"), 0.001)
}

func TestATypoIsOneLetter(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"amber", "amger", true}, {"amber", "ambre", true}, {"amber", "amberx", true}, {"amber", "mber", true}, {"amber", "amber", true},
		{"amber", "ambrx", false}, {"amber", "amb", false}, {"jane", "june", false}, {"", "a", false}, {"abcde", "edcba", false},
	} {
		require.Equal(t, c.want, isTypo(c.a, c.b), "%s and %s", c.a, c.b)
		require.Equal(t, c.want, isTypo(c.b, c.a), "%s and %s", c.b, c.a)
	}
}

func contact(first, last string) schema.SourceContact {
	return schema.SourceContact{Profile: schema.Profile{FirstName: first, LastName: last}}
}

func BenchmarkCompare(b *testing.B) {
	pairs := readPairs(b)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		p := &pairs[i%len(pairs)]
		Compare(p.a, p.b)
	}
}

func BenchmarkOf(b *testing.B) {
	c := readContact(b, "Robert / Hayes-Moore; b bob@acme.example; p bob@gmail.com; d acme.example; l bob-hayes; a 35-44; z 02108")
	b.ReportAllocs()
	for b.Loop() {
		Of(c)
	}
}
