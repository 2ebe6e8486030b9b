package daemon

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"time"
)

// mostSignedOut bounds the memory of sessions that were signed out.
const mostSignedOut = 1000

// SignOut ends a session of a browser before its time, for this daemon and those after
// it. The session itself is not kept. Of too many the one that ends first by itself is
// forgotten; only who has the token can make so many.
func (d *Daemon) SignOut(session string, end time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.memory.SignedOut == nil {
		d.memory.SignedOut = map[string]time.Time{}
	}
	over := d.memory.SignedOut
	now := d.runner.Now()
	maps.DeleteFunc(over, func(_ string, end time.Time) bool { return end.Before(now) })
	for len(over) >= mostSignedOut {
		first := slices.MinFunc(slices.Collect(maps.Keys(over)), func(a, b string) int { return over[a].Compare(over[b]) })
		delete(over, first)
	}
	over[sessionKey(session)] = end.UTC()
	d.store()
}

// SignedOut reports whether a session was signed out.
func (d *Daemon) SignedOut(session string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	_, over := d.memory.SignedOut[sessionKey(session)]
	return over
}

func sessionKey(session string) string {
	sum := sha256.Sum256([]byte(session))
	return hex.EncodeToString(sum[:16])
}
