//go:build unix

package main

import (
	"context"
	"net"
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/sys/unix"
)

// onReload calls reload on each SIGHUP until the context ends.
func onReload(ctx context.Context, reload func()) {
	hangups := make(chan os.Signal, 1)
	signal.Notify(hangups, syscall.SIGHUP)
	defer signal.Stop(hangups)
	for {
		select {
		case <-ctx.Done():
			return
		case <-hangups:
			reload()
		}
	}
}

// notify tells systemd how the daemon stands, if it asked for that: sd_notify(3)
// is a datagram to the socket that NOTIFY_SOCKET names, @ for an abstract one.
func notify(state string) {
	socket := os.Getenv("NOTIFY_SOCKET")
	if socket == "" {
		return
	}
	conn, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: socket, Net: "unixgram"})
	if err != nil {
		return // it cannot be told, and the pipelines must run all the same
	}
	defer conn.Close()
	_, _ = conn.Write([]byte(state))
}

// openFiles is how many files this process may have open.
func openFiles() uint64 {
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
		return usualFiles
	}
	return uint64(limit.Cur)
}

// usualFiles is how many files a process may have open where that cannot be asked.
const usualFiles = 256

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
