package config

import "fmt"

// NotFoundError says that there is no config.
type NotFoundError struct{ Path string }

func (e *NotFoundError) Error() string {
	return fmt.Sprintf("no config at %s: write one with `sync init`, or name another with --config", e.Path)
}
