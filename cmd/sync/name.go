package main

import (
	"cmp"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// defaultName is the name by which the documentation and all messages call the program.
// coreutils own it, so that whoever installs the program gives it another; what a person
// is told to type must then begin with that one.
const defaultName = "sync"

// called is the name by which the program was called, without its folder.
func (a *app) called() string {
	if a.invoked == "" {
		return defaultName
	}
	return strings.TrimSuffix(filepath.Base(a.invoked), ".exe")
}

// typed is what must be typed to call the program again from here.
func (a *app) typed() string { return cmp.Or(a.invoked, defaultName) }

// prefix begins a line that is about no pipeline.
func (a *app) prefix() string { return a.called() + ": " }

// hinted is what a hint names: the program by its name, or where it was called by a path
// from here, as bin/sync is from the folder in which it was built, by that path.
func (a *app) hinted() string {
	if a.invoked != "" && filepath.Base(a.invoked) != a.invoked && !filepath.IsAbs(a.invoked) {
		return a.invoked
	}
	return a.called()
}

// asCalled writes the commands that a text names as they must be typed.
func (a *app) asCalled(text string) string {
	if a.hinted() == defaultName || a.commands == nil {
		return text
	}
	return a.commands.ReplaceAllString(text, strings.ReplaceAll(a.hinted(), "$", "$$")+"$1")
}

// rename makes the whole command line one of the program as it was called.
func (a *app) rename(root *cobra.Command) {
	var verbs []string
	for _, c := range root.Commands() {
		verbs = append(verbs, regexp.QuoteMeta(c.Name()))
	}
	a.commands = regexp.MustCompile(`\b` + defaultName + `( (?:` + strings.Join(verbs, "|") + `)\b)`)
	if a.hinted() == defaultName {
		return
	}
	root.Use = a.called()
	root.Long = strings.Replace(root.Long, defaultName, a.called(), 1)
	var walk func(*cobra.Command)
	walk = func(c *cobra.Command) {
		c.Short, c.Long, c.Example = a.asCalled(c.Short), a.asCalled(c.Long), a.asCalled(c.Example)
		c.Flags().VisitAll(func(f *pflag.Flag) { f.Usage = a.asCalled(f.Usage) })
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk(root)
}
