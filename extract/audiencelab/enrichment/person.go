package enrichment

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"contactsync/extract"
	"contactsync/internal/normal"
	"contactsync/internal/suggest"
	"contactsync/internal/words"
	"contactsync/schema"
)

// Columns are what AudienceLab takes of people who are asked for (its API pages,
// quoted in docs/vendors.md).
var Columns = []string{
	"EMAIL", "PERSONAL_EMAIL", "BUSINESS_EMAIL", "FIRST_NAME", "LAST_NAME", "PHONE", "PERSONAL_ADDRESS", "PERSONAL_CITY", "PERSONAL_STATE",
	"PERSONAL_ZIP", "COMPANY_NAME", "COMPANY_DOMAIN", "COMPANY_INDUSTRY", "SHA256_PERSONAL_EMAIL", "LINKEDIN_URL", "UP_ID",
}

// synonyms are other names of the columns: those that its results, and the tables
// of the warehouse, have for the same.
var synonyms = map[string]string{
	"PERSONAL_EMAILS": "PERSONAL_EMAIL", "BUSINESS_EMAILS": "BUSINESS_EMAIL", "EMAIL_SHA256": "SHA256_PERSONAL_EMAIL", "SHA256": "SHA256_PERSONAL_EMAIL",
	"HEM_SHA256": "SHA256_PERSONAL_EMAIL", "LINKEDIN": "LINKEDIN_URL", "INDIVIDUAL_LINKEDIN_URL": "LINKEDIN_URL", "MOBILE_PHONE": "PHONE",
	"ADDRESS": "PERSONAL_ADDRESS", "CITY": "PERSONAL_CITY", "STATE": "PERSONAL_STATE", "REGION": "PERSONAL_STATE", "ZIP": "PERSONAL_ZIP",
	"POSTAL_CODE": "PERSONAL_ZIP", "COMPANY": "COMPANY_NAME", "DOMAIN": "COMPANY_DOMAIN", "INDUSTRY": "COMPANY_INDUSTRY",
}

// columnOf is the vendor's name of a column, in whatever case and by whatever
// synonym it is called.
func columnOf(name string) (string, bool) {
	name = strings.ReplaceAll(strings.ToUpper(strings.TrimSpace(name)), " ", "_")
	name = cmp.Or(synonyms[name], name)
	return name, slices.Contains(Columns, name)
}

// column is a column that is sent, and where the people have it.
type column struct {
	name string
	at   int
}

// takenColumns are the columns to send: those wanted, or all that the people have.
func takenColumns(people extract.Rows, wanted []string) (taken []column, err error) {
	for at, called := range people.Columns {
		name, known := columnOf(called)
		if len(wanted) > 0 && !slices.ContainsFunc(wanted, func(w string) bool { named, _ := columnOf(w); return known && named == name }) {
			continue
		}
		if !known {
			near := "."
			if s := suggest.Nearest(strings.ToUpper(called), Columns); s != "" {
				near = fmt.Sprintf("; did you mean %s?", s)
			}
			return nil, fmt.Errorf("the column %q is none that AudienceLab takes%s It takes %s; rename it (AS in a query), or list under columns what is to be sent",
				called, near, strings.Join(Columns, ", "))
		}
		if slices.ContainsFunc(taken, func(c column) bool { return c.name == name }) {
			return nil, fmt.Errorf("two columns are %s to AudienceLab, the second is %q; keep one of them", name, called)
		}
		taken = append(taken, column{name, at})
	}
	for _, w := range wanted {
		name, _ := columnOf(w)
		if !slices.ContainsFunc(taken, func(c column) bool { return c.name == name }) {
			return nil, fmt.Errorf("the column %s is to be sent and people has none of that name; its columns are %q", w, people.Columns)
		}
	}
	return taken, nil
}

// person is somebody to ask for.
type person struct {
	values []string            // by column; "": nothing is sent of it
	keys   []schema.Identifier // by which whoever was asked for is recognised
}

