package company

import (
	"bytes"
	_ "embed"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"contactsync/internal/lists"
	"contactsync/internal/normal"
)

// Key is what the spellings of a company's name have in common, for grouping where no
// domain is known: folded (case, accents, punctuation, full-width letters, & for
// "and", a leading "the"), legal forms off its end again and again, remarks in
// brackets off. It is "" where the words name no company (self-employed, confidential).
// Words that carry meaning stay; a name is never emptied: The Limited stays whole.
func Key(name string) string { return keys.Of(name) }

func readKey(name string) string {
	if len(name) > longestName {
		return ""
	}
	var space [128]byte
	w := words{text: space[:0]}.read(withoutRemarks(folded(name))).withoutRemarks()
	known := companyWords()
	if len(w.text) > longestName || known.isNoCompany(w.text) { // "&" became three letters
		return ""
	}
	key := known.bare(w)
	if known.isNoCompany(key.text) {
		return string(w.text) // The Independent is a newspaper, Confidential Inc a company
	}
	return string(key.text)
}

// longestName is the length in bytes beyond which a text names no company.
const longestName = 1000

// companyLists are the words that a key is told by.
type companyLists struct {
	after, dotted map[string]bool // legal forms at the end of a name; dotted: where they are written as abbreviations
	endings       map[string]bool // the last words of those
	before        map[string]bool
	beginnings    map[string]bool // the first words of those, and "the"
	joined        []string
	none          map[string]bool // words that name no company
	noneBegins    map[string]bool // first words of such, whatever follows
}

//go:embed legal-forms.txt
var legalForms string

//go:embed no-company.txt
var noCompanyList string

// companyWords are read when the first name is met.
var companyWords = sync.OnceValue(func() companyLists {
	l := companyLists{
		after: map[string]bool{}, dotted: map[string]bool{}, endings: map[string]bool{},
		before: map[string]bool{}, beginnings: map[string]bool{"the": true},
		none: map[string]bool{}, noneBegins: map[string]bool{},
	}
	for _, t := range lists.Table(legalForms) {
		for _, form := range t.Phrases {
			switch t.Value {
			case "after":
				l.after[form] = true
			case "dotted":
				l.dotted[form] = true
			case "before":
				first, _, _ := strings.Cut(form, " ")
				l.before[form], l.beginnings[first] = true, true
			case "joined":
				l.joined = append(l.joined, form)
			}
			l.endings[form[strings.LastIndexByte(form, ' ')+1:]] = true
		}
	}
	for _, entry := range lists.Entries(noCompanyList) {
		for phrase := range strings.SplitSeq(entry, " | ") {
			start, open := strings.CutSuffix(phrase, " *")
			l.none[start] = true
			if open {
				l.noneBegins[start] = true
			}
		}
	}
	return l
})

// isNoCompany reports whether words say that somebody works for no company, or not for
// which.
func (l companyLists) isNoCompany(text []byte) bool {
	if len(text) == 0 || l.none[string(text)] {
		return true
	}
	end := 0
	for range 2 {
		i := bytes.IndexByte(text[end:], ' ')
		if i < 0 {
			return false
		}
		if end += i; l.noneBegins[string(text[:end])] {
			return !l.endsWithForm(text)
		}
		end++
	}
	return false
}

// endsWithForm tells Freelance Futures Ltd from what a freelance does.
func (l companyLists) endsWithForm(text []byte) bool {
	return l.after[string(text[bytes.LastIndexByte(text, ' ')+1:])]
}

// bare is a name without "the" and legal forms around it.
func (l companyLists) bare(w words) words {
	for {
		before := len(w.text)
		w = l.withoutJoined(l.withoutEnd(l.withoutStart(w)))
		if len(w.text) == before {
			return w
		}
	}
}

// withoutEnd takes the longest legal form, "and" or "the" off the end, if a name is left.
func (l companyLists) withoutEnd(w words) words {
	last := w.text[bytes.LastIndexByte(w.text, ' ')+1:]
	if article := string(last) == "the" || string(last) == "and"; !article && !l.endings[string(last)] {
		return w
	} else if article && len(last) < len(w.text) {
		return w.withoutLast(len(last), 1)
	}
	best, dropped := w, 0
	for at, n := len(w.text), 1; n <= 6 && at > 0; n++ {
		at = bytes.LastIndexByte(w.text[:at], ' ')
		form := w.text[at+1:]
		isForm := l.after[string(form)] || l.dotted[string(form)] && w.abbreviates(w.count-1)
		if isForm && at > 0 && !l.isEmpty(w.text[:at]) {
			best, dropped = w.withoutLast(len(form), n), n
		}
	}
	if dropped == 0 {
		return w
	}
	return best
}

