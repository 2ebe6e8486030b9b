package roster

import (
	"bytes"
	"encoding/binary"
	"errors"
	"strings"
	"unicode/utf16"
)

var (
	errNoText = errors.New("it is no text: save the sheet as CSV (UTF-8), and name that file")
	errCutOff = errors.New("it is UTF-16 of an odd number of bytes, so it was cut off: fetch it anew")
)

// noTexts are how the files of spreadsheets, archives and documents begin.
var noTexts = [][]byte{
	[]byte("PK\x03\x04"), []byte("\xd0\xcf\x11\xe0"), []byte("\x1f\x8b"),
	[]byte("%PDF-"), []byte("{\\rtf"), []byte("\xff\xfe\x00\x00"),
}

// decoded is the text of a list: UTF-16 as Excel writes it, or UTF-8. A byte that is not
// UTF-8 becomes the replacement character, with which nothing is an address.
func decoded(data []byte) (string, error) {
	for _, magic := range noTexts {
		if bytes.HasPrefix(data, magic) {
			return "", errNoText
		}
	}
	switch order, mark := orderOf(data); {
	case order != nil:
		return decodedUTF16(data[mark:], order)
	default:
		return strings.ToValidUTF8(strings.TrimPrefix(string(data), "\ufeff"), "\ufffd"), nil
	}
}

// orderOf is the byte order of UTF-16, by its mark or, without one, by the zeros that the
// ASCII in it has, and how long the mark is; nil where it is none.
func orderOf(data []byte) (order binary.ByteOrder, mark int) {
	switch {
	case len(data) < 2:
		return nil, 0
	case data[0] == 0xff && data[1] == 0xfe:
		return binary.LittleEndian, 2
	case data[0] == 0xfe && data[1] == 0xff:
		return binary.BigEndian, 2
	case data[0] != 0 && data[1] == 0:
		return binary.LittleEndian, 0
	case data[0] == 0 && data[1] != 0:
		return binary.BigEndian, 0
	}
	return nil, 0
}

func decodedUTF16(data []byte, order binary.ByteOrder) (string, error) {
	if len(data)%2 != 0 {
		return "", errCutOff
	}
	units := make([]uint16, len(data)/2)
	for i := range units {
		units[i] = order.Uint16(data[2*i:])
	}
	return string(utf16.Decode(units)), nil
}
