package phone

import (
	"fmt"
	"math/rand/v2"
	"regexp/syntax"
	"testing"

	"github.com/nyaruka/phonenumbers"
	"github.com/stretchr/testify/require"
)

func TestPhoneIsE164OrNothing(t *testing.T) {
	for sent, want := range map[string]string{
		"+12025550123":         "+12025550123",
		"12025550123":          "+12025550123",
		"2025550123":           "+12025550123",
		"(202) 555-0123":       "+12025550123",
		"202.555.0123":         "+12025550123",
		"+1 202 555 0123":      "+12025550123",
		"tel:+1-202-555-0123":  "+12025550123",
		"202-555-0123 ext. 45": "+12025550123",
		"1-800-FLOWERS":        "+18003569377",
		"+44 20 7946 0000":     "+442079460000",
		"+4915112345678":       "+4915112345678",
		"416-555-0123":         "+14165550123",
		"":                     "",
		"+":                    "",
		"911":                  "",
		"12345":                "",
		"555-0123":             "",
		"0000000000":           "",
		"1234567890":           "",
		"+1202555012":          "",
		"+14790123456":         "", // no Norwegian number: ten digits follow +1
		"202555012345":         "",
		"call me":              "",
		"202-555-0123202555":   "",
	} {
		got, repaired, ok := Normal(sent)
		require.Equal(t, want, got, sent)
		require.Equal(t, want != "", ok, sent)
		require.False(t, repaired, sent)
	}
}

func TestDoubledCountryCodeIsRepaired(t *testing.T) {
	for sent, want := range map[string]string{
		"+112025550123":     "+12025550123",
		"+1 1 202 555 0123": "+12025550123",
		"+1+12025550123":    "+12025550123",
		"+1442079460000":    "+442079460000",
	} {
		got, repaired, ok := Normal(sent)
		require.True(t, ok, sent)
		require.True(t, repaired, sent)
		require.Equal(t, want, got, sent)
	}
}

func TestExchangeCacheAgreesWithTheLibrary(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 5000 {
		exchange := fmt.Sprintf("%d%03d", 200+random.IntN(800), random.IntN(1000))
		for range 2 {
			national := fmt.Sprintf("%s%04d", exchange, random.IntN(10000))
			parsed, err := phonenumbers.Parse("+1"+national, defaultRegion)
			require.NoError(t, err)
			_, _, ok := nanpDigits(national, false)
			require.Equal(t, phonenumbers.IsValidNumber(parsed), ok, national)
		}
	}
}

// TestUSMetadataDecidesByTheExchange guards the cache against new metadata.
func TestUSMetadataDecidesByTheExchange(t *testing.T) {
	all, err := phonenumbers.MetadataCollection()
	require.NoError(t, err)
	for _, m := range all.GetMetadata() {
		if m.GetId() != "US" {
			continue
		}
		for _, d := range []*phonenumbers.PhoneNumberDesc{m.GetFixedLine(), m.GetMobile(), m.GetTollFree(), m.GetPremiumRate(), m.GetSharedCost(), m.GetPersonalNumber(), m.GetVoip(), m.GetPager(), m.GetUan(), m.GetVoicemail()} {
			if pattern := d.GetNationalNumberPattern(); pattern != "" && pattern != "NA" {
				re, err := syntax.Parse(pattern, syntax.Perl)
				require.NoError(t, err)
				require.GreaterOrEqual(t, freeTail(re), 10-exchangeDigits, pattern)
			}
		}
	}
}

// freeTail is how many digits at the end of a pattern may be anything.
func freeTail(re *syntax.Regexp) int {
	switch re.Op {
	case syntax.OpCapture:
		return freeTail(re.Sub[0])
	case syntax.OpAlternate:
		least := 10
		for _, sub := range re.Sub {
			least = min(least, freeTail(sub))
		}
		return least
	case syntax.OpConcat:
		return freeTail(re.Sub[len(re.Sub)-1])
	case syntax.OpRepeat:
		if re.Sub[0].String() == "[0-9]" {
			return re.Min
		}
	}
	return 0
}
