package console

import (
	"database/sql"
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	_ "github.com/duckdb/duckdb-go/v2"
	"github.com/stretchr/testify/require"
)

func TestPartsAreWrittenAsDuckDBDoes(t *testing.T) {
	db, err := sql.Open("duckdb", "")
	require.NoError(t, err)
	defer db.Close()
	random := rand.New(rand.NewPCG(1, 2))
	letters := []rune("ab NULLnull ,'\"\\()[]{}:=\t\né💡")
	for i := range 2000 {
		text := ""
		for range random.IntN(6) {
			text += string(letters[random.IntN(len(letters))])
		}
		var want string
		require.NoError(t, db.QueryRow("SELECT CAST([$1::VARCHAR] AS VARCHAR)", text).Scan(&want))
		require.Equal(t, want, "["+quotedPart(text)+"]", "%q", text)

		number := math.Float64frombits(random.Uint64())
		switch {
		case i%3 == 1:
			number = float64(random.IntN(2_000_000)-1_000_000) / 64
		case i%3 == 2:
			number = math.Pow(10, float64(random.IntN(40)-20))
		}
		require.NoError(t, db.QueryRow("SELECT CAST([$1::DOUBLE] AS VARCHAR)", number).Scan(&want))
		require.Equal(t, want, "["+float(number, 64)+"]")
		require.NoError(t, db.QueryRow("SELECT CAST([$1::DOUBLE::FLOAT] AS VARCHAR)", float64(float32(number))).Scan(&want))
		// DuckDB writes more digits of a FLOAT than tell it from others; it is the same number.
		got, err := strconv.ParseFloat(float(float64(float32(number)), 32), 32)
		require.NoError(t, err)
		exact, err := strconv.ParseFloat(strings.Trim(want, "[]"), 32)
		require.NoError(t, err)
		if !math.IsNaN(exact) {
			require.Equal(t, exact, got)
		}

		content := []byte{byte(i), byte(random.IntN(256))}
		require.NoError(t, db.QueryRow("SELECT CAST($1::BLOB AS VARCHAR)", content).Scan(&want))
		require.Equal(t, want, blob(content))

		months, days, micros := random.Int64N(50)-25, random.Int64N(9)-4, random.Int64N(2*microsOfDay)-microsOfDay
		if i%2 == 0 {
			micros = micros / 1_000_000 * 1_000_000
		}
		require.NoError(t, db.QueryRow(fmt.Sprintf("SELECT CAST(to_months(%d) + to_days(%d) + to_microseconds(%d) AS VARCHAR)", months, days, micros)).Scan(&want))
		require.Equal(t, want, interval(months, days, micros))
	}
}
