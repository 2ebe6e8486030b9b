package outage

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAClassQuotesNothingButTheHost(t *testing.T) {
	on := func(err error) error {
		return fmt.Errorf("posting to t0ken: %w", &url.Error{Op: "Post", URL: "https://hook.example/t0ken?key=t0ken", Err: err})
	}
	for want, err := range map[string]error{
		"hook.example: the host's name does not resolve":              on(&net.DNSError{Err: "no such host", Name: "hook.example"}),
		"hook.example: the look-up of the host's name takes too long": on(&net.DNSError{Err: "t0ken", IsTimeout: true}),
		"hook.example: its TLS certificate is not accepted":           on(x509.UnknownAuthorityError{}),
		"hook.example: no answer in time":                             on(context.DeadlineExceeded),
		"hook.example: stopped before there was an answer":            on(context.Canceled),
		"hook.example: the answer broke off":                          on(io.ErrUnexpectedEOF),
		"hook.example: the connection was closed without an answer":   on(io.EOF),
		"hook.example: it cannot be reached":                          on(&net.OpError{Op: "dial", Err: errors.New("t0ken")}),
		"the server answers with code 535":                            &textproto.Error{Code: 535, Msg: "t0ken"},
		"127.0.0.1:25: the connection broke":                          &net.OpError{Op: "read", Addr: address("127.0.0.1:25"), Err: errors.New("t0ken")},
		"":                                                            on(errors.New("t0ken")),
	} {
		require.Equal(t, want, Class(err))
	}
}

type address string

func (a address) Network() string { return "tcp" }
func (a address) String() string  { return string(a) }

func TestAHostThatRefusesIsSaidToRefuse(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	_, err := http.Get(server.URL + "/t0ken") //nolint:noctx // a test
	require.Equal(t, server.Listener.Addr().String()+": connection refused", Class(err))
	require.Equal(t, "connection refused", InText(err.Error()))
}

func TestATextIsToldByWhatLibrariesPutIntoIt(t *testing.T) {
	for text, want := range map[string]string{
		"failed: 403 Forbidden t0ken":                 "status 403 Forbidden",
		"got HTTP 503 Service Unavailable":            "status 503 Service Unavailable",
		"dial tcp: lookup hook.example: no such host": "the host's name does not resolve",
		"x509: certificate signed by t0ken":           "its TLS certificate is not accepted",
		"dial tcp 192.0.2.1:443: i/o timeout":         "no answer in time",
		"t0ken 403":                                   "",
	} {
		require.Equal(t, want, InText(text))
	}
}
