package place

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"contactsync/internal/lists"
)

// TestEveryStateInEveryForm writes every state and province by ISO 3166-2 and in the
// ways in which forms and spreadsheets join it with its name, its country and a city.
func TestEveryStateInEveryForm(t *testing.T) {
	right, total := 0, 0
	for _, list := range []struct{ text, short, long, name string }{
		{stateList, "US", "USA", "United States"},
		{provinceList, "CA", "CAN", "Canada"},
	} {
		for _, term := range lists.Table(list.text) {
			code, name := term.Value, term.Phrases[0]
			want := Place{Region: code, Country: list.short}
			if isAssociated(code) {
				want.Country = code
			}
			for _, sent := range []string{
				list.short + "-" + code, list.long + "-" + code, list.short + "_" + code, strings.ToLower(list.short + "." + code),
				list.short + " " + code, code + ", " + list.short, code + ", " + list.long, code + ", " + list.name,
				name + ", " + list.name, name + ", " + list.long, name + ", " + code, name + " (" + code + ")", name + "/" + code,
				code + " - " + name, code + " (" + name + ")", "State of " + name, strings.ToUpper(name),
			} {
				total++
				if got, _ := Normal("", sent, "", ""); got == want {
					right++
				} else {
					t.Errorf("%q is %v", sent, got)
				}
			}
			if got, _ := Normal("", "Somewhere, "+code, "", ""); !isAssociated(code) {
				require.Equal(t, Place{City: "Somewhere", Region: code, Country: list.short}, got)
			}
		}
	}
	t.Logf("%d of %d spellings of states and provinces", right, total)
}

func TestEveryStateIsInTheList(t *testing.T) {
	codes := map[string]string{}
	for name, s := range states() {
		codes[s.code] = s.home
		require.True(t, name == fold(name) || name == s.code, name)
	}
	homes := map[string]int{}
	for _, home := range codes {
		homes[home]++
	}
	want := map[string]int{"US": 50 + 1 + 5 + 1 + 3, "CA": 13, "FM": 1, "MH": 1, "PW": 1}
	require.Equal(t, want, homes, "states, DC, territories, UM, mail to soldiers")
}

func TestRegionsAsPeopleWriteThem(t *testing.T) {
	for _, c := range examples(t, "regions.txt", 5) {
		got, _ := Normal("", c[0], "", c[1])
		require.Equal(t, Place{City: c[2], Region: c[3], Country: c[4]}, got, "%q", c)
		again, _ := Normal(got.City, got.Region, got.PostalCode, got.Country)
		require.Equal(t, got, again, "again")
	}
}

// TestTerritoriesAreFiledInOneWay holds for every field that may name one.
func TestTerritoriesAreFiledInOneWay(t *testing.T) {
	for code, name := range map[string]string{
		"AS": "American Samoa", "GU": "Guam", "MP": "Northern Mariana Islands", "PR": "Puerto Rico", "VI": "U.S. Virgin Islands",
		"UM": "US Minor Outlying Islands",
		"FM": "Federated States of Micronesia", "MH": "Marshall Islands", "PW": "Palau",
	} {
		want := Place{Region: code, Country: "US"}
		if isAssociated(code) {
			want.Country = code
		}
		for _, sent := range []Place{
			{Region: name}, {Region: "US-" + code}, {Region: code, Country: "US"}, {Region: name, Country: "USA"}, {Country: code}, {Country: name},
			{Region: code, Country: code}, {Region: name, Country: name}, {Region: name + ", USA"},
		} {
			got, _ := Normal(sent.City, sent.Region, sent.PostalCode, sent.Country)
			require.Equal(t, want, got, sent)
		}
	}
	for _, c := range []struct{ sent, want Place }{
		{Place{"", "San Juan, Puerto Rico", "00901", "PR"}, Place{"San Juan", "PR", "00901", "US"}},
		{Place{"", "San Juan", "901", "Puerto Rico"}, Place{"San Juan", "PR", "00901", "US"}},
		{Place{"Carolina", "San Juan", "00979", "PR"}, Place{"Carolina", "PR", "00979", "US"}},
		{Place{"Majuro", "Majuro", "96960", "MH"}, Place{"Majuro", "Majuro", "96960", "MH"}},
		{Place{"Majuro", "MH", "96960", ""}, Place{"Majuro", "MH", "96960", "MH"}},
		{Place{"", "MH", "", ""}, Place{"", "MH", "", ""}}, // may be Maharashtra
		{Place{"Miami", "FL", "33101", "PR"}, Place{"Miami", "FL", "33101", "US"}},
	} {
		got, _ := Normal(c.sent.City, c.sent.Region, c.sent.PostalCode, c.sent.Country)
		require.Equal(t, c.want, got, c.sent)
		again, _ := Normal(got.City, got.Region, got.PostalCode, got.Country)
		require.Equal(t, got, again, "again")
	}
}
