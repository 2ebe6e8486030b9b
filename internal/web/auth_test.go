package web

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"sync"
	"testing"
	"time"

	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

func TestSigningOutEndsTheSession(t *testing.T) {
	d := newDesk()
	h := Handler(d.options(token, "0.0.0.0:8080"))
	cookie, form1 := signIn(t, h)
	other, _ := signIn(t, h)
	require.NotEqual(t, cookie.Value, other.Value, "within one second, too")
	look := func(c *http.Cookie) int {
		res, _ := visit(t, h, "GET", "/", func(r *http.Request) { r.AddCookie(c) })
		return res.StatusCode
	}
	require.Equal(t, http.StatusOK, look(cookie))
	res, _ := visit(t, h, "POST", "/logout", form(nil, cookie))
	require.Equal(t, http.StatusSeeOther, res.StatusCode)
	require.Negative(t, res.Cookies()[0].MaxAge)

	require.Equal(t, http.StatusSeeOther, look(cookie), "a copy of the cookie is worth nothing")
	res, _ = visit(t, h, "POST", "/pipelines/labs/run", form(url.Values{"form": {form1}}, cookie))
	require.Equal(t, http.StatusUnauthorized, res.StatusCode)
	require.Equal(t, http.StatusOK, look(other), "another browser stays signed in")

	forged := &http.Cookie{Name: cookieName, Value: newKeys(schema.NewSecret(token), "another memory").issue(time.Now().Add(time.Hour))}
	require.Equal(t, http.StatusSeeOther, look(forged), "whoever forgot what was signed out signs in anew")
	_, _ = visit(t, h, "POST", "/logout", form(nil, forged))
	require.Len(t, d.over, 1, "only what this server made is remembered")
}

// from asks with a token from an address.
func from(address, token string, proxied ...string) func(*http.Request) {
	return func(r *http.Request) {
		r.RemoteAddr = address
		bearer(token)(r)
		for _, p := range proxied {
			r.Header.Add("X-Forwarded-For", p)
		}
	}
}

// exhaust asks with wrong tokens until the address is not heard any more.
func exhaust(t *testing.T, h http.Handler, address string, proxied ...string) {
	t.Helper()
	for range guessBurst {
		res, _ := visit(t, h, "GET", "/metrics", from(address, "guess", proxied...))
		require.NotEqual(t, http.StatusTooManyRequests, res.StatusCode)
	}
	res, _ := visit(t, h, "GET", "/metrics", from(address, "guess", proxied...))
	require.Equal(t, http.StatusTooManyRequests, res.StatusCode)
	require.Equal(t, "2", res.Header.Get("Retry-After"))
}

func TestGuessingIsSlowForTheAddressThatGuesses(t *testing.T) {
	h := Handler(newDesk().options(token, "0.0.0.0:8080"))
	status := func(change func(*http.Request)) int {
		res, _ := visit(t, h, "GET", "/metrics", change)
		return res.StatusCode
	}
	exhaust(t, h, "192.0.2.7:1")
	require.Equal(t, http.StatusTooManyRequests, status(from("192.0.2.7:2", token)), "what may be the right guess, too")
	require.Equal(t, http.StatusOK, status(from("192.0.2.8:1", token)), "others are heard")
	for _, path := range []string{"/pipelines/labs/run", "/review"} {
		res, _ := visit(t, h, "POST", path, from("192.0.2.7:3", token))
		require.Equal(t, http.StatusTooManyRequests, res.StatusCode, path)
	}
	login := func(address string) int {
		res, _ := visit(t, h, "POST", "/login", func(r *http.Request) {
			form(url.Values{"token": {token}})(r)
			r.RemoteAddr = address
		})
		return res.StatusCode
	}
	require.Equal(t, http.StatusTooManyRequests, login("192.0.2.7:4"), "by the form it is the same guess")
	require.Equal(t, http.StatusSeeOther, login("192.0.2.8:4"))
	for range 3 * guessBurst {
		require.Equal(t, http.StatusOK, status(from("192.0.2.9:1", token)), "the right token is no guess")
		require.Equal(t, http.StatusSeeOther, status(func(r *http.Request) { r.RemoteAddr = "192.0.2.9:1" }), "nor is none")
	}

	exhaust(t, h, "[2001:db8:1:2::1]:1")
	require.Equal(t, http.StatusTooManyRequests, status(from("[2001:db8:1:2:ffff::9]:1", token)), "a customer has a network")
	require.Equal(t, http.StatusOK, status(from("[2001:db8:1:3::1]:1", token)))
}

