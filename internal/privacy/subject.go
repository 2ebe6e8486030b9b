package privacy

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"contactsync/load"
	"contactsync/schema"
)

// Subject is what one table holds of a person.
type Subject struct {
	Name  string // in documents, and of its file
	About string // what its rows are, for the person
	Table string
	Rows  []json.RawMessage
}

// known are the tables that have a name and words of their own, in the order of a
// document. Any other, present or future, follows under its own name.
var known = []Subject{
	{"contacts", "who we take you for: the best values of all records together", "etl.contacts", nil},
	{"records", "what each data vendor says of you, as last served (payload) and as we read it", "etl.records", nil},
	{"versions", "what single lists of a vendor said of you, where they differ", "etl.versions", nil},
	{"identifiers", "addresses, hashes of them, profiles and numbers by which you are recognised", "etl.identifiers", nil},
	{"memberships", "the lists of vendors that you were on, from when to when", "etl.members", nil},
	{"audiences", "these lists", "audiences", nil},
	{"intent_matches", "topics that a vendor says you were interested in, by day", "etl.matches", nil},
	{"events", "visits to websites that a vendor reported", "etl.events", nil},
	{"contact_changes", "values of yours that changed, before and after", "contact_changes", nil},
	{"merges", "records that were taken for somebody else's before", "etl.merges", nil},
	{"identity_warnings", "identifiers of yours that several people seem to share", "etl.identity_warnings", nil},
	{"candidate_pairs", "records that may be yours, or of somebody else", "etl.candidate_pairs", nil},
	{"asked", "identifiers of yours by which a vendor was asked for more", "etl.asked", nil},
	{"enrichments", "the orders in which that was asked", "etl.enrichments", nil},
	{"rejects", "records that could not be read and that name you", "etl.rejects", nil},
	{"suppressions", "hashes by which you are kept out for good", "etl.suppressions", nil},
	{"runs", "the runs of this program that brought or changed any of this", "etl.runs", nil},
}

// subjectsOf sorts the tables into the order of a document.
func subjectsOf(tables []load.HeldTable, suppressions []schema.Suppression) []Subject {
	list := slices.Clone(known)
	for _, t := range tables {
		i := slices.IndexFunc(list, func(s Subject) bool { return s.Table == t.Name })
		if i < 0 {
			name := strings.TrimPrefix(t.Name, "etl.")
			list = append(list, Subject{name, "rows of our working table " + name + " that are about you", t.Name, nil})
			i = len(list) - 1
		}
		list[i].Rows = t.Rows
	}
	i := slices.IndexFunc(list, func(s Subject) bool { return s.Table == schema.Suppressions.Name })
	for _, s := range suppressions {
		at := s.SuppressedAt.UTC().Format("2006-01-02T15:04:05.000000Z")
		row, _ := json.Marshal(suppressed{s.Kind, s.ValueSHA256, s.Reason, at}) // texts always encode
		list[i].Rows = append(list[i].Rows, row)
	}
	return list
}

// suppressed is a suppression as documents have it.
type suppressed struct {
	Kind         string `json:"kind"`
	ValueSHA256  string `json:"value_sha256"`
	Reason       string `json:"reason"`
	SuppressedAt string `json:"suppressed_at"`
}

// subjects are a JSON object: their rows by their names, in their order.
type subjects []Subject

func (list subjects) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	for i, s := range list {
		separator := ","
		if i == 0 {
			separator = "{"
		}
		fmt.Fprintf(&b, "%s%q:[%s]", separator, s.Name, bytes.Join(rawOf(s.Rows), []byte(",")))
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

func rawOf(rows []json.RawMessage) [][]byte {
	raw := make([][]byte, len(rows))
	for i, row := range rows {
		raw[i] = row
	}
	return raw
}

// readable is a value as JSON for people: indented, and every character as it is.
func readable(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(v)
	return b.Bytes(), err
}
