package roster_test

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"contactsync/internal/normal"
	"contactsync/internal/roster"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

// utf16le and utf16be are UTF-16 with its mark, as Excel writes it.
func utf16le(s string) string { return inUTF16(s, binary.LittleEndian) }
func utf16be(s string) string { return inUTF16(s, binary.BigEndian) }

func inUTF16(s string, order binary.AppendByteOrder) string {
	data := order.AppendUint16(nil, 0xfeff)
	for _, unit := range utf16.Encode([]rune(s)) {
		data = order.AppendUint16(data, unit)
	}
	return string(data)
}

var md5, sha1, sha256 = strings.Repeat("0a", 16), strings.Repeat("0b", 20), strings.Repeat("0c", 32)

const (
	notRead = "holds what cannot be read as an e-mail address, hash of one (32, 40 or 64 hex digits) or link to a profile"
	toErase = "no e-mail address, hash of one (32, 40 or 64 hex digits), link to a profile, contact id (c_...) or record (source:id)"
	nobody  = "no e-mail address, hash of one (32, 40 or 64 hex digits) or link to a profile"
)

func TestOptOutLists(t *testing.T) {
	for name, test := range map[string]struct {
		list     string
		names    string // all that was read, in order
		problems string
	}{
		"plain":                       {"ann@acme.example\n" + md5 + "\n" + sha1 + "\n" + strings.ToUpper(sha256) + "\n", "ann@acme.example " + md5 + " " + sha1 + " " + strings.ToUpper(sha256), ""},
		"empty":                       {"", "", ""},
		"comments and blank lines":    {"# a list\n\n  \nann@acme.example\n", "ann@acme.example", ""},
		"the last line has no end":    {"ann@acme.example\nbob@acme.example", "ann@acme.example bob@acme.example", ""},
		"ends of lines of Windows":    {"ann@acme.example\r\n\r\nbob@acme.example\r\n", "ann@acme.example bob@acme.example", ""},
		"ends of lines of old Macs":   {"email\rann@acme.example\rbob@acme.example\r", "ann@acme.example bob@acme.example", ""},
		"two on a line":               {"ann@acme.example, bob@acme.example\n", "ann@acme.example bob@acme.example", ""},
		"with semicolons":             {"ann@acme.example;bob@acme.example;;\n", "ann@acme.example bob@acme.example", ""},
		"with tabs":                   {"ann@acme.example\tbob@acme.example\t\n", "ann@acme.example bob@acme.example", ""},
		"with bars":                   {"ann@acme.example | bob@acme.example\n", "ann@acme.example bob@acme.example", ""},
		"with blanks":                 {"ann@acme.example bob@acme.example\n", "ann@acme.example bob@acme.example", ""},
		"in one cell":                 {"email;name\n\"ann@acme.example, bob@acme.example\";Ann\n", "ann@acme.example bob@acme.example", ""},
		"lines in one cell":           {"email,name\n\"ann@acme.example\nbob@acme.example\",Ann\neve@acme.example,Eve\n", "ann@acme.example bob@acme.example eve@acme.example", ""},
		"mailto":                      {"mailto:ann@acme.example?subject=x\n<mailto:bob@acme.example>\n", "mailto:ann@acme.example?subject=x <mailto:bob@acme.example>", ""},
		"names in front":              {"Ann Lee <ann@acme.example>\n\"Lee, Bob\" <bob@acme.example>\n", "Ann Lee <ann@acme.example> Bob\" <bob@acme.example>", ""},
		"local parts in any script":   {"jörg@acme.example\n用户@例子.example\n", "jörg@acme.example 用户@例子.example", ""},
		"domains in any script":       {"x@münchen.example\n", "x@münchen.example", ""},
		"quoted":                      {"\"ann@acme.example\"\n'bob@acme.example'\n", "ann@acme.example 'bob@acme.example'", ""},
		"mark of UTF-8":               {"\ufeffemail\nann@acme.example\n", "ann@acme.example", ""},
		"mark of UTF-8, no header":    {"\ufeffann@acme.example\n", "ann@acme.example", ""},
		"UTF-16, little":              {utf16le("E-Mail\tName\r\njörg@acme.example\tJörg\r\n"), "jörg@acme.example", ""},
		"UTF-16, big":                 {utf16be("email\nann@acme.example\n"), "ann@acme.example", ""},
		"UTF-16 without its mark":     {utf16le("email\nann@acme.example\n")[2:], "ann@acme.example", ""},
		"Excel's line":                {"sep=;\nemail;x\nann@acme.example;1\n", "ann@acme.example", ""},
		"prefixes of hashes":          {"SHA256:" + sha256 + "\nsha1=" + sha1 + "\nMD5: " + md5 + "\n{SHA-256}" + sha256 + "\n0x" + md5 + "\nemail_sha256 " + sha256 + "\n", strings.Join([]string{sha256, sha1, md5, sha256, md5, sha256}, " "), ""},
		"a prefix of another":         {"sha1:" + md5 + "\n", "", "line 1: column 1 " + notRead},
		"profiles":                    {"https://www.linkedin.com/in/ann-lee/\nx.com/ann_lee,https://facebook.com/ann.lee\n", "https://www.linkedin.com/in/ann-lee/ x.com/ann_lee https://facebook.com/ann.lee", ""},
		"headers in words":            {"E-mail address,Email SHA256\nann@acme.example," + sha256 + "\n", "ann@acme.example " + sha256, ""},
		"headers in other languages":  {"Vorname;E-Mail-Adresse;Grund\nAnn;ann@acme.example;kein Interesse, danke\n", "ann@acme.example", ""},
		"columns of something else":   {"Name,Email,Unsubscribed on,Reason\n\"Lee, Ann\",ann@acme.example,2026-11-01 10:00,see bob@acme.example\n", "ann@acme.example", ""},
		"columns that nobody knows":   {"Kontakt,email,Konto\nbob@acme.example,ann@acme.example,A-17\n", "bob@acme.example ann@acme.example", ""},
		"status of an address":        {"email,email status\nann@acme.example,hard bounce\n", "ann@acme.example", ""},
		"one of two columns":          {"email,hash\nann@acme.example,\nn/a," + md5 + "\n", "ann@acme.example " + md5, ""},
		"a second header":             {"email,name\nann@acme.example,Ann\nName;E-Mail\nBob;bob@acme.example\n", "ann@acme.example bob@acme.example", ""},
		"more cells than the header":  {"email\nann@acme.example,bob@acme.example\n", "ann@acme.example bob@acme.example", ""},
		"no header, more columns":     {"ann@acme.example,Ann,2026-11-01\n", "ann@acme.example", ""},
		"role addresses":              {"info@acme.example\n", "info@acme.example", ""},
		"a quote that nobody closes":  {"ann@acme.example,\"Ann\nbob@acme.example,Bob\neve@acme.example,E\"ve\n", "ann@acme.example bob@acme.example eve@acme.example", ""},
		"quotes that swallow a line":  {"email,reason\nann@acme.example,\"no\nbob@acme.example\nyes\"\n", "ann@acme.example", "line 2: column 2 runs over several lines, of which some are like an e-mail address, a hash or a profile: see to its quotes"},
		"what is neither":             {"ann@acme.example\nnonsense\n\nabc123\n", "ann@acme.example", "line 2: " + nobody + "\nline 4: " + nobody},
		"a header that nobody knows":  {"Kunde;Datum\nann@acme.example;1\n", "ann@acme.example", "line 1: " + nobody + `; if it is a header, call a column "email", "hash" or "profile"`},
		"an empty row":                {"id,email\n1,\n", "", "line 2: " + nobody},
		"a broken address among good": {"ann@acme.example, bob@@acme.example\n", "ann@acme.example", "line 1: column 2 " + notRead},
		"a broken address in a cell":  {"email\n\"ann@acme.example; bobacme.example\"\n", "ann@acme.example", "line 2: column 1 " + notRead},
		"a hash that lost a digit":    {"ann@acme.example," + sha256[1:] + "\n", "ann@acme.example", "line 1: column 2 " + notRead},
		"the hash of nothing":         {normal.MD5("") + "\n", "", "line 1: column 1 " + notRead},
		"a name under email":          {"name,email\nLee,Ann,ann@acme.example\n", "ann@acme.example", "line 2: column 2 " + notRead},
		"an address in Latin-1":       {"name,email\nJos\xe9,ann@acme.example\nx,jos\xe9@acme.example\n", "ann@acme.example", "line 3: column 2 " + notRead},
		"an address spelled out":      {"ann at hotmail.com\nbob@acme.example\nhotmail of eve\n", "bob@acme.example", "line 1: " + nobody + `; if it is a header, call a column "email", "hash" or "profile"` + "\nline 3: " + nobody},
		"a path":                      {"contact.email\nann@acme.example\n", "ann@acme.example", ""},
		"no profile":                  {"linkedin\nhttps://www.linkedin.com/company/acme\n", "", "line 2: column 1 " + notRead},
	} {
		t.Run(name, func(t *testing.T) {
			l, err := roster.OptOut(strings.NewReader(test.list), "")
			require.NoError(t, err)
			require.Equal(t, test.names, namesOf(l))
			require.Equal(t, test.problems, problemsOf(l))
			require.NotContains(t, problemsOf(l), "acme")
			if test.problems == "" {
				require.Equal(t, len(l.Names) > 0, len(l.Identifiers()) > 0)
			}
		})
	}
}

