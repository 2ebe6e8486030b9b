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

func TestFlagOfAPositionIsThatOfAllItsNumbers(t *testing.T) {
	p := new(person)
	p.numbers(mobilePhone, "f", []string{"202-555-0101 / 202-555-0102, 202-555-0103 (cell)"}, []string{"Y, N"}, nil)
	n := p.normal("s", "1")
	require.Equal(t, []string{"+12025550103", "+12025550101", "+12025550102"}, n.Phones)
	require.Empty(t, n.Notes)
}

func TestNationalNumbersAreReadByTheCountryOfTheRecord(t *testing.T) {
	for _, c := range []struct{ source, payload, want, note string }{
		{schema.AudienceLab, `{"MOBILE_PHONE":"9012345678","PERSONAL_COUNTRY":"India"}`, "+919012345678", "MOBILE_PHONE: read as a number of the record's country"},
		{schema.AudienceLab, `{"COMPANY_PHONE":"020 7946 0000","COUNTRY":"GB"}`, "+442079460000", "COMPANY_PHONE: read as a number of the record's country"},
		{schema.Intent, `{"hem":"5d41402abc4b2a76b9719d911017c592","mobilePhones":"9012345678","personalCountry":"IN"}`, "+919012345678", "mobilePhones: read as a number of the record's country"},
		{schema.AudienceLab, `{"COMPANY_PHONE":"020 7946 0000","COMPANY_COUNTRY":"GB"}`, "+442079460000", "COMPANY_PHONE: read as a number of the record's country"},
		{schema.AudienceLab, `{"COMPANY_PHONE":"9012345678","PERSONAL_COUNTRY":"IN","COMPANY_COUNTRY":"USA"}`, "+19012345678", ""},
		{schema.AudienceLab, `{"MOBILE_PHONE":"9012345678","COMPANY_COUNTRY":"IN"}`, "+19012345678", ""},
		{schema.AudienceLab, `{"MOBILE_PHONE":"9012345678"}`, "+19012345678", ""},
		{schema.AudienceLab, `{"MOBILE_PHONE":"9012345678","PERSONAL_STATE":"TN"}`, "+19012345678", ""},
		{schema.AudienceLab, `{"MOBILE_PHONE":"+19012345678","PERSONAL_COUNTRY":"India"}`, "+19012345678", ""},
		{schema.AudienceLab, `{"MOBILE_PHONE":"00442079460000"}`, "+442079460000", "MOBILE_PHONE: dialling prefix read as a plus"},
		{schema.AudienceLab, `{"MOBILE_PHONE":"442079460000"}`, "+442079460000", "MOBILE_PHONE: missing plus repaired"},
		{schema.AudienceLab, `{"MOBILE_PHONE":"6282296386.0"}`, "+16282296386", "MOBILE_PHONE: spreadsheet's decimal repaired"},
		{schema.AudienceLab, `{"MOBILE_PHONE":"+442079460000.0"}`, "+442079460000", "MOBILE_PHONE: spreadsheet's decimal repaired"},
	} {
		n, err := Contact(c.source, "1", []byte(c.payload))
		require.NoError(t, err)
		require.Equal(t, c.want, n.Phone, c.payload)
		var notes []string
		if c.note != "" {
			notes = []string{c.note}
		}
		require.Equal(t, notes, n.Notes, c.payload)
	}
}
