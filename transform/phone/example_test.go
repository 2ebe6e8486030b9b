package phone

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/nyaruka/phonenumbers"
	"github.com/stretchr/testify/require"
)

// exampleTypes are the types of numbers of which libphonenumber has examples.
var exampleTypes = []phonenumbers.PhoneNumberType{
	phonenumbers.FIXED_LINE, phonenumbers.MOBILE, phonenumbers.TOLL_FREE, phonenumbers.PREMIUM_RATE, phonenumbers.SHARED_COST,
	phonenumbers.VOIP, phonenumbers.PERSONAL_NUMBER, phonenumbers.PAGER, phonenumbers.UAN, phonenumbers.VOICEMAIL,
}

// spelling is a way to write a number, and the least share of the examples that must
// come out right when they are written so.
type spelling struct {
	name  string
	floor float64
	wrong int // how many may come out as another number
	write func(n *phonenumbers.PhoneNumber, region string) (s, country string)
}

func as(format phonenumbers.PhoneNumberFormat, before string) func(*phonenumbers.PhoneNumber, string) (string, string) {
	return func(n *phonenumbers.PhoneNumber, _ string) (string, string) {
		return before + strings.TrimPrefix(phonenumbers.Format(n, format), "+"), ""
	}
}

var spellings = []spelling{
	{"E.164", 0.998, 0, as(phonenumbers.E164, "+")},
	{"international", 0.998, 0, as(phonenumbers.INTERNATIONAL, "+")},
	{"RFC 3966", 0.998, 0, func(n *phonenumbers.PhoneNumber, _ string) (string, string) {
		return phonenumbers.Format(n, phonenumbers.RFC3966), ""
	}},
	{"00 and digits", 0.999, 0, as(phonenumbers.E164, "00")},
	{"011 and digits", 0.999, 0, as(phonenumbers.E164, "011")},
	{"00, apart", 0.999, 0, as(phonenumbers.INTERNATIONAL, "00 ")},
	{"national, country known", 0.997, 0, func(n *phonenumbers.PhoneNumber, region string) (string, string) {
		return phonenumbers.Format(n, phonenumbers.NATIONAL), region
	}},
	{"national digits without trunk prefix, country known", 0.98, 0, func(n *phonenumbers.PhoneNumber, region string) (string, string) {
		return phonenumbers.GetNationalSignificantNumber(n), region
	}},
	{"digits without plus, country known", 0.99, 6, func(n *phonenumbers.PhoneNumber, region string) (string, string) {
		return strings.TrimPrefix(phonenumbers.Format(n, phonenumbers.E164), "+"), region
	}},
	{"international, words around", 0.998, 0, func(n *phonenumbers.PhoneNumber, _ string) (string, string) {
		return "Tel.: " + phonenumbers.Format(n, phonenumbers.INTERNATIONAL) + " (mobile), ask for Jo", ""
	}},
	{"national, country known, words around", 0.99, 0, func(n *phonenumbers.PhoneNumber, region string) (string, string) {
		return "M: " + phonenumbers.Format(n, phonenumbers.NATIONAL) + " ext. 12", region
	}},
	{"two, international", 0.998, 2, func(n *phonenumbers.PhoneNumber, _ string) (string, string) {
		s := phonenumbers.Format(n, phonenumbers.INTERNATIONAL)
		return s + " / +44 20 7946 0000", ""
	}},
	{"11 to 15 digits without plus", 1, 0, as(phonenumbers.E164, "")},
	{"8 or 9 digits without plus", 0.6, 0, as(phonenumbers.E164, "")},
}

// applies reports whether a spelling is about a number at all.
func (s spelling) applies(e164 string) bool {
	digits := len(e164) - 1
	switch s.name {
	case "11 to 15 digits without plus":
		return digits >= 11
	case "8 or 9 digits without plus":
		return digits == 8 || digits == 9
	}
	return true
}

type example struct {
	number *phonenumbers.PhoneNumber
	region string
}

// examples are a number of every type in every region.
func examples() (all []example) {
	for _, region := range slices.Sorted(maps.Keys(phonenumbers.GetSupportedRegions())) {
		for _, kind := range exampleTypes {
			if n := phonenumbers.GetExampleNumberForType(region, kind); n != nil && phonenumbers.IsValidNumber(n) {
				all = append(all, example{n, region})
			}
		}
	}
	return all
}

// TestExamplesOfAllRegions reads libphonenumber's example numbers, in the spellings of
// people and feeds. -v shows the figures and what came out wrong.
func TestExamplesOfAllRegions(t *testing.T) {
	for _, s := range spellings {
		right, wrong, all := 0, 0, 0
		for _, e := range examples() {
			want := phonenumbers.Format(e.number, phonenumbers.E164)
			if !s.applies(want) {
				continue
			}
			all++
			sent, country := s.write(e.number, e.region)
			var got Number
			if all := Append(nil, sent, country); len(all) > 0 {
				got = all[0]
			}
			switch got.E164 {
			case want:
				right++
			case "":
				t.Logf("%s: %q in %q: none", s.name, sent, country)
			default:
				t.Logf("%s: %q in %q: WRONG %s", s.name, sent, country, got.E164)
				wrong++
			}
		}
		share := float64(right) / float64(all)
		t.Logf("%-52s %4d of %4d = %5.1f %%, %3d wrong", s.name, right, all, 100*share, wrong)
		require.LessOrEqual(t, wrong, s.wrong, s.name)
		require.GreaterOrEqual(t, share, s.floor, s.name)
	}
}
