package connect

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

const (
	scheme        = "sc://"
	defaultPort   = "15002"
	defaultClient = "contactsync"
)

// Address says where a server of Spark Connect is and who asks. However it is printed, the token
// and the headers stay out of it.
type Address struct {
	Host      string // a name or an IP address, without brackets
	Port      string // 15002 unless given
	UserID    string // half of a session's name on the server; contactsync unless given
	UserAgent string // what the server's log shows; contactsync unless given
	TLS       bool   // use_ssl=true, or a token for another machine

	token   string
	headers map[string]string
}

// Parse reads a connection string of Spark Connect: sc://host:port/;key=value;key=value, values
// percent-encoded. Keys are use_ssl, token, user_id and user_agent; any x-... is sent as a header
// with each request, as managed Sparks want it. A token switches TLS on, unless the host is this
// machine. No error quotes a key or a value that could be a secret.
// https://github.com/apache/spark/blob/v4.1.0/sql/connect/docs/client-connection-string.md
func Parse(address string) (Address, error) {
	rest, ok := strings.CutPrefix(strings.TrimSpace(address), scheme)
	if !ok {
		return Address{}, fmt.Errorf("address of Spark: it does not begin with %s: write it like sc://host:15002", scheme)
	}
	authority, parameters, _ := strings.Cut(rest, ";")
	a := Address{Port: defaultPort, UserID: defaultClient, UserAgent: defaultClient}
	if err := a.parseHost(strings.TrimSuffix(authority, "/")); err != nil {
		return Address{}, err
	}
	var ssl string
	for i, parameter := range strings.Split(parameters, ";") {
		if parameter == "" {
			continue
		}
		if err := a.parseParameter(parameter, &ssl); err != nil {
			return Address{}, fmt.Errorf("address of Spark at %s: parameter %d %w", a, i+1, err)
		}
	}
	a.TLS = ssl == "true" || a.token != "" && !a.isLocal()
	if ssl == "false" && a.TLS {
		return Address{}, fmt.Errorf("address of Spark at %s: use_ssl=false would send the token in clear to another machine: leave it out", a)
	}
	return a, nil
}

func (a *Address) parseHost(authority string) error {
	if strings.ContainsAny(authority, "@/?#") {
		return errors.New("address of Spark: only a host and a port stand before the first semicolon: write it like sc://host:15002/;user_id=me")
	}
	u, err := url.Parse("http://" + authority)
	if err != nil || u.Hostname() == "" {
		return errors.New("address of Spark: it names no host that can be read: write it like sc://host:15002")
	}
	a.Host = u.Hostname()
	if u.Port() == "" {
		return nil
	}
	if port, err := strconv.ParseUint(u.Port(), 10, 16); err != nil || port == 0 {
		return errors.New("address of Spark: its port is not a number from 1 to 65535: write it like sc://host:15002")
	}
	a.Port = u.Port()
	return nil
}

func (a *Address) parseParameter(parameter string, ssl *string) error {
	key, value, ok := strings.Cut(parameter, "=")
	if !ok {
		return errors.New("has no =: write key=value")
	}
	value, err := url.PathUnescape(value)
	if err != nil {
		return errors.New("has a % that begins no %-code: write %25 for it")
	}
	if strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r > '~' }) {
		return errors.New("holds a character that cannot be sent: only visible ASCII and spaces can")
	}
	if strings.TrimSpace(value) == "" {
		return errors.New("is empty: give it a value, or leave it out")
	}
	switch {
	case key == "use_ssl":
		if value != "true" && value != "false" {
			return errors.New("is neither use_ssl=true nor use_ssl=false")
		}
		*ssl = value
	case key == "token":
		a.token = value
	case key == "user_id":
		a.UserID = value
	case key == "user_agent":
		a.UserAgent = value
	case isHeader(key):
		if a.headers == nil {
			a.headers = map[string]string{}
		}
		a.headers[key] = value
	default:
		return errors.New("is none of use_ssl, token, user_id, user_agent and x-..., in lower case")
	}
	return nil
}

// isHeader leaves out x-...-bin too, since gRPC would encode such a value.
func isHeader(key string) bool {
	return len(key) > 2 && strings.HasPrefix(key, "x-") && !strings.HasSuffix(key, "-bin") &&
		strings.Trim(key, "abcdefghijklmnopqrstuvwxyz0123456789-_.") == ""
}

// isLocal says that what is sent does not leave this machine.
func (a Address) isLocal() bool {
	ip, err := netip.ParseAddr(a.Host)
	return a.Host == "localhost" || err == nil && ip.Unmap().IsLoopback()
}

// hostPort is what can be dialled.
func (a Address) hostPort() string { return net.JoinHostPort(a.Host, a.Port) }

// String is the address without anything secret: sc://host:port.
func (a Address) String() string { return scheme + a.hostPort() }

// Format prints String for every verb, %#v too, so that the token is in no output.
func (a Address) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, a.String()) }
