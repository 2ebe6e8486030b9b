package main

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"contactsync/internal/config"
	"contactsync/internal/config/example"
	"contactsync/schema"

	"github.com/spf13/cobra"
)

func (a *app) init() *cobra.Command {
	c := &cobra.Command{
		Use:   "init",
		Short: "Write a commented pipelines.yaml and .env.example; never overwrites",
		Long: "init writes a commented pipelines.yaml, its JSON Schema for editors and .env.example, of the vendors that you have:\n" +
			"those of --vendors, else, on a terminal, those that you name when asked, else all.",
		Example: "  sync init\n  sync init --vendors toofr,audiencelab\n  sync init -c etl/pipelines.yaml",
		Args:    arguments(0, 0),
	}
	vendors := c.Flags().StringSlice("vendors", nil, "only these: "+strings.Join(schema.Sources, ", "))
	_ = c.RegisterFlagCompletionFunc("vendors", cobra.FixedCompletions(schema.Sources, cobra.ShellCompDirectiveNoFileComp)) // the flag exists
	c.RunE = func(c *cobra.Command, _ []string) error {
		chosen := *vendors
		if !c.Flags().Changed("vendors") && isTerminal(a.stdin) {
			chosen = a.askVendors()
		}
		for _, v := range chosen {
			if !slices.Contains(schema.Sources, v) {
				return usage("--vendors %q: want some of %s%s", v, strings.Join(schema.Sources, ", "), didYouMean(v, schema.Sources))
			}
		}
		if len(chosen) == 0 {
			chosen = schema.Sources
		}
		return a.writeExample(chosen)
	}
	return c
}

// askVendors asks which vendors somebody has; no answer is all.
func (a *app) askVendors() []string {
	fmt.Fprintf(a.stderr, "which vendors do you have? %s (Enter: all) ", strings.Join(schema.Sources, ", "))
	line, _ := bufio.NewReader(a.stdin).ReadString('\n') // no answer is all
	return strings.FieldsFunc(line, func(r rune) bool { return r == ',' || unicode.IsSpace(r) })
}

// writeExample writes the files of a new config of some vendors.
func (a *app) writeExample(vendors []string) error {
	jsonSchema, err := config.JSONSchema()
	if err != nil {
		return err
	}
	dir := filepath.Dir(a.configPath)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, f := range []struct {
		path    string
		content []byte
	}{
		{a.configPath, []byte(example.ConfigOf(vendors))},
		{filepath.Join(dir, "pipelines.schema.json"), jsonSchema},
		{filepath.Join(dir, ".env.example"), []byte(example.EnvOf(vendors))},
	} {
		if err := a.writeNew(f.path, f.content); err != nil {
			return err
		}
	}
	a.say("next: copy .env.example to .env and put your keys there, choose pipelines, then `sync check`")
	return nil
}

// writeNew writes a file unless there is one.
func (a *app) writeNew(path string, content []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		a.say(path + " is there already and stays as it is")
		return nil
	}
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	a.say("wrote " + path)
	return nil
}
