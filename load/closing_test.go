package load_test

import (
	"math/rand/v2"
	"testing"

	"contactsync/load"

	"github.com/stretchr/testify/require"
)

func TestWhoseMembershipsEndWithAListing(t *testing.T) {
	whole := load.Listing{Ended: true, Certain: true, Declared: 250, Served: 250, Rows: 250, Named: true, Missing: 3}
	with := func(change func(*load.Listing)) load.Listing {
		l := whole
		change(&l)
		return l
	}
	short := func(declared, served, rows int64) load.Listing {
		return with(func(l *load.Listing) {
			l.Declared, l.Served, l.Rows, l.Certain = declared, served, rows, declared <= rows
		})
	}
	empty := load.Listing{Ended: true, Certain: true, Missing: 250}
	for name, c := range map[string]struct {
		listing load.Listing
		doubt   load.Doubt
		once    load.Closing // after a listing that was whole
		again   load.Closing // after one with the same doubt
	}{
		"whole":                         {whole, load.NoDoubt, load.CloseMissing, load.CloseMissing},
		"no total":                      {short(0, 0, 250), load.NoDoubt, load.CloseMissing, load.CloseMissing},
		"no total, and rows twice":      {short(0, 300, 220), load.Unsure, load.CloseNobody, load.CloseMissingTwice},
		"more than declared":            {short(240, 250, 250), load.NoDoubt, load.CloseMissing, load.CloseMissing},
		"rows twice, and nobody lacks":  {short(250, 300, 250), load.NoDoubt, load.CloseMissing, load.CloseMissing},
		"under way":                     {with(func(l *load.Listing) { l.Ended = false }), load.NoDoubt, load.CloseNobody, load.CloseNobody},
		"pages that overlap":            {short(250, 300, 220), load.Repeated, load.CloseNobody, load.CloseNobody},
		"pages that overlap by a row":   {short(30, 30, 28), load.Incomplete, load.CloseNobody, load.CloseNobody},
		"40 %":                          {short(5000, 3000, 3000), load.Incomplete, load.CloseNobody, load.CloseNobody},
		"a total that is not exact":     {short(250, 248, 248), load.Short, load.CloseNobody, load.CloseMissingTwice},
		"one of few":                    {short(4, 3, 3), load.Short, load.CloseNobody, load.CloseMissingTwice},
		"nobody, though one is told of": {with(func(l *load.Listing) { l.Declared, l.Served, l.Rows, l.Named = 1, 0, 0, false }), load.Incomplete, load.CloseNobody, load.CloseNobody},
		"it kept changing":              {with(func(l *load.Listing) { l.Certain = false }), load.Unsure, load.CloseNobody, load.CloseMissingTwice},
		"empty":                         {empty, load.Empty, load.CloseNobody, load.CloseMissingTwice},
		"empty, as it was":              {load.Listing{Ended: true, Certain: true}, load.NoDoubt, load.CloseMissing, load.CloseMissing},
		"all rejected":                  {load.Listing{Ended: true, Certain: true, Rows: 250, Rejected: true, Missing: 250}, load.Unusable, load.CloseNobody, load.CloseNobody},
		"some rejected":                 {with(func(l *load.Listing) { l.Rejected = true }), load.NoDoubt, load.CloseMissing, load.CloseMissing},
	} {
		t.Run(name, func(t *testing.T) {
			closing, doubt := c.listing.Judge()
			require.Equal(t, c.doubt, doubt)
			require.Equal(t, c.once, closing)
			c.listing.Before = doubt
			closing, _ = c.listing.Judge()
			require.Equal(t, c.again, closing)
		})
	}
}

