package transform

import (
	"testing"

	"github.com/stretchr/testify/require"

	"contactsync/schema"
)

func TestDNCFlagStaysWithItsOwnNumber(t *testing.T) {
	p := new(person)
	p.numbers(mobilePhone, "MOBILE_PHONE", []string{"+12025550101, broken, +12025550103, +12025550104"}, []string{"Y, N, N"}, nil)
	n := p.normal("s", "1")
	require.Equal(t, []string{"+12025550103", "+12025550104", "+12025550101"}, n.Phones)
	require.Equal(t, "+12025550103", n.Phone)
	require.False(t, *n.PhoneDNC)
	require.Equal(t, []string{"MOBILE_PHONE: invalid number dropped"}, n.Notes)
}

func TestDNCFlagIsUnknownWhereNoVendorSays(t *testing.T) {
	p := new(person)
	p.numbers(mobilePhone, "phones", []string{"+12025550101"}, nil, nil)
	require.Nil(t, p.normal("s", "1").PhoneDNC)
}

func TestFlagsAndNumbersMayBeLists(t *testing.T) {
	p := new(person)
	p.numbers(directPhone, "f", []string{"+12025550101", "+12025550102"}, []string{"true", "false"}, nil)
	n := p.normal("s", "1")
	require.Equal(t, []string{"+12025550102", "+12025550101"}, n.Phones)
}

func TestBestNumberIsCallableThenMobileDirectPersonalCompany(t *testing.T) {
	yes := true
	p := new(person)
	p.numbers(companyPhone, "f", []string{"+12025550104"}, nil, nil)
	p.numbers(personalPhone, "f", []string{"+12025550103"}, nil, nil)
	p.numbers(directPhone, "f", []string{"+12025550102"}, nil, nil)
	p.numbers(mobilePhone, "f", []string{"+12025550101"}, nil, nil)
	p.numbers(mobilePhone, "f", []string{"+12025550100"}, nil, &yes)
	require.Equal(t, []string{"+12025550101", "+12025550102", "+12025550103", "+12025550104", "+12025550100"}, p.normal("s", "1").Phones)
}

func TestSameNumberInTwoFieldsKeepsItsBestKindAndItsDNC(t *testing.T) {
	p := new(person)
	p.numbers(personalPhone, "f", []string{"2025550101"}, []string{"Y"}, nil)
	p.numbers(mobilePhone, "f", []string{"+12025550101"}, []string{"N"}, nil)
	n := p.normal("s", "1")
	require.Equal(t, []string{"+12025550101"}, n.Phones)
	require.True(t, *n.PhoneDNC)
	require.Equal(t, mobilePhone, p.phones[0].kind)
}

func TestSwitchboardIdentifiesNobody(t *testing.T) {
	p := new(person)
	p.numbers(companyPhone, "f", []string{"+12025550104"}, nil, nil)
	p.numbers(directPhone, "f", []string{"+12025550102"}, nil, nil)
	n := p.normal("s", "1")
	require.Equal(t, []schema.Identifier{{Source: "s", SourceID: "1", Kind: schema.Phone, Value: "+12025550102"}}, n.Identifiers)
}
