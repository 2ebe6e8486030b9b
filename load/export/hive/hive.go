// Package hive names the folders of partitions as Hive does, so that every reader finds the
// values in them, whatever characters these have. It knows no database and no file.
package hive

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// NullName is Hive's name for the folder of rows without a value.
const NullName = "__HIVE_DEFAULT_PARTITION__"

// Null stands for NULL in a key: no value is encoded so.
const Null = "*"

// Partition is the rows of one folder.
type Partition struct {
	Key    string // the values of the partition columns, percent-encoded, with slashes between
	Folder string
}

// Shortened is a value that is too long for the name of a folder.
type Shortened struct {
	Column string `json:"column"`
	ReadAs string `json:"read_as"` // the value that readers find in the folder's name
	Value  string `json:"value"`
}

// A name may have 255 bytes on most file systems, and a key of S3 1,024 bytes, of which
// the rest is for the prefix, the run and the file.
const (
	longestName = 255
	longestPath = 768
)

// cutMark stands between what is left of a value and its hash.
const cutMark = "~"

var cutName = regexp.MustCompile(cutMark + `[0-9A-Fa-f]{64}$`)

// Folders names the folders of partitions. A name is the value, percent-encoded, so that
// readers find the value itself in it, whatever characters it has. Three kinds of values
// need more than url_encode does:
//
//   - Those that differ in the case of letters alone would share a folder on many disks.
//     Where several such values meet, lower-case letters are encoded, too. Other letters
//     always are, so that no folding or normalising of Unicode concerns them.
//   - Texts that readers take for no value (NULL, and Hive's name for it) have their first
//     letter encoded, and a last full stop, which Windows drops, is.
//   - A name that would be too long is cut and ends with the hash of the whole value. Readers
//     find the cut value; the list of the cut ones has the whole. A value that looks like a
//     cut one is cut as well, so that no value can pass for another.
//
// Which name a value has depends on which values there are, not on their order. Held are the
// folders of older files that stay: their values are among those that are there.
func Folders(columns, keys, held []string) (list []Partition, cut []Shortened) {
	twins := twinsOf(len(columns), keys, held)
	for _, key := range keys {
		var names []string
		for i, encoded := range strings.Split(key, "/") {
			n := naming{columns[i], nameLimit(len(columns)), twins[i][strings.ToLower(encoded)] > 1}
			name, short := n.folder(encoded)
			names = append(names, name)
			if short != nil {
				cut = append(cut, *short)
			}
		}
		list = append(list, Partition{key, strings.Join(names, "/")})
	}
	return list, Compact(cut)
}

// twinsOf counts, per column, the values that are one but for the case of letters.
func twinsOf(columns int, keys, held []string) []map[string]int {
	twins, seen := make([]map[string]int, columns), map[[2]string]bool{}
	for i := range twins {
		twins[i] = map[string]int{}
	}
	count := func(i int, encoded string) {
		if at := [2]string{fmt.Sprint(i), encoded}; !seen[at] {
			seen[at] = true
			twins[i][strings.ToLower(encoded)]++
		}
	}
	for _, key := range keys {
		for i, encoded := range strings.Split(key, "/") {
			count(i, encoded)
		}
	}
	for _, folder := range held {
		for i, name := range strings.Split(folder, "/") {
			if _, value, found := strings.Cut(name, "="); found && i < columns && value != NullName {
				count(i, Encode(decode(value)))
			}
		}
	}
	return twins
}

// naming is what a column's folders are named by.
type naming struct {
	column string
	limit  int
	twin   bool // another value differs in the case of letters alone
}

func nameLimit(columns int) int { return min(longestName, longestPath/columns) }

// folder names the folder of a value; of one that is cut it also gives the whole.
func (n naming) folder(encoded string) (name string, cut *Shortened) {
	if encoded == Null {
		return directory(n.column) + NullName, nil
	}
	value := decode(encoded)
	name = directory(n.column) + n.distinct(encoded, value)
	if len(name) <= n.limit && !cutName.MatchString(value) {
		return name, nil
	}
	sum := sha256.Sum256([]byte(value))
	hash := cutMark + hex.EncodeToString(sum[:])
	start := n.start(value, n.limit-len(directory(n.column))-len(hash))
	return directory(n.column) + Encode(start) + hash, &Shortened{n.column, start + hash, value}
}

// distinct is the encoded value in a spelling that is no other's on any disk, nor read as
// no value.
func (n naming) distinct(encoded, value string) string {
	if n.twin {
		encoded = encodeLower(encoded)
	}
	if s, dotted := strings.CutSuffix(encoded, "."); dotted {
		encoded = s + "%2E"
	}
	if absent := strings.EqualFold(value, "NULL") || strings.EqualFold(value, NullName); absent && encoded[0] != '%' {
		encoded = fmt.Sprintf("%%%02X", encoded[0]) + encoded[1:]
	}
	return encoded
}

// start is as many whole characters of a value as fit into so many bytes of a name.
func (n naming) start(value string, room int) string {
	for i, r := range value {
		if room -= len(Encode(string(r))); room < 0 {
			return value[:i]
		}
	}
	return value
}

// Fits reports why a column cannot name folders: not even a hash would fit.
func Fits(columns []string) error {
	room := nameLimit(max(len(columns), 1)) - len(cutMark) - 2*sha256.Size
	for _, c := range columns {
		if len(directory(c)) > room {
			return fmt.Errorf("partition_by names the column %q, whose name is too long for a folder among %d; "+
				"give it a shorter one in a query, or name fewer columns", c, len(columns))
		}
	}
	return nil
}

// Clash reports whether two of these folders are one where letters have no case. It can only
// be so of folders of different times.
func Clash(folders []string) bool {
	spelled := map[string]string{}
	for _, folder := range folders {
		for end := 0; end < len(folder); end++ {
			if next := strings.IndexByte(folder[end:], '/'); next >= 0 {
				end += next
			} else {
				end = len(folder)
			}
			folded := strings.ToLower(folder[:end])
			if other, found := spelled[folded]; found && other != folder[:end] {
				return true
			}
			spelled[folded] = folder[:end]
		}
	}
	return false
}

// Compact sorts a list and drops what is there twice.
func Compact(list []Shortened) []Shortened {
	slices.SortFunc(list, func(a, b Shortened) int {
		return strings.Compare(a.Column+"\x00"+a.ReadAs, b.Column+"\x00"+b.ReadAs)
	})
	return slices.Compact(list)
}

// Encode percent-encodes all but letters, digits and - _ . ~, as DuckDB's url_encode does.
func Encode(value string) string { return strings.ReplaceAll(url.QueryEscape(value), "+", "%20") }

// decode undoes Encode. What is encoded otherwise is itself.
func decode(encoded string) string {
	value, err := url.PathUnescape(encoded)
	if err != nil {
		return encoded
	}
	return value
}

// encodeLower encodes lower-case letters, too. The digits of what is encoded are upper-case.
func encodeLower(encoded string) string {
	var b strings.Builder
	for _, c := range []byte(encoded) {
		if c >= 'a' && c <= 'z' {
			fmt.Fprintf(&b, "%%%02X", c)
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}

// directory is what the names of the column's folders begin with.
func directory(column string) string { return Encode(column) + "=" }
