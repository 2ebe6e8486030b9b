//go:build duckdb_arrow

package explain

import (
	"cmp"
	"fmt"
	"slices"
	"testing"

	"contactsync/internal/identity"
	"contactsync/internal/normal"
	"contactsync/internal/run"
	"contactsync/load/duckdb/report"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

// TestALinkTellsWhatItsRecordsSayOfEachOther is of spouses with one mailbox, and of an
// address that is refused beside a profile that is not.
func TestALinkTellsWhatItsRecordsSayOfEachOther(t *testing.T) {
	const mailbox = "thereeds@gmail.com"
	record := func(id, first, gender string) schema.SourceContact {
		return schema.SourceContact{Source: schema.AudienceLab, SourceID: id, Emails: []string{mailbox}, Profile: schema.Profile{
			FirstName: first, LastName: "Reed", FullName: first + " Reed", Gender: gender, Email: mailbox, PersonalEmail: mailbox,
		}}
	}
	carried := func(id string, kind schema.Kind, value, refused string) report.CarriedIdentifier {
		return report.CarriedIdentifier{
			Identifier: schema.Identifier{Source: schema.AudienceLab, SourceID: id, Kind: kind, Value: value}, Refused: refused,
		}
	}
	p := report.Person{
		Records: []schema.SourceContact{record("1", "Paul", "male"), record("2", "Nina", "female")},
		Identifiers: []report.CarriedIdentifier{
			carried("1", schema.EmailSHA256, "hash", ""), carried("2", schema.EmailSHA256, "hash", ""),
		},
	}
	links := explain(p, run.Overrides{}, identity.Rules{}).Links
	require.Len(t, links, 1)
	require.Equal(t, "relatives", links[0].Evidence.Suggests)
	require.Equal(t, []string{"other first name", "other gender", "same surname"}, links[0].Evidence.Words)
	require.Regexp(t, `^-\d+\.\d bits: other first name, other gender, same surname: relatives\?$`, links[0].Evidence.Sentence)

	p.Records[1] = record("2", "Paul", "male")
	p.Identifiers = []report.CarriedIdentifier{
		carried("1", schema.EmailSHA256, "hash", "shared"), carried("2", schema.EmailSHA256, "hash", "shared"),
		carried("1", schema.LinkedIn, "paul-reed", ""), carried("2", schema.LinkedIn, "paul-reed", ""),
	}
	links = explain(p, run.Overrides{}, identity.Rules{}).Links
	require.Len(t, links, 1)
	require.Equal(t, "same_person", links[0].Evidence.Suggests)
	require.Positive(t, links[0].Evidence.Bits)
	require.NotContains(t, links[0].Evidence.Sentence, "address")
}

// reeds are a couple with one mailbox and two records each: of each, one carries a profile,
// too.
func reeds() report.Person {
	const mailbox = "thereeds@gmail.com"
	p := report.Person{Contact: schema.Contact{ContactID: "c_reeds"}}
	for _, r := range [][4]string{
		{"1", "Paul", "male", "paul"}, {"2", "Nina", "female", "nina"}, {"3", "Nina", "female", ""}, {"4", "Paul", "male", "paul"},
	} {
		profile := schema.Profile{
			FirstName: r[1], LastName: "Reed", FullName: r[1] + " Reed", Gender: r[2], Email: mailbox, PersonalEmail: mailbox,
		}
		p.Records = append(p.Records, schema.SourceContact{
			Source: schema.AudienceLab, SourceID: r[0], Emails: []string{mailbox}, Profile: profile,
		})
		id := schema.Identifier{Source: schema.AudienceLab, SourceID: r[0], Kind: schema.EmailSHA256, Value: normal.SHA256(mailbox)}
		p.Identifiers = append(p.Identifiers, report.CarriedIdentifier{
			Identifier: id, Refused: schema.WarnDoubtful, Elsewhere: 1, Others: []string{"c_max"},
		})
		if r[3] != "" {
			id.Kind, id.Value = schema.LinkedIn, r[3]
			p.Identifiers = append(p.Identifiers, report.CarriedIdentifier{Identifier: id})
		}
	}
	slices.SortStableFunc(p.Identifiers, func(a, b report.CarriedIdentifier) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Value, b.Value))
	})
	return p
}

func ref(id string) Ref { return Ref{schema.AudienceLab, id} }

