package export_test

import (
	"crypto/sha256"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"contactsync/load/export"
)

// listed is a warehouse of four people: ann with three addresses and two numbers, bob whose
// number is on a do-not-call list, cat with a role address alone, and dan.
func listed(t *testing.T) *sql.Conn {
	t.Helper()
	conn := warehouse(t, 0)
	execute(t, conn, `CREATE OR REPLACE TABLE contacts (contact_id VARCHAR, first_name VARCHAR, last_name VARCHAR, email VARCHAR, email_status VARCHAR,
		phone VARCHAR, phone_dnc BOOLEAN, city VARCHAR, region VARCHAR, postal_code VARCHAR, country VARCHAR, gender VARCHAR)`)
	execute(t, conn, `CREATE TABLE source_contacts (contact_id VARCHAR, emails VARCHAR[], email VARCHAR, email_status VARCHAR, phone VARCHAR, phone_dnc BOOLEAN)`)
	execute(t, conn, `CREATE SCHEMA etl`)
	execute(t, conn, `CREATE TABLE etl.suppressions (kind VARCHAR, value_sha256 VARCHAR)`)
	execute(t, conn, `INSERT INTO contacts VALUES
		('ann', 'Ann', 'Ivers', 'ann@acme.example', 'valid', '+16505550101', false, 'Reno', 'NV', '89501', 'US', 'female'),
		('bob', 'Bob', 'Oak', 'bob@acme.example', NULL, '+16505550102', true, NULL, NULL, NULL, NULL, NULL),
		('cat', 'Cat', 'Elm', 'info@acme.example', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
		('dan', 'Dan', 'Fir', 'dan@acme.example', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)`)
	execute(t, conn, `INSERT INTO source_contacts VALUES
		('ann', ['ann@acme.example', 'ann.ivers@home.example'], 'ann@acme.example', 'valid', '+16505550101', NULL),
		('ann', ['gone@acme.example'], 'gone@acme.example', 'invalid', '+16505550109', NULL),
		('bob', ['bob@acme.example'], 'bob@acme.example', NULL, '+16505550102', NULL)`)
	return conn
}

func listFor(platform, path string) export.Spec {
	return export.Spec{Name: "match", For: platform, People: "SELECT contact_id FROM contacts", Path: path, Change: 1}
}

func sha(value string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(value))) }

// lists are the files of a list, each as its lines below the header.
func lists(t *testing.T, path string) map[string][]string {
	t.Helper()
	files := map[string][]string{}
	for _, name := range []string{"whole", "added", "removed"} {
		body, err := os.ReadFile(filepath.Join(path, name+".csv"))
		require.NoError(t, err)
		lines := strings.Split(strings.TrimSuffix(string(body), "\n"), "\n")
		files[name] = lines[1:]
	}
	return files
}

func TestAMatchListHoldsWhoMayBeReachedAsHashes(t *testing.T) {
	conn := listed(t)
	path := filepath.Join(t.TempDir(), "meta")
	r := write(t, conn, listFor("meta", path))
	require.EqualValues(t, 3, r.Rows, "cat has nothing of her own")
	got := lists(t, path)
	require.Len(t, got["whole"], 3)
	require.Equal(t, got["whole"], got["added"])
	require.Empty(t, got["removed"])
	want := strings.Join([]string{
		sha("ann@acme.example"), sha("ann.ivers@home.example"), "", sha("16505550101"), sha("16505550109"), "",
		sha("ann"), sha("ivers"), sha("89501"), sha("reno"), sha("nv"), sha("us"), sha("f"),
	}, ",")
	require.Contains(t, got["whole"], want)
	all := strings.Join(got["whole"], "\n")
	require.Contains(t, all, sha("bob@acme.example"))
	require.NotContains(t, all, sha("16505550102"), "a number on a do-not-call list")
	require.NotContains(t, all, sha("gone@acme.example"), "an address that is known to be invalid")
	require.NotContains(t, all, sha("info@acme.example"), "an address that many read")
	require.NotContains(t, all, "@")

	execute(t, conn, `INSERT INTO etl.suppressions VALUES ('email_sha256', sha256('email_sha256:' || sha256('dan@acme.example')))`)
	s := listFor("meta", path)
	s.Change = 2
	write(t, conn, s)
	require.NotContains(t, strings.Join(lists(t, path)["whole"], "\n"), sha("dan@acme.example"), "who is suppressed")
}

