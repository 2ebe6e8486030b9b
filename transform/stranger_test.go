package transform

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"contactsync/internal/normal"
	"contactsync/schema"
)

// TestStrangersDoNotLink has, for each kind of value that once made one person of
// everybody who has it, two people with the same or a like value: they share no
// identifier that links. The last two are one person, so that the test can fail.
func TestStrangersDoNotLink(t *testing.T) {
	type fields map[string]string
	both := func(field, value string) [2]fields { return [2]fields{{field: value}, {field: value}} }
	for name, c := range map[string]struct {
		source string
		rows   [2]fields
		links  bool
	}{
		"a profile within a profile":    {rows: [2]fields{{"LINKEDIN_URL": "https://linkedin.com/in/linkedin.com/in/jane-doe"}, {"LINKEDIN_URL": "https://linkedin.com/in/linkedin.com/in/ann-lee"}}},
		"a link within a profile":       {rows: [2]fields{{"LINKEDIN_URL": "https://www.linkedin.com/in/https://www.linkedin.com/in/jane-doe"}, {"LINKEDIN_URL": "https://www.linkedin.com/in/https://www.linkedin.com/in/ann-lee"}}},
		"who is logged in":              {rows: both("LINKEDIN_URL", "https://www.linkedin.com/in/me/")},
		"a page of a profile":           {rows: both("LINKEDIN_URL", "https://www.linkedin.com/in/edit/topcard")},
		"a profile that is gone":        {rows: both("LINKEDIN_URL", "https://www.linkedin.com/in/unavailable/")},
		"the directory":                 {rows: [2]fields{{"LINKEDIN_URL": "https://www.linkedin.com/pub/dir/Jane/Doe"}, {"LINKEDIN_URL": "https://www.linkedin.com/pub/dir/Ann/Lee"}}},
		"a search":                      {rows: both("LINKEDIN_URL", "https://www.linkedin.com/search/results/people/?keywords=doe")},
		"an employer's page":            {rows: both("LINKEDIN_URL", "https://www.linkedin.com/in/company/acme")},
		"an employer's website":         {rows: both("LINKEDIN_URL", "https://www.linkedin.com/in/www.acme.example/")},
		"no profile, as a path":         {rows: both("LINKEDIN_URL", "https://www.linkedin.com/in/n/a")},
		"no profile, as a name":         {rows: both("LINKEDIN_USERNAME", "no")},
		"a masked profile":              {rows: both("LINKEDIN_URL", "https://www.linkedin.com/in/j***")},
		"a profile cut off":             {rows: both("LINKEDIN_URL", "https://www.linkedin.com/in/jane-d...")},
		"a first name of two":           {rows: [2]fields{{"LINKEDIN_URL": "https://www.linkedin.com/in/jane doe"}, {"LINKEDIN_URL": "https://www.linkedin.com/in/jane roe"}}},
		"the example of a form":         {rows: both("LINKEDIN_URL", "https://www.linkedin.com/in/your-name")},
		"a page of Twitter":             {rows: [2]fields{{"TWITTER_URL": "https://twitter.com/compose/tweet"}, {"TWITTER_URL": "https://twitter.com/compose/post"}}},
		"a status of Twitter":           {rows: [2]fields{{"TWITTER_URL": "https://twitter.com/i/web/status/1"}, {"TWITTER_URL": "https://twitter.com/i/web/status/2"}}},
		"a search of Twitter":           {rows: both("TWITTER_URL", "https://twitter.com/search?q=a,janedoe")},
		"Twitter itself":                {rows: both("TWITTER_URL", "https://twitter.com/twitter")},
		"a flag for a handle":           {rows: both("TWITTER_URL", "yes")},
		"a number for a handle":         {rows: both("TWITTER_URL", "0")},
		"no handle, as a path":          {rows: both("TWITTER_URL", "https://twitter.com/n/a")},
		"a site within a site":          {rows: [2]fields{{"TWITTER_URL": "https://twitter.com/https://twitter.com/janedoe"}, {"TWITTER_URL": "https://twitter.com/https://twitter.com/annlee"}}},
		"a number for an id":            {source: schema.StatSocial, rows: both("twitter_id", "1")},
		"the greatest id of all":        {source: schema.StatSocial, rows: both("twitter_id", "9223372036854775807")},
		"a flag for a user":             {source: schema.StatSocial, rows: both("twitter_user", "false")},
		"a masked address":              {rows: both("BUSINESS_EMAIL", "j***@gmail.com")},
		"crosses for an address":        {rows: both("PERSONAL_EMAILS", "xxxx@acme.example")},
		"an address that says no":       {rows: both("PERSONAL_EMAILS", "noemail@noemail.com")},
		"and is numbered":               {rows: both("PERSONAL_EMAILS", "no.email.1@gmail.com")},
		"an address for tests":          {rows: both("EMAIL", "test@test.com")},
		"an address of nothing":         {rows: both("EMAIL", "na@na.com")},
		"the example of an address":     {rows: both("EMAIL", "firstname.lastname@acme.example")},
		"keys struck":                   {rows: both("EMAIL", "asdf@gmail.com")},
		"a desk abroad":                 {rows: both("BUSINESS_EMAIL", "info-uk@acme.example")},
		"one desk of many":              {rows: both("BUSINESS_EMAIL", "sales1@acme.example")},
		"a desk of two words":           {rows: both("BUSINESS_EMAIL", "customer_service@acme.example")},
		"a desk of books":               {rows: both("BUSINESS_EMAIL", "accounts-payable@acme.example")},
		"a desk in another language":    {rows: both("BUSINESS_EMAIL", "kontakt@acme.example")},
		"the hash of a placeholder":     {rows: both("SHA256_PERSONAL_EMAIL", normal.SHA256("test@test.com"))},
		"the MD5 of a placeholder":      {source: schema.StatSocial, rows: both("md5", normal.MD5("noemail@gmail.com"))},
		"a desk, and its hash alone":    {rows: [2]fields{{"BUSINESS_EMAIL": "sales-uk@acme.example"}, {"SHA256_BUSINESS_EMAIL": normal.SHA256("sales-uk@acme.example")}}},
		"a mask, and its hash alone":    {rows: [2]fields{{"BUSINESS_EMAIL": "j***@acme.example"}, {"SHA256_BUSINESS_EMAIL": normal.SHA256("j***@acme.example")}}},
		"one person, spelt in two ways": {rows: [2]fields{{"LINKEDIN_URL": "https:/de.linkedin.com/in/Jane-Doe&trk=x"}, {"LINKEDIN_URL": "in/jane-doe"}}, links: true},
		"one person's address":          {rows: [2]fields{{"EMAIL": "Jane@acme.example"}, {"SHA256_BUSINESS_EMAIL": normal.SHA256("jane@acme.example")}}, links: true},
	} {
		t.Run(name, func(t *testing.T) {
			if c.source == "" {
				c.source = schema.AudienceLab
			}
			require.Equal(t, c.links, linked(t, c.source, c.rows[0], c.rows[1]))
		})
	}
}

// linked reports whether two records share an identifier by which records link: of a
// strong kind, and not a shared address's in either of them.
func linked(t *testing.T, source string, a, b map[string]string) bool {
	t.Helper()
	carriers, shared := map[string]int{}, map[string]bool{}
	for i, row := range []map[string]string{a, b} {
		payload, err := json.Marshal(row)
		require.NoError(t, err)
		n, err := Contact(source, []string{"one", "two"}[i], payload)
		require.NoError(t, err)
		for _, id := range n.Identifiers {
			key := string(id.Kind.SuppressedAs()) + ":" + id.Value
			switch {
			case id.Kind.SuppressedAs() != id.Kind:
				shared[key] = true
			case slices.Contains(schema.StrongKinds, id.Kind):
				carriers[key]++
			}
		}
	}
	for key, n := range carriers {
		if n > 1 && !shared[key] {
			return true
		}
	}
	return false
}
