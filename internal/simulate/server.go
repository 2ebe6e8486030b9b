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

// servers are the listeners of a started simulator.
type servers struct {
	mu      sync.Mutex
	running []*http.Server
	done    sync.WaitGroup
}

// Start serves each vendor on a loopback port of its own; a vendor that ports
// does not name, or names with 0, gets any free one. It returns the base URL of
// each vendor. The servers end with ctx, or with Close.
func (s *Simulator) Start(ctx context.Context, ports map[string]int) (map[string]string, error) {
	listeners := map[string]net.Listener{}
	for _, vendor := range Vendors() {
		var config net.ListenConfig
		l, err := config.Listen(ctx, "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(ports[vendor])))
		if err != nil {
			for _, open := range listeners {
				_ = open.Close()
			}
			return nil, fmt.Errorf("simulator: %s: %w", vendor, err)
		}
		listeners[vendor] = l
	}
	urls := map[string]string{}
	for vendor, l := range listeners {
		urls[vendor] = "http://" + l.Addr().String()
		s.servers.serve(l, s.Handler(vendor))
	}
	context.AfterFunc(ctx, func() { _ = s.Close() })
	return urls, nil
}

func (v *servers) serve(l net.Listener, h http.Handler) {
	server := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}
	v.mu.Lock()
	v.running = append(v.running, server)
	v.mu.Unlock()
	v.done.Go(func() { _ = server.Serve(l) }) // always http.ErrServerClosed, after Close
}

// Close ends all servers at once and waits for them.
func (s *Simulator) Close() error {
	s.servers.mu.Lock()
	running := s.servers.running
	s.servers.running = nil
	s.servers.mu.Unlock()
	var errs []error
	for _, server := range running {
		errs = append(errs, server.Close())
	}
	s.servers.done.Wait()
	return errors.Join(errs...)
}
