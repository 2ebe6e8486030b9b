package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"contactsync/internal/alert"
	"contactsync/internal/config"
	"contactsync/internal/words"

	"github.com/spf13/cobra"
)

func (a *app) alert() *cobra.Command {
	return group(&cobra.Command{Use: "alert", Short: "Alerts to people", Example: "  sync alert test"}, &cobra.Command{
		Use:     "test",
		Short:   "Send a test to every address of alerts.urls",
		Example: "  sync alert test",
		Args:    arguments(0, 0),
		RunE:    func(c *cobra.Command, _ []string) error { return a.testAlerts(c.Context()) },
	})
}

// testAlerts sends a test to each address by itself, so that each is judged.
func (a *app) testAlerts(ctx context.Context) error {
	c, err := a.config()
	if err != nil {
		return err
	}
	list, err := addresses(c)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return usage("the config has no alerts.urls")
	}
	failed := 0
	for _, address := range list {
		if err := sendTest(ctx, address); err != nil {
			failed++
			a.complain(err)
			continue
		}
		fmt.Fprintln(a.stdout, address.Service+": sent")
	}
	if failed > 0 {
		return &exitError{exitFailed, fmt.Sprintf("%d of %s could not be sent", failed, words.Counted(len(list), "alert", "alerts"))}
	}
	return nil
}

func sendTest(ctx context.Context, address alert.Address) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	return address.Send(ctx, "sync: test", "This is a test of sync's alerts. Nothing is wrong.")
}

// addresses returns the config's addresses for alerts.
func addresses(c *config.Config) ([]alert.Address, error) {
	if missing := c.MissingIn("alerts"); len(missing) > 0 {
		return nil, &config.MissingError{Missing: missing}
	}
	var list []alert.Address
	var problems []error
	for i, url := range c.Alerts.URLs {
		address, err := alert.NewAddress(url)
		if err != nil {
			problems = append(problems, c.Problem(fmt.Sprintf("alerts.urls[%d]", i), err))
			continue
		}
		list = append(list, address)
	}
	return list, errors.Join(problems...)
}
