package config

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

var (
	variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
	reference    = regexp.MustCompile(`\$?\$\{[^}]*\}?`)
)

// unsetError says that what a ${...} refers to is not there.
type unsetError struct {
	variable string // "" = a file
	what     string
}

func (e *unsetError) Error() string { return e.what }

// surroundings is what the values of a config may refer to.
type surroundings struct {
	dir string
	env Lookup
}

// expand fills in ${NAME} and ${file:PATH}; $${ stands for a plain ${, and any
// other dollar for itself, so that SQL may stay as it is. An [*unsetError]
// names what is missing.
func (s surroundings) expand(text string) (value string, expanded bool, err error) {
	value = reference.ReplaceAllStringFunc(text, func(match string) string {
		if strings.HasPrefix(match, "$$") {
			return match[1:]
		}
		expanded = true
		replacement, e := s.refer(match)
		if err == nil {
			err = e
		}
		return replacement
	})
	return value, expanded, err
}

// refer is what one ${...} stands for.
func (s surroundings) refer(match string) (string, error) {
	name, closed := strings.CutSuffix(match[len("${"):], "}")
	path, isFile := strings.CutPrefix(name, "file:")
	switch {
	case !closed:
		return "", hinted("write $${ for a plain ${", "the closing brace of ${ is missing")
	case isFile && path != "":
		return s.readFile(strings.TrimSpace(path))
	case !variableName.MatchString(name):
		return "", hinted(meant(name), "%s is not a variable", match)
	}
	value, _ := s.env(name)
	value = strings.TrimRight(value, "\r\n") // as of a file
	if value == "" {
		return "", &unsetError{name, "the variable " + name + " is not set"}
	}
	return value, nil
}

// otherwise is a name in the manner of shells, GitHub and Compose: ${ NAME }, ${env:NAME},
// ${NAME:-default}.
var otherwise = regexp.MustCompile(`^\s*(?:(?i:env)[:.]|\$)?([A-Za-z_][A-Za-z0-9_]*)\s*(:?[-=?+].*)?$`)

// meant suggests how to write what stands between the braces.
func meant(inside string) string {
	path, isFile := strings.CutPrefix(strings.TrimSpace(inside), "file:")
	found := otherwise.FindStringSubmatch(inside)
	switch {
	case isFile && path != "":
		return "write ${file:" + strings.TrimSpace(path) + "}"
	case found == nil:
		return "write ${NAME} or ${file:PATH}, or $${ for a plain ${"
	case found[2] != "":
		return "write ${" + found[1] + "}; a variable has no default here"
	}
	return "write ${" + found[1] + "}"
}

// longest is the size up to which a file is taken for a value.
const longest = 64 << 10

// readFile is the content of a file without the line break at its end.
func (s surroundings) readFile(path string) (string, error) {
	full := path
	if !filepath.IsAbs(path) {
		full = filepath.Join(s.dir, path)
	}
	data, err := readRegular(full)
	value := strings.TrimRight(string(data), "\r\n")
	switch {
	case errors.Is(err, errIrregular):
		return "", &unsetError{"", fmt.Sprintf("%s is not a file", path)}
	case err != nil:
		return "", &unsetError{"", fmt.Sprintf("the file %s cannot be read: %v", path, reason(err))}
	case len(data) > longest:
		return "", fmt.Errorf("the file %s is too long for a value", path)
	case value == "":
		return "", &unsetError{"", fmt.Sprintf("the file %s is empty", path)}
	}
	return value, nil
}

var errIrregular = errors.New("not a regular file")

// readRegular reads a file, of one that is too long the beginning. It opens no
// pipe, which would wait for a writer.
func readRegular(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errIrregular
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, longest+1))
}

// reason is what the system says, without the path that the message has already.
func reason(err error) error {
	if path, ok := errors.AsType[*os.PathError](err); ok {
		return path.Err
	}
	return err
}
