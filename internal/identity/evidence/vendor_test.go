package evidence_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"contactsync/internal/identity/evidence"
	"contactsync/schema"
	"contactsync/transform"
)

// TestPayloadsOfVendorsAreWeighed goes from what vendors serve to the verdict: of two
// people of one identifier, and of one person who is written in two ways.
func TestPayloadsOfVendorsAreWeighed(t *testing.T) {
	const (
		frost = `{"UUID": "1", "FIRST_NAME": "Ida", "LAST_NAME": "Frost", "BUSINESS_EMAIL": "ida@acme.example", "LINKEDIN_URL": "linkedin.com/in/max-gold"}`
		gold  = `{"UUID": "2", "FIRST_NAME": "Max", "LAST_NAME": "Gold", "PERSONAL_EMAILS": "max.gold@gmail.com", "LINKEDIN_URL": "linkedin.com/in/max-gold"}`
		baker = `{"UUID": "1", "FIRST_NAME": "John", "LAST_NAME": "Baker", "PERSONAL_EMAILS": "jb@gmail.com", "BUSINESS_EMAIL": "john@acme.example",
			"LINKEDIN_URL": "linkedin.com/in/john-baker-2", "AGE_RANGE": "25-34"}`
		adams = `{"id": 1, "first_name": "John", "last_name": "Adams", "profile": {"linkedin_profile": "https://www.linkedin.com/in/john-adams-1"},
			"email": {"email": "john@acme.example"}, "domain": {"domain": "acme.example"}}`
		john = `{"id": 1, "first_name": "John", "last_name": "Marsh", "profile": {"linkedin_profile": "https://www.linkedin.com/in/john-marsh"},
			"email": {"email": "jmarsh@acme.example"}, "domain": {"domain": "acme.example"}}`
		jane = `{"id": 2, "first_name": "Jane", "last_name": "Marsh", "profile": {"linkedin_profile": "https://www.linkedin.com/in/jane-marsh"},
			"email": {"email": "jmarsh@acme.example"}, "domain": {"domain": "acme.example"}}`
		sr   = `{"UUID": "1", "FIRST_NAME": "Carl", "LAST_NAME": "Hobbs Sr", "PERSONAL_EMAILS": "carl.a@gmail.com, carlhobbs@gmail.com", "AGE_RANGE": "65 and older"}`
		jr   = `{"UUID": "2", "FIRST_NAME": "Carl", "LAST_NAME": "Hobbs Jr", "PERSONAL_EMAILS": "carl.b@gmail.com, carlhobbs@gmail.com", "AGE_RANGE": "25-34"}`
		paul = `{"UUID": "1", "FIRST_NAME": "Paul", "LAST_NAME": "Reed", "PERSONAL_EMAILS": "paul.reed@gmail.com, thereeds@gmail.com", "GENDER": "M"}`
		nina = `{"UUID": "2", "FIRST_NAME": "Nina", "LAST_NAME": "Reed", "PERSONAL_EMAILS": "nina.reed@gmail.com, thereeds@gmail.com", "GENDER": "F"}`
		ada  = `{"UUID": "1", "FIRST_NAME": "Ada", "LAST_NAME": "Berg", "BUSINESS_EMAIL": "ada@acme.example", "TWITTER_URL": "twitter.com/acmeco"}`
		ben  = `{"UUID": "2", "FIRST_NAME": "Ben", "LAST_NAME": "Cole", "BUSINESS_EMAIL": "ben@acme.example", "TWITTER_URL": "twitter.com/acmeco"}`
		bob  = `{"UUID": "3", "FIRST_NAME": "BOB", "LAST_NAME": "MULLER", "BUSINESS_EMAIL": "bob@acme.example", "GENDER": "M"}`
		robt = `{"id": 9, "first_name": "Robert", "last_name": "Müller", "email": {"email": "bob@acme.example"}, "domain": {"domain": "acme.example"}}`
	)
	for _, c := range []struct {
		name             string
		a, b             string
		sourceA, sourceB string
		one              bool
	}{
		{"wrong LinkedIn", frost, gold, schema.AudienceLab, schema.AudienceLab, false},
		{"recycled address", baker, adams, schema.AudienceLab, schema.Toofr, false},
		{"guessed address", john, jane, schema.Toofr, schema.Toofr, false},
		{"father and son", sr, jr, schema.AudienceLab, schema.AudienceLab, false},
		{"spouses", paul, nina, schema.AudienceLab, schema.AudienceLab, false},
		{"a company's Twitter", ada, ben, schema.AudienceLab, schema.AudienceLab, false},
		{"one person", bob, robt, schema.AudienceLab, schema.Toofr, true},
	} {
		v := evidence.Compare(traitsOf(t, c.sourceA, c.a), traitsOf(t, c.sourceB, c.b))
		require.Equal(t, c.one, v.Bits > 0, "%s: %s", c.name, v.Sentence(""))
		t.Logf("%s: %s", c.name, v.Sentence(""))
	}
}

func traitsOf(t *testing.T, source, payload string) evidence.Traits {
	rules, err := transform.RulesOf(source)
	require.NoError(t, err)
	document, err := rules.Parse("1", payload)
	require.NoError(t, err)
	n := document.Contact()
	return evidence.Of(schema.SourceContact{Source: source, Profile: n.Profile, Emails: n.Emails, Phones: n.Phones}, n.Identifiers...)
}
