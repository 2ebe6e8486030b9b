package connect

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"maps"
	"net"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/google/uuid"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/keepalive"

	"contactsync/internal/outage"
	pb "contactsync/load/lake/connect/internal/sparkpb"
)

const (
	// A single row of a result must fit into a message, with its batch. A server's limit for what it reads is the same.
	maxMessage = 128 << 20

	oldest = 4 // the first version of Spark that takes arguments the way they are sent here
)

// Dial begins a session with the server at address, as soon as it answers: one that was just
// started may take half a minute for that, and ctx says how long to wait. Where nothing listens,
// the error comes at once and says so.
func Dial(ctx context.Context, address Address) (*Client, error) {
	return dial(ctx, address, settings{patience: time.Minute, idle: 30 * time.Second})
}

// settings are the same for all, but for tests.
type settings struct {
	patience time.Duration  // how long a broken connection is tried again
	idle     time.Duration  // after a silence as long as this, the connection is tried before a statement goes out
	roots    *x509.CertPool // whose certificates are accepted, nil: as the system says
}

func dial(ctx context.Context, address Address, s settings) (*Client, error) {
	c := &Client{address: address, session: uuid.NewString(), settings: s, route: &route{}}
	conn, err := grpc.NewClient("passthrough:///"+address.hostPort(), c.options()...)
	if err != nil {
		return nil, fmt.Errorf("spark at %s: %w", address, err)
	}
	c.conn, c.stub = conn, pb.NewSparkConnectServiceClient(conn)
	if err := c.greet(ctx); err != nil {
		_ = conn.Close()
		return nil, err
	}
	return c, nil
}

func (c *Client) options() []grpc.DialOption {
	var transport credentials.TransportCredentials = insecure.NewCredentials()
	if c.address.TLS {
		transport = credentials.NewTLS(&tls.Config{MinVersion: tls.VersionTLS12, RootCAs: c.settings.roots})
	}
	return []grpc.DialOption{
		grpc.WithTransportCredentials(witness{TransportCredentials: transport, route: c.route}),
		grpc.WithPerRPCCredentials(identification(c.address)),
		grpc.WithContextDialer(c.route.dial),
		grpc.WithUserAgent(c.address.UserAgent),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxMessage)),
		grpc.WithConnectParams(grpc.ConnectParams{
			Backoff:           backoff.Config{BaseDelay: 100 * time.Millisecond, Multiplier: 1.6, Jitter: 0.2, MaxDelay: 3 * time.Second},
			MinConnectTimeout: 20 * time.Second,
		}),
		// A server in Java takes more than one ping in five minutes for an attack, and hangs up.
		grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: 5*time.Minute + 10*time.Second, Timeout: 30 * time.Second}),
		grpc.WithDisableServiceConfig(),
	}
}

// greet asks who is there, and takes note of the server's name for the session.
func (c *Client) greet(ctx context.Context) error {
	answer, err := c.askVersion(ctx)
	if err != nil {
		if ctx.Err() != nil {
			return fmt.Errorf("spark at %s: it did not answer in time: %w", c.address, ctx.Err())
		}
		return c.errorOf(ctx, err)
	}
	c.heard.Store(time.Now().UnixNano())
	c.served, c.version = &answer.ServerSideSessionId, answer.GetSparkVersion().GetVersion()
	first, _, _ := strings.Cut(c.version, ".")
	if major, err := strconv.Atoi(first); err != nil || major < oldest {
		_ = c.release(ctx)
		return fmt.Errorf("spark at %s: it is version %q, which is too old: Spark %d or later is needed", c.address, c.version, oldest)
	}
	return nil
}

// route knows why the last attempt to connect went wrong: gRPC tells it in its text alone.
type route struct{ failure atomic.Pointer[error] }

func (r *route) dial(ctx context.Context, hostPort string) (net.Conn, error) {
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "tcp", hostPort)
	r.failure.Store(&err)
	return conn, err
}

// witness notes how the handshake of TLS ended.
type witness struct {
	credentials.TransportCredentials
	route *route
}

func (w witness) ClientHandshake(ctx context.Context, authority string, raw net.Conn) (net.Conn, credentials.AuthInfo, error) {
	conn, info, err := w.TransportCredentials.ClientHandshake(ctx, authority, raw)
	w.route.failure.Store(&err)
	return conn, info, err
}

func (w witness) Clone() credentials.TransportCredentials {
	return witness{TransportCredentials: w.TransportCredentials.Clone(), route: w.route}
}

// wayTo words an error of gRPC itself: what happened, and what to do about it.
func (c *Client) wayTo(code codes.Code, detail string) string {
	at := "at " + c.address.String() + ": "
	switch code {
	case codes.Unavailable:
		return at + c.route.obstacle(detail)
	case codes.Unauthenticated, codes.PermissionDenied:
		return at + "the server does not accept the token: put a valid one into its address"
	case codes.Unimplemented:
		return at + "what listens there is no Spark Connect, or a version that is too old: correct the address"
	case codes.ResourceExhausted:
		return at + fmt.Sprintf("a message was too large, %d MB is the most: ask for less at a time (%s)", maxMessage>>20, detail)
	default:
		return at + detail
	}
}

// obstacle is what the last attempt to connect met.
func (r *route) obstacle(detail string) string {
	failed := r.failure.Load()
	if failed == nil || *failed == nil {
		return "the connection broke (" + detail + "): if it does so each time, no Spark Connect listens there, or only with use_ssl=true"
	}
	if errors.Is(*failed, syscall.ECONNREFUSED) {
		return "nothing listens there: start Spark Connect, or correct the address"
	}
	if _, plain := errors.AsType[tls.RecordHeaderError](*failed); plain {
		return "what listens there does not speak TLS: leave use_ssl out of the address, and the token unless Spark runs on this machine"
	}
	class := outage.Class(*failed)
	if class == "" {
		class = "no connection"
	}
	return class + ": see whether Spark Connect runs there, and whether host, port and use_ssl in the address are right"
}

// identification adds the token and the headers of an address to each request.
type identification Address

func (i identification) GetRequestMetadata(context.Context, ...string) (map[string]string, error) {
	headers := make(map[string]string, len(i.headers)+1)
	maps.Copy(headers, i.headers)
	if i.token != "" {
		headers["authorization"] = "Bearer " + i.token
	}
	return headers, nil
}

// RequireTransportSecurity is false since Parse has seen to it.
func (i identification) RequireTransportSecurity() bool { return false }
