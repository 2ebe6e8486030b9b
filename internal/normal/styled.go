package normal

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// unstyled writes letters plainly that are drawn in a style of their own: full-width,
// mathematical (which networks use for bold and italics), circled, ligatures of print.
// Joiners stay where their scripts, or emoji, need them.
func unstyled(s string) string {
	if !strings.ContainsFunc(s, isStyled) {
		return s
	}
	punctuation := !strings.ContainsFunc(s, isEastAsian)
	var b strings.Builder
	b.Grow(len(s))
	previous := rune(0)
	for i, r := range s {
		switch {
		case r == 0x200C || r == 0x200D:
			next, _ := utf8.DecodeRuneInString(s[i+utf8.RuneLen(r):])
			if !joins(previous) && !joins(next) {
				continue
			}
			b.WriteRune(r)
		case isWide(r) && (punctuation || IsAlphanumeric(r-0xFEE0)):
			b.WriteRune(r - 0xFEE0)
		case r >= 0x1F150 && r <= 0x1F169:
			b.WriteByte(byte('A' + r - 0x1F150))
		case isSelector(r):
			if previous >= utf8.RuneSelf || !IsAlphanumeric(previous) || previous <= '9' { // of an emoji, keycaps among them
				b.WriteRune(r)
			}
		case smallCapital(r) != 0:
			b.WriteByte(smallCapital(r))
		case isStyled(r) && !isWide(r):
			b.WriteString(norm.NFKC.String(string(r)))
		default:
			b.WriteRune(r)
		}
		previous = r
	}
	return b.String()
}

func isSelector(r rune) bool { return r >= 0xFE00 && r <= 0xFE0F }

// smallCapital is the letter that a small capital stands for, 0 for none.
func smallCapital(r rune) byte {
	if r < 0x0262 {
		return 0
	}
	const capitals = "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡ ʏᴢ"
	at := 0
	for _, c := range capitals {
		if c == r {
			return byte('A' + at)
		}
		at++
	}
	return 0
}

// isStyled reports whether unstyled may have something to do with a character. Of the
// letter-like signs only those are meant that complete the mathematical alphabets.
func isStyled(r rune) bool {
	switch {
	case r < 0x0262:
		return false
	case r <= 0x029F || r >= 0x1D00 && r <= 0x1D22 || r == 0xA730 || r == 0xA731 || r == 0xA7AF:
		return smallCapital(r) != 0
	case r >= 0x02B0 && r <= 0x02B8, r >= 0x02E1 && r <= 0x02E3, r >= 0x1D2C && r <= 0x1DBF, // raised letters: Mᶜ, 1ˢᵗ
		r == 0x2071, r == 0x207F, r >= 0x2160 && r <= 0x217F, isSelector(r): // Roman numerals
		return true
	case r < 0x200C:
		return false
	case r == 0x200C, r == 0x200D, isWide(r), r >= 0xFF66 && r <= 0xFF9F, r >= 0xFB00 && r <= 0xFB06,
		r >= 0x24B6 && r <= 0x24E9, r >= 0x1D400 && r <= 0x1D7FF, r >= 0x1F130 && r <= 0x1F149, r >= 0x1F150 && r <= 0x1F169:
		return true
	}
	return r >= 0x2102 && r <= 0x2134 && strings.ContainsRune("ℂℊℋℌℍℎℐℑℒℕℙℚℛℜℝℤℨℬℭℯℰℱℳℴ", r)
}

// isEastAsian holds for the scripts whose punctuation is wide by right.
func isEastAsian(r rune) bool {
	return r >= 0x3040 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul)
}

// joins reports whether a joiner beside a character may mean something: with all but
// the European and East Asian scripts, blanks and punctuation.
func joins(r rune) bool {
	if r < 0x0530 || r >= 0x1E00 && r < 0x2100 || r == utf8.RuneError {
		return false
	}
	return !unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Zs) && !isStyled(r)
}
