package api

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/url"
)

const maxRedirects = 5

var errRedirects = errors.New("too many redirects")

// stayHome follows redirects on the vendor's own host. Elsewhere net/http would
// drop Authorization, but send X-Api-Key along, and the URL with the key as Referer.
func stayHome(next *http.Request, via []*http.Request) error {
	next.Header.Del("Referer")
	if len(via) > maxRedirects {
		return errRedirects
	}
	// 301, 302 and 303 make a GET of a POST, without what it asks for.
	if !sameHost(via[0].URL, next.URL) || next.Method != via[0].Method {
		return http.ErrUseLastResponse
	}
	return nil
}

// leaveCredentials follows redirects anywhere, as to the storage that holds a
// vendor's files, and takes the credential only to the vendor's own host.
func leaveCredentials(next *http.Request, via []*http.Request) error {
	next.Header.Del("Referer")
	if len(via) > maxRedirects {
		return errRedirects
	}
	if !sameHost(via[0].URL, next.URL) {
		next.Header.Del("Authorization")
		next.Header.Del("X-Api-Key")
	}
	return nil
}

// sameHost reports whether a credential for home may be sent to u: the same
// host and port, and never from TLS to plain text.
func sameHost(home, u *url.URL) bool {
	return home.Host == u.Host && (home.Scheme == u.Scheme || u.Scheme == "https")
}

// passing reports whether a failed exchange may succeed later: not a wrong URL,
// and not a certificate that does not fit.
func passing(err error) bool {
	_, certificate := errors.AsType[*tls.CertificateVerificationError](err)
	_, authority := errors.AsType[x509.UnknownAuthorityError](err)
	_, name := errors.AsType[x509.HostnameError](err)
	ue, ok := errors.AsType[*url.Error](err)
	return ok && supported(ue.URL) && !errors.Is(err, errRedirects) && !certificate && !authority && !name
}

// Unreachable reports whether no connection came about at all.
func Unreachable(err error) bool {
	op, ok := errors.AsType[*net.OpError](err)
	return ok && op.Op == "dial"
}

func supported(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https")
}
