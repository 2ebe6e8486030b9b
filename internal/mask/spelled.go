package mask

import (
	"bytes"
	"strconv"
)

// spelledOut is where a text writes a letter or a digit by its number, as in \u0061,
// %61 or &#97;. Hardly anything that is no disguise does: encoders escape what needs
// it.
func spelledOut(text []byte) (places []int) {
	places = escaped(places, text, '\\', jsonNumber)
	places = escaped(places, text, '%', urlNumber)
	return escaped(places, text, '&', htmlNumber)
}

// escaped adds the places of a character after which there is the number of a plain one.
func escaped(places []int, text []byte, escape byte, plain func(rest []byte) bool) []int {
	for from := 0; ; {
		i := bytes.IndexByte(text[from:], escape)
		if i < 0 {
			return places
		}
		from += i + 1
		if plain(text[from:]) {
			places = append(places, from-1)
		}
	}
}

func jsonNumber(rest []byte) bool {
	return len(rest) >= 5 && rest[0] == 'u' && rest[1] == '0' && rest[2] == '0' && isNumberOfPlain(rest[3:5], 16)
}

func urlNumber(rest []byte) bool {
	for bytes.HasPrefix(rest, []byte("25")) {
		rest = rest[2:]
	}
	return len(rest) >= 2 && isNumberOfPlain(rest[:2], 16)
}

func htmlNumber(rest []byte) bool {
	for bytes.HasPrefix(rest, []byte("amp;")) {
		rest = rest[4:]
	}
	if len(rest) < 2 || rest[0] != '#' {
		return false
	}
	rest, base := rest[1:], 10
	if rest[0]|0x20 == 'x' {
		rest, base = rest[1:], 16
	}
	rest = bytes.TrimLeft(rest, "0")
	length := min(len(rest), 3) // a decimal number has two or three digits, a hexadecimal one two
	for ; length > 1; length-- {
		if isNumberOfPlain(rest[:length], base) {
			return true
		}
	}
	return false
}

func isNumberOfPlain(number []byte, base int) bool {
	c, err := strconv.ParseUint(string(number), base, 8)
	return err == nil && isPlain(byte(c))
}
