//go:build unix

package main

import "golang.org/x/sys/unix"

// userUmask is the umask that the user set.
var userUmask int

// restrictFiles lets only the user read what this process creates: DuckDB's log
// and spill files hold contact data as much as the warehouse does.
func restrictFiles() { userUmask = unix.Umask(0o077) }

// publicFiles gives files the user's own umask while exports and the snapshot
// are written, which are made for others to read.
func publicFiles() (done func()) {
	restricted := unix.Umask(userUmask)
	return func() { unix.Umask(restricted) }
}