// leftOut counts rows of people that are not asked for.
type leftOut struct{ unusable, suppressed, twice int }

// warnings says what was left out, without a word about whom.
func (l leftOut) warnings(rows int) (list []string) {
	if l.unusable > 0 {
		list = append(list, fmt.Sprintf("%d of %s of people name nobody by a usable address, hash, profile, phone or full name, and were left out",
			l.unusable, words.Counted(rows, "row", "rows")))
	}
	if l.suppressed > 0 {
		list = append(list, words.Counted(l.suppressed, "suppressed person was", "suppressed people were")+" not asked for")
	}
	return list
}

// read takes the people of rows who may be asked for, each once.
func (o inquiry) read(rows extract.Rows) (people []person, left leftOut) {
	met := map[schema.Identifier]bool{}
	for _, row := range rows.Rows {
		p, all := o.person(row)
		switch {
		case !p.usable(o.columns):
			left.unusable++
		case o.known.Suppressed(all, strings.Join(p.values, " ")):
			left.suppressed++
		case slices.ContainsFunc(p.keys, func(k schema.Identifier) bool { return met[k] }):
			left.twice++
		default:
			people = append(people, p)
		}
		for _, k := range p.keys {
			met[k] = true
		}
	}
	return people, left
}

// person reads a row. A value that cannot be what its column says is not sent. All
// are all identifiers that it names somebody by, those that nobody is recognised by
// included.
func (o inquiry) person(row extract.Row) (p person, all []schema.Identifier) {
	p.values = make([]string, len(o.columns))
	for i, c := range o.columns {
		value := row.Value(c.at)
		var keys []schema.Identifier
		switch c.name {
		case "EMAIL", "PERSONAL_EMAIL", "BUSINESS_EMAIL", "SHA256_PERSONAL_EMAIL":
			if !NamesNobody(value) {
				keys = o.known.Keys(value)
			}
		case "LINKEDIN_URL":
			if keys = o.known.Keys(value); len(keys) == 0 && !strings.Contains(value, "/") {
				keys = o.known.Keys(normal.LinkedInProfile + value)
			}
		case "UP_ID":
			keys = []schema.Identifier{{Kind: schema.VendorID(name), Value: value}}
		default:
			if normal.IsNull(value) {
				value = ""
			}
			p.values[i] = value
			continue
		}
		if normal.IsNull(value) || len(keys) == 0 {
			continue
		}
		p.values[i] = value
		if !slices.Contains(p.keys, keys[0]) {
			p.keys = append(p.keys, keys[0])
		}
		all = append(all, keys...)
	}
	if len(p.keys) == 0 {
		p.keys = []schema.Identifier{{Kind: schema.AskedRow, Value: p.print(o.columns)}}
	}
	return p, all
}

// NamesNobody reports whether an address is masked or a placeholder (j***@, noemail@): it
// would be paid for, and whoever shares it would be taken for one person.
func NamesNobody(address string) bool {
	address, ok := normal.Email(address)
	return ok && normal.IsPlaceholderAddress(address)
}

// print tells apart people whom nothing names but what is sent of them.
func (p person) print(columns []column) string {
	h := sha256.New()
	for i, c := range columns {
		if p.values[i] != "" {
			fmt.Fprintf(h, "%s=%s\n", c.name, strings.ToLower(p.values[i]))
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// usable reports whether what is sent names somebody: by an identifier, a phone, or
// a last name with a place or an employer. A first name alone would ask for all who
// have it.
func (p person) usable(columns []column) bool {
	has := func(names ...string) bool {
		for i, c := range columns {
			if p.values[i] != "" && slices.Contains(names, c.name) {
				return true
			}
		}
		return false
	}
	return p.keys[0].Kind != schema.AskedRow || has("PHONE") ||
		has("LAST_NAME") && has("COMPANY_NAME", "COMPANY_DOMAIN", "PERSONAL_ADDRESS", "PERSONAL_CITY", "PERSONAL_ZIP")
}
