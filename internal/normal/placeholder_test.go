package normal

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPlaceholdersSayNothing(t *testing.T) {
	for column, texts := range map[Column][]string{
		everyColumn: {
			"", "Unknown", "UNKNOWN", "unknown.", "(Unknown)", "[unknown]", "Not Available", "not_available", "Not Provided",
			"NOT SPECIFIED", "No data", "N/A.", "n / a", "TBD", "T.B.D.",
			"#REF!", "#VALUE!", "#N/A N/A", "#NAME?", "#DIV/0!", "(blank)", "(empty)", "<empty>", "(none)", "[redacted]", "[REDACTED]",
			"***redacted***", "-", "--", "---", "...", "?", "???", "*", "***", "_", "—", "·", "/", ",", "()", "[]", "{}", "\"\"",
			"xxxx", "XXX", "xxxxxxxx", "X X X X", "xxx-xxx", "aaaa", "{{first_name}}", "${company}", "*|FNAME|*", "%FIRSTNAME%", "[[name]]",
			"<<name>>", "Please select", "-- Select an option --", "Desconocido", "Unbekannt", "k.A.", "Inconnu", "未知", "неизвестно",
			"[object Object]", "asdf",
			"Not-Available", "NotProvided", "not yet provided", "No longer available", "None recorded", "unkown", "[null]", "{NULL}",
			"N/A, N/A", "null, null", "Unknown - Unknown", "#REF", "#ERROR!", "[email protected]", "====", "(?)",
		},
		NameColumn: {
			"LinkedIn Member", "linkedin member", "Facebook User", "Unknown Unknown", "UNKNOWN UNKNOWN", "N/A N/A", "null null",
			"None None", "Unknown N/A", "FNU", "Fnu", "LNU", "FNU LNU", "No Name", "noname", "No Last Name", "First Name", "FIRST_NAME",
			"[First Name]", "<last name>",
			"J***", "J*** D***", "Jo** D**", "J●●●●", "S•••", "J****n", "1", "123", "555-0123", "- -", ". .", "xxx xxx", "Test User",
			"User 123", "test1", "testuser2", "Google User", "M....", "J___", "Do Not Contact", "GDPR Removed", "LinkedIn-Member", "abc",
			"Valued Customer", "Current Resident", "xx",
		},
		TitleColumn:   {"N/A", "NA", "None", "Job Title", "No title", "untitled", "Confidential", "J***", "0", "true", "test"},
		CompanyColumn: {"N/A", "NA", "None", "Company Name", "No company", "Confidential", "xxx", "A***", "Test Company"},
		AnyColumn:     {"Infinity", "-Infinity", "inf"},
		PlaceColumn:   {"N/A", "None", "City", "Select State", "Unknown city"},
	} {
		for _, c := range []Column{AnyColumn, NameColumn, TitleColumn, CompanyColumn, PlaceColumn} {
			for _, s := range texts {
				require.True(t, c&column == 0 || IsPlaceholder(c, s), "%d %q", c, s)
			}
		}
	}
}

func TestValuesAreNoPlaceholders(t *testing.T) {
	for column, texts := range map[Column][]string{
		everyColumn:   {"a", "O", "Jane", "known", "Unknownsson", "The Unknown", "O'Brien", "李", "(株) Acme", "1st", "X Y"},
		NameColumn:    {"Noor Given", "Nora", "J. P. Morgan", "Jean-Luc", "A.-M.", "St.", "Ab.", "O'Neil", "Todo", "Na", "NA", "Null", "Nan", "Nil", "Blank", "Test", "Guest", "Hidden", "Private", "True", "Foo", "Sales", "Best", "Jane", "J", "J.", "Jane Unknown", "Jane D***", "Bo", "Aa", "Lee Lee", "Xi", "X. Xu", "2Pac", "Ng", "Mr. X", "Nan Nil", "Anna Anna", "ii"},
		TitleColumn:   {"No. 2", "Notary Public", "Non-Executive Director", "Not-for-profit Director", "1st Mate", "CEO", "Self-employed", "Student", "Private", "***Director***", "VP**", "1st Officer", "C*O", "Retired", "IT"},
		CompanyColumn: {"Not Impossible Labs", "No Name Pub Ltd", "Nothing", "ABC", "Notable", "Going Public", "AAA", "BBB", "Self-employed", "Blank", "Hidden", "3M", "7-Eleven", "888", "E*TRADE", "Unknown Worlds", "Missing Link", "X", "XX", "Stealth Startup", "TBC", "NVT", "Select", "Private", "Yahoo!", "IBM"},
		PlaceColumn:   {"NA", "Y", "Å", "Nowhere", "Unknownville", "02134", "Test"},
		AnyColumn:     {"0", "10", "11", "111", "1000", "$75,000 to $99,999", "na", "NA", strings.Repeat("a", 64)},
	} {
		for _, c := range []Column{AnyColumn, NameColumn, TitleColumn, CompanyColumn, PlaceColumn} {
			for _, s := range texts {
				require.False(t, c&column != 0 && IsPlaceholder(c, s), "%d %q", c, s)
			}
		}
	}
}

func TestTheListOfPlaceholdersIsFolded(t *testing.T) {
	for phrase := range placeholders {
		require.LessOrEqual(t, len(phrase), longestPlaceholder, phrase)
		require.Equal(t, strings.ToLower(phrase), phrase)
		require.True(t, IsPlaceholder(AnyColumn, phrase) || placeholders[phrase] != everyColumn, phrase)
		require.Equal(t, placeholders[phrase], placeholders[phrase]&everyColumn)
		if !strings.HasPrefix(phrase, "(") {
			require.Equal(t, strings.Trim(phrase, marksAround), phrase, "it would never be found")
		}
	}
}

func TestLookingForPlaceholdersAllocatesNothing(t *testing.T) {
	for _, s := range []string{"Jane", "Director of Sales", "Acme Inc.", "New York", "Unknown"} {
		require.Zero(t, testing.AllocsPerRun(10, func() {
			for _, c := range []Column{AnyColumn, NameColumn, TitleColumn, CompanyColumn, PlaceColumn} {
				_ = IsPlaceholder(c, s)
			}
		}), s)
	}
}

func TestNobodyIsToldFromBothNames(t *testing.T) {
	require.True(t, IsPlaceholderName("LinkedIn", "Member"))
	require.True(t, IsPlaceholderName("No Name", "Given"))
	require.True(t, IsPlaceholderName("TEST", "TEST"))
	for _, n := range [][2]string{{"Jane", "Doe"}, {"", "Member"}, {"Test", ""}, {"Jane", "Test"}} {
		require.False(t, IsPlaceholderName(n[0], n[1]), n)
	}
	for sent, want := range map[string]string{"Jane Unknown": "Jane", "Jane D***": "Jane", "Jane LNU": "Jane", "Jane Doe": "Jane Doe", "Jane": "Jane", "Unknown": "Unknown", "Jane, Unknown": "Jane"} {
		require.Equal(t, want, TrimPlaceholder(sent))
	}
}
