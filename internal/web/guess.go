package web

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"
)

// Wrong tokens are limited by the address that they come from, so that nobody who
// guesses keeps others out. An address may be wrong guessBurst times at once, and then once
// in guessPause; meanwhile nothing from it is compared, right or wrong.
const (
	guessBurst = 5
	guessPause = 2 * time.Second

	// behindProxy is how many times as much a proxy may pass on for all its visitors
	// together, since it is only by its word that they are many.
	behindProxy = 20

	// mostGuessers bounds the memory. With more addresses the one that was silent for
	// longest is forgotten, and may begin again.
	mostGuessers = 1024
)

// origin is where a token comes from, and how many visitors may be there.
type origin struct {
	address  netip.Prefix
	visitors int
}

// guesses are the wrong tokens of late.
type guesses struct {
	mu sync.Mutex
	of map[origin]tally
}

// tally is what an origin has left at a moment.
type tally struct {
	left float64
	at   time.Time
}

// verdict is what is known of a token.
type verdict int

const (
	wrong verdict = iota
	right
	unheard // too often wrong
)

// judge compares a token, if all its origins may be heard.
func (g *guesses) judge(from []origin, now time.Time, matches func() bool) verdict {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, o := range from {
		if g.left(o, now) < 1 {
			return unheard
		}
	}
	if matches() {
		return right
	}
	for _, o := range from {
		g.note(o, tally{g.left(o, now) - 1, now})
	}
	return wrong
}

func (g *guesses) left(o origin, now time.Time) float64 {
	most := float64(guessBurst * o.visitors)
	t, known := g.of[o]
	if !known {
		return most
	}
	return min(most, t.left+float64(o.visitors)*float64(now.Sub(t.at))/float64(guessPause))
}

// note remembers an origin, and forgets another if need be.
func (g *guesses) note(o origin, t tally) {
	if g.of == nil {
		g.of = map[origin]tally{}
	}
	if _, known := g.of[o]; !known && len(g.of) >= mostGuessers {
		silent, since := o, t.at
		for other, last := range g.of {
			if last.at.Before(since) {
				silent, since = other, last.at
			}
		}
		delete(g.of, silent)
	}
	g.of[o] = t
}

// originsOf are where a request comes from: its peer, and behind a proxy the last address
// that this has added. What stands before that in the header anybody can claim.
func originsOf(r *http.Request) []origin {
	host, _, _ := net.SplitHostPort(r.RemoteAddr)
	peer, err := netip.ParseAddr(host)
	if err != nil {
		return []origin{{visitors: 1}}
	}
	if forwarded := r.Header.Values("X-Forwarded-For"); len(forwarded) > 0 {
		list := strings.Split(forwarded[len(forwarded)-1], ",")
		if behind, err := netip.ParseAddr(strings.TrimSpace(list[len(list)-1])); err == nil {
			return []origin{{customer(behind), 1}, {customer(peer), behindProxy}}
		}
	}
	return []origin{{customer(peer), 1}}
}

// customer is an address, or of IPv6 the network of 64 bits, which one customer gets whole.
func customer(address netip.Addr) netip.Prefix {
	address = address.Unmap().WithZone("")
	bits := 32
	if address.Is6() {
		bits = 64
	}
	return netip.PrefixFrom(address, bits).Masked()
}
