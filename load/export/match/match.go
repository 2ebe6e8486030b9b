// Package match turns people into the rows of the customer lists that ad platforms take,
// hashed here, so that no address or number leaves the machine as it is. It knows no
// database and no file: columns, normal forms and hashes, as each platform documents them.
//
//   - Meta: "How to format a customer list when creating a custom audience",
//     facebook.com/business/help/2082575038703844 (the columns), and "Customer Information
//     Parameters", developers.facebook.com/documentation/ads-commerce/conversions-api/
//     parameters/customer-information-parameters (what is hashed, in which form, with examples)
//   - Google: "Formatting guidelines for uploading hashed data",
//     support.google.com/google-ads/answer/7476159 (the columns), and "Format user data",
//     developers.google.com/data-manager/api/devguides/concepts/formatting
//   - LinkedIn: "Requirements for contact targeting lists in Campaign Manager",
//     linkedin.com/help/lms/answer/a1489764; what it leaves open, linkedin.go says
package match

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
)

// The platforms.
const (
	Meta     = "meta"
	Google   = "google"
	LinkedIn = "linkedin"
)

// Person is what is known of somebody whom a list is to hold. Addresses and numbers are in
// normal form, best first, and may be used; countries are ISO 3166-1 alpha-2.
type Person struct {
	Emails, Phones                            []string
	FirstName, LastName                       string
	City, Region, PostalCode, Country, Gender string
}

// Platform is the form of a platform's lists.
type Platform struct {
	Name   string
	Header []string // a name may stand several times: for several values of a person
	row    func(p Person, emails, phones []string) []string
	each   int  // addresses, and numbers, of a row
	phones bool // it takes numbers
}

var platforms = []Platform{meta, google, linkedIn}

// Of is the platform of a name.
func Of(name string) (Platform, bool) {
	i := slices.IndexFunc(platforms, func(p Platform) bool { return p.Name == name })
	if i < 0 {
		return Platform{}, false
	}
	return platforms[i], true
}

// Rows are the rows of a person: one, or more where there are more addresses or numbers
// than columns; none where the platform could not match any of it. No value holds a comma,
// a quote or a line break.
func (f Platform) Rows(p Person) (rows [][]string) {
	emails, phones := p.Emails, p.Phones
	if !f.phones {
		phones = nil
	}
	for first := true; first || len(emails)+len(phones) > 0; first = false {
		var e, n []string
		e, emails = upTo(f.each, emails)
		n, phones = upTo(f.each, phones)
		row := f.row(p, e, n)
		if row == nil {
			return rows
		}
		rows = append(rows, row)
	}
	return rows
}

func upTo(n int, list []string) (some, rest []string) {
	n = min(n, len(list))
	return list[:n], list[n:]
}

// hash is what stands for a value in normal form: SHA-256 in lower-case hex, of UTF-8; none
// for none.
func hash(normal string) string {
	if normal == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(normal))
	return hex.EncodeToString(sum[:])
}

// hashes are n hashed values, "" where there are fewer.
func hashes(n int, list []string, normal func(string) string) []string {
	row := make([]string, n)
	for i, value := range list {
		row[i] = hash(normal(value))
	}
	return row
}
