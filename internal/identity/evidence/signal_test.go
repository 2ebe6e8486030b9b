package evidence

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"contactsync/schema"
)

func TestAnAddressSeenYearsApartWeighsLess(t *testing.T) {
	day := time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC)
	seen := func(asOf, lastSeen time.Time) Traits {
		c := readContact(t, "John / Baker; b john@acme.example")
		c.Email, c.AsOf, c.EmailLastSeenAt = "john@acme.example", asOf, lastSeen
		return Of(c)
	}
	none := time.Time{}
	for _, c := range []struct {
		a, b Traits
		want Outcome
	}{
		{seen(day, none), seen(day.AddDate(-2, 0, 0), none), JoinedAtWork},
		{seen(day, none), seen(day.AddDate(-3, 0, 0), none), Aged},
		{seen(day, none), seen(none, none), JoinedAtWork},
		{seen(day, day.AddDate(-3, 0, 0)), seen(none, day), Aged},
		{seen(day.AddDate(-3, 0, 0), day), seen(day, none), JoinedAtWork},
	} {
		require.Equal(t, c.want.String(), Compare(c.a, c.b).Outcome(Address).String())
		require.Equal(t, c.want.String(), Compare(c.b, c.a).Outcome(Address).String())
	}
	fresh, aged := seen(day, none), seen(day.AddDate(-3, 0, 0), none)
	require.Less(t, Bits(&fresh, &aged), Bits(&fresh, &fresh))
	require.Positive(t, Bits(&fresh, &aged))
}

func TestACompanysHandleIsNobodys(t *testing.T) {
	const slug = "https://www.linkedin.com/in/"
	for _, c := range []struct {
		a, b  schema.Profile
		trait Trait
		want  Outcome
	}{
		{schema.Profile{TwitterHandle: "acmeco", CompanyName: "Acme Co."}, schema.Profile{TwitterHandle: "acmeco"}, Twitter, Companys},
		{schema.Profile{TwitterHandle: "acme_co", CompanyDomain: "acmeco.example"}, schema.Profile{TwitterHandle: "acme_co"}, Twitter, Companys},
		{schema.Profile{TwitterHandle: "acme", CompanyKey: "acme"}, schema.Profile{TwitterHandle: "eve"}, Twitter, Missing},
		{schema.Profile{TwitterHandle: "acme"}, schema.Profile{TwitterHandle: "eve", CompanyKey: "acme"}, Twitter, Missing},
		{schema.Profile{TwitterHandle: "acme"}, schema.Profile{TwitterHandle: "eve", CompanyKey: "globex"}, Twitter, Different},
		{schema.Profile{TwitterHandle: "acme"}, schema.Profile{TwitterHandle: "acme", CompanyKey: "globex"}, Twitter, Joined},
		{schema.Profile{LinkedInURL: slug + "acme-co", CompanyName: "ACME Co"}, schema.Profile{LinkedInURL: slug + "acme-co"}, LinkedIn, Companys},
		{ // a company called after the person
			schema.Profile{FirstName: "Otto", LastName: "Vance", LinkedInURL: slug + "otto-vance", CompanyName: "Otto Vance"},
			schema.Profile{FirstName: "Otto", LastName: "Vance", LinkedInURL: slug + "otto-vance"}, LinkedIn, Joined,
		},
	} {
		a, b := Of(schema.SourceContact{Profile: c.a}), Of(schema.SourceContact{Profile: c.b})
		require.Equal(t, c.want.String(), Compare(a, b).Outcome(c.trait).String(), "%v", c)
		require.Equal(t, c.want.String(), Compare(b, a).Outcome(c.trait).String(), "%v", c)
	}
	company := Of(schema.SourceContact{Profile: schema.Profile{TwitterHandle: "acmeco", CompanyName: "Acme Co."}})
	require.InDelta(t, 0, Bits(&company, &company), 1)
}

func TestAnAddressNamesOneOfTwo(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want Outcome
	}{
		{"Paul / Reed; p paul.reed@gmail.com", "Nina / Reed; p paul.reed@gmail.com", Different},
		{"Robert / Reed; p bob.reed@gmail.com", "Nina / Reed; p bob.reed@gmail.com", Different},
		{"Paul / Reed; p paul-nina@gmail.com", "Nina / Reed; p paul-nina@gmail.com", Equal},
		{"Paul / Reed; p thereeds@gmail.com", "Nina / Reed; p thereeds@gmail.com", Family},
		{"Ida / Frost; p ifrost@gmail.com", "Max / Gold; p ifrost@gmail.com", Different},
		{"John / Marsh; b jmarsh@acme.example", "Jane / Marsh; b jmarsh@acme.example", Initial},
		{"Paul / Marsh; b jmarsh@acme.example", "Jane / Marsh; b jmarsh@acme.example", Different},
		{"John / Baker; b john@acme.example", "John / Adams; b john@acme.example", Given},
		{"Ann / Lee; b ann.lee@acme.example", "Ann / Cole; b ann.lee@acme.example", Surname},
		{"Ann / Lee; b ann.lee@acme.example", "Ann / Lee; b ann.lee@acme.example", Missing},
		{"Ed / Lee; b info7@acme.example", "Ann / Cole; b info7@acme.example", Missing},
	} {
		a, b := Of(readContact(t, c.a)), Of(readContact(t, c.b))
		require.Equal(t, c.want.String(), Compare(a, b).Outcome(Addressee).String(), "%v", c)
		require.Equal(t, c.want.String(), Compare(b, a).Outcome(Addressee).String(), "%v", c)
	}
}

