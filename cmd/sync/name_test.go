package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestHintsCanBeTypedWhereTheProgramWasCalled(t *testing.T) {
	for invoked, want := range map[string][2]string{ // the program's name, and a hint
		"":                           {"sync", "write one with `sync init`"},
		"sync":                       {"sync", "write one with `sync init`"},
		"bin/sync":                   {"sync", "write one with `bin/sync init`"},
		"./contactsync":              {"contactsync", "write one with `./contactsync init`"},
		"/usr/local/bin/contactsync": {"contactsync", "write one with `contactsync init`"},
		"contactsync":                {"contactsync", "write one with `contactsync init`"},
	} {
		a := &app{invoked: invoked}
		root := a.command()
		require.Equal(t, want[0], root.Name(), invoked)
		require.Equal(t, want[0]+": ", a.prefix(), invoked)
		require.Equal(t, want[1], a.asCalled("write one with `sync init`"), invoked)
		require.Equal(t, "an older sync wrote it", a.asCalled("an older sync wrote it"), "no command is named")
	}
}