func namesOf(l *roster.List) string {
	texts := make([]string, len(l.Names))
	for i, n := range l.Names {
		texts[i] = n.Text
	}
	return strings.Join(texts, " ")
}

func problemsOf(l *roster.List) string {
	texts := make([]string, len(l.Problems))
	for i, p := range l.Problems {
		texts[i] = p.String()
	}
	return strings.Join(texts, "\n")
}

func TestListsOfPeopleToErase(t *testing.T) {
	l, err := roster.People(strings.NewReader("person;ticket\nann@acme.example;T-1\n\n# a comment\r\n  toofr:1 ;T-2\nc_0123456789abcdef0123,audiencelab:a-b\n\"toofr:a,b\"\n"+md5+"\nx.com/ann_lee\nAnn Lee\ninfo@acme.example\n"), "dir/requests.csv")
	require.NoError(t, err)
	require.Equal(t, []roster.Problem{
		{"dir/requests.csv:1", toErase + `; if it is a header, call a column "email", "hash" or "profile"`},
		{"dir/requests.csv:10", toErase},
		{"dir/requests.csv:11", "a role address, or one that is masked or a placeholder, which names nobody in person: name the person otherwise, or keep the address out, and all who carry it, with `sync suppress`"},
	}, l.Problems)
	require.Equal(t, "ann@acme.example toofr:1 c_0123456789abcdef0123 audiencelab:a-b toofr:a,b "+md5+" x.com/ann_lee", namesOf(l))
	require.Equal(t, "dir/requests.csv:6", l.Names[3].Place)
	require.Equal(t, map[roster.Kind]int{roster.Address: 1, roster.Record: 3, roster.Contact: 1, roster.Hash: 1, roster.Profile: 1}, l.Counts)
}

