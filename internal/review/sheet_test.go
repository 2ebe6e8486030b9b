package review

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"

	"contactsync/internal/spreadsheet"
	"contactsync/load/duckdb/report"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

func TestSheetsAreReadAsSheetsAreWritten(t *testing.T) {
	want := []Decision{same, decision("intent:x", "toofr:9", false)}
	for name, text := range map[string]string{
		"commas": "decision,record,other_record,full_name\nsame,toofr:1,audiencelab:7f,Ann\n" +
			",toofr:2,toofr:3,Bob\ndifferent,intent:x,toofr:9,\n",
		"semicolons": "\ufeffdecision;record;other_record;bits\r\n" +
			"same;toofr:1;audiencelab:7f;-1,5\r\n;;;\r\nDifferent;intent:x;toofr:9;2,5\r\n",
		"tabs": "full_name\tRecord\tOther_Record\tDecision\n" +
			"Lee, Ann\ttoofr:1\taudiencelab:7f\t same \nx\tintent:x\ttoofr:9\tDIFFERENT\n",
		"quoted": "\"decision\",\"record\",\"other_record\"\n" +
			"\"same\",\"toofr:1\",\"audiencelab:7f\"\n\ndifferent,intent:x,toofr:9",
		"twice the same": "decision,record,other_record\nsame,toofr:1,audiencelab:7f\n" +
			"same,audiencelab:7f,toofr:1\ndifferent,intent:x,toofr:9\n",
		"short rows": "record,other_record,decision,a,b\ntoofr:1,audiencelab:7f,same\ntoofr:5\nintent:x,toofr:9,different,1,2,3\n",
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ReadSheet("answers.csv", strings.NewReader(text))
			require.NoError(t, err)
			require.Equal(t, want, got)
		})
	}
}

func TestMistakesInASheetAreReportedTogetherWithTheirPlace(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"empty", "", "answers.csv:1:1: is empty: want a header with record, other_record and decision"},
		{
			"no header", "same,toofr:1,toofr:2\n",
			"answers.csv:1:1: the column record is missing\nanswers.csv:1:1: the column other_record is missing\n" +
				"answers.csv:1:1: the column decision is missing",
		},
		{"a column twice", "record,other_record,decision,record\n", "answers.csv:1:30: the column record is there twice"},
		{
			"another encoding", "record,other_record,decision\nM\xfcller,toofr:1,same\n",
			"answers.csv:1:1: is not UTF-8: save the sheet as CSV in UTF-8",
		},
		{
			"several",
			"name,decision,record,other_record\nJörg,yes,toofr:1,toofr:2\nBob,same,ann@example.com,hubspot:1\nEve,same,toofr:4,toofr:4\n" +
				"Ida,same,toofr:5,toofr:6\nIda,different,toofr:6,toofr:5\nZoe,same\n",
			"answers.csv:2:6: want same, different or nothing\n" +
				"answers.csv:3:10: want a record as source:id\nanswers.csv:3:26: want a record as source:id\n" +
				"answers.csv:4:18: both of the pair are the same\n" +
				"answers.csv:6:5: contradicts line 5\n" +
				"answers.csv:7:5: want a record as source:id\nanswers.csv:7:5: want a record as source:id",
		},
		{
			"a quote", "decision,record,other_record\nyes,toofr:1,toofr:2\nsame,\"toofr:1\"x,toofr:2\n",
			"answers.csv:2:1: want same, different or nothing\nanswers.csv:3:14: is no CSV: a quote is out of place",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := ReadSheet("answers.csv", strings.NewReader(test.text))
			require.EqualError(t, err, test.want)
			require.ErrorAs(t, err, new(*Error))
			require.Empty(t, got)
		})
	}
}

// TestASheetComesBack fills the decision into what is written for a sheet.
func TestASheetComesBack(t *testing.T) {
	p := Pair{Candidate: report.Candidate{CandidatePair: schema.CandidatePair{
		Source: "toofr", SourceID: "1", OtherSource: "audiencelab", OtherSourceID: "7\"; =x\n'+1",
	}}}
	row := p.Row()
	require.Len(t, row, len(Columns))
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	cells := make([]string, len(row))
	for i, v := range row {
		text, _ := v.(string)
		cells[i] = spreadsheet.Inert(text)
	}
	cells[0] = Same
	require.NoError(t, w.WriteAll([][]string{Columns, cells}))
	got, err := ReadSheet("answers.csv", &b)
	require.NoError(t, err)
	require.Equal(t, []Decision{{p.Records()[0], p.Records()[1], true}}, got)
}

func FuzzReadSheet(f *testing.F) {
	for _, seed := range []string{
		"decision,record,other_record\nsame,toofr:1,toofr:2\n", "\ufeffdecision;record;other_record\r\nno;\"toofr:1\n\";x\r\n",
		"record\tother_record\tdecision\n\n\"", "\n\n,\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		got, err := ReadSheet("f", bytes.NewReader(text))
		if err != nil {
			require.Empty(t, got)
			require.Regexp(t, `^(f:[1-9]\d*:[1-9]\d*: [^\n]+\n?)+$`, err.Error())
			return
		}
		for _, d := range got {
			require.NoError(t, d.check())
		}
	})
}