func TestBehindAProxyVisitorsAreToldApart(t *testing.T) {
	h := Handler(newDesk().options(token, "127.0.0.1:8080"))
	exhaust(t, h, "127.0.0.1:1", "203.0.113.5, 192.0.2.7")
	exhausted, _ := visit(t, h, "GET", "/metrics", from("127.0.0.1:1", token, "198.51.100.1", "192.0.2.7"))
	require.Equal(t, http.StatusTooManyRequests, exhausted.StatusCode, "what the visitor claims does not count")
	heard, _ := visit(t, h, "GET", "/metrics", from("127.0.0.1:1", token, "192.0.2.8"))
	require.Equal(t, http.StatusOK, heard.StatusCode)

	last := 0
	for i := range guessBurst*behindProxy + 1 {
		res, _ := visit(t, h, "GET", "/metrics", from("127.0.0.1:1", "guess", fmt.Sprintf("198.51.100.%d", i)))
		last = res.StatusCode
	}
	require.Equal(t, http.StatusTooManyRequests, last, "who makes addresses up is limited as the proxy")
}

func TestGuessesAreForgottenAndTheirMemoryIsBounded(t *testing.T) {
	var g guesses
	now := time.Date(2026, 11, 21, 14, 30, 0, 0, time.UTC)
	no := func() bool { return false }
	at := func(i int) []origin {
		return []origin{{customer(netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)})), 1}}
	}
	for range guessBurst {
		require.Equal(t, wrong, g.judge(at(0), now, no))
	}
	require.Equal(t, unheard, g.judge(at(0), now.Add(guessPause-1), no))
	require.Equal(t, wrong, g.judge(at(0), now.Add(guessPause), no))
	require.Equal(t, unheard, g.judge(at(0), now.Add(guessPause), no))
	for i := range 10 * mostGuessers {
		require.Equal(t, wrong, g.judge(at(i+1), now.Add(time.Hour+time.Duration(i)), no))
		require.LessOrEqual(t, len(g.of), mostGuessers)
	}
}

// TestIdleConnectionsGiveWay opens many times as many connections as the server keeps.
// This server has no timeouts, so that whatever it closes, it closes to make room.
func TestIdleConnectionsGiveWay(t *testing.T) {
	const most = 8
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	release, entered, idle := make(chan struct{}), make(chan struct{}, most), make(chan struct{}, 2*most)
	h := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/slow" {
			entered <- struct{}{}
			<-release
		}
	})
	answer := sync.OnceFunc(func() { close(release) })
	var serving sync.WaitGroup
	crowd := newCrowd(most)
	watch := func(conn net.Conn, state http.ConnState) {
		crowd.watch(conn, state)
		if state == http.StateIdle {
			idle <- struct{}{}
		}
	}
	serving.Go(func() { _ = serveUntil(ctx, l, &http.Server{Handler: h, ConnState: watch}) })
	t.Cleanup(func() { answer(); cancel(); serving.Wait() })
	dial := func() net.Conn {
		conn, err := net.Dial("tcp", l.Addr().String())
		require.NoError(t, err)
		t.Cleanup(func() { _ = conn.Close() })
		require.NoError(t, conn.SetDeadline(time.Now().Add(5*time.Minute)))
		return conn
	}
	ask := func(conn net.Conn, path string) {
		_, err := fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", path)
		require.NoError(t, err)
	}
	answered := func(conn net.Conn) bool {
		res, err := http.ReadResponse(bufio.NewReader(conn), nil)
		return err == nil && res.Body.Close() == nil && res.StatusCode == http.StatusOK
	}

	first := dial()
	for range 10 * most {
		dial()
	}
	last := dial()
	ask(last, "/")
	require.True(t, answered(last), "a visitor who asks is answered")
	<-idle // the server may take longer than its answer, and one that it is busy with would not give way below
	_, err = first.Read(make([]byte, 1))
	require.Error(t, err, "those who ask for nothing give way")
	require.NotErrorIs(t, err, os.ErrDeadlineExceeded)

	var slow []net.Conn
	for range most {
		conn := dial()
		ask(conn, "/slow")
		slow = append(slow, conn)
		<-entered
	}
	_, err = dial().Read(make([]byte, 1))
	require.Error(t, err, "where all are being answered, the newcomer is turned away")
	require.NotErrorIs(t, err, os.ErrDeadlineExceeded)
	answer()
	for _, conn := range slow {
		require.True(t, answered(conn))
	}
}

func TestConnectionsLeaveFilesForTheWarehouse(t *testing.T) {
	for files, want := range map[uint64]int{0: 4, 64: 16, 256: 64, 1024: 256, 1 << 40: 256} {
		require.Equal(t, want, MostConnections(files))
	}
}
