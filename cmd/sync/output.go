package main

import (
	"fmt"
	"os"
)

// output is stdout, which remembers that something could not be written, say to a
// full disk: a command whose data is lost has failed, whether or not it looks. A
// reader that has gone, as in `sync docs | head`, ends the process by SIGPIPE, quietly.
type output struct {
	file *os.File
	lost error // the first error; what follows it is lost, too
}

func (o *output) Write(p []byte) (int, error) {
	n, err := o.file.Write(p)
	if err != nil && o.lost == nil {
		o.lost = fmt.Errorf("stdout: %w; what was printed is not whole", err)
	}
	if err != nil {
		err = o.lost
	}
	return n, err
}

// Fd tells what stdout is connected to.
func (o *output) Fd() uintptr { return o.file.Fd() }
