package simulate

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// servers are those of a started simulator.
type servers struct {
	mu      sync.Mutex
	running []*http.Server
	done    sync.WaitGroup
}

// Start serves each vendor on a loopback port of its own; a vendor that ports
// does not name, or names with 0, gets any free one. It returns the base URL of
// each vendor. The servers end with ctx, or with Close.
func (s *Simulator) Start(ctx context.Context, ports map[string]int) (map[string]string, error) {
	urls := map[string]string{}
	for _, vendor := range Vendors() {
		var config net.ListenConfig
		l, err := config.Listen(ctx, "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(ports[vendor])))
		if err != nil {
			return nil, errors.Join(fmt.Errorf("simulator: %s: %w", vendor, err), s.Close())
		}
		urls[vendor] = "http://" + l.Addr().String()
		server := &http.Server{Handler: s.Handler(vendor), ReadHeaderTimeout: 10 * time.Second}
		s.servers.mu.Lock()
		s.servers.running = append(s.servers.running, server)
		s.servers.mu.Unlock()
		s.servers.done.Go(func() { _ = server.Serve(l) }) // always http.ErrServerClosed, after Close
	}
	context.AfterFunc(ctx, func() { _ = s.Close() })
	return urls, nil
}

// Close ends all servers at once and waits for them.
func (s *Simulator) Close() error {
	s.servers.mu.Lock()
	defer s.servers.mu.Unlock()
	var errs []error
	for _, server := range s.servers.running {
		errs = append(errs, server.Close())
	}
	s.servers.running = nil
	s.servers.done.Wait()
	return errors.Join(errs...)
}
