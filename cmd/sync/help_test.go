package main

import (
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"
)

func TestEveryCommandShowsAnExample(t *testing.T) {
	var walk func(*cobra.Command)
	walk = func(c *cobra.Command) {
		shell := c.HasParent() && c.Parent().Name() == "completion" // cobra's own, whose help says how it is used
		require.True(t, c.Example != "" || shell, c.CommandPath())
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk(new(app).command())
}
