// Package proxy looks at the proxies that an environment names.
package proxy

import (
	"cmp"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
)

// variables are the variables from which requests take their proxy: one for
// https and one for http. The first name that is set counts, as for net/http.
var variables = [][]string{{"HTTPS_PROXY", "https_proxy"}, {"HTTP_PROXY", "http_proxy"}}

// Error says that the environment names a proxy by what is no address, which
// net/http would ignore without a word, and ask directly. It shows no value: that
// may hold a password.
type Error struct{ Variable string }

func (e *Error) Error() string {
	return fmt.Sprintf("the variable %s is no address of a proxy; write http://host:port (or https, socks5), or unset it", e.Variable)
}

// Check looks at the proxies that the environment names; the error is a
// [*Error].
func Check() error {
	for _, names := range variables {
		for _, name := range names {
			if value := os.Getenv(name); value != "" {
				if !isProxy(value) {
					return &Error{name}
				}
				break
			}
		}
	}
	return nil
}

// isProxy reports whether net/http can use a proxy's address: with one of its
// schemes, or host:port alone.
func isProxy(value string) bool {
	scheme, _, whole := strings.Cut(value, "://")
	if !whole {
		value = "http://" + value
	}
	u, err := url.Parse(value)
	if err != nil {
		return false
	}
	_, err = strconv.ParseUint(cmp.Or(u.Port(), "80"), 10, 16)
	switch {
	case err != nil, u.Hostname() == "", strings.ContainsAny(u.Host, " \t\r\n"):
		return false
	case whole:
		return slices.Contains([]string{"http", "https", "socks5", "socks5h"}, strings.ToLower(scheme))
	}
	// Without a scheme all of it must be host and port: http//proxy:80 and http:/proxy:80 are slips.
	return (u.Path == "" || u.Path == "/") && !strings.HasSuffix(u.Host, ":")
}

// Idle are the variables for a proxy that a .env file sets, which only the environment
// itself can: net/http reads nothing else.
func Idle(vars map[string]string, env func(name string) (string, bool)) (found []string) {
	for _, names := range variables {
		for _, name := range names {
			if _, real := env(name); vars[name] != "" && !real {
				found = append(found, name)
			}
		}
	}
	return found
}
