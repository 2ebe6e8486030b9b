package durable

import "os"

// Lock is a kind of lock.
type Lock int

// The kinds of locks: held by one alone, or by any number together.
const (
	Exclusive Lock = iota
	Shared
)

// TryLock locks an open file, or on Unix an open directory, if it is free, and
// reports whether it was. The lock ends when the file is closed, and with the
// process that holds it. What the file contains stays readable to others.
func TryLock(f *os.File, kind Lock) (bool, error) { return tryLock(f, kind) }
