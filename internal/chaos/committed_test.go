package chaos_test

import (
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io/fs"
	"math"
	"os"
	"strings"
	"time"

	"contactsync/internal/simulate/audiencelab"
	"contactsync/internal/simulate/intent"
	"contactsync/internal/simulate/statsocial"
	"contactsync/internal/simulate/toofr"

	_ "github.com/duckdb/duckdb-go/v2" // the driver
	"github.com/stretchr/testify/require"
)

// committed are the pages that the next run must not ask for: of each list, how
// many have been read. It is what the warehouse says that a killed process left
// behind, opened read-only, so that recovery is left to the program.
type committed map[page]int // by the list, number 0

// all says that a list was read to its end.
const all = math.MaxInt

func (w *world) committed() committed {
	w.Helper()
	c := committed{}
	if _, err := os.Stat(w.path("warehouse.duckdb")); errors.Is(err, fs.ErrNotExist) {
		return c
	}
	db := w.open("warehouse.duckdb")
	defer db.Close()
	unmerged := map[string]bool{}
	for _, table := range rowsOf(w, db, "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'etl' AND table_name LIKE 'staged_%'") {
		for _, pipeline := range rowsOf(w, db, "SELECT DISTINCT pipeline FROM etl."+table) {
			unmerged[pipeline] = true
		}
	}
	rows, err := db.QueryContext(w.Context(), "SELECT pipeline, partition, position::VARCHAR FROM etl.checkpoints")
	require.NoError(w, err)
	defer rows.Close()
	lab := map[string]map[string]labPosition{}
	for rows.Next() {
		var pipeline, partition, position string
		require.NoError(w, rows.Scan(&pipeline, &partition, &position))
		switch pipeline {
		case "leaders":
			c.toofr(w, position)
		case "intent":
			c.intent(w, partition, position)
		case "fans":
			c.statSocial(w, position)
		default:
			var at labPosition
			require.NoError(w, json.Unmarshal([]byte(position), &at))
			if lab[pipeline] == nil {
				lab[pipeline] = map[string]labPosition{}
			}
			lab[pipeline][partition] = at
		}
	}
	require.NoError(w, rows.Err())
	for pipeline, lists := range lab {
		c.audienceLab(pipeline, lists, unmerged[pipeline])
	}
	return c
}

func (c committed) toofr(w *world, position string) {
	var at struct {
		Websites []string
		Page     int
	}
	require.NoError(w, json.Unmarshal([]byte(position), &at))
	read := at.Page - 1
	if at.Page == 0 {
		read = all
	}
	c[page{vendor: toofr.Name, list: strings.Join(at.Websites, ",")}] = read
}

func (c committed) intent(w *world, day, position string) {
	var at struct {
		Page          int
		Done, Missing bool
	}
	require.NoError(w, json.Unmarshal([]byte(position), &at))
	if at.Done || at.Missing {
		at.Page = all
	}
	c[page{vendor: intent.Name, list: day}] = at.Page
}

// statSocial has files, which are read anew where their rows are not all stored.
func (c committed) statSocial(w *world, position string) {
	var at struct{ Done bool }
	require.NoError(w, json.Unmarshal([]byte(position), &at))
	if at.Done {
		c[page{vendor: statsocial.Name}] = all
	}
}

// labPosition is what is looked at of AudienceLab's positions.
type labPosition struct {
	Round  time.Time `json:"round"`
	Page   int       `json:"page"`
	DoneAt time.Time `json:"done_at"`
}

// audienceLab has no "since": a run sweeps all its lists. Until all are read and
// merged, no page is read twice; the next run after that is another sweep.
func (c committed) audienceLab(pipeline string, lists map[string]labPosition, unmerged bool) {
	var round time.Time
	underWay := unmerged
	for _, at := range lists {
		if at.Round.After(round) {
			round = at.Round
		}
		underWay = underWay || at.DoneAt.IsZero()
	}
	for partition, at := range lists {
		list := page{vendor: audiencelab.Name, list: labPath(pipeline, partition)}
		switch {
		case at.DoneAt.IsZero():
			c[list] = at.Page - 1
		case at.Round.Equal(round) && underWay:
			c[list] = all
		}
	}
}

func labPath(pipeline, partition string) string {
	switch pipeline {
	case "visitors":
		return "/segments/" + partition
	case "members":
		return "/audiences/" + partition
	case "visits":
		return "/pixels/" + partition + "/v4"
	default:
		return "/" + partition
	}
}

// cursorPage is the number of the page that a cursor of the simulator leads to.
func cursorPage(cursor string) int {
	var at struct {
		Page int `json:"p"`
	}
	text, _ := base64.RawURLEncoding.DecodeString(cursor)
	_ = json.Unmarshal(text, &at)
	return at.Page
}

// open opens a database of the world read-only; close it before the next run.
func (w *world) open(name string) *sql.DB {
	w.Helper()
	db, err := sql.Open("duckdb", w.path(name)+"?access_mode=READ_ONLY&threads=1")
	require.NoError(w, err)
	return db
}

// database is what can be asked.
type database interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// rowsOf reads the first column of a query.
func rowsOf(w *world, db database, query string) []string {
	w.Helper()
	rows, err := db.QueryContext(w.Context(), query)
	require.NoError(w, err)
	defer rows.Close()
	var list []string
	for rows.Next() {
		var text sql.NullString
		require.NoError(w, rows.Scan(&text))
		list = append(list, text.String)
	}
	require.NoError(w, rows.Err())
	return list
}
