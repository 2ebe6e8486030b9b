// Package vendors is the one list of vendors. Whoever adds a vendor adds its line
// here; a test finds what a vendor leaves out.
package vendors

import (
	"encoding/json"
	"slices"
	"time"

	"contactsync/extract"
	"contactsync/extract/audiencelab"
	"contactsync/extract/intent"
	"contactsync/extract/statsocial"
	"contactsync/extract/toofr"

	"github.com/go-json-experiment/json/jsontext"
)

// all is every vendor, in the order of the config's reference.
var all = []extract.Vendor{
	toofr.Vendor(),
	intent.Vendor(),
	statsocial.Vendor(),
	audiencelab.Vendor(),
}

// All is every vendor, in the order of the config's reference.
func All() []extract.Vendor { return slices.Clone(all) }

// Of is the vendor of a source.
func Of(source string) (extract.Vendor, bool) {
	i := slices.IndexFunc(all, func(v extract.Vendor) bool { return v.Name == source })
	if i < 0 {
		return extract.Vendor{}, false
	}
	return all[i], true
}

// Stream is a stream by its name, and its vendor.
func Stream(name string) (extract.Stream, extract.Vendor, bool) {
	for _, v := range all {
		for _, s := range v.Streams {
			if s.Name == name {
				return s, v, true
			}
		}
	}
	return extract.Stream{}, extract.Vendor{}, false
}

// Streams are the names of all streams.
func Streams() []string {
	var names []string
	for _, v := range all {
		for _, s := range v.Streams {
			names = append(names, s.Name)
		}
	}
	return names
}

// Identify finds the key and the date that a stored record of a source says of
// itself, by the rules by which its pages are read now: a record that had no key
// once may have one for a newer version of this program. "" and zero where it
// says nothing; a date that only the page told is not found.
func Identify(source string, raw json.RawMessage) (id string, asOf time.Time) {
	v, known := Of(source)
	if !known || !jsontext.Value(raw).IsValid(extract.LenientJSON) {
		return "", time.Time{}
	}
	return v.Identify(raw)
}
