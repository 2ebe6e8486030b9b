package export

import (
	"bufio"
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"contactsync/internal/normal"
	"contactsync/load/export/match"
)

// peopleQuery is the people whom a query names, with every address and number of them that
// a list may hold. Left out are addresses that a vendor found invalid, numbers on a
// do-not-call list, and what is suppressed. Of a record only its best number counts: of the
// others nothing tells whether they are on such a list.
const peopleQuery = `
WITH wanted AS MATERIALIZED (SELECT DISTINCT contact_id FROM (%s) WHERE contact_id IS NOT NULL),
records AS MATERIALIZED (
	SELECT contact_id, emails, email, email_status, phone, phone_dnc FROM source_contacts SEMI JOIN wanted USING (contact_id)),
golden AS MATERIALIZED (SELECT * FROM contacts SEMI JOIN wanted USING (contact_id)),
addresses AS (
	SELECT contact_id, value FROM (
		SELECT contact_id, unnest(emails) AS value FROM records UNION SELECT contact_id, email FROM golden)
	WHERE value IS NOT NULL AND value NOT IN (SELECT email FROM records WHERE email_status = 'invalid' AND email IS NOT NULL)
		AND value NOT IN (SELECT email FROM golden WHERE email_status = 'invalid' AND email IS NOT NULL)
		AND sha256('email_sha256:' || sha256(value)) NOT IN (SELECT value_sha256 FROM etl.suppressions)),
numbers AS (
	SELECT contact_id, value FROM (
		SELECT contact_id, phone AS value FROM records UNION SELECT contact_id, phone FROM golden)
	WHERE value IS NOT NULL AND value NOT IN (SELECT phone FROM source_contacts WHERE phone_dnc AND phone IS NOT NULL)
		AND value NOT IN (SELECT phone FROM contacts WHERE phone_dnc AND phone IS NOT NULL)
		AND sha256('phone:' || value) NOT IN (SELECT value_sha256 FROM etl.suppressions))
SELECT coalesce(g.email, ''), coalesce(g.phone, ''),
	coalesce(to_json(e.list)::VARCHAR, '[]'), coalesce(to_json(n.list)::VARCHAR, '[]'),
	coalesce(g.first_name, ''), coalesce(g.last_name, ''), coalesce(g.city, ''), coalesce(g.region, ''),
	coalesce(g.postal_code, ''), coalesce(g.country, ''), coalesce(g.gender, '')
FROM golden g
LEFT JOIN (SELECT contact_id, list(value ORDER BY value) AS list FROM addresses GROUP BY contact_id) e USING (contact_id)
LEFT JOIN (SELECT contact_id, list(value ORDER BY value) AS list FROM numbers GROUP BY contact_id) n USING (contact_id)`

// people is the query of a list. The line break ends a comment that the user's may end with.
func (s *Spec) people() string {
	return fmt.Sprintf(peopleQuery, strings.TrimRight(s.People, "; \t\r\n")+"\n")
}

// checkPeople prepares the query of a list.
func checkPeople(ctx context.Context, tx *sql.Tx, s Spec) error {
	r := &relation{tx: tx, spec: s}
	found := false
	err := r.each(ctx, "SELECT column_name FROM (DESCRIBE "+strings.TrimRight(s.People, "; \t\r\n")+"\n)", func(rows *sql.Rows) error {
		var name string
		err := rows.Scan(&name)
		found = found || strings.EqualFold(name, "contact_id")
		return err
	})
	if err == nil && !found {
		return errors.New("people.query returns no column contact_id, by which a list knows its people; such as SELECT contact_id FROM contacts")
	}
	return err
}

// writePeople makes the table of the new list's lines. They pass through a file, which goes
// with the stage: a statement for each would take longer than all else.
func (l *lists) writePeople(ctx context.Context, platform match.Platform) (err error) {
	if err := checkPeople(ctx, l.tx, l.spec); err != nil {
		return err
	}
	const name = "people"
	path := filepath.Join(l.dir, name)
	out, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.Remove(path)) }()
	w := bufio.NewWriter(out)
	err = l.each(ctx, l.spec.people(), func(rows *sql.Rows) error {
		p, err := personOf(rows)
		for _, row := range platform.Rows(p) {
			fmt.Fprintln(w, strings.Join(row, ","))
		}
		return err
	})
	if err := errors.Join(err, w.Flush(), out.Close()); err != nil {
		return err
	}
	return l.execute(ctx, "CREATE OR REPLACE TEMP TABLE sync_list AS SELECT DISTINCT line FROM ("+linesOf(path, 0)+")")
}

// personOf reads a row of the query: the best address and number first, and no address that
// many read or nobody does.
func personOf(rows *sql.Rows) (p match.Person, err error) {
	var email, phone, emails, phones string
	err = rows.Scan(&email, &phone, &emails, &phones, &p.FirstName, &p.LastName, &p.City, &p.Region, &p.PostalCode, &p.Country, &p.Gender)
	if err != nil {
		return p, err
	}
	if err := errors.Join(json.Unmarshal([]byte(emails), &p.Emails), json.Unmarshal([]byte(phones), &p.Phones)); err != nil {
		return p, err
	}
	p.Emails = slices.DeleteFunc(p.Emails, normal.LinksNobody)
	bestFirst(p.Emails, email)
	bestFirst(p.Phones, phone)
	return p, nil
}

func bestFirst(values []string, best string) {
	slices.SortStableFunc(values, func(a, b string) int { return cmp.Compare(rank(a, best), rank(b, best)) })
}

func rank(value, best string) int {
	if value == best {
		return 0
	}
	return 1
}
