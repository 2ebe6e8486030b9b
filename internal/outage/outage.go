// Package outage says why a request got no answer, or a refusal, in words of its
// own. Libraries quote the URL, with the tokens in it, and what the other side
// answered; nothing of that stands in these words.
package outage

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/textproto"
	"net/url"
	"os"
	"strings"
	"syscall"
)

// Class is what went wrong, and with which host; "" where the error does not say.
func Class(err error) string {
	class := classOf(err)
	if host := Host(err); class != "" && host != "" {
		return host + ": " + class
	}
	return class
}

// classOf tells apart what a person would look at in different places.
func classOf(err error) string {
	if name, ok := errors.AsType[*net.DNSError](err); ok {
		if name.IsTimeout {
			return "the look-up of the host's name takes too long"
		}
		return "the host's name does not resolve"
	}
	if isCertificate(err) {
		return "its TLS certificate is not accepted"
	}
	if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() || errors.Is(err, context.DeadlineExceeded) {
		return "no answer in time"
	}
	for _, known := range systemErrors {
		if errors.Is(err, known.err) {
			return known.class
		}
	}
	if reply, ok := errors.AsType[*textproto.Error](err); ok {
		return fmt.Sprintf("the server answers with code %d", reply.Code)
	}
	if operation, ok := errors.AsType[*net.OpError](err); ok {
		if operation.Op == "dial" {
			return "it cannot be reached"
		}
		return "the connection broke"
	}
	return ""
}

// systemErrors are what the network says by errors of the system.
var systemErrors = []struct {
	err   error
	class string
}{
	{syscall.ECONNREFUSED, "connection refused"},
	{syscall.ECONNRESET, "connection reset"},
	{syscall.EPIPE, "connection reset"},
	{syscall.EHOSTUNREACH, "no route to the host"},
	{syscall.ENETUNREACH, "the network cannot be reached"},
	{io.ErrUnexpectedEOF, "the answer broke off"},
	{io.EOF, "the connection was closed without an answer"},
	{os.ErrDeadlineExceeded, "no answer in time"},
	{context.Canceled, "stopped before there was an answer"},
}

func isCertificate(err error) bool {
	_, unverified := errors.AsType[*tls.CertificateVerificationError](err)
	_, unknown := errors.AsType[x509.UnknownAuthorityError](err)
	_, other := errors.AsType[x509.HostnameError](err)
	_, invalid := errors.AsType[x509.CertificateInvalidError](err)
	return unverified || unknown || other || invalid
}

// Host is the host that a request went to, "" where the error does not say.
func Host(err error) string {
	if request, ok := errors.AsType[*url.Error](err); ok {
		if u, err := url.Parse(request.URL); err == nil {
			return u.Host
		}
	}
	if name, ok := errors.AsType[*net.DNSError](err); ok {
		return name.Name
	}
	if operation, ok := errors.AsType[*net.OpError](err); ok && operation.Addr != nil {
		return operation.Addr.String()
	}
	return ""
}

// Status is what an HTTP status means, in its number and the standard's words.
func Status(code int) string {
	return strings.TrimSpace(fmt.Sprintf("status %d %s", code, http.StatusText(code)))
}

// InText is the class of an error that a library made a text of, so that its types
// are gone; "" where the text does not say. Nothing is decided by it: it picks the
// words to show in the text's place.
func InText(text string) string {
	for code := http.StatusBadRequest; code <= http.StatusNetworkAuthenticationRequired; code++ {
		if name := http.StatusText(code); name != "" && strings.Contains(text, fmt.Sprintf("%d %s", code, name)) {
			return Status(code)
		}
	}
	for _, known := range systemErrors[:5] {
		if strings.Contains(text, known.err.Error()) {
			return known.class
		}
	}
	switch {
	case strings.Contains(text, "no such host"):
		return "the host's name does not resolve"
	case strings.Contains(text, "x509: "):
		return "its TLS certificate is not accepted"
	case strings.Contains(text, context.DeadlineExceeded.Error()), strings.Contains(text, "i/o timeout"):
		return "no answer in time"
	}
	return ""
}
