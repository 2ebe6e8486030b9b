package selector_test

import (
	"strings"
	"testing"

	"contactsync/internal/selector"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

func TestPeopleAreNamedInFourWays(t *testing.T) {
	requests, err := selector.ParsePeople([]selector.Name{
		{Place: "argument 1", Text: " Ann.Lee@Acme.example "}, {Place: "argument 2", Text: "https://www.linkedin.com/in/Ann-Lee"},
		{Place: "argument 3", Text: "c_0123456789abcdef0123"}, {Place: "line 7", Text: "toofr:1042"},
	})
	require.NoError(t, err)
	var selectors []string
	for _, r := range requests {
		selectors = append(selectors, r.Selector)
	}
	require.Equal(t, []string{schema.ByEmail, schema.ByLinkedIn, schema.ByContact, schema.ByRecord}, selectors)
	require.Len(t, requests[0].Keys, 12, "an address by every hash, also of three other spellings")
	require.Equal(t, []schema.Identifier{{Kind: "source:toofr", Value: "1042"}}, requests[3].Keys)
}

func TestWhatNamesNobodyIsReportedByPlaceAndNotRepeated(t *testing.T) {
	_, err := selector.ParsePeople([]selector.Name{{Place: "argument 1", Text: "Ann Lee"}, {Place: "line 3", Text: "info@acme.example"}, {Place: "line 4", Text: "ann@acme.example"}})
	require.EqualError(t, err, "argument 1: neither an e-mail address nor a LinkedIn URL, a contact id (c_...) or a record (source:id)\n"+
		"line 3: a role address, or one that is masked or a placeholder, which names nobody in person: "+
		"name the person otherwise, or keep the address out, and all who carry it, with `sync suppress`")
}

func TestListsOfPeopleSkipCommentsAndKeepLineNumbers(t *testing.T) {
	names, err := selector.ReadNames(strings.NewReader("\ufeffann@acme.example\n\n# a comment\r\n  toofr:1  \n"))
	require.NoError(t, err)
	require.Equal(t, []selector.Name{{Place: "line 1", Text: "ann@acme.example"}, {Place: "line 4", Text: "toofr:1"}}, names)
}

func TestOptOutLists(t *testing.T) {
	md5, sha1, sha256 := strings.Repeat("0a", 16), strings.Repeat("0b", 20), strings.Repeat("0c", 32)
	for name, test := range map[string]struct {
		list    string
		entries int
		problem string
	}{
		"plain":        {"ann@acme.example\n" + md5 + "\n" + sha1 + "\n" + strings.ToUpper(sha256) + "\n", 12, ""},
		"comments":     {"# a list\n\nann@acme.example\n", 9, ""},
		"header":       {"id;x,Email\n1,ann@acme.example\n2,\"bob@acme.example\"\n", 18, ""},
		"two columns":  {"email,hash\nann@acme.example,\n," + md5 + "\nbob@acme.example," + sha1 + "\n", 20, ""},
		"byte order":   {"\ufeffemail\nann@acme.example\n", 9, ""},
		"more columns": {"ann@acme.example,Ann\n", 9, ""},
		"role address": {"info@acme.example\n", 9, ""},
		"empty":        {"", 0, ""},
		"bad lines": {"ann@acme.example\nnonsense\n\nabc123\n", 0,
			"line 2: neither an e-mail address nor a hash of one (32, 40 or 64 hex digits)\nline 4: neither an e-mail address nor a hash of one (32, 40 or 64 hex digits)"},
		"empty row": {"id,email\n1,\n", 0, "line 2: no e-mail address and no hash"},
		"many":      {strings.Repeat("nonsense\n", 25), 0, "\nand 5 more"},
	} {
		t.Run(name, func(t *testing.T) {
			entries, err := selector.ReadOptOut(strings.NewReader(test.list))
			if test.problem != "" {
				require.ErrorContains(t, err, test.problem)
				require.NotContains(t, err.Error(), "nonsense")
				return
			}
			require.NoError(t, err)
			require.Len(t, entries, test.entries)
		})
	}
}

func FuzzReadOptOut(f *testing.F) {
	f.Add("email\nann@acme.example\n")
	f.Add("\"\nx,\"y")
	f.Add("\ufeff#\n,,\n")
	f.Fuzz(func(_ *testing.T, list string) { _, _ = selector.ReadOptOut(strings.NewReader(list)) })
}
