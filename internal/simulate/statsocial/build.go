package statsocial

import (
	"net/http"
	"slices"
	"strconv"
	"sync"

	"contactsync/internal/simulate/api"
	"contactsync/internal/simulate/world"
)

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

// firstBuild is the audience that exists from the start.
func firstBuild() build {
	return build{id: Audience, name: "Golang fans", outputs: Outputs, from: 0, to: 0.8}
}

// members are the positions of an audience among the vendor's people.
func (b build) members(k world.Coverage) world.Window { return k.Window(b.from, b.to, 0) }

// member is what StatSocial knows of the member at a position.
func (b build) member(k world.Coverage, position int) record {
	return newRecord(k, k.World.Person(k.Member(b.members(k), position), b.night))
}

// audiences are the audiences built so far and the credits for more.
type audiences struct {
	mu      sync.Mutex
	builds  map[int]build
	newest  int // id
	credits int
}

func newAudiences() *audiences {
	return &audiences{builds: map[int]build{Audience: firstBuild()}, newest: Audience, credits: firstCredits}
}

// start takes the next id for a build, if a credit is left; a delivered answer
// stores the build and takes the credit.
func (a *audiences) start(c *api.Call, b build) api.Answer {
	if len(b.outputs) == 0 {
		b.outputs = Outputs
	}
	if !slices.Contains(b.outputs, "ss_id") { // "it will always be present"
		b.outputs = append([]string{"ss_id"}, b.outputs...)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.credits <= 0 {
		return c.Problem(http.StatusForbidden, "no builds credits left")
	}
	a.newest++
	b.id = a.newest
	reply := enveloped(api.Object{{"id", b.id}, {"status", "running"}})
	reply.Order = &api.Order{Kind: api.AudienceOrder, Name: b.name}
	reply.Done = func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.builds[b.id] = b
		a.credits--
	}
	return reply
}

// ofBuild is an endpoint for the audience that the path names.
func (a *audiences) ofBuild(answer func(*api.Call, build) api.Answer) api.Endpoint {
	return func(c *api.Call) api.Answer {
		id, err := strconv.Atoi(c.HTTP.PathValue("id"))
		a.mu.Lock()
		b, found := a.builds[id]
		a.mu.Unlock()
		if err != nil || !found {
			return c.NotFound("audience not found")
		}
		return answer(c, b)
	}
}

// left answers GET credits; -1 is unlimited.
func (a *audiences) left(*api.Call) api.Answer {
	a.mu.Lock()
	defer a.mu.Unlock()
	return enveloped(api.Object{{"builds", a.credits}, {"insights", -1}, {"universes", -1}, {"expansions", -1},
		{"distributions", -1}, {"scheduled_reruns", -1}})
}