// withoutJoined takes off a form that is written together with the name.
func (l companyLists) withoutJoined(w words) words {
	if len(w.text) == 0 || w.text[0] < utf8.RuneSelf && w.text[len(w.text)-1] < utf8.RuneSelf {
		return w
	}
	for _, form := range l.joined {
		rest := bytes.TrimSuffix(bytes.TrimPrefix(w.text, []byte(form)), []byte(form))
		if rest = bytes.TrimSpace(rest); len(rest) > 0 && len(rest) < len(w.text) {
			return words{}.read(string(rest))
		}
	}
	return w
}

// isEmpty reports whether nothing is left but an article.
func (l companyLists) isEmpty(text []byte) bool {
	return len(text) == 0 || string(text) == "the" || string(text) == "and"
}

// withoutStart takes "the", or a legal form that stands before names, off the start.
func (l companyLists) withoutStart(w words) words {
	end := 0
	for n := 1; n <= 4; n++ {
		i := bytes.IndexByte(w.text[end:], ' ')
		if i < 0 {
			return w
		}
		end += i
		first := w.text[:end]
		if n == 1 && !l.beginnings[string(first)] {
			return w
		}
		end++
		rest := w.text[end:]
		if string(first) == "the" && !l.after[string(rest)] && !l.isEmpty(rest) || l.before[string(first)] {
			w.text, w.count, w.abbreviated = rest, w.count-n, w.abbreviated>>n
			return w
		}
	}
	return w
}

// folded is a name without accents, full-width letters and what stands for other
// letters. ASCII stays as it is.
func folded(name string) string {
	if normal.IsASCII(name) {
		return name
	}
	var b strings.Builder
	base := ' '
	for _, r := range normal.BaseLetters(norm.NFKD.String(withoutMarks(name))) {
		if unicode.Is(unicode.Mn, r) && (r == diaeresis || unicode.In(base, unicode.Latin, unicode.Greek)) {
			continue
		}
		if !isApostrophe(r) {
			base = r
		}
		b.WriteRune(r)
	}
	return norm.NFC.String(b.String())
}

// diaeresis is all that Cyrillic letters lose (ё): the others are no accents (й).
const diaeresis = '\u0308'

// withoutMarks drops the signs of trademarks, which NFKD would turn into letters.
func withoutMarks(s string) string { return trademarks.Replace(strings.ToValidUTF8(s, " ")) }

var trademarks = strings.NewReplacer("™", "", "®", "", "©", "", "℠", "")

// withoutRemarks drops what is said about a company beside its name: brackets at the
// end, (formerly Foo) anywhere, and what follows a bar. Other brackets within, as in
// Acme (UK) Ltd, hold words of the name.
func withoutRemarks(s string) string {
	if !strings.ContainsAny(s, "|([{") {
		return s
	}
	if i := strings.IndexByte(s, '|'); i >= 0 && normal.HasWord(s[:i]) {
		s = s[:i]
	}
	for range mostRemarks { // of more the brackets are punctuation
		open := strings.LastIndexAny(s, "([{")
		if open < 0 {
			return s
		}
		inner, after := s[open+1:], ""
		if i := strings.IndexAny(inner, ")]}"); i >= 0 {
			inner, after = inner[:i], inner[i+1:]
		}
		switch before := s[:open]; {
		case !normal.HasWord(after) && normal.HasWord(before), isRemark(inner) && (normal.HasWord(before) || normal.HasWord(after)):
			s = before + " " + after
		default:
			s = before + " " + inner + " " + after
		}
	}
	return s
}

const mostRemarks = 16

// isRemark tells a remark in brackets from words of the name.
func isRemark(s string) bool {
	s = strings.ToLower(strings.TrimSpace(s))
	switch s {
	case "株", "有", "合", "주", "유": // legal forms of Japan and Korea
		return true
	}
	first, _, _ := strings.Cut(s, " ")
	return isEarlierName(strings.Trim(strings.ReplaceAll(first, "/", ""), ".,:"))
}

func isEarlierName(word string) bool {
	switch word {
	case "formerly", "fka", "previously", "ehemals", "vormals", "anciennement", "antes", "aka", "dba", "now":
		return true
	}
	return false
}
