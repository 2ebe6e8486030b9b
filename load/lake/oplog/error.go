package oplog

import (
	"errors"
	"fmt"

	"contactsync/load"
)

// LostError says that another process has taken over the writing of a warehouse.
type LostError struct {
	Path   string      // of the warehouse
	Holder load.Holder // who has taken over, and when; zero if that cannot be told
}

// sinceLayout is that of load's messages.
const sinceLayout = "2006-01-02 15:04:05 MST"

func (e *LostError) Error() string {
	who := "another process has"
	if e.Holder.PID != 0 {
		who = fmt.Sprintf("process %d on %s has", e.Holder.PID, e.Holder.Host)
	}
	since := ""
	if !e.Holder.Since.IsZero() {
		since = " at " + e.Holder.Since.Format(sinceLayout)
	}
	return fmt.Sprintf("warehouse %s: %s taken over its writing%s: this run stops, and what it had not stored the next one reads again",
		e.Path, who, since)
}

// UnknownError says that it cannot be told whether an entry was written, or that an
// earlier one of this process could not be told.
type UnknownError struct {
	Path string
	Err  error
}

func (e *UnknownError) Error() string {
	return fmt.Sprintf("warehouse %s: it is not known whether the last commit was stored: start again, and the next run finds out: %v",
		e.Path, e.Err)
}
func (e *UnknownError) Unwrap() error { return e.Err }

// NewerError says that an entry, or the form of the log, is of a later version.
type NewerError struct {
	Path, Key string
	Format    int
}

func (e *NewerError) Error() string {
	return fmt.Sprintf("warehouse %s: a newer sync wrote %s (format %d; this one knows %d): update sync", e.Path, e.Key, e.Format, format)
}

// DamagedError says that an entry cannot be read, or is missing: then it is a bucket.ErrNotExist, too.
type DamagedError struct {
	Path, Key string
	Err       error
}

func (e *DamagedError) Error() string {
	return fmt.Sprintf("warehouse %s: entry %s of its log is damaged: %s; bring back the bucket's %s folder from a backup",
		e.Path, e.Key, e.Err, logPrefix)
}
func (e *DamagedError) Unwrap() error { return e.Err }

// UnfitError says that a store does not keep the promise that all rests on.
type UnfitError struct{ Path string }

func (e *UnfitError) Error() string {
	return fmt.Sprintf("warehouse %s: the store overwrites an object that it was told to write only if there is none (If-None-Match), "+
		"so two runs at once could lose data: choose another store, or a newer version of it", e.Path)
}

// What a writer gets that has given up the log, or that comes with an entry for a number
// which is taken already by another entry of its own.
var (
	ErrReleased = errors.New("the log has been released")
	ErrOutdated = errors.New("entries were added to the log since this one was prepared")
)
