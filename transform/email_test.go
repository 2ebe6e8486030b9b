package transform

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"contactsync/internal/normal"
	"contactsync/schema"
)

func TestEveryAddressOfAMultiValuedFieldIsTaken(t *testing.T) {
	for _, sent := range [][]string{
		{"a@example.com, b@example.com"},
		{"a@example.com;b@example.com"},
		{"a@example.com | b@example.com"},
		{"a@example.com b@example.com"},
		{"a@example.com", "b@example.com"},
		{"A <a@example.com>, B <b@example.com>"},
		{`"Doe, A" <a@example.com>, "Roe, B" <b@example.com>`},
		{"a@example.com,, b@example.com, a@example.com,"},
	} {
		p := new(person)
		p.emails("field", sent, nil, nil)
		n := p.normal("s", "1")
		require.Equal(t, []string{"a@example.com", "b@example.com"}, n.Emails, sent)
		require.Empty(t, n.Notes, sent)
	}
}

func TestInvalidAddressIsNotedByFieldAndNeverByValue(t *testing.T) {
	p := new(person)
	p.emails("BUSINESS_EMAIL", []string{"secret-person, ok@example.com, nan"}, nil, nil)
	n := p.normal("s", "1")
	require.Equal(t, []string{"ok@example.com"}, n.Emails)
	require.Equal(t, []string{"BUSINESS_EMAIL: invalid address dropped"}, n.Notes)
}

func TestRoleAddressIsKeptButLinksNobody(t *testing.T) {
	p := new(person)
	role := "info@acme.example"
	p.emails("email", []string{"Info@acme.example", "sales+us@acme.example"}, nil, nil)
	p.hashed("hashes", []string{normal.SHA256(role), normal.MD5(role), normal.SHA1(role)})
	n := p.normal("s", "1")
	require.Equal(t, []string{role, "sales+us@acme.example"}, n.Emails)
	require.Equal(t, role, n.Email, "where there is no other")
	require.Len(t, hashesOf(n), 6, "three of each")
	for _, id := range n.Identifiers {
		require.NotContains(t, schema.StrongKinds, id.Kind)
	}
}

func TestRoleAddressGivesWayToAnyPersons(t *testing.T) {
	p := new(person)
	p.emails("email", []string{"info@acme.example, jane@gmail.com"}, nil, nil)
	n := p.normal("s", "1")
	require.Equal(t, "jane@gmail.com", n.Email)
	require.Equal(t, "info@acme.example", n.BusinessEmail)
	require.Equal(t, "acme.example", n.CompanyDomain)
}

func TestMaskedAndPlaceholderAddressesAreKeptButLinkNobody(t *testing.T) {
	for _, sent := range []string{"j***@gmail.com", "noemail@noemail.com", "na@na.com", "none@none.com", "xxxx@acme.example", "no-email+7@acme.example", "test@test.com"} {
		p := new(person)
		p.emails("BUSINESS_EMAIL", []string{sent}, nil, nil)
		p.hashed("HEM", []string{normal.SHA256(sent), normal.MD5(sent), normal.SHA1(sent)})
		n := p.normal("s", "1")
		require.Equal(t, []string{sent}, n.Emails)
		require.Equal(t, sent, n.Email, "where there is no other")
		require.Empty(t, n.BusinessEmail+n.PersonalEmail+n.CompanyDomain, sent)
		require.Contains(t, n.Notes, "BUSINESS_EMAIL: masked or placeholder address, links nobody")
		require.Len(t, hashesOf(n), 3)
		for _, id := range n.Identifiers {
			require.NotContains(t, schema.StrongKinds, id.Kind, sent)
		}
	}
}

func TestAddressesRankByWhoseTheyAre(t *testing.T) {
	p := new(person)
	p.emails("f", []string{"j***@acme.example, jane@mailinator.com, info@acme.example, jane@gmail.com, jane.doe@acme.example"}, nil, nil)
	p.emails("f", []string{"jane.old@acme.example"}, []string{"Invalid"}, nil)
	n := p.normal("s", "1")
	require.Equal(t, []string{
		"jane.doe@acme.example", "jane@gmail.com", "info@acme.example", "jane@mailinator.com", "j***@acme.example", "jane.old@acme.example",
	}, n.Emails)
}

func TestBestAddressIsBusinessThenPersonalVerifiedFirst(t *testing.T) {
	yes, no := true, false
	p := new(person)
	add := func(address string, verified *bool) {
		p.emails("f", []string{address}, nil, verified)
	}
	add("refuted@acme.example", &no)
	add("first@gmail.com", &yes)
	add("untried@acme.example", nil)
	add("verified@acme.example", &yes)
	n := p.normal("s", "1")
	require.Equal(t, []string{"verified@acme.example", "untried@acme.example", "first@gmail.com", "refuted@acme.example"}, n.Emails)
	require.Equal(t, "verified@acme.example", n.Email)
	require.Equal(t, "first@gmail.com", n.PersonalEmail)
	require.True(t, *n.EmailVerified)
	require.Equal(t, normal.SHA256("verified@acme.example"), n.EmailSHA256)
	require.Equal(t, normal.MD5("verified@acme.example"), n.EmailMD5)
}

