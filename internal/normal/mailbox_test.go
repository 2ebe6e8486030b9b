package normal

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

func TestAMailboxHasOneAddress(t *testing.T) {
	for address, want := range map[string]string{
		"annivers@gmail.com":            "annivers@gmail.com",
		"ann.ivers+news@gmail.com":      "annivers@gmail.com",
		"a.n.n.i.v.e.r.s@gmail.com":     "annivers@gmail.com",
		"annivers@googlemail.com":       "annivers@gmail.com",
		"ann.ivers+a+b@googlemail.com":  "annivers@gmail.com",
		"ann.ivers+news@outlook.com":    "ann.ivers@outlook.com",
		"ann.ivers+news@hotmail.com":    "ann.ivers@hotmail.com",
		"ann.ivers+news@live.com":       "ann.ivers@live.com",
		"ann.ivers+news@fastmail.com":   "ann.ivers@fastmail.com",
		"ann.ivers+news@proton.me":      "ann.ivers@proton.me",
		"ann.ivers+@proton.me":          "ann.ivers@proton.me",
		"ann.ivers@proton.me":           "ann.ivers@proton.me",
		"ann.ivers+news@acme.example":   "ann.ivers+news@acme.example",
		"ann.ivers+news@yahoo.com":      "ann.ivers+news@yahoo.com",
		"ann-news@yahoo.com":            "ann-news@yahoo.com",
		"ann.ivers@mail.gmail.com":      "ann.ivers@mail.gmail.com",
		"+news@gmail.com":               "+news@gmail.com",
		"ann.+news@proton.me":           "ann.+news@proton.me",
		"ann.ivers+news@gmail.com.test": "ann.ivers+news@gmail.com.test",
		"ann":                           "ann",
	} {
		require.Equal(t, want, Mailbox(address), address)
	}
}

func TestAnAddressHasTwoOtherSpellings(t *testing.T) {
	for address, want := range map[string][]string{
		"eva@acme.example":           {"Eva@acme.example", "EVA@ACME.EXAMPLE"},
		"ann.ivers@acme.example":     {"Ann.Ivers@acme.example", "ANN.IVERS@ACME.EXAMPLE"},
		"a-b_o'hara@acme.example":    {"A-B_O'Hara@acme.example", "A-B_O'HARA@ACME.EXAMPLE"},
		"ann2ivers+x@xn--a-1.co":     {"Ann2Ivers+X@xn--a-1.co", "ANN2IVERS+X@XN--A-1.CO"},
		"12345@acme.example":         {"12345@ACME.EXAMPLE"},
		strings.Repeat("a", 3) + "@": {"Aaa@", "AAA@"},
		"ann":                        {},
	} {
		require.Equal(t, want, Spellings(address), address)
	}
}

func TestASpellingIsTheAddressAlone(t *testing.T) {
	for sent, want := range map[string]bool{
		"eva@acme.example": false, "Eva@acme.example": true, "eVA@Acme.Example": true,
		" eva@acme.example": true, "EVA@acme.example\t\n": true,
		"Eva <eva@acme.example>": false, "eva@acme.example,": false, "mailto:eva@acme.example": false, "": false, "eva@other.example": false,
		strings.Repeat(" ", maxAddress) + "eva@acme.example": false,
	} {
		spelling, ok := SpellingAsSent(sent, "eva@acme.example")
		require.Equal(t, want, ok, "%q", sent)
		if ok {
			require.Equal(t, sent, spelling)
		}
	}
}

// FuzzMailbox holds what identity rests on: all spellings of an address are of one
// normal form, and of one mailbox, whose own mailbox is itself.
func FuzzMailbox(f *testing.F) {
	for _, s := range []string{
		"Ann.Ivers+news@gmail.com", "+@googlemail.com", "a.+b@proton.me", ".@x", " Eva@acme.example ", "12@gmail.com",
		"ann@MÜNCHEN.example", "\u212a@acme.example",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		address, ok := Email(s)
		if !ok || !utf8.ValidString(s) {
			return
		}
		mailbox := Mailbox(address)
		again, ok := Email(mailbox)
		require.True(t, ok, "%q of %q", mailbox, address)
		require.Equal(t, mailbox, again)
		require.Equal(t, mailbox, Mailbox(mailbox))
		spellings := Spellings(address)
		require.LessOrEqual(t, len(spellings), 2)
		if spelling, ok := SpellingAsSent(s, address); ok {
			spellings = append(spellings, spelling)
		}
		for _, spelling := range spellings {
			require.NotEqual(t, address, spelling)
			normal, ok := Email(spelling)
			require.True(t, ok, "%q of %q", spelling, address)
			require.Equal(t, address, normal)
		}
	})
}
