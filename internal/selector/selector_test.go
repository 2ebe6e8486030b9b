package selector_test

import (
	"strings"
	"testing"

	"contactsync/internal/selector"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

func TestPeopleAreNamedInSixWays(t *testing.T) {
	requests, err := selector.ParsePeople([]selector.Name{
		{Place: "argument 1", Text: " Ann.Lee@Acme.example "}, {Place: "argument 2", Text: "https://www.linkedin.com/in/Ann-Lee"},
		{Place: "argument 3", Text: "c_0123456789abcdef0123"}, {Place: "line 7", Text: "toofr:1042"},
		{Place: "line 8", Text: strings.Repeat("0A", 20)}, {Place: "line 9", Text: "https://x.com/ann_lee"},
	})
	require.NoError(t, err)
	var selectors []string
	for _, r := range requests {
		selectors = append(selectors, r.Selector)
	}
	require.Equal(t, []string{schema.ByEmail, schema.ByLinkedIn, schema.ByContact, schema.ByRecord, schema.ByHash, schema.ByProfile}, selectors)
	require.Len(t, requests[0].Keys, 12, "an address by every hash, also of three other spellings")
	require.Equal(t, []schema.Identifier{{Kind: "source:toofr", Value: "1042"}}, requests[3].Keys)
}

func TestWhatNamesNobodyIsReportedByPlaceAndNotRepeated(t *testing.T) {
	_, err := selector.ParsePeople([]selector.Name{{Place: "argument 1", Text: "Ann Lee"}, {Place: "line 3", Text: "info@acme.example"}, {Place: "line 4", Text: "ann@acme.example"}})
	require.EqualError(t, err, "argument 1: neither an e-mail address or a hash of one, nor a link to a profile, a contact id (c_...) or a record (source:id)\n"+
		"line 3: a role address, or one that is masked or a placeholder, which names nobody in person: "+
		"name the person otherwise, or keep the address out, and all who carry it, with `sync suppress`")
}
