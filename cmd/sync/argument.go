package main

import (
	"errors"
	"fmt"
	"strings"

	"contactsync/internal/suggest"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// arguments is how many arguments a command takes. What is wrong with them is said by the
// names that the command's usage gives them, and with an example.
func arguments(least, most int) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		names := strings.Fields(c.Use)[1:]
		switch {
		case len(args) < least && len(args) < len(names):
			return fmt.Errorf("%s is missing, as in: %s", names[len(args)], exampleOf(c))
		case len(args) > most && most == 0:
			return fmt.Errorf("%s takes no argument, and %q is one; see %s --help", c.CommandPath(), args[0], c.CommandPath())
		case len(args) > most:
			return fmt.Errorf("%q is one argument too many: %s %s; put quotes around what belongs together",
				args[most], c.CommandPath(), strings.Join(names, " "))
		}
		return nil
	}
}

// exampleOf is the first example of a command.
func exampleOf(c *cobra.Command) string {
	first, _, _ := strings.Cut(strings.TrimSpace(c.Example), "\n")
	return first
}

// noSuchCommand refuses what is no command of a group, and guesses which was meant.
func noSuchCommand(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var known []string
	for _, sub := range c.Commands() {
		known = append(known, sub.Name())
	}
	path := c.CommandPath()
	return fmt.Errorf("unknown command %q for %s%s; %s --help lists them", args[0], path, didYouMean(args[0], known), path)
}

// wrongFlag says which flag was meant by one that there is not.
func wrongFlag(c *cobra.Command, err error) error {
	wrong, ok := errors.AsType[*pflag.NotExistError](err)
	if !ok || len(wrong.GetSpecifiedName()) < 2 {
		return err
	}
	var known []string
	c.Flags().VisitAll(func(f *pflag.Flag) { known = append(known, f.Name) })
	near := suggest.Nearest(wrong.GetSpecifiedName(), known)
	if near == "" {
		return fmt.Errorf("%w; see %s --help", err, c.CommandPath())
	}
	return fmt.Errorf("%w; did you mean --%s?", err, near)
}

// didYouMean guesses which word of a list was meant, as the rest of a message.
func didYouMean(word string, known []string) string {
	if near := suggest.Nearest(word, known); near != "" {
		return fmt.Sprintf("; did you mean %s?", near)
	}
	return ""
}