func TestADoubtfulIdentifierIsToldLastAndWhereItSpeaksForOnePerson(t *testing.T) {
	links := explain(reeds(), run.Overrides{}, identity.Rules{}).Links
	require.Len(t, links, 3)
	require.Equal(t, []Ref{ref("4"), ref("1")}, []Ref{links[0].Record, links[0].With})
	require.Equal(t, schema.LinkedIn, links[0].Kind, "which is not doubtful")
	require.Equal(t, []Ref{ref("3"), ref("1")}, []Ref{links[1].Record, links[1].With})
	require.Negative(t, links[1].Evidence.Bits)
	require.Equal(t, []Ref{ref("2"), ref("3")}, []Ref{links[2].Record, links[2].With}, "though Paul, too, shares the mailbox")
	require.Positive(t, links[2].Evidence.Bits)
}

func TestDoubtsAreToldFromThePersonsSide(t *testing.T) {
	p := reeds()
	stranger := schema.SourceContact{Source: schema.Toofr, SourceID: "9"}
	stranger.FirstName, stranger.LastName, stranger.Gender = "Max", "Ito", "male"
	p.Others = []report.Other{{SourceContact: stranger, Identifiers: []schema.Identifier{p.Identifiers[0].Identifier}}}
	pair := func(source, id, other string, bits float64, reason string, joined bool) schema.CandidatePair {
		c := schema.CandidatePair{
			Source: source, SourceID: id, OtherSource: schema.AudienceLab, OtherSourceID: other, Reason: reason, Bits: bits, Joined: joined,
		}
		if reason == schema.PairGuard {
			c.Kind, c.Value = string(schema.EmailSHA256), p.Identifiers[0].Value
		}
		return c
	}
	p.Doubts = []report.Doubt{
		{CandidatePair: pair(schema.AudienceLab, "1", "2", -4.24, schema.PairGuard, true), Contact: "c_reeds", OtherContact: "c_reeds"},
		{CandidatePair: pair(schema.Toofr, "9", "1", -9, schema.PairGuard, false), Contact: "c_max", OtherContact: "c_reeds"},
	}
	doubts := explain(p, run.Overrides{}, identity.Rules{}).Doubts
	require.Len(t, doubts, 2)
	require.Equal(t, "", doubts[0].Contact, "both are the person's")
	require.Regexp(t, `^-4.2 bits: .*other first name.*: relatives\?$`, doubts[0].Evidence.Sentence, "with the bits that decided")
	require.Equal(t, "thereeds@gmail.com", doubts[0].Address)
	require.Equal(t, []Ref{ref("1"), {schema.Toofr, "9"}}, []Ref{doubts[1].Record, doubts[1].With})
	require.Equal(t, "c_max", doubts[1].Contact)
	require.Contains(t, doubts[1].Evidence.Words, "other surname")

	matched := pair(schema.AudienceLab, "4", "2", 12, schema.PairMatch, true)
	p.Doubts = []report.Doubt{{CandidatePair: matched, Contact: "c_reeds", OtherContact: "c_reeds"}}
	links := explain(p, run.Overrides{}, identity.Rules{}).Links
	require.Len(t, links, 3)
	require.True(t, links[1].Match, "the match is stronger than the doubtful address")
	require.Equal(t, []Ref{ref("2"), ref("4")}, []Ref{links[1].Record, links[1].With})
	require.InDelta(t, 12, links[1].Evidence.Bits, 0)
}

func TestAnIdentifierThatLinksSomeLinksWhereItDid(t *testing.T) {
	p := reeds()
	for _, id := range explain(p, run.Overrides{}, identity.Rules{}).Identifiers {
		require.True(t, id.Links, id.Kind)
	}
	p.Records, p.Identifiers = p.Records[:1], p.Identifiers[:1]
	ids := explain(p, run.Overrides{}, identity.Rules{}).Identifiers
	require.False(t, ids[0].Links, "there is nobody else")
	require.Equal(t, []string{"c_max"}, ids[0].Others)
}

// A crowd is what was joined before anything kept it from that.
func TestALargeCrowdIsExplainedSoon(t *testing.T) {
	const records = 10_000
	p := report.Person{Contact: schema.Contact{ContactID: "c_crowd"}}
	for i := range records {
		name := schema.Profile{FirstName: fmt.Sprint("Nr", i)}
		p.Records = append(p.Records, schema.SourceContact{Source: schema.Toofr, SourceID: fmt.Sprint(i), Profile: name})
		p.Identifiers = append(p.Identifiers, report.CarriedIdentifier{
			Identifier: schema.Identifier{Source: schema.Toofr, SourceID: fmt.Sprint(i), Kind: schema.SSID, Value: "9"}, Refused: schema.WarnLarge,
		})
	}
	require.Len(t, explain(p, run.Overrides{}, identity.Rules{}).Links, records-1)
}
