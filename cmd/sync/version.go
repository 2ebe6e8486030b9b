package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"contactsync/load/duckdb"

	"github.com/spf13/cobra"
)

// release is set at build time by the Makefile.
var release = "dev"

// version names the versions of sync, DuckDB and Go.
func version() string {
	arrow := ""
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			if m.Path == "github.com/apache/arrow-go/v18" {
				arrow = ", Arrow " + m.Version
			}
		}
	}
	engine := duckdb.EngineVersion() + arrow
	return fmt.Sprintf("sync %s, DuckDB %s, %s %s/%s", release, engine, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}

func (a *app) version() *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "The versions of sync, DuckDB and Go",
		Example: "  sync version",
		Args:    arguments(0, 0),
		Run:     func(*cobra.Command, []string) { fmt.Fprintln(a.stdout, version()) },
	}
}
