package match

import (
	"math"

	"contactsync/internal/identity/evidence"
	"contactsync/schema"
)

// member is a record of a block.
type member struct {
	Key           int64    `col:"key"`
	Record        int64    `col:"record"`
	Dirty         bool     `col:"dirty"`
	FirstName     string   `col:"first_name"`
	LastName      string   `col:"last_name"`
	FullName      string   `col:"full_name"`
	Phones        []string `col:"phones"`
	LinkedInURL   string   `col:"linkedin_url"`
	TwitterHandle string   `col:"twitter_handle"`
	CompanyDomain string   `col:"company_domain"`
	CompanyKey    string   `col:"company_key"`
	City          string   `col:"city"`
	Region        string   `col:"region"`
	PostalCode    string   `col:"postal_code"`
	Country       string   `col:"country"`
	Gender        string   `col:"gender"`
	AgeRange      string   `col:"age_range"`
}

// found is a pair that is rather one person's.
type found struct {
	A    int64   `col:"a"`
	B    int64   `col:"b"`
	Bits float64 `col:"bits"`
}

var (
	memberColumns = schema.ColumnsOf[member]()
	foundColumns  = schema.ColumnsOf[found]()
)

// likely are the odds, in bits, from which on a pair is kept: below, more such pairs are
// two people's than one's.
const likely = 0

// pair is two records, the lower number first.
type pair struct{ a, b int64 }

// comparison compares the records of blocks, which come one after the other.
type comparison struct {
	prior float64
	read  *evidence.Reader
	key   int64
	block []blocked
	found map[pair]float64
}

// blocked is a record of the block at hand.
type blocked struct {
	record int64
	dirty  bool
	known  evidence.Matched
}

func (c *comparison) add(r *member) error {
	if r.Key != c.key {
		c.end()
		c.key = r.Key
	}
	contact := schema.SourceContact{Profile: schema.Profile{
		FirstName: r.FirstName, LastName: r.LastName, FullName: r.FullName,
		LinkedInURL: r.LinkedInURL, TwitterHandle: r.TwitterHandle, CompanyDomain: r.CompanyDomain, CompanyKey: r.CompanyKey,
		City: r.City, Region: r.Region, PostalCode: r.PostalCode, Country: r.Country, Gender: r.Gender, AgeRange: r.AgeRange,
	}, Phones: r.Phones}
	c.block = append(c.block, blocked{r.Record, r.Dirty, c.read.Matched(&contact)})
	return nil
}

// end compares the records of the block at hand.
func (c *comparison) end() {
	for i := range c.block {
		for j := range i {
			c.compare(&c.block[i], &c.block[j])
		}
	}
	c.block = c.block[:0]
}

func (c *comparison) compare(a, b *blocked) {
	if !a.dirty && !b.dirty {
		return
	}
	if bits := rounded(evidence.Match(&a.known, &b.known, c.prior)); bits >= likely {
		c.found[pair{min(a.record, b.record), max(a.record, b.record)}] = bits
	}
}

// rounded is bits as they are stored.
func rounded(bits float64) float64 {
	const hundredth = 100
	return math.Round(bits*hundredth) / hundredth
}
