package connect

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/status"
)

const token = "s3cr3t-t0ken"

// closed is an address where nothing listens.
func closed(t *testing.T) Address {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = listener.Close() }()
	return at(t, listener.Addr().String())
}

func at(t *testing.T, hostPort string) Address {
	host, port, err := net.SplitHostPort(hostPort)
	require.NoError(t, err)
	return Address{Host: host, Port: port, UserID: "u", UserAgent: "test"}
}

func TestDialSaysWhatIsInItsWay(t *testing.T) {
	web := httptest.NewServer(http.NotFoundHandler())
	defer web.Close()
	tests := map[string]struct {
		at   func(*testing.T) Address
		says string
	}{
		"nothing listens": {closed, "nothing listens there: start Spark Connect, or correct the address"},
		"a name that is none": {func(*testing.T) Address { return Address{Host: "spark.invalid", Port: "15002"} },
			"the host's name does not resolve: see whether Spark Connect runs there"},
		"a web server": {func(t *testing.T) Address { return at(t, web.Listener.Addr().String()) },
			"if it does so each time, no Spark Connect listens there, or only with use_ssl=true"},
		"no TLS there": {func(t *testing.T) Address { a := (&fake{}).start(t); a.TLS = true; return a },
			"does not speak TLS: leave use_ssl out of the address"},
		"a certificate of nobody known": {func(t *testing.T) Address { a, _ := secure(t, &fake{}); return a },
			"its TLS certificate is not accepted"},
		"another service": {func(t *testing.T) Address {
			return (&fake{refusal: status.Error(codes.Unimplemented, "unknown service")}).start(t)
		},
			"what listens there is no Spark Connect"},
		"a token that is not valid": {func(t *testing.T) Address {
			return (&fake{refusal: status.Error(codes.Unauthenticated, "no")}).start(t)
		},
			"does not accept the token: put a valid one into its address"},
		"Spark 3":    {func(t *testing.T) Address { return (&fake{version: "3.5.7"}).start(t) }, `it is version "3.5.7", which is too old`},
		"no version": {func(t *testing.T) Address { return (&fake{version: "?"}).start(t) }, `it is version "?"`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			address := test.at(t)
			address.token = token
			_, err := Dial(t.Context(), address)
			require.ErrorContains(t, err, test.says)
			assert.ErrorContains(t, err, address.String())
			assert.NotContains(t, err.Error(), token)
			assert.NotContains(t, err.Error(), "\n")
		})
	}
}

func TestDialWaitsNoLongerThanItsContext(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0") // accepts, and never says a word
	require.NoError(t, err)
	defer func() { _ = listener.Close() }()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err = Dial(ctx, at(t, listener.Addr().String()))
	require.ErrorIs(t, err, context.DeadlineExceeded)
	assert.ErrorContains(t, err, "did not answer in time")
}

// secure serves f by TLS, with a certificate that the pool vouches for.
func secure(t *testing.T, f *fake) (Address, *x509.CertPool) {
	site := httptest.NewTLSServer(http.NotFoundHandler())
	site.Close()
	address := f.start(t, grpc.Creds(credentials.NewTLS(&tls.Config{Certificates: site.TLS.Certificates, MinVersion: tls.VersionTLS12})))
	address.TLS = true
	pool := x509.NewCertPool()
	pool.AddCert(site.Certificate())
	return address, pool
}

func TestTokenAndHeadersGoWithEachCall(t *testing.T) {
	for _, encrypted := range []bool{false, true} {
		t.Run(fmt.Sprintf("TLS %t", encrypted), func(t *testing.T) {
			f := &fake{answers: numbers(t)}
			s := settings{patience: time.Second, idle: time.Hour}
			var address Address
			if encrypted {
				address, s.roots = secure(t, f)
			} else {
				address = f.start(t)
			}
			address.token, address.headers = token, map[string]string{"x-cluster": "c1"}
			c, err := dial(t.Context(), address, s)
			require.NoError(t, err)
			calls := []func() error{
				func() error { return c.Exec(t.Context(), "SELECT 1") },
				func() error { return c.Set(t.Context(), "k", "v") },
				c.Close,
			}
			for _, call := range calls {
				require.NoError(t, call())
				assert.Equal(t, []string{"Bearer " + token}, f.headers["authorization"])
				assert.Equal(t, []string{"c1"}, f.headers["x-cluster"])
			}
			assert.True(t, strings.HasPrefix(f.headers["user-agent"][0], "test grpc-go/"))
		})
	}
}

func TestTheTokenIsInNoError(t *testing.T) {
	f := &fake{answers: numbers(t), fails: sparkError("DIVIDE_BY_ZERO", "22012", "Division by zero.")}
	address := f.start(t)
	address.token, address.headers = token, map[string]string{"x-key": token}
	c, err := dial(t.Context(), address, settings{patience: time.Millisecond, idle: time.Hour})
	require.NoError(t, err)
	failure := c.Exec(t.Context(), "SELECT 1/0")
	require.Error(t, failure)
	f.server.Stop()
	for _, err := range []error{failure, c.Exec(t.Context(), "SELECT 1"), c.Set(t.Context(), "k", "v"), c.Close()} {
		require.Error(t, err)
		for ; err != nil; err = errors.Unwrap(err) {
			assert.NotContains(t, fmt.Sprintf("%v %+v %#v", err, err, err), token)
		}
	}
}
