package export

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"contactsync/internal/normal"
	"contactsync/load/export/lists"
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
SELECT * FROM (
	SELECT contact_id, 0 AS kind, '' AS value, email, phone, first_name, last_name, city, region, postal_code, country, gender FROM golden
	UNION ALL SELECT contact_id, 1, value, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM addresses
	UNION ALL SELECT contact_id, 2, value, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM numbers)
ORDER BY contact_id, kind, value`

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

// writePeople writes the whole list, in the order of the contacts' ids, which are random. A
// person comes as a row of contacts and then a row for each address and number.
func writePeople(ctx context.Context, conn *sql.Conn, s Spec, platform match.Platform, path, header string) error {
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return queryFailed(ctx, err)
	}
	defer tx.Rollback() //nolint:errcheck // there is nothing to commit
	if err := checkPeople(ctx, tx, s); err != nil {
		return err
	}
	w, err := lists.Create(path, header)
	if err != nil {
		return err
	}
	person := candidate{}
	end := func() {
		for _, row := range platform.Rows(person.listed()) {
			w.Line(strings.Join(row, ","))
		}
	}
	r := &relation{tx: tx, spec: s}
	err = r.each(ctx, s.people(), func(rows *sql.Rows) error {
		var id, value string
		var kind int
		var known [9]sql.NullString
		err := rows.Scan(&id, &kind, &value, &known[0], &known[1], &known[2], &known[3], &known[4], &known[5], &known[6], &known[7], &known[8])
		switch kind {
		case 0:
			end()
			person = candidateOf(known)
		case 1:
			person.Emails = append(person.Emails, value)
		case 2:
			person.Phones = append(person.Phones, value)
		}
		return err
	})
	end()
	return errors.Join(err, w.Close())
}

// candidate is a person with the best address and number.
type candidate struct {
	match.Person
	email, phone string
}

func candidateOf(known [9]sql.NullString) candidate {
	return candidate{email: known[0].String, phone: known[1].String, Person: match.Person{
		FirstName: known[2].String, LastName: known[3].String, City: known[4].String, Region: known[5].String,
		PostalCode: known[6].String, Country: known[7].String, Gender: known[8].String,
	}}
}

// listed is the person with the best address and number first, and without addresses that
// many read or nobody does.
func (c candidate) listed() match.Person {
	c.Emails = slices.DeleteFunc(c.Emails, normal.LinksNobody)
	bestFirst(c.Emails, c.email)
	bestFirst(c.Phones, c.phone)
	return c.Person
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
