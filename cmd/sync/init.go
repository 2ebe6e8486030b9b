package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"contactsync/internal/config"

	"github.com/spf13/cobra"
)

func (a *app) init() *cobra.Command {
	return &cobra.Command{
		Use:     "init",
		Short:   "Write a commented pipelines.yaml and .env.example; never overwrites",
		Example: "  sync init\n  sync init -c etl/pipelines.yaml",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
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
				{a.configPath, []byte(config.Example())},
				{filepath.Join(dir, "pipelines.schema.json"), jsonSchema},
				{filepath.Join(dir, ".env.example"), []byte(config.EnvExample())},
			} {
				if err := a.writeNew(f.path, f.content); err != nil {
					return err
				}
			}
			a.say("next: copy .env.example to .env and put your keys there, choose pipelines, then `sync check`")
			return nil
		},
	}
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
