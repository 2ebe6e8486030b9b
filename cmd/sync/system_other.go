//go:build !unix

package main

import "context"

// onReload does nothing: there is no SIGHUP here.
func onReload(ctx context.Context, _ func()) { <-ctx.Done() }

// notify does nothing: there is no systemd here.
func notify(string) {}

// openFiles is how many files this process may have open at least; there is no limit to ask for.
func openFiles() uint64 { return 1024 }

// restrictFiles does nothing: there is no umask here.
func restrictFiles() {}

func publicFiles() (done func()) { return func() {} }
