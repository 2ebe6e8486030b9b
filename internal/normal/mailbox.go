package normal

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// mailboxes is how providers read the local parts of their addresses, by the domains of
// which they alone give addresses. In there is who says that what follows a plus sign is
// a tag of the owner's, made up at will and delivered to the one mailbox:
//
//   - Google: support.google.com/mail/answer/22370 (tags), /7436150 (dots are nothing),
//     /10313 (googlemail.com is gmail.com)
//   - Microsoft: Outlook.com and Hotmail since 2013, www.zdnet.com/article/
//     microsoft-adds-support-for-custom-email-addresses-in-office-365
//   - Fastmail: www.fastmail.help/hc/en-us/articles/360060591053
//   - Proton: proton.me/support/addresses-and-aliases
//
// Of everybody else's nobody can tell: a company's server may take the plus for a
// letter. Yahoo's tags follow a hyphen, which names hold, too.
var mailboxes = map[string]struct {
	dotless bool
	domain  string // by which the mailbox is known; "": the address's own
}{
	"gmail.com": {dotless: true}, "googlemail.com": {dotless: true, domain: "gmail.com"},
	"outlook.com": {}, "hotmail.com": {}, "live.com": {},
	"fastmail.com": {}, "fastmail.fm": {},
	"proton.me": {}, "protonmail.com": {}, "pm.me": {},
}

// Mailbox is the address that stands for the mailbox of an address in normal form: the
// one that is left when its provider's tag and dots are taken off
// (ann.ivers+news@gmail.com arrives at annivers@gmail.com), which is in normal form, too.
// Mail goes to the address as it is; the mailbox tells that two addresses are one person's.
func Mailbox(address string) string {
	at := strings.LastIndexByte(address, '@')
	if at < 0 {
		return address
	}
	provider, known := mailboxes[address[at+1:]]
	if !known {
		return address
	}
	local, domain := address[:at], address[at+1:]
	if tag := strings.IndexByte(local, '+'); tag >= 0 {
		local = local[:tag]
	}
	if provider.dotless && strings.IndexByte(local, '.') >= 0 {
		local = strings.ReplaceAll(local, ".", "")
	}
	if provider.domain != "" {
		domain = provider.domain
	}
	switch {
	case local == "", local[len(local)-1] == '.': // no provider gives such an address
		return address
	case len(local) == at && len(domain) == len(address)-at-1:
		return address
	}
	return local + "@" + domain
}

// Spellings are the usual other ones of an address in normal form, whose mail server
// reads all alike, but of which each has another hash: with capitals (Ann.Lee@acme.example)
// and in capitals.
func Spellings(address string) []string {
	at := strings.LastIndexByte(address, '@')
	if at < 0 {
		return []string{}
	}
	begun, upper := inCapitals(address, at)
	spellings := make([]string, 0, 3) // and one as it was sent
	if begun != address {
		spellings = append(spellings, begun)
	}
	if upper != address && upper != begun {
		spellings = append(spellings, upper)
	}
	return spellings
}

// inCapitals is an address, whose local part ends at a place, with capitals that begin
// the words of that, and in capitals.
func inCapitals(address string, at int) (begun, upper string) {
	if !IsASCII(address) || len(address) > maxAddress {
		return capitalLetters(address[:at]) + address[at:], strings.ToUpper(address)
	}
	var room [2 * maxAddress]byte
	both := append(append(room[:0], address...), address...)
	capitalise(both[:at])
	for i := len(address); i < len(both); i++ {
		if c := both[i]; c >= 'a' && c <= 'z' {
			both[i] = c - 'a' + 'A'
		}
	}
	text := string(both)
	return text[:len(address)], text[len(address):]
}

// capitalise begins each word of a local part in ASCII with a capital.
func capitalise(local []byte) {
	inWord := false
	for i, c := range local {
		isLetter := c >= 'a' && c <= 'z'
		if isLetter && !inWord {
			local[i] = c - 'a' + 'A'
		}
		inWord = isLetter
	}
}

// capitalLetters is [capitalise] of letters in any script.
func capitalLetters(local string) string {
	inWord := false
	return strings.Map(func(r rune) rune {
		first := !inWord
		if inWord = unicode.IsLetter(r) || unicode.IsMark(r); inWord && first {
			return unicode.ToTitle(r)
		}
		return r
	}, local)
}

// SpellingAsSent is how a text spells an address of which [Email] made the normal form:
// the address alone, its case and outer blanks as sent. It is not ok of a text that is in
// normal form, nor of one that holds more than the address: nobody hashes a display name.
func SpellingAsSent(sent, address string) (spelling string, ok bool) {
	if len(sent) == len(address) && sent == address || len(sent) > maxAddress {
		return "", false
	}
	bare := strings.TrimFunc(sent, func(r rune) bool { return r < utf8.RuneSelf && unicode.IsSpace(r) })
	return sent, strings.EqualFold(bare, address)
}
