package match

// linkedIn takes a row for each address, hashed. Its template has columns for name, title
// and employer, too, but takes these only as they are, so here they are left empty, which
// LinkedIn allows; the headers must stay.
//
// linkedin.com/help/lms/answer/a1489764 says: "Don't change or remove the headers", that
// addresses may be "regular (unhashed) email addresses or a list of hashed email addresses
// using SHA-256", that any field may stay blank, and 300 to 300,000 rows of at most 20 MB.
// It does not say what the headers are: these are of the template that Campaign Manager
// hands out, which is public nowhere, and no page that could be found repeats them
// (linkedin.com/help/lms/answer/a530615, of another template, has email, firstname,
// lastname, employeecompany, country, and title for the job). Nor does a page of LinkedIn
// say in which form an address is hashed; lower case is what its API is sent by others
// (email_lc_sha256 in experienceleague.adobe.com/en/docs/experience-platform/destinations/
// catalog/social/linkedin).
var linkedIn = Platform{
	Name:   LinkedIn,
	Header: []string{"email", "firstname", "lastname", "jobtitle", "employeecompany", "country", "googleaid"},
	each:   1,
	row: func(_ Person, emails, _ []string) []string {
		if len(emails) == 0 {
			return nil
		}
		return append(hashes(1, emails, lower), make([]string, 6)...)
	},
}
