//go:build crash

package crash

import (
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

// order is where to die, from the environment.
type order struct {
	point string
	count int64
	delay time.Duration
}

var (
	given  = readOrder(os.Getenv("SYNC_CRASH_AT"))
	stops  = os.Getenv("SYNC_CRASH_BY") == "stop"
	passed atomic.Int64
)

// readOrder panics on what is no order: a test that kills nothing proves nothing.
func readOrder(text string) order {
	point, rest, ok := strings.Cut(text, ":")
	if !ok {
		return order{}
	}
	count, delay, late := strings.Cut(rest, "+")
	o := order{point: point}
	var err error
	if o.count, err = strconv.ParseInt(count, 10, 64); err != nil {
		panic("crash: SYNC_CRASH_AT: " + err.Error())
	}
	if late {
		if o.delay, err = time.ParseDuration(delay); err != nil {
			panic("crash: SYNC_CRASH_AT: " + err.Error())
		}
	}
	return o
}

// At kills or stops the process if it was ordered to at this point.
func At(point string) {
	if point != given.point || passed.Add(1) != given.count {
		return
	}
	if given.delay > 0 {
		time.AfterFunc(given.delay, die)
		return
	}
	die()
}

func die() {
	if stops {
		_ = syscall.Kill(os.Getpid(), syscall.SIGSTOP)
		return // it was woken
	}
	_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
	select {} // the signal is on its way
}

// Small makes batches small, so that a short test meets many commits: n, or
// SYNC_CRASH_BATCH if that is set.
func Small(n int) int {
	if small, err := strconv.Atoi(os.Getenv("SYNC_CRASH_BATCH")); err == nil && small < n {
		return small
	}
	return n
}
