package evidence

import (
	"fmt"
	"reflect"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"contactsync/internal/normal"
	"contactsync/schema"
)

// numbers are the numbers of identifiers, an address and its hashes having one.
type numbers map[string]int32

func (n numbers) of(kind schema.Kind, value string) int32 {
	key := string(kind) + ":" + value
	if _, ok := n[key]; !ok {
		n[key] = int32(len(n))
	}
	return n[key]
}

// learn gives the hashes of an address its number.
func (n numbers) learn(address string) int32 {
	number := n.of("email", address)
	n[string(schema.EmailSHA256)+":"+normal.SHA256(address)] = number
	n[string(schema.EmailMD5)+":"+normal.MD5(address)] = number
	return number
}

// identifiers are those of a contact and one beside it, by number.
func (n numbers) identifiers(c *schema.SourceContact, beside schema.Identifier) (ids []Identifier) {
	for _, address := range c.Emails {
		ids = append(ids, Identifier{schema.EmailSHA256, n.learn(address), MailboxOf(c, address), address})
	}
	if c.LinkedInURL != "" {
		ids = append(ids, Identifier{Kind: schema.LinkedIn, Number: n.of(schema.LinkedIn, slugOf(c)), Text: slugOf(c)})
	}
	if c.TwitterHandle != "" {
		ids = append(ids, Identifier{Kind: schema.TwitterHandle, Number: n.of(schema.TwitterHandle, c.TwitterHandle), Text: c.TwitterHandle})
	}
	return append(ids, Identifier{Kind: beside.Kind, Number: n.of(beside.Kind, beside.Value), Text: handleOf(beside)})
}

func TestAReaderMakesTheTraitsOfOf(t *testing.T) {
	r := NewReader()
	besides := []schema.Identifier{
		{Kind: schema.SSID, Value: "1"}, {Kind: schema.SSID, Value: "2"}, {Kind: schema.TwitterID, Value: "1"},
		{Kind: schema.Phone, Value: "+15555550100"},
		{Kind: schema.EmailMD5, Value: normal.MD5("a@gmail.com")}, {Kind: schema.EmailSHA256, Value: normal.SHA256("c@acme.example")},
		{Kind: schema.LinkedIn, Value: "b"}, {Kind: schema.TwitterHandle, Value: "b"},
	}
	rapid.Check(t, func(t *rapid.T) {
		n := numbers{}
		var own, numbered [2]Traits
		var contacts [2]schema.SourceContact
		for i := range contacts {
			contacts[i] = anyContact(t, fmt.Sprint(i))
			for _, address := range contacts[i].Emails {
				n.learn(address)
			}
		}
		for i, c := range contacts {
			beside := rapid.SampledFrom(besides).Draw(t, fmt.Sprint(i, " beside"))
			own[i] = Of(c, append(identifiersOf(c), beside)...)
			numbered[i] = r.Of(&c, n.identifiers(&c, beside))
		}
		want := Compare(own[0], own[1])
		require.Equal(t, want, Compare(numbered[0], numbered[1]))
		require.Equal(t, want.Bits, Bits(&numbered[0], &numbered[1]))
	})
}

// identifiersOf are those that stand in the contact.
func identifiersOf(c schema.SourceContact) (ids []schema.Identifier) {
	for _, address := range c.Emails {
		ids = append(ids, schema.Identifier{Kind: schema.EmailSHA256, Value: normal.SHA256(address)},
			schema.Identifier{Kind: schema.EmailMD5, Value: normal.MD5(address)},
			schema.Identifier{Kind: schema.EmailSHA1, Value: normal.SHA1(address)})
	}
	if c.LinkedInURL != "" {
		ids = append(ids, schema.Identifier{Kind: schema.LinkedIn, Value: slugOf(&c)})
	}
	if c.TwitterHandle != "" {
		ids = append(ids, schema.Identifier{Kind: schema.TwitterHandle, Value: c.TwitterHandle})
	}
	return ids
}

func TestAReaderKeepsNoTextOfItsCallers(t *testing.T) {
	text := []byte("Quentin")
	c := schema.SourceContact{Profile: schema.Profile{FirstName: unsafe.String(&text[0], len(text)), LastName: "Vance"}}
	r := NewReader()
	before := r.Of(&c, nil)
	copy(text, "Barbara")
	after := r.Of(&c, nil)
	require.Equal(t, "quentin", before.first.whole)
	require.Equal(t, "barbara", after.first.whole)
}

