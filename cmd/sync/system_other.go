//go:build !unix

package main

import "context"

// onReload does nothing: there is no SIGHUP here.
func onReload(ctx context.Context, _ func()) { <-ctx.Done() }

// notify does nothing: there is no systemd here.
func notify(string) {}

// restrictFiles does nothing: there is no umask here.
func restrictFiles() {}

func publicFiles() (done func()) { return func() {} }
