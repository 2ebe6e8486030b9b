package box

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// wide is a table of the program's kind.
func wide() Table {
	return Table{
		Columns: []Column{
			{Name: "pipeline"}, {Name: "run_id", Whole: true}, {Name: "rows", Number: true}, {Name: "rejected", Number: true},
			{Name: "seconds", Number: true, Spare: 1}, {Name: "position"},
		},
		Rows: [][]string{
			{"crm-intent", "20261121T020000Z-1f2e3d", "1200", "0", "1.25", "day 2026-11-20 of audience 17, the ninth page of twelve"},
			{"labs", "20261121T020000Z-4f5e6d", "7", "", "0.5", ""},
		},
	}
}

func widest(drawn string) (width int) {
	for line := range strings.Lines(drawn) {
		width = max(width, widthOf(strings.TrimRight(line, "\n")))
	}
	return width
}

func TestAReportThatFitsIsWhole(t *testing.T) {
	require.Equal(t, wide().Whole(), wide().Report(200))
}

func TestAReportLosesNothingButZeros(t *testing.T) {
	for _, c := range []struct {
		width int
		want  string
	}{
		{100, `
┌────────────┬─────────────────────────┬──────┬─────────┬──────────────────────────────────────────┐
│ pipeline   │ run_id                  │ rows │ seconds │ position                                 │
├────────────┼─────────────────────────┼──────┼─────────┼──────────────────────────────────────────┤
│ crm-intent │ 20261121T020000Z-1f2e3d │ 1200 │    1.25 │ day 2026-11-20 of audience 17, the ninth │
│            │                         │      │         │ page of twelve                           │
│ labs       │ 20261121T020000Z-4f5e6d │    7 │     0.5 │                                          │
└────────────┴─────────────────────────┴──────┴─────────┴──────────────────────────────────────────┘
`},
		{70, `
┌────────────┬─────────────────────────┬──────┬──────────────────────┐
│ pipeline   │ run_id                  │ rows │ position             │
├────────────┼─────────────────────────┼──────┼──────────────────────┤
│ crm-intent │ 20261121T020000Z-1f2e3d │ 1200 │ day 2026-11-20 of    │
│            │                         │      │ audience 17, the     │
│            │                         │      │ ninth page of twelve │
│ labs       │ 20261121T020000Z-4f5e6d │    7 │                      │
└────────────┴─────────────────────────┴──────┴──────────────────────┘
not shown for want of width: seconds; -o json has all
`},
		{40, `
─[ 1 ]─────────────────────────
pipeline │ crm-intent
run_id   │ 20261121T020000Z-1f2e3d
rows     │ 1200
seconds  │ 1.25
position │ day 2026-11-20 of audience
         │ 17, the ninth page of twelve
─[ 2 ]─────────────────────────
pipeline │ labs
run_id   │ 20261121T020000Z-4f5e6d
rows     │ 7
seconds  │ 0.5
position │
`},
	} {
		t.Run(fmt.Sprint(c.width), func(t *testing.T) {
			drawn := wide().Report(c.width)
			require.Equal(t, strings.TrimPrefix(c.want, "\n"), drawn)
			require.LessOrEqual(t, widest(drawn), c.width)
		})
	}
}

func TestAnAnswerShowsItsFirstAndLastColumns(t *testing.T) {
	table := Table{Rows: [][]string{{}}}
	for i := range 12 {
		table.Columns = append(table.Columns, Column{Name: fmt.Sprintf("column%d", i)})
		table.Rows[0] = append(table.Rows[0], strings.Repeat("x", 30)+"\nend")
	}
	drawn, shown := table.Answer(80)
	require.Equal(t, 3, shown)
	require.Equal(t, strings.TrimPrefix(`
┌────────────────────────┬────────────────────────┬───┬────────────────────────┐
│ column0                │ column1                │ … │ column11               │
├────────────────────────┼────────────────────────┼───┼────────────────────────┤
│ xxxxxxxxxxxxxxxxxxxxx… │ xxxxxxxxxxxxxxxxxxxxx… │ … │ xxxxxxxxxxxxxxxxxxxxx… │
└────────────────────────┴────────────────────────┴───┴────────────────────────┘
`, "\n"), drawn)
	few := Table{Columns: table.Columns[:2], Rows: [][]string{table.Rows[0][:2]}}
	drawn, shown = few.Answer(80)
	require.Equal(t, 2, shown)
	require.Contains(t, drawn, `│ xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\nend │`)
}

func TestAnyTableFitsItsWidth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		width := rapid.IntRange(30, 160).Draw(t, "width")
		n := rapid.IntRange(1, 12).Draw(t, "columns")
		word := rapid.StringMatching(`[a-zé漢 ]{0,40}`)
		table := Table{}
		for range n {
			name := rapid.StringMatching(`[a-z_]{1,12}`).Draw(t, "name")
			table.Columns = append(table.Columns, Column{Name: name, Spare: rapid.IntRange(0, 2).Draw(t, "spare")})
		}
		for range rapid.IntRange(0, 4).Draw(t, "rows") {
			row := make([]string, n)
			for i := range row {
				row[i] = word.Draw(t, "value")
			}
			table.Rows = append(table.Rows, row)
		}
		drawn, shown := table.Answer(width)
		require.LessOrEqual(t, widest(drawn), width)
		require.Positive(t, shown)
		if len(table.Rows) > 0 {
			report := table.Report(width)
			require.LessOrEqual(t, widest(report), width, report)
		}
		require.True(t, utf8.ValidString(drawn))
	})
}

func TestWhatSteersIsMadeVisible(t *testing.T) {
	require.Equal(t, `a\x1b[31m\r\u202eb`+"\nc", Visible("a\x1b[31m\r\u202eb\nc"))
}
