package match

import (
	"fmt"
	"strings"
)

// keysVersion is another where keys are.
const keysVersion = 2

// mostRecords is how many records may have a key for it to say anything: a variable for
// the tests, whose universe is small.
var mostRecords = 50

// keysSQL lists the keys of each record on a condition, as far as it has what they are made of:
// names, folded, in their two orders or by their sounds, together with something else.
// The narrow keys beside wide ones are for when those have become crowded. Names by
// themselves bring the bearers of rare ones together.
func keysSQL(of string) string {
	place, pair := "c", "least(f, l) || '|' || greatest(f, l)"
	keys := []string{
		"l || '|' || d", "f || '|' || d",
		"sl || '|' || z", "sf || '|' || z", "l || '|' || left(f, 1) || '|' || z", "z || '|' || a",
		"sl || '|' || " + place, "sf || '|' || " + place, pair + " || '|' || " + place,
		pair, "l || '|' || left(f, 1) || '|' || a", "least(sf, sl) || '|' || greatest(sf, sl) || '|' || a",
	}
	for i, k := range keys {
		keys[i] = fmt.Sprintf("'%d|' || %s", i, k)
	}
	phones := fmt.Sprintf(`list_concat(list_transform(p, lambda x: '%d|' || x || '|' || left(f, 1)),
		list_transform(p, lambda x: '%d|' || x || '|' || sl))`, len(keys), len(keys)+1)
	// There are far fewer names than records, and a sound costs more than all else.
	return `SELECT record, (hash(key) >> 1)::BIGINT AS key FROM (
			WITH folded AS MATERIALIZED (
				SELECT record, ` + foldSQL("given") + ` AS f, ` + foldSQL("family") + ` AS l, coalesce(company_domain, company_key) AS d,
					postal_code AS z, ` + foldSQL("city") + ` || coalesce(region, '') AS c, age_range AS a, list_distinct(phones[:3]) AS p
				FROM (` + namedSQL(of) + `)),
			sounds AS MATERIALIZED (SELECT name, ` + soundSQL("name") + ` AS sound FROM (SELECT f AS name FROM folded UNION SELECT l FROM folded))
			SELECT record, unnest(list_concat([` + strings.Join(keys, ", ") + `], ` + phones + `)) AS key FROM (
				SELECT n.*, given.sound AS sf, family.sound AS sl
				FROM folded n LEFT JOIN sounds given ON given.name = n.f LEFT JOIN sounds family ON family.name = n.l)
		) WHERE key IS NOT NULL`
}

// namedSQL is the records on a condition with what is compared of them: where a record has no name but
// a LinkedIn profile that is called by two words, those are taken for it.
func namedSQL(of string) string {
	const suffix = `'[ ,]+(jr|sr|jnr|snr|ii|iii|iv|2nd|3rd|4th)\.?$'`
	return `SELECT * REPLACE (
				coalesce(given, split_part(slug, '-', 1)) AS given,
				regexp_replace(lower(coalesce(family, split_part(slug, '-', 2))), ` + suffix + `, '') AS family)
			FROM (
				SELECT rowid AS record, * EXCLUDE (phones),
					coalesce(first_name, CASE WHEN last_name IS NULL THEN split_part(full_name, ' ', 1) END) AS given,
					coalesce(last_name, CASE WHEN first_name IS NULL AND contains(full_name, ' ')
						THEN split_part(full_name, ' ', -1) END) AS family,
					CASE WHEN coalesce(first_name, last_name, full_name) IS NULL
						THEN nullif(regexp_extract(linkedin_url, '/in/([a-z]+-[a-z]+)(-[0-9a-z]*[0-9][0-9a-z]*)?$', 1), '')
					END AS slug,
					CASE WHEN phone_kind IS DISTINCT FROM 'company' THEN phones ELSE list_filter(phones, lambda x: x <> phone) END AS phones
				FROM etl.records WHERE ` + of + `)`
}

// foldSQL is a name in small letters without marks, blanks and signs; NULL where nothing
// is left.
func foldSQL(name string) string {
	return `nullif(regexp_replace(lower(strip_accents(` + name + `)), '[^\p{L}\p{N}]', '', 'g'), '')`
}

// soundSQL is what a name sounds like, by the classes of consonants of Soundex, the first
// letter among them: vendors and typists err there as well.
func soundSQL(folded string) string {
	const consonants, classes, silent = "bfpvcgjkqsxzdtlmnr", "111122222222334556", "aeiouyhw"
	sound := fmt.Sprintf("translate(%s, '%s', '%s')", folded, consonants+silent, classes)
	for class := '1'; class <= '6'; class++ {
		sound = fmt.Sprintf("replace(%s, '%c%c', '%c')", sound, class, class, class)
	}
	return "nullif(left(" + sound + ", 4), '')"
}
