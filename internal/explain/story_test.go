//go:build duckdb_arrow

package explain

import (
	"testing"

	"contactsync/internal/identity"
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