func TestADoubtIsConfirmedByAnotherThatSaysSomethingOfMembers(t *testing.T) {
	unsure := load.Listing{Ended: true, Named: true, Rows: 9, Missing: 1}
	empty := load.Listing{Ended: true, Certain: true, Missing: 9}
	for before, c := range map[load.Doubt]struct{ unsure, empty load.Closing }{
		load.NoDoubt:    {load.CloseNobody, load.CloseNobody},
		load.Short:      {load.CloseMissingTwice, load.CloseNobody},
		load.Unsure:     {load.CloseMissingTwice, load.CloseNobody},
		load.Empty:      {load.CloseNobody, load.CloseMissingTwice},
		load.Incomplete: {load.CloseNobody, load.CloseNobody},
		load.Repeated:   {load.CloseNobody, load.CloseNobody},
		load.Unusable:   {load.CloseNobody, load.CloseNobody},
	} {
		unsure.Before, empty.Before = before, before
		got, _ := unsure.Judge()
		require.Equal(t, c.unsure, got, before)
		got, _ = empty.Judge()
		require.Equal(t, c.empty, got, before)
	}
}

// night is one listing of an audience, with what the vendor makes of it.
type night struct {
	listed   map[int]bool // who is named
	declared int64
	served   int64
	ended    bool
	certain  bool
	honest   bool
}

// tell is how a vendor lists an audience tonight: as it is, or with one of the lies.
func tell(r *rand.Rand, audience map[int]bool) night {
	n := night{listed: map[int]bool{}, declared: int64(len(audience)), ended: true, certain: true}
	hide, again := 0, 0
	switch r.IntN(7) {
	case 0: // pages overlap
		again = len(audience)/4 + 1
		hide = r.IntN(again)
	case 1: // pages are lost
		hide = len(audience)/20 + 2 + r.IntN(len(audience)/2+1)
	case 2: // rows shift unseen, or the total is too large
		hide = r.IntN(len(audience)/20 + 1)
	case 3: // it keeps changing
		hide, n.certain, n.declared = r.IntN(3), false, 0
	case 4: // nothing at all comes
		hide, n.declared = len(audience), 0
	case 5: // it breaks off
		hide, n.ended, n.certain = r.IntN(len(audience)+1), false, false
	default:
		n.honest = true
	}
	for id := range audience {
		n.listed[id] = true
	}
	for id := range audience {
		if hide--; hide < 0 {
			break
		}
		delete(n.listed, id)
	}
	n.served = int64(len(n.listed) + again)
	n.certain = n.certain && n.declared <= int64(len(n.listed))
	return n
}

// Whatever a vendor says from night to night: nobody whom the audience still has is
// taken for gone by one listing that lies, nor by listings of which pages are
// missing, however many; and who left is gone after two honest ones.
func TestNoLieOfOneNightClosesSomebodyWhoIsStillListed(t *testing.T) {
	for seed := range uint64(3000) {
		r := rand.New(rand.NewPCG(seed, 10))
		audience, members := map[int]bool{}, map[int]bool{}
		for id := range r.IntN(80) {
			audience[id] = true
		}
		var before night // the last that ended
		doubt, honest := load.NoDoubt, 0
		for next := 1000; next < 1012; next++ {
			if r.IntN(3) == 0 { // somebody comes and somebody leaves
				audience[next] = true
				for id := range audience {
					delete(audience, id)
					break
				}
			}
			n := tell(r, audience)
			missing := map[int]bool{}
			for id := range members {
				if !n.listed[id] {
					missing[id] = true
				}
			}
			closing, now := load.Listing{
				Ended: n.ended, Certain: n.certain, Declared: n.declared, Served: n.served, Rows: int64(len(n.listed)), Named: len(n.listed) > 0,
				Missing: int64(len(missing)), Before: doubt,
			}.Judge()
			for id := range missing {
				if closing == load.CloseNobody || closing == load.CloseMissingTwice && before.listed[id] {
					continue
				}
				require.False(t, audience[id] && (closing == load.CloseMissing || !now.Confirmable() || before.honest), "seed %d: a member is taken for gone", seed)
				delete(members, id)
			}
			for id := range n.listed {
				members[id] = true
			}
			if n.ended {
				before, doubt = n, now
			}
			if honest++; !n.honest {
				honest = 0
			}
			if honest >= 2 {
				require.Equal(t, audience, members, "seed %d: two honest listings tell who is a member", seed)
			}
		}
	}
}