func TestAReaderNeedsTheColumnsThatItNames(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		full := anyContact(t, "contact")
		c := full
		for _, column := range schema.Without(schema.SourceContactColumns, Columns...) {
			reflect.ValueOf(column.Field(&c)).Elem().SetZero()
		}
		ids := numbers{}.identifiers(&full, schema.Identifier{Kind: schema.SSID, Value: "1"})
		require.Equal(t, NewReader().Of(&full, ids), NewReader().Of(&c, ids))
	})
	require.Len(t, schema.Without(schema.SourceContactColumns, Columns...), len(schema.SourceContactColumns)-len(Columns))
}

func TestAReaderFindsTheTextOfWhatRemains(t *testing.T) {
	c := readContact(t, "Paul / Reed; b paul@acme.example; p paul.reed@gmail.com; l paul-reed")
	c.Emails = append(c.Emails, "thereeds@gmail.com")
	work := Identifier{Kind: schema.EmailSHA256, Number: 1, Mailbox: Work}
	home := Identifier{Kind: schema.EmailSHA256, Number: 2, Mailbox: Home}
	further, slug := Identifier{Kind: schema.EmailSHA256, Number: 3}, Identifier{Kind: schema.LinkedIn, Number: 4}
	told, textOnly := further, slug
	told.Text, told.Mailbox, textOnly.Text = "thereeds@gmail.com", Home, "paul-reed"
	r := NewReader()
	require.Equal(t, r.Of(&c, []Identifier{work, home, told, textOnly}), r.Of(&c, []Identifier{work, home, further, slug}))
	another := Identifier{Kind: schema.EmailSHA256, Number: 5}
	unknown := r.Of(&c, []Identifier{further, another})
	require.Equal(t, addressed(0), unknown.identifiers[0].names)
	require.Equal(t, sha256Kind, unknown.identifiers[0].of)
}

func TestAMemoryIsBounded(t *testing.T) {
	r := NewReader()
	for i := range mostRemembered + 2 {
		r.Of(&schema.SourceContact{Profile: schema.Profile{LastName: fmt.Sprint("Vance", i)}}, nil)
	}
	require.Len(t, r.family, 2)
	r.Of(&schema.SourceContact{Profile: schema.Profile{LastName: fmt.Sprintf("%0*d", longestRemembered+1, 1)}}, nil)
	require.Len(t, r.family, 2)
}

func TestARecordIsNamedByBothNames(t *testing.T) {
	for _, c := range []struct {
		first, last, full string
		want              bool
	}{
		{"Ann", "Lee", "", true},
		{"A.", "Lee", "", false},
		{"Ann", "", "", false},
		{"", "Lee", "Ann Lee", false},
		{"", "", "Ann Lee", true},
		{"", "", "Lee", false},
		{"", "", "", false},
		{"Bo", "L", "", true},
		{"李", "王", "", true},
	} {
		traits := Of(schema.SourceContact{Profile: schema.Profile{FirstName: c.first, LastName: c.last, FullName: c.full}})
		require.Equal(t, c.want, traits.Named(), "%v", c)
	}
}

func TestASuffixIsFoundWithoutFolding(t *testing.T) {
	text := rapid.StringOf(rapid.SampledFrom([]rune("jJrRsnNiIvV234dth ,.-'’éⅢ")))
	rapid.Check(t, func(t *rapid.T) {
		s := text.Draw(t, "name")
		if _, suffix := cutSuffix(foldWords(s), 0); suffix != 0 {
			require.True(t, mayEndInSuffix(s), "%q", s)
		}
	})
	for _, plain := range []string{"", "Carl Hobbs", "Ann Li", "Ivo", "Max B."} {
		require.False(t, mayEndInSuffix(plain), "%q", plain)
	}
}

func BenchmarkReader(b *testing.B) {
	r := NewReader()
	c := readContact(b, "Robert / Hayes-Moore; b bob@acme.example; p bob@gmail.com; d acme.example; l bob-hayes; a 35-44; z 02108")
	c.FullName, c.City, c.Region, c.Country, c.CompanyName, c.CompanyKey = "Robert Hayes-Moore", "Boston", "MA", "US", "Acme Co", "acme"
	ids := []Identifier{{schema.EmailSHA256, 1, Work, ""}, {schema.EmailSHA256, 2, Home, ""}, {Kind: schema.LinkedIn, Number: 3}}
	b.ReportAllocs()
	for b.Loop() {
		r.Of(&c, ids)
	}
}

func BenchmarkBits(b *testing.B) {
	pairs := readPairs(b)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		p := &pairs[i%len(pairs)]
		Bits(&p.a, &p.b)
	}
}
