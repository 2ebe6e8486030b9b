package roster

import (
	"strings"
	"unicode"

	"contactsync/internal/lists"
)

// column is what a header says of the cells below it.
type column int

const (
	unknown column = iota // nothing: who is named there counts
	named                 // they name people, each of them
	aside                 // they are plainly something else
)

// header reads a line as a header: one whose cells name nobody, and of which one announces
// addresses, hashes or profiles. Lists that were put behind each other have several, of
// which all words must be known: a line that cannot be read is not to pass for one.
func (l *reading) header(line string) (columns []column, delimiters string, ok bool) {
	if len(line) > longestText || !strings.ContainsFunc(line, unicode.IsLetter) || looksLikeSomebody(line) {
		return nil, "", false
	}
	delimiters = l.delimiterOf(line)
	cells, _ := cut(line, delimiters)
	columns = make([]column, len(cells))
	for i, c := range cells {
		columns[i] = columnOf(c.text)
		ok = ok || columns[i] == named
		if found, _ := l.parts(c.text); len(found) > 0 || l.list.Lines > 0 && !isKnown(c.text) {
			return nil, "", false
		}
	}
	return columns, delimiters, ok
}

// delimiterOf is what stands between the cells of a header: what Excel was told, else what
// stands there most often; any of them in a header of one cell, of which nothing can be told.
func (l *reading) delimiterOf(line string) string {
	if l.told != "" {
		return l.told
	}
	best, most := anyDelimiter, 0
	for _, d := range strings.Split(anyDelimiter, "") {
		if n := strings.Count(line, d); n > most {
			best, most = d, n
		}
	}
	return best
}

// wordsOf are the words of the name of a column. What has a full stop, a slash or a colon
// within is no name but maybe an address that somebody spelled out, or a link; but the
// path of a field (contact.email) has the field's name at its end.
func wordsOf(name string) []string {
	name = strings.ToLower(strings.TrimSpace(name))
	if at := strings.LastIndexAny(strings.TrimRight(name, ".:"), "./:"); at > 0 {
		if name = name[at+1:]; strings.ContainsFunc(name, unicode.IsSpace) || !announces(name) {
			return nil
		}
	}
	return strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// isKnown reports whether all words of a name of a column are known as such.
func isKnown(name string) bool {
	for _, word := range wordsOf(name) {
		if !announcing[word] && !isSHA(word) && !ofSomethingElse[word] && !otherColumns[word] && !beside[word] {
			return false
		}
	}
	return true
}

// columnOf reads the name of a column by its words, in any language that is in the lists.
func columnOf(name string) column {
	words := wordsOf(name)
	announced, other, ordinary := false, false, len(words) > 0
	for _, word := range words {
		announced = announced || announces(word)
		other = other || ofSomethingElse[word]
		ordinary = ordinary && (otherColumns[word] || ofSomethingElse[word])
	}
	switch {
	case announced && !other:
		return named
	case !announced && (other || ordinary):
		return aside
	}
	return unknown
}

// announces reports whether a word of a header promises addresses, hashes or profiles.
func announces(word string) bool {
	return announcing[word] || isSHA(word) || strings.Contains(word, "mail") && !ofSomethingElse[word]
}

func isSHA(word string) bool {
	digits, found := strings.CutPrefix(word, "sha")
	return found && strings.Trim(digits, "0123456789") == ""
}

var (
	announcing = lists.Set("email", "emails", "mail", "mails", "mailadresse", "emailadresse", "emailaddress",
		"hash", "hashes", "hashed", "hem", "hems", "md5", "linkedin", "profile", "profil", "profilo", "perfil",
		"correo", "courriel", "mél", "почта", "邮箱", "电子邮件", "电子邮箱", "メール", "メールアドレス", "이메일")
	beside = lists.Set("e", "address", "addresses", "adresse", "url", "link", "links")
	// ofSomethingElse make of any column one of something else, or, beside a word that
	// announces people (email status), one of which nothing is known.
	ofSomethingElse = lists.Set("date", "datum", "fecha", "data", "time", "timestamp", "status", "reason", "reasons",
		"grund", "motif", "motivo",
		"type", "count", "consent", "domain", "format", "by", "agent", "score", "frequency", "mailing", "mailings", "campaign",
		"comment", "comments",
		"note", "notes", "remark", "remarks", "bemerkung")
	otherColumns = lists.Set("id", "no", "nr", "number", "row", "name", "names", "first", "last", "middle", "full", "given", "family",
		"surname",
		"forename", "firstname", "lastname", "fullname", "vorname", "nachname", "nom", "prenom", "prénom", "nombre", "apellido", "apellidos",
		"salutation", "title", "gender", "company", "organisation", "organization", "firma", "job", "position", "phone",
		"telephone", "tel", "mobile",
		"fax", "street", "city", "zip", "postcode", "postal", "code", "country", "state", "region", "land", "description", "created", "updated",
		"at", "on", "of", "the", "source", "channel", "language", "locale", "tags", "opt", "out", "in", "unsubscribed")
)