func TestVendorsHashKindIsToldByItsLength(t *testing.T) {
	for sent, kind := range map[string]schema.Kind{
		normal.SHA256("a@example.com"):                     schema.EmailSHA256,
		strings.ToUpper(normal.SHA1("a@example.com")):      schema.EmailSHA1,
		" " + strings.ToUpper(normal.MD5("a@example.com")): schema.EmailMD5,
	} {
		h, ok := normal.Hash(sent)
		require.True(t, ok)
		require.Equal(t, kind, h.Kind)
		require.Equal(t, strings.ToLower(strings.TrimSpace(sent)), h.Value)
	}
	for _, sent := range []string{"", "abc", strings.Repeat("g", 64), strings.Repeat("0", 64), strings.Repeat("f", 32),
		normal.SHA256(""), normal.MD5(""), normal.SHA1("null"), normal.MD5("NULL"), normal.SHA256("None"), normal.SHA256("a@example.com") + "0"} {
		_, ok := normal.Hash(sent)
		require.False(t, ok, sent)
	}
}

func TestVendorsHashStandsInWhereThereIsNoAddress(t *testing.T) {
	p := new(person)
	p.hashed("h", []string{normal.SHA256("a@example.com") + ", " + normal.MD5("b@example.com"), normal.SHA256("c@example.com")})
	n := p.normal("s", "1")
	require.Equal(t, normal.SHA256("a@example.com"), n.EmailSHA256)
	require.Equal(t, normal.MD5("b@example.com"), n.EmailMD5)
	require.Len(t, n.Identifiers, 3)

	p.emails("e", []string{"d@example.com"}, nil, nil)
	n = p.normal("s", "1")
	require.Equal(t, normal.SHA256("d@example.com"), n.EmailSHA256)
	require.Equal(t, normal.MD5("d@example.com"), n.EmailMD5)
	require.Len(t, hashesOf(n), 5, "the hashes still link")
}

// hashesOf are the identifiers without spellings.
func hashesOf(n schema.Normal) (ids []schema.Identifier) {
	for _, id := range n.Identifiers {
		if id.Kind != schema.Spelling {
			ids = append(ids, id)
		}
	}
	return ids
}

func TestAnAddressBringsItsMailboxAndItsSpellings(t *testing.T) {
	p := new(person)
	p.emails("EMAIL", []string{"Ann.ivers+News@gmail.com"}, nil, nil)
	p.emails("OTHER", []string{" eva@acme.example ", "EVA@acme.example, Eva Jost <eva@acme.example>"}, nil, nil)
	p.emails("BLANK", []string{" eva@acme.example"}, nil, nil)
	n := p.normal("s", "1")
	const own, mailbox, eva = "ann.ivers+news@gmail.com", "annivers@gmail.com", "eva@acme.example"
	require.Equal(t, []string{eva, own}, n.Emails, "as it is")
	require.Equal(t, normal.SHA256(eva), n.EmailSHA256)
	id := func(kind schema.Kind, value, of string) schema.Identifier {
		return schema.Identifier{Source: "s", SourceID: "1", Kind: kind, Value: value, Address: of}
	}
	gmail, acme := normal.SHA256(mailbox), normal.SHA256(eva)
	require.ElementsMatch(t, []schema.Identifier{
		id(schema.EmailSHA256, gmail, ""), id(schema.EmailSHA256, normal.SHA256(own), gmail),
		id(schema.EmailMD5, normal.MD5(mailbox), gmail), id(schema.EmailMD5, normal.MD5(own), gmail),
		id(schema.Spelling, "Ann.ivers+News@gmail.com", gmail), id(schema.Spelling, "Ann.Ivers+News@gmail.com", gmail), id(schema.Spelling, "ANN.IVERS+NEWS@GMAIL.COM", gmail),
		id(schema.EmailSHA256, acme, ""), id(schema.EmailMD5, normal.MD5(eva), acme),
		id(schema.Spelling, "Eva@acme.example", acme), id(schema.Spelling, "EVA@ACME.EXAMPLE", acme),
		id(schema.Spelling, "EVA@acme.example", acme), id(schema.Spelling, " eva@acme.example", acme),
	}, n.Identifiers)
}

func TestAMailboxOfARoleLinksNobody(t *testing.T) {
	p := new(person)
	p.emails("EMAIL", []string{"cont.act+x@gmail.com"}, nil, nil)
	p.hashed("HASH", []string{normal.SHA1("contact@gmail.com"), normal.SHA256("cont.act+x@gmail.com")})
	n := p.normal("s", "1")
	require.Len(t, hashesOf(n), 6)
	for _, id := range n.Identifiers {
		require.NotContains(t, schema.StrongKinds, id.Kind)
	}
}

// TestTenThousandsOfAddressesOfOnePerson as where the rows of one id become one record:
// each is once, whatever its number, and so is each hash that an address made.
func TestTenThousandsOfAddressesOfOnePerson(t *testing.T) {
	const n = 50_000
	p := new(person)
	var emails, hashes, numbers []string
	for i := range n {
		email := fmt.Sprintf("jo%d@acme.com", i)
		emails = append(emails, email, email)
		hashes = append(hashes, normal.MD5(email), normal.SHA1(email), normal.MD5(fmt.Sprint(i)))
		numbers = append(numbers, fmt.Sprintf("+1212555%04d", i%10_000))
	}
	p.emails("EMAIL", emails, nil, nil)
	p.hashed("MD5", hashes)
	p.numbers(mobilePhone, "PHONE", numbers, nil, nil)
	got := p.normal(schema.StatSocial, "1")
	require.Len(t, got.Emails, n)
	kinds := map[schema.Kind]int{}
	for _, id := range got.Identifiers {
		kinds[id.Kind]++
	}
	require.Equal(t, n, kinds[schema.EmailSHA256])
	require.Equal(t, 2*n, kinds[schema.EmailMD5])
	require.Equal(t, n, kinds[schema.EmailSHA1])
}
