package mcp

import (
	"context"
	"errors"
	"io"
	"sync"

	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
)

// stdio is the transport over stdin and stdout that ends when stdin has, but not before
// all questions that came are answered: the SDK's drops them, so that a script that pipes
// its questions in would hear nothing.
type stdio struct {
	in  io.Reader
	out io.Writer
}

func (s stdio) Connect(ctx context.Context) (sdk.Connection, error) {
	inner := &sdk.IOTransport{Reader: io.NopCloser(s.in), Writer: writeNopCloser{s.out}}
	connection, err := inner.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &answering{Connection: connection, answered: make(chan struct{}, 1), closed: make(chan struct{})}, nil
}

// writeNopCloser leaves stdout to whoever opened it.
type writeNopCloser struct{ io.Writer }

func (writeNopCloser) Close() error { return nil }

// answering is a connection whose end is read after the last answer is written.
type answering struct {
	sdk.Connection
	mu       sync.Mutex
	open     int           // calls that were read and not answered yet
	answered chan struct{} // something was
	once     sync.Once
	closed   chan struct{}
}

func (c *answering) Read(ctx context.Context) (jsonrpc.Message, error) {
	m, err := c.Connection.Read(ctx)
	if call, ok := m.(*jsonrpc.Request); ok && call.IsCall() {
		c.count(1)
	}
	for errors.Is(err, io.EOF) && c.count(0) > 0 {
		select {
		case <-c.answered:
		case <-c.closed:
			return m, err
		case <-ctx.Done():
			return m, err
		}
	}
	return m, err
}

// Write also counts an answer that could not be written: nobody waits for it.
func (c *answering) Write(ctx context.Context, m jsonrpc.Message) error {
	err := c.Connection.Write(ctx, m)
	if _, ok := m.(*jsonrpc.Response); ok {
		c.count(-1)
		select {
		case c.answered <- struct{}{}:
		default:
		}
	}
	return err
}

func (c *answering) Close() error {
	c.once.Do(func() { close(c.closed) })
	return c.Connection.Close()
}

func (c *answering) count(more int) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.open += more
	return c.open
}
