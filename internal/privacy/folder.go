package privacy

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"contactsync/internal/words"
)

// Readme is the file of a folder that tells what the others are.
const Readme = "README.txt"

// MakeFolder makes a folder that only its owner may enter; one that is there must be empty.
func MakeFolder(path string) error {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return err
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return err
	}
	if len(entries) > 0 {
		return &NotEmptyError{path}
	}
	return os.Chmod(path, 0o700)
}

// NotEmptyError says that a folder for answers has something in it.
type NotEmptyError struct{ Path string }

func (e *NotEmptyError) Error() string {
	return fmt.Sprintf("%s is not empty: name a folder that is new or empty", e.Path)
}

// Write writes the answer into an empty folder, a file for each subject of which something
// is held, and one that explains them to the person. What fails leaves no file.
func (a Access) Write(dir, name string, at time.Time) (err error) {
	files := map[string][]byte{Readme: a.readme(name, at)}
	for _, s := range a.Subjects {
		if len(s.Rows) == 0 {
			continue
		}
		if files[s.Name+".json"], err = readable(s.Rows); err != nil {
			return err
		}
	}
	if list := holding(a.Exports); len(list) > 0 {
		if files["exports.json"], err = readable(list); err != nil {
			return err
		}
	}
	for file, content := range files {
		if err := create(filepath.Join(dir, file), content); err != nil {
			for written := range files {
				err = errors.Join(err, os.RemoveAll(filepath.Join(dir, written)))
			}
			return err
		}
	}
	return nil
}

// create writes a new file that only its owner may read.
func create(path string, content []byte) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	return errors.Join(err, f.Close())
}

// readme tells the person what the files are.
func (a Access) readme(name string, at time.Time) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "What is stored about: %s\nAsked on: %s\n", name, at.UTC().Format("2 January 2006, 15:04 UTC"))
	if !a.AsOf.IsZero() {
		fmt.Fprintf(&b, "Read from a copy of: %s\n", a.AsOf.Format("2 January 2006, 15:04 UTC"))
	}
	b.WriteString("\n")
	if !a.Known() {
		b.WriteString("Nothing is stored about this person.\n")
	}
	if a.Suppressed() {
		b.WriteString("This person is on the list of those who must not be stored. The list holds hashes,\n" +
			"from which no name or address can be read back: see suppressions.json.\n")
	}
	if len(a.Mentions) > 0 {
		fmt.Fprintf(&b, "%s of somebody else, whose text names this person: look through them before you hand\nthis over (%s).\n",
			words.Counted(len(a.Mentions), "record is", "records are"), strings.Join(mentioning(a), ", "))
	}
	if a.Known() {
		b.WriteString("\nThe files, in JSON, a format that any text editor shows:\n\n")
	}
	for _, s := range a.Subjects {
		if len(s.Rows) > 0 {
			fmt.Fprintf(&b, "%s.json (%s)\n    %s\n", s.Name, words.Counted(len(s.Rows), "entry", "entries"), s.About)
		}
	}
	if list := holding(a.Exports); len(list) > 0 {
		fmt.Fprintf(&b, "exports.json (%s)\n    files for reports that hold rows about you: which, where, and when they were written\n",
			words.Counted(len(list), "entry", "entries"))
	}
	return b.Bytes()
}

// mentioning names the records of somebody else.
func mentioning(a Access) []string {
	var list []string
	for _, f := range a.Mentions {
		list = append(list, f.Source+":"+f.SourceID)
	}
	return slices.Compact(slices.Sorted(slices.Values(list)))
}
