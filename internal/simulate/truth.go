package simulate

import (
	"iter"
	"strconv"
)

// Record is what is true of one record that a vendor serves: whose it is, and
// which identifiers it carries.
type Record struct {
	Vendor      string
	Listing     string // search, segment, audience: the same record may carry less in one than in another
	ID          string // the vendor's key of the person
	Person      int    // index of the person in the universe
	Surname     string // as the record has it; "" where it has none
	Identifiers []Identifier
}

// Identifier is one identifier of a record, in normal form.
type Identifier struct {
	Kind  string // email_sha256, email_md5, linkedin, twitter_id, twitter_handle, ss_id, cint_id, ma_id, phone
	Value string
	Own   bool // belongs to this person alone: records that share it are one person. Not so phones, info@, and placeholders
}

// Truth yields the truth about every record that the vendors of the catalog
// have served up to the present night, or would on asking: Toofr's prospects at
// all companies, the intent vendor's people on all days, StatSocial's first
// audience, AudienceLab's segments and catalogued audiences. Nothing is stored.
func (s *Simulator) Truth() iter.Seq[Record] {
	s.mu.Lock()
	u, night := s.universe, s.night
	s.mu.Unlock()
	return func(yield func(Record) bool) {
		_ = u.toofrTruth(night, yield) && u.intentTruth(night, yield) && u.statSocialTruth(yield) && u.audienceLabTruth(night, yield)
	}
}

func (u universe) toofrTruth(night int, yield func(Record) bool) bool {
	known := u.coverage(Toofr)
	for rank := range known.size() {
		r := u.toofrRecord(u.person(known.at(rank), night))
		ids := emailIdentifiers(nonEmpty(r.email), !r.role)
		if r.linkedIn != "" {
			ids = append(ids, Identifier{"linkedin", r.person.slug, true})
		}
		if !yield(Record{Toofr, "prospects", strconv.Itoa(r.id), r.person.index, r.last, ids}) {
			return false
		}
	}
	return true
}

// intentTruth yields a person once for every employer so far, since a business
// address may be the key.
func (u universe) intentTruth(night int, yield func(Record) bool) bool {
	known := u.coverage(Intent)
	for rank := range known.size() {
		i := known.at(rank)
		for moves := range u.moves(i, night) + 1 {
			r := known.intentRecord(u.personAfter(i, moves))
			if !yield(Record{Intent, "matches", r.hem, i, r.surname(), r.identifiers()}) {
				return false
			}
		}
	}
	return true
}

func (r intentRecord) surname() string {
	if r.md5Only {
		return ""
	}
	return r.person.surname
}

func (r intentRecord) identifiers() []Identifier {
	if r.md5Only {
		return []Identifier{{"email_md5", r.hem, true}}
	}
	ids := emailIdentifiers(r.emails(), true)
	if r.linkedIn != "" {
		ids = append(ids, Identifier{"linkedin", r.person.slug, true})
	}
	return append(ids, phoneIdentifiers(r.phones)...)
}

func (u universe) statSocialTruth(yield func(Record) bool) bool {
	known := u.coverage(StatSocial)
	b := firstBuilds()[StatSocialAudience]
	w := known.window(b.from, b.to, 0)
	for k := range w.size {
		r := known.statSocialRecord(known.person(known.at(w.rank(k)), b.night))
		for _, record := range r.truth() {
			record.Listing = strconv.Itoa(b.id)
			if !yield(record) {
				return false
			}
		}
	}
	return true
}

// truth is what the output files tell: a value without an ss_id stands alone.
func (r statSocialRecord) truth() []Record {
	record := func(id string, ids ...Identifier) Record {
		return Record{Vendor: StatSocial, ID: id, Person: r.person.index, Identifiers: ids}
	}
	var alone []Record
	if r.maID != "" {
		alone = append(alone, record("ma_id:"+r.maID, Identifier{"ma_id", r.maID, true}))
	}
	if r.ssID == "" && len(r.md5) > 0 {
		return append(alone, record("md5:"+r.md5[0], Identifier{"email_md5", r.md5[0], true}))
	}
	if r.ssID == "" {
		return append(alone, record("twitter_user:"+r.handle, Identifier{"twitter_handle", r.handle, true}))
	}
	ids := []Identifier{{"ss_id", r.ssID, true}}
	for _, sum := range r.md5 {
		ids = append(ids, Identifier{"email_md5", sum, true})
	}
	ids = append(ids, emailIdentifiers(nonEmpty(r.email), true)...)
	for _, id := range []Identifier{{"twitter_id", r.twitterID, true}, {"twitter_handle", r.handle, true}, {"cint_id", r.cintID, true}} {
		if id.Value != "" {
			ids = append(ids, id)
		}
	}
	return append(alone, record(r.ssID, ids...))
}

func (u universe) audienceLabTruth(night int, yield func(Record) bool) bool {
	known := u.coverage(AudienceLab)
	listings := audienceLabSegments()
	for n, a := range audienceLabAudienceList()[:2] {
		listings = append(listings, memberSegment(n, a))
	}
	for _, g := range listings {
		for _, i := range known.everListed(g, night) {
			r := known.audienceLabRecord(known.person(i, night))
			if !yield(Record{AudienceLab, g.id, r.uuid, i, r.last, r.identifiers(g.fields != nil)}) {
				return false
			}
		}
	}
	return true
}

// everListed are the people who were in a segment on any night so far.
func (k coverage) everListed(g segment, night int) []int {
	w := k.window(g.from, g.to, 0)
	if g.pixel == noPixel && w.size > 0 {
		w.size = min(w.size+night*w.churn(), w.total)
	}
	people := make([]int, w.size)
	for position := range people {
		people[position] = k.at(w.rank(position))
	}
	return people
}

func (r audienceLabRecord) identifiers(basic bool) []Identifier {
	var ids []Identifier
	for _, address := range r.personal {
		ids = append(ids, emailIdentifiers([]string{address}, address != r.person.reused)...)
	}
	ids = append(ids, emailIdentifiers(r.business, !r.role)...)
	if r.linkedIn != "" {
		ids = append(ids, Identifier{"linkedin", r.person.slug, true})
	}
	phones := r.mobile
	if !basic {
		phones = append(r.mobile[:len(r.mobile):len(r.mobile)], append(r.direct, r.person.homeLine)...)
		if r.twitter {
			ids = append(ids, Identifier{"twitter_handle", r.person.handle, true})
		}
	}
	return append(ids, phoneIdentifiers(phones)...)
}

// emailIdentifiers are the hashes of plain addresses: who knows an address knows both.
func emailIdentifiers(addresses []string, own bool) []Identifier {
	var ids []Identifier
	for _, a := range addresses {
		ids = append(ids, Identifier{"email_sha256", sha256Hex(a), own}, Identifier{"email_md5", md5Hex(a), own})
	}
	return ids
}

func phoneIdentifiers(numbers []string) []Identifier {
	var ids []Identifier
	for _, n := range numbers {
		ids = append(ids, Identifier{"phone", n, false})
	}
	return ids
}
