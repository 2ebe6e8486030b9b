package export_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCSVHoldsNothingThatASpreadsheetRuns(t *testing.T) {
	t.Parallel()
	conn := warehouse(t, 0)
	s := contacts(filepath.Join(t.TempDir(), "contacts"))
	s.Table, s.Query = "", `SELECT 1 AS id, '=1+1' AS full_name, ' @x' AS title, '+15550100' AS phone, -5 AS balance,
		-1.5::DECIMAL(4,1) AS score, ['=1', 'a;=b'] AS list,
		 '-5' AS said, '=a'::ENUM('=a') AS kind, '=x'::BLOB AS bytes, DATE '2026-11-20' AS day, 'a`+"\n"+`-b' AS "=note"`
	s.Format = "csv"
	write(t, conn, s)
	require.Equal(t, strings.TrimPrefix(`
id,full_name,title,phone,balance,score,list,said,kind,bytes,day,'=note
1,'=1+1,' @x,+15550100,-5,-1.5,"[""=1"",""a;'=b""]",-5,'=a,'=x,2026-11-20,"a
'-b"
`, "\n"), content(t, s.Path, "data.csv"))

	s.Formulas = true
	require.False(t, write(t, conn, s).Unchanged)
	require.Equal(t, strings.TrimPrefix(`
id,full_name,title,phone,balance,score,list,said,kind,bytes,day,=note
1,=1+1, @x,+15550100,-5,-1.5,"[""=1"",""a;=b""]",-5,=a,=x,2026-11-20,"a
-b"
`, "\n"), content(t, s.Path, "data.csv"))

	for _, format := range []string{"parquet", "ndjson"} {
		s.Format, s.Formulas = format, false
		write(t, conn, s)
		require.Equal(t, []string{"{'full_name': '=1+1'}"}, rows(t, conn, "SELECT full_name FROM '"+s.Path+"/data."+format+"'"))
	}
}

// TestSafeCSVIsUndoneAsDocumented runs the expression of docs/config.md.
func TestSafeCSVIsUndoneAsDocumented(t *testing.T) {
	t.Parallel()
	conn := warehouse(t, 0)
	text := content(t, "../../docs/config.md")
	_, text, found := strings.Cut(text, "SELECT regexp_replace(")
	require.True(t, found)
	expression, _, found := strings.Cut(text, " FROM 'exports/people/*.csv'")
	require.True(t, found)
	expression = "regexp_replace(" + expression
	execute(t, conn, `CREATE TABLE people AS SELECT unnest([
		'Ann', '=1', ' @x', '''=1', '''''-x',
		'a;=b', '+15550100', E'\t=x', E'\nx', 'it''s', '"+"', '＝1', '''Ann']) AS full_name`)
	s := contacts(filepath.Join(t.TempDir(), "contacts"))
	s.Table, s.Format = "people", "csv"
	write(t, conn, s)
	read := "SELECT " + expression + " AS full_name FROM read_csv('" + s.Path + "/data.csv', all_varchar = true)"
	require.Empty(t, rows(t, conn, "FROM people EXCEPT ALL "+read))
	require.NotEmpty(t, rows(t, conn, "FROM people EXCEPT ALL FROM read_csv('"+s.Path+"/data.csv', all_varchar = true)"))
}
