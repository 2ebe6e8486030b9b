package export_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"contactsync/load/export"

	"github.com/stretchr/testify/require"
)

// searched counts the rows of an export that hold a text.
func searched(t *testing.T, s export.Spec, text string) export.Found {
	t.Helper()
	found, err := export.Search(t.Context(), warehouse(t, 0), s, func(r export.Row) bool { return strings.Contains(r.Text, text) })
	require.NoError(t, err)
	return found
}

func TestASearchReadsTheFilesOfAnExportInEveryFormat(t *testing.T) {
	conn := warehouse(t, 0)
	const query = `SELECT 'c_' || i AS contact_id, 'toofr' AS source, i::VARCHAR AS source_id, 'p' || i || '@acme.example' AS email, 'DE' AS country FROM range(3) t(i)`
	_, address := storage(t)
	for _, format := range []string{export.FormatParquet, export.FormatCSV, export.FormatNDJSON} {
		for _, path := range []string{filepath.Join(t.TempDir(), "people"), address("people-" + format)} {
			for _, partitions := range [][]string{nil, {"country"}, {"email"}} {
				s := export.Spec{Name: "people", Query: query, Path: path, Format: format, PartitionBy: partitions}
				require.Zero(t, searchedRows(t, s), "there is none yet, or the one before")
				write(t, conn, s)
				found, err := export.Search(t.Context(), warehouse(t, 0), s, func(r export.Row) bool {
					return r.ContactID == "c_1" && r.Source == "toofr" && r.SourceID == "1"
				})
				require.NoError(t, err)
				require.EqualValues(t, 1, found.Rows, "%s %v %s", format, partitions, path)
				require.WithinDuration(t, time.Now(), found.WrittenAt, 100*365*24*time.Hour)
				require.NotContains(t, found.Path, "?")
				require.EqualValues(t, 1, searched(t, s, "p1"+sign(path, partitions)+"acme").Rows)
			}
		}
	}
}

// sign is how an address's sign stands in the text: in the name of a folder it is quoted.
func sign(path string, partitions []string) string {
	if !strings.HasPrefix(path, "s3:") && len(partitions) > 0 && partitions[0] == "email" {
		return "%40"
	}
	return "@"
}

func searchedRows(t *testing.T, s export.Spec) int64 {
	t.Helper()
	return searched(t, s, "nobody").Rows
}

func TestASearchReadsOlderFilesOfAnIncrementalExport(t *testing.T) {
	s, conn := incremental(filepath.Join(t.TempDir(), "people")), warehouse(t, 3)
	write(t, conn, s)
	all := searched(t, s, "").Rows
	require.NotZero(t, all)
	execute(t, conn, "DELETE FROM contacts")
	write(t, conn, s)
	require.Equal(t, all, searched(t, s, "").Rows, "a row that left the table stays in its file")
}
