package alert

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"contactsync/internal/outage"
	"contactsync/schema"

	"github.com/nicholas-fedor/shoutrrr/pkg/router"
	"github.com/nicholas-fedor/shoutrrr/pkg/services/chat/matrix"
	"github.com/nicholas-fedor/shoutrrr/pkg/services/chat/telegram"
	"github.com/nicholas-fedor/shoutrrr/pkg/services/chat/wecom"
	"github.com/nicholas-fedor/shoutrrr/pkg/services/incident/pagerduty"
	"github.com/nicholas-fedor/shoutrrr/pkg/services/specialized/logger"
	"github.com/nicholas-fedor/shoutrrr/pkg/types"
	"github.com/nicholas-fedor/shoutrrr/pkg/util/jsonclient"
)

// Address is somewhere to send alerts to, by a shoutrrr URL, which holds secrets.
type Address struct {
	Service string // such as slack; all of the URL that may be shown
	url     string
	deliver func(ctx context.Context, title, body string) error
}

// NewAddress reads a URL of a config, and asks nobody. The error holds nothing of
// the URL.
func NewAddress(secret schema.Secret) (Address, error) {
	const advice = "shoutrrr's documentation lists the form of each service"
	service, _, found := strings.Cut(secret.Reveal(), "://")
	parsed, err := url.Parse(secret.Reveal())
	if err != nil || !found {
		return Address{}, errors.New("is no address that shoutrrr understands; " + advice)
	}
	a := Address{Service: service, url: secret.Reveal()}
	a.deliver = a.byShoutrrr
	switch service {
	case logger.Scheme:
		return Address{}, errors.New("tells nobody: logger is for trying shoutrrr out; give an address that reaches people")
	case telegram.Scheme:
		var to telegramChats
		to, err = newTelegramChats(parsed)
		a.deliver = to.send
	case matrix.Scheme: // whose sender logs in as soon as it is made
		err = (&matrix.Config{}).SetURL(parsed)
	default:
		_, err = new(router.ServiceRouter).Locate(a.url)
	}
	if err != nil {
		return Address{}, errors.New("is no address that shoutrrr understands; " + advice)
	}
	return a, nil
}

// Secrets are the tokens in the address, in the pieces of which services make their
// URLs: what is long and has a digit is no word.
func (a Address) Secrets() (tokens []string) {
	const shortest = 10
	_, rest, _ := strings.Cut(a.url, "://")
	for _, part := range strings.FieldsFunc(rest, func(r rune) bool { return strings.ContainsRune("/@:?&=#", r) }) {
		if plain, err := url.PathUnescape(part); err == nil {
			part = plain
		}
		for _, token := range append(strings.Split(part, "-"), part) {
			if len(token) >= shortest && strings.ContainsAny(token, "0123456789") {
				tokens = append(tokens, token)
			}
		}
	}
	return tokens
}

// Send sends a message to one address. The error says what kind of thing happened,
// and with which host: no word of a library is passed on, since they quote URLs
// that hold tokens, put together otherwise than in the config.
func (a Address) Send(ctx context.Context, title, body string) error {
	err := a.deliver(ctx, title, body)
	if err == nil {
		return nil
	}
	const unknown = "it did not take the message; look at the address, and whether it is still valid"
	why := cmp.Or(outage.Class(err), outage.InText(err.Error()), unknown)
	if refusal, ok := errors.AsType[jsonclient.Error](err); ok {
		why = outage.Status(refusal.StatusCode)
	}
	if status, ok := errors.AsType[statusError](err); ok {
		why = outage.Status(int(status))
	}
	if ctx.Err() != nil {
		why = "no answer in time"
	}
	return fmt.Errorf("%s: %s", a.Service, why)
}

// untitled are the services whose sender refuses a title: it goes into the message.
var untitled = []string{pagerduty.Scheme, wecom.Scheme}

// longestSend is how long a service may take.
const longestSend = 10 * time.Second

// errLibrary is what is left to say of a panic of the library: its text and its
// stack hold the address.
var errLibrary = errors.New("shoutrrr failed while it sent")

// byShoutrrr sends by the library, which takes no context and gives up by itself. A
// sender that panics, as some do where nobody answers, takes nobody else with it: so
// it is called here and not by the library's router, in a goroutine of its own.
func (a Address) byShoutrrr(ctx context.Context, title, body string) error {
	ctx, cancel := context.WithTimeout(ctx, longestSend)
	defer cancel()
	params := types.Params{"title": title}
	if slices.Contains(untitled, a.Service) {
		params, body = types.Params{}, title+"\n"+body
	}
	result := make(chan error, 1)
	go func() {
		defer func() {
			if recover() != nil {
				result <- errLibrary
			}
		}()
		service, err := new(router.ServiceRouter).Locate(a.url)
		if err == nil {
			err = service.Send(body, &params)
		}
		result <- err
	}()
	select {
	case err := <-result:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
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
