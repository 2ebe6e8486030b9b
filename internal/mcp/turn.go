package mcp

import (
	"context"
	"errors"
	"fmt"
	"time"

	"contactsync/load/duckdb/console"
)

// TimeoutError says that a question took longer than it may.
type TimeoutError struct{ Limit time.Duration }

func (e *TimeoutError) Error() string {
	return fmt.Sprintf("stopped after %s, the most that a question may take: ask for less, or raise mcp.timeout", e.Limit)
}

// ask opens what can be asked, one question at a time, and stops do in time.
func (s *Server) ask(ctx context.Context, do func(context.Context, console.Source, time.Time) error) error {
	if err := s.takeTurn(ctx); err != nil {
		return err
	}
	defer s.endTurn()
	return s.access.open(ctx, func(source console.Source, asOf time.Time) error {
		limited, cancel := context.WithTimeout(ctx, s.limits.Timeout)
		defer cancel()
		err := do(limited, source, asOf)
		if err != nil && ctx.Err() == nil && errors.Is(limited.Err(), context.DeadlineExceeded) {
			return &TimeoutError{s.limits.Timeout}
		}
		return err
	})
}

// takeTurn waits until nobody else asks and what is asked is ready. Who gives up waiting
// does not stop the making of a copy: it may take longer than a client has patience, and
// would never be there.
func (s *Server) takeTurn(ctx context.Context) error {
	select {
	case s.turn <- struct{}{}:
	case <-s.closing:
		return context.Canceled
	case <-ctx.Done():
		return ctx.Err()
	}
	ready := make(chan error, 1)
	s.work.Go(func() { ready <- s.prepare(context.WithoutCancel(ctx)) })
	select {
	case err := <-ready:
		if err != nil {
			s.endTurn()
		}
		return err
	case <-ctx.Done():
		s.work.Go(func() {
			<-ready // whose error the next question meets again
			s.endTurn()
		})
		return ctx.Err()
	}
}

func (s *Server) endTurn() { <-s.turn }

// prepare makes ready what is asked; Close stops it.
func (s *Server) prepare(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s.work.Go(func() {
		select {
		case <-s.closing:
			cancel()
		case <-ctx.Done():
		}
	})
	return s.access.prepare(ctx)
}

// warm makes ready what is asked before anything is: whoever asks first waits less.
func (s *Server) warm(ctx context.Context) {
	s.work.Go(func() {
		if s.takeTurn(ctx) == nil { // what is wrong, the first question is told
			s.endTurn()
		}
	})
}

// Close stops what is being made for questions, waits for the one that is being answered,
// and removes what was made. Nothing is answered after it.
func (s *Server) Close() (err error) {
	s.once.Do(func() {
		close(s.closing)
		s.turn <- struct{}{}
		s.work.Wait()
		err = s.access.close()
	})
	return err
}