func TestAMatchListTellsWhoCameAndWent(t *testing.T) {
	conn := listed(t)
	path := filepath.Join(t.TempDir(), "linkedin")
	s := listFor("linkedin", path)
	write(t, conn, s)
	execute(t, conn, "DELETE FROM contacts WHERE contact_id = 'dan'")
	execute(t, conn, "INSERT INTO contacts (contact_id, email) VALUES ('eve', 'eve@acme.example')")
	s.Change = 2
	told := map[string][]string{
		"whole":   {},
		"added":   {sha("eve@acme.example") + ",,,,,,"},
		"removed": {sha("dan@acme.example") + ",,,,,,"},
	}
	r := write(t, conn, s)
	require.EqualValues(t, []int64{4, 1, 1}, []int64{r.Rows, r.Added, r.Removed})
	got := lists(t, path)
	told["whole"] = got["whole"]
	require.Equal(t, told, got)
	require.True(t, write(t, conn, s).Unchanged, "written again of the same change, by hand or after a crash, it tells the same")

	execute(t, conn, "DELETE FROM contacts WHERE contact_id = 'eve'")
	write(t, conn, s)
	require.ElementsMatch(t, []string{sha("dan@acme.example") + ",,,,,,", sha("eve@acme.example") + ",,,,,,"}, lists(t, path)["removed"])
	require.Empty(t, lists(t, path)["added"])

	s.Change = 3
	write(t, conn, s)
	require.Empty(t, lists(t, path)["removed"])
	s.Change, s.People = 4, "SELECT contact_id FROM contacts WHERE contact_id <> 'bob'"
	write(t, conn, s)
	require.Equal(t, []string{sha("bob@acme.example") + ",,,,,,"}, lists(t, path)["removed"], "another query, the same list")
}

// TestWhoWasErasedIsToldAsRemovedAndThenGone: the platform is told, and no file keeps the
// hash after that.
func TestWhoWasErasedIsToldAsRemovedAndThenGone(t *testing.T) {
	conn := listed(t)
	path := filepath.Join(t.TempDir(), "linkedin")
	s := listFor("linkedin", path)
	write(t, conn, s)
	row := sha("dan@acme.example") + ",,,,,,"
	written := func(full bool, change int64, after time.Duration) export.Result {
		t.Helper()
		s.Full, s.Change = full, change
		r, err := export.Write(t.Context(), conn, s, at.Add(after))
		require.NoError(t, err)
		return r
	}
	execute(t, conn, "DELETE FROM contacts WHERE contact_id = 'dan'")
	for range 2 { // killed behind it, an erasure is done again
		require.True(t, written(true, 1, time.Hour).Erased)
		require.Equal(t, []string{row}, lists(t, path)["removed"])
		require.NotContains(t, lists(t, path)["whole"], row)
	}
	require.True(t, written(false, 2, 10*time.Hour).Erased)
	require.Equal(t, []string{row}, lists(t, path)["removed"], "the run of the night after says so, too")
	require.False(t, written(false, 2, 50*time.Hour).Erased)
	require.Empty(t, lists(t, path)["removed"])
	entries, err := os.ReadDir(path)
	require.NoError(t, err)
	for _, e := range entries {
		body, err := os.ReadFile(filepath.Join(path, e.Name()))
		require.NoError(t, err)
		require.NotContains(t, string(body), sha("dan@acme.example"), e.Name())
	}
}

func TestAMatchListInObjectStorage(t *testing.T) {
	conn := listed(t)
	bucket, address := storage(t)
	s := listFor("google", address("lists/google"))
	s.TempDir = t.TempDir()
	write(t, conn, s)
	execute(t, conn, "DELETE FROM contacts WHERE contact_id = 'dan'")
	s.Change = 2
	r := write(t, conn, s)
	require.EqualValues(t, []int64{2, 0, 1}, []int64{r.Rows, r.Added, r.Removed})
	body, err := bucket.ReadAll(t.Context(), "lists/google/removed.csv")
	require.NoError(t, err)
	require.Equal(t, "Email,Email,Email,Phone,Phone,Phone,First Name,Last Name,Country,Zip\n"+sha("dan@acme.example")+",,,,,,,,,\n", string(body))
	require.Len(t, keys(t, bucket), 3+2+3, "of a list no older one is kept")
	found, err := export.Search(t.Context(), conn, s, func(r export.Row) bool { return strings.Contains(r.Text, sha("ann@acme.example")) })
	require.NoError(t, err)
	require.EqualValues(t, 1, found.Rows)
	require.NoError(t, export.Remove(t.Context(), s))
	require.Empty(t, keys(t, bucket))
}

func TestAMatchListThatMakesNoSenseIsRefused(t *testing.T) {
	conn := listed(t)
	path := filepath.Join(t.TempDir(), "x")
	for want, change := range map[string]func(*export.Spec){
		"no platform whose lists are known": func(s *export.Spec) { s.For = "myspace" },
		"takes people, and no table":        func(s *export.Spec) { s.Table = "contacts" },
		"returns no column contact_id":      func(s *export.Spec) { s.People = "SELECT email FROM contacts" },
		"contacts_id":                       func(s *export.Spec) { s.People = "SELECT contacts_id FROM contacts" },
	} {
		s := listFor("meta", path)
		change(&s)
		_, err := export.Write(t.Context(), conn, s, at)
		require.ErrorContains(t, err, want)
		require.ErrorContains(t, export.Check(t.Context(), conn, s), want)
		require.NoDirExists(t, path)
	}
}