func TestASlugNamesOneOfTwo(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want Outcome
	}{
		{"Paul / Reed; l paul-reed-1a2b", "Nina / Reed; l paul-reed-1a2b", Different},
		{"Paul / Reed; l preed", "Nina / Reed; l preed", Missing},
		{"Ann / Lee; l ann-lee", "Ann / Cole; l ann-lee", Missing},
		{"Ann / Lee; l ann-lee; d acme.example", "Ann / Cole; l ann-lee; d globex.example", Surname},
		{"Anna / Lee; l anna7", "Anna / Cole; l anna7", Given},
		{"Anna / Lee; l annal", "Anna / Cole; l annal", Initial},
		{"Anna / Lee; l al-119", "Anne / Long; l al-119", Given},
		{"Anna / Lee; l kitten", "Anna / Cole; l kitten", Missing},
		{"Anna / Lee; l anna7", "Anna / Lee; l anna7", Missing},
		{"Anna / Lee; l anna7", "Anna / Cole; l anna8", Missing},
	} {
		a, b := Of(readContact(t, c.a)), Of(readContact(t, c.b))
		require.Equal(t, c.want.String(), Compare(a, b).Outcome(Profile).String(), "%v", c)
		require.Equal(t, c.want.String(), Compare(b, a).Outcome(Profile).String(), "%v", c)
	}
	a, b := Of(readContact(t, "Ann / Lee; l ann-lee")), Of(readContact(t, "Ann / Cole; l ann-lee"))
	require.Positive(t, Bits(&a, &b), "as after a marriage")
}

func TestAnAddressOfTheFullNameIsOfWhoBeginsAlike(t *testing.T) {
	for _, c := range []struct {
		a, b string
		one  bool
	}{
		{"Zdrobek / Ruta; p zdrobimirruta@gmail.com", "Zdrobimir / Ruta; p zdrobimirruta@gmail.com", true},
		{"Zdrowik / Ruta; p zdrobimirruta@gmail.com", "Zdrobimir / Ruta; p zdrobimirruta@gmail.com", true},
		{"Jane / Ruta; p janet.ruta@gmail.com", "Janet / Ruta; p janet.ruta@gmail.com", false},
		{"Ivar / Ruta; p zdrobimirruta@gmail.com", "Zdrobimir / Ruta; p zdrobimirruta@gmail.com", false},
	} {
		a, b := Of(readContact(t, c.a)), Of(readContact(t, c.b))
		require.Equal(t, c.one, Bits(&a, &b) > 0, "%s: %s", c.a, Compare(a, b).Sentence(""))
		require.Equal(t, Bits(&a, &b), Bits(&b, &a))
	}
}

func TestColleaguesOfOneFirstNameHaveOwnAddresses(t *testing.T) {
	a := Of(readContact(t, "Jane / Webb; b jane@acme.example; b webb@acme.example; d acme.example"))
	b := Of(readContact(t, "Jane / Holt; b jane@acme.example; b holt@acme.example; d acme.example"))
	v := Compare(a, b)
	require.Equal(t, Own, v.Outcome(Addressee))
	require.Negative(t, v.Bits)
	require.Equal(t, Colleagues, v.Against)
}

func TestAddressesBesideThatInCommonAreCompared(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want Outcome
	}{
		{"/; b a@acme.example; p a@gmail.com", "/; b a@acme.example; p a@gmail.com", Equal},
		{"/; b a@acme.example; p a@gmail.com", "/; b a@acme.example; p b@gmail.com", Different},
		{"/; b a@acme.example; p a@gmail.com", "/; b b@acme.example; p a@gmail.com", Different},
		{"/; b a@acme.example; p a@gmail.com", "/; b b@acme.example; p b@gmail.com", Missing},
		{"/; b a@acme.example; p a@gmail.com", "/; b a@acme.example", Missing},
	} {
		a, b := Of(readContact(t, c.a)), Of(readContact(t, c.b))
		require.Equal(t, c.want.String(), Compare(a, b).Outcome(Beside).String(), "%v", c)
		require.Equal(t, c.want.String(), Compare(b, a).Outcome(Beside).String(), "%v", c)
	}
}

func TestFatherAndSonAreNamesakes(t *testing.T) {
	old := Of(readContact(t, "Carl / Hobbs; p carlhobbs@gmail.com; a 55-64"))
	young := Of(readContact(t, "Carl / Hobbs; p carlhobbs@gmail.com; a 25-34"))
	v := Compare(old, young)
	require.Negative(t, v.Bits)
	require.Equal(t, Namesakes, v.Against)
	apart := Of(readContact(t, "Carl / Hobbs"))
	require.Positive(t, Bits(&apart, &apart), "where nothing joins two of one name they may as well be one")
}
