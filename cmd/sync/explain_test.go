package main

import (
	"bytes"
	"fmt"
	"testing"

	"contactsync/internal/explain"
	"contactsync/load"
	"contactsync/load/duckdb/report"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

// explainedAs is an explanation as it is printed.
func explainedAs(t *testing.T, e explain.Explanation, all bool) string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, printExplanation(&out, e, all))
	return out.String()
}

func ofLab(id string) explain.Ref {
	return explain.Ref{Source: schema.AudienceLab, SourceID: id}
}

func TestExplainSaysWhatTheGuardKeepsApartAndWhatItWould(t *testing.T) {
	const sentence = "-6.7 bits: other first name, other gender, same surname: relatives?"
	said := explain.Evidence{Bits: -6.7, Sentence: sentence}
	link := explain.Link{
		Record: ofLab("2"), With: ofLab("1"), Kind: schema.EmailSHA256, Value: "hash", Address: "reeds@mail.example", Evidence: said,
	}
	match := explain.Link{Record: ofLab("3"), With: ofLab("1"), Match: true, Evidence: explain.Evidence{Sentence: "+9.1 bits: same first name"}}
	doubt := func(record, with, contact, reason string) explain.Doubt {
		d := explain.Doubt{Record: ofLab(record), With: ofLab(with), Contact: contact, Reason: reason, Evidence: said}
		if reason == schema.PairGuard {
			d.Kind, d.Value, d.Address = link.Kind, link.Value, link.Address
		}
		return d
	}
	e := explain.Explanation{
		ContactID: "c_1", FullName: "Paul Reed", Guard: load.GuardWarn,
		Records: []explain.Record{{Ref: ofLab("1")}, {Ref: ofLab("2")}, {Ref: ofLab("3")}},
		Links:   []explain.Link{link, match},
		Identifiers: []explain.Identifier{
			{Kind: link.Kind, Value: link.Value, Address: link.Address, Refused: schema.WarnDoubtful, Elsewhere: 6, Others: []string{"c_2", "c_3"}},
			{Kind: schema.SSID, Value: "9", Refused: schema.WarnLarge, Elsewhere: 1, Others: []string{"c_4"}},
			{Kind: schema.LinkedIn, Value: "crowd", Refused: schema.WarnShared, Elsewhere: 40},
		},
		Doubts: []explain.Doubt{
			doubt("1", "2", "", schema.PairGuard), doubt("3", "1", "", schema.PairGuard), doubt("1", "8", "c_2", schema.PairGuard),
			doubt("2", "9", "c_5", schema.PairMatch),
		},
	}
	const refused = `
What links nobody
  the address reeds@mail.example  is carried by records that speak for different people  carried by 6 other people: c_2, c_3, ...
  ss_id 9                         would make a person of too many records or names       carried by 1 other person: c_4
  linkedin crowd                  is carried under too many surnames                     carried by 40 other people
  the address reeds@mail.example  does not link audiencelab:1                            with audiencelab:8 of c_2  ` + sentence + `

Who may be the same person
  audiencelab:2  matches audiencelab:9  of c_5  ` + sentence + "\n"
	text := explainedAs(t, e, false)
	require.Contains(t, text, `
Why they are one person
  audiencelab:2  shares the address reeds@mail.example  with audiencelab:1  `+sentence+` The guard would part them.
  audiencelab:3  shares no identifier, but matches      audiencelab:1       +9.1 bits: same first name
  audiencelab:3  shares the address reeds@mail.example  with audiencelab:1  `+sentence+` The guard would part them.
`)
	require.Contains(t, text, refused)

	e.Guard = load.GuardOn
	text = explainedAs(t, e, false)
	require.NotContains(t, text, "would part")
	require.Contains(t, text, refused)
}

func TestAContactOfManyRecordsIsShortened(t *testing.T) {
	const records = 30
	e := explain.Explanation{ContactID: "c_1", Records: []explain.Record{{Ref: ofLab("0")}}}
	address := explain.Identifier{Kind: schema.EmailSHA256, Value: "hash", Address: "team@acme.example", Links: true}
	hash := address
	hash.Kind = schema.EmailMD5
	for i := range records {
		r := ofLab(fmt.Sprint(i))
		if i == 1 {
			r.Source = schema.Toofr
		}
		if i > 0 {
			e.Records = append(e.Records, explain.Record{Ref: r})
			e.Links = append(e.Links, explain.Link{Record: r, With: ofLab("0"), Kind: address.Kind, Value: address.Value, Address: address.Address})
		}
		address.Records, hash.Records = append(address.Records, r), append(hash.Records, r)
	}
	e.Identifiers = []explain.Identifier{hash, address, {Kind: schema.LinkedIn, Value: "team", Links: true, Records: address.Records[:2]}}

	short, long := explainedAs(t, e, false), explainedAs(t, e, true)
	require.Contains(t, short, `
Records by vendor
  audiencelab  29
  toofr        1

What holds most of them together
  the address team@acme.example  carried by 30 of the records
  linkedin team                  carried by 2 of the records
`)
	for _, want := range []string{"and 10 more; --all shows them", "and 9 more; --all shows them", "audiencelab:19 ", "audiencelab:20 "} {
		require.Contains(t, short, want)
	}
	require.NotContains(t, short, "audiencelab:21 ")
	for _, none := range []string{"more; --all", "by vendor", "holds most"} {
		require.NotContains(t, long, none)
	}
	require.Contains(t, long, "audiencelab:29  shares the address team@acme.example  with audiencelab:0")

	e.Records = e.Records[:fewRecords]
	require.NotContains(t, explainedAs(t, e, false), "by vendor")
}

func TestStatusSaysInALineWhatIsInDoubt(t *testing.T) {
	largest := report.ContactSize{ContactID: "c_1", Records: 1}
	require.Equal(t, "identity: 0 identifiers link nobody, or not everybody; 0 doubtful pairs are open for review; "+
		"the largest contact is of 1 record (c_1)",
		inDoubt{doubts: report.Doubts{Largest: largest}}.String())
	largest.Records = 143
	require.Equal(t, "identity: 11 identifiers link nobody, or not everybody (doubtful 9, shared 2); 1 doubtful pair is open for review; "+
		"the largest contact is of 143 records (c_1)",
		inDoubt{open: 1, doubts: report.Doubts{
			Warnings: []report.ReasonCount{{Reason: "doubtful", Identifiers: 9}, {Reason: "shared", Identifiers: 2}}, Largest: largest,
		}}.String())
}
