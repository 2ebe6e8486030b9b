package statsocial

import "sync"

// build is an audience of StatSocial: built once, from then on fixed.
type build struct {
	id       int
	name     string
	outputs  []string
	from, to float64 // share of the vendor's people
	night    int     // of the build
}

// Outputs are the documented output types, in the document's order.
var Outputs = []string{"ss_id", "twitter_id", "twitter_user", "md5", "email_raw", "cint_id", "ma_id"}

const firstCredits = 25 // credits for builds at first

// firstBuilds are the audiences that exist from the start.
func firstBuilds() map[int]build {
	return map[int]build{
		Audience: {id: Audience, name: "Golang fans", outputs: Outputs, from: 0, to: 0.8},
	}
}

// audiences are the audiences built so far and the credits for more.
type audiences struct {
	mu     sync.Mutex
	builds map[int]build
	newest int // id
	budget int // build credits
}

func newAudiences() *audiences {
	return &audiences{builds: firstBuilds(), newest: Audience, budget: firstCredits}
}

// next takes the next id; ok is false where no credit is left.
func (a *audiences) next() (id int, ok bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.budget <= 0 {
		return 0, false
	}
	a.newest++
	return a.newest, true
}

// add stores a build and charges its credit.
func (a *audiences) add(b build) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.builds[b.id] = b
	a.budget--
}

func (a *audiences) get(id int) (b build, found bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	b, found = a.builds[id]
	return b, found
}

// left is how many builds the credits allow.
func (a *audiences) left() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.budget
}
