package main

import (
	"context"
	"io"
	"log"
	"log/slog"
	"net/url"
	"os"
	"regexp"
	"strings"

	"contactsync/internal/alert"
	"contactsync/internal/config"
	"contactsync/internal/mask"
	"contactsync/schema"
)

// What stands on stderr may be kept for years, and by others: no line of it holds a
// known secret or a mail address, whoever wrote it.

// cleared writes lines without secrets and addresses, and names commands as they must
// be typed.
type cleared struct{ *app }

func (a *app) cleared() cleared { return cleared{a} }

func (c cleared) Write(line []byte) (int, error) {
	_, err := io.WriteString(c.stderr, mask.Addresses(c.secrets.Text(c.asCalled(string(line)))))
	return len(line), err
}

// config reads the config, and knows its secrets from then on.
func (a *app) config() (*config.Config, error) {
	c, err := config.Load(a.configPath)
	if err != nil {
		return nil, err
	}
	a.zone.Store(c.Timezone)
	for _, secret := range c.Secrets() {
		a.secrets.Add(secret.Reveal())
	}
	for _, url := range c.Alerts.URLs {
		a.secrets.Add(tokensOf(url)...)
	}
	return c, nil
}

func tokensOf(url schema.Secret) []string {
	address, err := alert.NewAddress(url)
	if err != nil {
		return nil // which is said where it is used
	}
	return address.Secrets()
}

// takeOverLog sends what libraries write by Go's standard logger, or would, to ours,
// for whoever asks for --log-level debug. It makes known what the environment holds.
func (a *app) takeOverLog() {
	log.SetFlags(0)
	log.SetOutput(foreign{a})
	a.secrets.Add(os.Getenv("AWS_SECRET_ACCESS_KEY"), os.Getenv("AWS_SESSION_TOKEN"))
	for _, name := range []string{"HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"} {
		if proxy, err := url.Parse(os.Getenv(name)); err == nil {
			password, _ := proxy.User.Password()
			a.secrets.Add(password)
		}
	}
}

// foreign takes what libraries log. A library's line may quote what a vendor sent,
// names and all, as net/http does with an answer that nobody asked for; what it
// quotes is left out.
type foreign struct{ *app }

var quoted = regexp.MustCompile(`"(?:[^"\\]|\\.)*"?`)

// longestForeign is how much of a library's line is logged.
const longestForeign = 300

func (f foreign) Write(line []byte) (int, error) {
	text := mask.Excerpt(quoted.ReplaceAllString(strings.TrimSpace(string(line)), `"..."`), longestForeign)
	f.logger(false).Log(context.Background(), slog.LevelDebug, "a library says: "+text)
	return len(line), nil
}