func TestWhatWasReadIsCounted(t *testing.T) {
	l, err := roster.OptOut(strings.NewReader("# old\nemail,name\n\"ann@acme.example;bob@acme.example\",Ann\n"+md5+",\n\n"), "")
	require.NoError(t, err)
	require.Equal(t, 2, l.Lines)
	require.Equal(t, 3, l.Cells)
	require.Equal(t, 1, l.Passed)
	require.Equal(t, map[roster.Kind]int{roster.Address: 2, roster.Hash: 1}, l.Counts)
}

func TestWhatIsNoTextIsNoList(t *testing.T) {
	for name, data := range map[string]string{"a workbook": "PK\x03\x04rest", "an old workbook": "\xd0\xcf\x11\xe0", "gzip": "\x1f\x8b", "UTF-16 that was cut off": utf16le("ann@acme.example")[:9]} {
		_, err := roster.OptOut(strings.NewReader(data), "list.xlsx")
		require.ErrorContains(t, err, "list.xlsx: it is ", name)
	}
}

// formats are ways to write a list; each takes rows of cells of which the first names
// somebody.
var formats = []func(rows [][]string) string{
	func(rows [][]string) string { return table(rows, ",", "") },
	func(rows [][]string) string { return table(rows, ";", "E-mail address;Name") },
	func(rows [][]string) string {
		return utf16le(strings.ReplaceAll(table(rows, "\t", "Email\tFirst name"), "\n", "\r\n"))
	},
	func(rows [][]string) string { return utf16be(table(rows, ";", "")) },
	func(rows [][]string) string {
		return "\ufeff" + strings.ReplaceAll(table(rows, ",", "email,reason"), "\n", "\r")
	},
	func(rows [][]string) string { return first(rows, "; ") },
	func(rows [][]string) string { return "email\n\"" + first(rows, ",\n") + "\"\n" },
	func(rows [][]string) string { return "<" + first(rows, ">, <") + ">" },
	func(rows [][]string) string { return "mailto:" + first(rows, "\nmailto:") },
}

func table(rows [][]string, delimiter, header string) string {
	var b strings.Builder
	if header != "" {
		b.WriteString(header + "\n")
	}
	for i, row := range rows {
		for j, c := range row {
			if j > 0 {
				b.WriteString(delimiter)
			}
			if i%2 == 0 || strings.ContainsAny(c, "\",;\t\r\n") || strings.HasPrefix(c, "#") {
				c = `"` + strings.ReplaceAll(c, `"`, `""`) + `"`
			}
			b.WriteString(c)
		}
		b.WriteString("\n")
	}
	return b.String()
}

func first(rows [][]string, delimiter string) string {
	texts := make([]string, len(rows))
	for i, row := range rows {
		texts[i] = row[0]
	}
	return strings.Join(texts, delimiter)
}

// FuzzOptOut finds every address of a list in any format, whatever stands beside it or in
// a line of its own; no list makes it panic.
func FuzzOptOut(f *testing.F) {
	for i := range formats {
		f.Add(uint8(i), uint8(3), "Ann", "")
		f.Add(uint8(i), uint8(30), "O\"Brien, \"\"x", "\"a,b")
	}
	f.Add(uint8(0), uint8(1), "\"\n", "sep=;\n\"")
	f.Fuzz(func(t *testing.T, format, people uint8, beside, before string) {
		var rows [][]string
		for i := range 1 + int(people)%40 {
			rows = append(rows, []string{fmt.Sprintf("person.%d@acme%d.example", i, i%3), beside})
		}
		list := formats[int(format)%len(formats)](rows)
		_, _ = roster.OptOut(strings.NewReader(before+list), "")
		_, _ = roster.People(strings.NewReader(before+list), "")
		l, err := roster.OptOut(strings.NewReader(list), "")
		require.NoError(t, err)
		ids := l.Identifiers()
		for _, row := range rows {
			require.True(t, slices.ContainsFunc(ids, func(id schema.Identifier) bool { return id.Value == normal.SHA256(row[0]) }), "%s of %q", row[0], list)
		}
	})
}
