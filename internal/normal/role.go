package normal

import (
	_ "embed"
	"strings"

	"contactsync/internal/lists"
)

// LinksNobody reports whether an address in normal form tells nothing of who is one
// person: many read it, or nobody does. It is kept as sent, but neither it nor its
// hashes link.
func LinksNobody(address string) bool { return IsRole(address) || IsPlaceholderAddress(address) }

// roleList is the local parts that belong to a function: a name a line.
//
//go:embed roles.txt
var roleList string

// qualifierList is a table of what stands beside them, by kind.
//
//go:embed qualifiers.txt
var qualifierList string

// qualifier is what qualifiers.txt says of a word, a bit each; the kinds are described there.
type qualifier uint8

const (
	beside qualifier = 1 << iota
	behind
	place
	second
	atSite
	surname
	ending
	core
)

var (
	roles      = lists.Words(roleList)
	qualifiers = lists.Flags(qualifierList, map[string]qualifier{
		"beside": beside, "behind": behind, "place": place, "second": second, "site": atSite, "surname": surname, "end": ending, "core": core,
	})
	roleEndings = byLastByte(phrasesOf(lists.Table(qualifierList), "end"))
)

// phrasesOf is the phrases of one value of a table.
func phrasesOf(table []lists.Term, value string) (phrases []string) {
	for _, term := range table {
		if term.Value == value {
			phrases = append(phrases, term.Phrases...)
		}
	}
	return phrases
}

// IsRole reports whether an address in normal form belongs to a function rather than
// to a person, as info@ and sales@ do (RFC 2142 and common use), also in the qualified
// forms of bigger companies: info-uk@, sales1@, customer_service@, uk.support@. Every
// word of it must then be a function or what stands beside one, and none a name:
// sales.jane@ is Jane's. Tags don't matter.
func IsRole(address string) bool {
	local, _, _ := strings.Cut(address, "@")
	local, _, _ = strings.Cut(local, "+")
	if roles[local] {
		return true
	}
	var seen function
	for local != "" {
		end := strings.IndexAny(local, "._-")
		if end < 0 {
			end = len(local)
		}
		if !seen.takes(local[:end]) {
			return false
		}
		local = local[min(end+1, len(local)):]
	}
	return seen.found && (!seen.placed || seen.sited)
}

// function is what the words of a local part have said so far.
type function struct {
	found bool // one of them is a function
	sure  bool // and no surname
	words int

	placed, sited bool // a place stands before it, and one may
}

// takes reports whether a local part with the word may still be a function's.
func (f *function) takes(word string) bool {
	letters := strings.Trim(word, "0123456789")
	is := qualifiers[letters]
	f.words++
	switch {
	case letters == "":
		return true
	case roles[letters]:
		if len(letters) == 2 && len(word) > 3 { // initials and a year
			return false
		}
		f.found, f.sure, f.sited = true, f.sure || is&surname == 0, f.sited || is&atSite != 0
		return true
	case isCompound(letters), is&second != 0 && f.words > 1:
		f.found, f.sure = true, true
		return true
	}
	switch {
	case is&beside != 0:
		return true
	case !f.found:
		f.placed = true
		return is&(behind|place) != 0
	}
	return is&behind != 0 || f.sure && is&place != 0
}

// byLastByte sorts words by their last byte, since most words end in none of them.
func byLastByte(words []string) (sorted [256][]string) {
	for _, w := range words {
		end := w[len(w)-1]
		sorted[end] = append(sorted[end], w)
	}
	return sorted
}

// isCompound reports whether a word is a function and what qualifies it, in one:
// salesteam, hrdept, infouk, uksupport.
func isCompound(word string) bool {
	if len(word) < 6 {
		return false
	}
	for _, end := range roleEndings[word[len(word)-1]] {
		before, found := strings.CutSuffix(word, end)
		switch {
		case !found:
		case isAbroad(before) && qualifiers[end]&core != 0:
			return true
		case roles[before] && (len(before) > 2 || len(end) > 4 || end == "team" || end == "dept" || end == "desk"):
			return true
		}
	}
	before, code := word[:len(word)-2], word[len(word)-2:]
	return qualifiers[before]&core != 0 && qualifiers[code]&beside != 0
}

// isAbroad reports whether a word is a region that begins no surname: "desales" is one.
func isAbroad(word string) bool {
	switch word {
	case "uk", "us", "usa", "eu", "emea", "apac", "latam":
		return true
	}
	return false
}
