package match

// linkedIn takes a row for each address, hashed. Its template has columns for name, title
// and employer, too, but takes these only as they are, so here they are left empty, which
// LinkedIn allows; the headers must stay.
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
