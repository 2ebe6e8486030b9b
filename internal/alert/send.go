package alert

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"contactsync/schema"

	"github.com/nicholas-fedor/shoutrrr"
	"github.com/nicholas-fedor/shoutrrr/pkg/types"
)

// Address is somewhere to send alerts to, by a shoutrrr URL, which holds secrets.
type Address struct {
	Service string // such as slack; all of the URL that may be shown
	url     string
}

// NewAddress reads a URL of a config. The error holds nothing of it.
func NewAddress(secret schema.Secret) (Address, error) {
	service, _, found := strings.Cut(secret.Reveal(), "://")
	if _, err := shoutrrr.CreateSender(secret.Reveal()); err != nil || !found {
		return Address{}, errors.New("is no address that shoutrrr understands; its documentation lists the form of each service")
	}
	return Address{service, secret.Reveal()}, nil
}

// Send sends a message to one address.
func (a Address) Send(ctx context.Context, title, body string) error {
	sender, err := shoutrrr.CreateSender(a.url)
	if err != nil {
		return fmt.Errorf("%s: the address is not understood", a.Service)
	}
	sender.Timeout = 10 * time.Second
	result := make(chan error, 1)
	go func() { // the library takes no context; it gives up by itself
		params := types.Params{"title": title}
		result <- errors.Join(sender.Send(body, &params)...)
	}()
	select {
	case err := <-result:
		return a.masked(err)
	case <-ctx.Done():
		return fmt.Errorf("%s: no answer in time", a.Service)
	}
}

// masked is an error of the library without the address, which it may repeat.
func (a Address) masked(err error) error {
	if err == nil {
		return nil
	}
	text := err.Error()
	_, rest, _ := strings.Cut(a.url, "://")
	for _, part := range strings.FieldsFunc(rest, func(r rune) bool { return strings.ContainsRune("/@:?&=#", r) }) {
		if len(part) > 3 {
			text = strings.ReplaceAll(text, part, "***")
		}
	}
	return fmt.Errorf("%s: %s", a.Service, text)
}

// SendAll sends a message to all addresses at once; one that fails does not keep
// it from the others. It returns how many have got it.
func SendAll(ctx context.Context, list []Address, title, body string) (reached int, err error) {
	problems := make([]error, len(list))
	var all sync.WaitGroup
	for i, a := range list {
		all.Go(func() { problems[i] = a.Send(ctx, title, body) })
	}
	all.Wait()
	for _, problem := range problems {
		if problem == nil {
			reached++
		}
	}
	return reached, errors.Join(problems...)
}
