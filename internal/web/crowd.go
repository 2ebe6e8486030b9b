package web

import (
	"net"
	"net/http"
	"sync"
)

// MostConnections is how many connections the page keeps open in a process that may have
// so many files open: a quarter of them, so that visitors never take from the warehouse
// and the vendors what these need.
func MostConnections(files uint64) int { return int(min(max(files/4, 4), 256)) }

// crowd bounds the open connections of a server. When one too many comes, the one that has
// asked for nothing for longest is closed; where all are being answered, the newcomer is.
type crowd struct {
	most int

	mu   sync.Mutex
	turn int64              // counts what happens
	idle map[net.Conn]int64 // those that ask for nothing, and since which turn
	busy map[net.Conn]bool
}

func newCrowd(most int) *crowd {
	return &crowd{most: most, idle: map[net.Conn]int64{}, busy: map[net.Conn]bool{}}
}

// watch follows the server's connections: [http.Server.ConnState].
func (c *crowd) watch(conn net.Conn, state http.ConnState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, known := c.idle[conn]
	known = known || c.busy[conn]
	if state == http.StateNew {
		c.makeRoom()
		if known = len(c.idle)+len(c.busy) < c.most; !known {
			_ = conn.Close() // the server finds out by itself
		}
	}
	delete(c.idle, conn)
	delete(c.busy, conn)
	if !known { // it was closed here
		return
	}
	c.turn++
	switch state {
	case http.StateNew, http.StateIdle:
		c.idle[conn] = c.turn
	case http.StateActive:
		c.busy[conn] = true
	}
}

// makeRoom closes the connection that has been idle for longest, if there are too many.
func (c *crowd) makeRoom() {
	if len(c.idle)+len(c.busy) < c.most || len(c.idle) == 0 {
		return
	}
	var oldest net.Conn
	for conn, since := range c.idle {
		if oldest == nil || since < c.idle[oldest] {
			oldest = conn
		}
	}
	delete(c.idle, oldest)
	_ = oldest.Close()
}
