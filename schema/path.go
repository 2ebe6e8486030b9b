package schema

import "strings"

// Path is a file, a folder or an s3:// address. Relative ones count from the
// config's folder.
type Path struct {
	Written string // as it stands in the config, for messages
	Full    string // with the config's folder before it
}

// String is the path as written.
func (p Path) String() string { return p.Written }

// IsZero reports whether no path is set.
func (p Path) IsZero() bool { return p.Written == "" }

// Remote reports whether the path is in object storage.
func (p Path) Remote() bool { return strings.HasPrefix(p.Written, "s3://") }
