package connect

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	pb "contactsync/load/lake/connect/internal/sparkpb"
)

// goodbye bounds the calls by which the server is told that nobody waits any more.
const goodbye = 5 * time.Second

// shortest is the life of a stream whose clean end without an answer is no fault.
const shortest = 100 * time.Millisecond

// operation is a plan that the server runs, apart from the stream by which its answers come.
type operation struct {
	client *Client
	id     string
	plan   *pb.Plan
	stream grpc.ServerStreamingClient[pb.ExecutePlanResponse] // nil: to be begun, or taken up again
	sent   bool                                               // from now on the server may have it
	last   *string                                            // the id of the last answer
	over   chan struct{}                                      // closed when no more is read
	deaf   bool                                               // the server did not answer when it was told to stop
}

// run yields the answers to a plan until it has run to its end. When the loop is left early or ctx
// ends, the server is told to stop it.
func (c *Client) run(ctx context.Context, plan *pb.Plan) iter.Seq2[*pb.ExecutePlanResponse, error] {
	return func(yield func(*pb.ExecutePlanResponse, error) bool) {
		if err := c.lookUp(ctx); err != nil {
			yield(nil, err)
			return
		}
		o := &operation{client: c, id: uuid.NewString(), plan: plan, over: make(chan struct{})}
		// The stream outlives ctx by the time that the server needs to be told.
		streaming, hangUp := context.WithCancel(context.WithoutCancel(ctx))
		told := make(chan struct{})
		stop := context.AfterFunc(ctx, func() {
			defer close(told)
			o.deaf = !o.interrupt(streaming)
			hangUp()
		})
		end := sync.OnceFunc(func() {
			close(o.over)
			if !stop() {
				<-told
			}
			hangUp()
			o.release(ctx)
		})
		defer end()
		for dropped := false; ; {
			answer, err := o.next(streaming)
			switch {
			case err == nil && ctx.Err() == nil:
				if !yield(answer, nil) {
					return
				}
			case err == nil:
				dropped = true // it came before the interrupt did; the end is to follow
			case errors.Is(err, io.EOF) && !dropped:
				return
			default:
				end()
				yield(nil, o.cutShort(ctx, err))
				return
			}
		}
	}
}

// cutShort is why an operation ended before its last answer was wanted.
func (o *operation) cutShort(ctx context.Context, err error) error {
	_, lost := errors.AsType[*UnknownOutcomeError](err)
	switch {
	case ctx.Err() == nil:
		return err
	case o.deaf || lost:
		return fmt.Errorf("spark: statement %s may run on, for the server could not be told to stop it: %w", o.id, ctx.Err())
	default:
		return fmt.Errorf("spark: statement %s was interrupted: %w", o.id, ctx.Err())
	}
}

// lookUp tries a connection that has been silent for a while, since what lies between may have
// dropped it, and a statement that is lost with it has an unknown outcome. A session that is gone
// shows here, too, before anything was sent.
func (c *Client) lookUp(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("spark: %w", err)
	}
	if time.Since(time.Unix(0, c.heard.Load())) < c.settings.idle {
		return nil
	}
	return c.insist(ctx, func(ctx context.Context) error {
		_, err := c.askVersion(ctx)
		return err
	})
}

// next is the next answer, io.EOF after the last one.
func (o *operation) next(ctx context.Context) (*pb.ExecutePlanResponse, error) {
	again := newRetry(o.client.settings.patience)
	for {
		reattached, since := o.stream == nil && o.sent, time.Now()
		answer, err := o.receive(ctx)
		if err == nil {
			o.client.heard.Store(time.Now().UnixNano())
			o.last = &answer.ResponseId
			if answer.GetResultComplete() != nil {
				_, _ = o.stream.Recv() // the stream's own end, which a server that is hung up on would log as a fault
				return nil, io.EOF
			}
			return answer, nil
		}
		o.stream = nil
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if errors.Is(err, io.EOF) {
			// A server ends each stream after two minutes, for it to be taken up again.
			if !reattached || time.Since(since) > shortest {
				again = newRetry(o.client.settings.patience)
				continue
			}
			err = status.Error(codes.Unavailable, "its answers end before the last one")
		}
		failure := o.client.errorOf(ctx, err)
		if failure.isBroken() && again.wait(ctx, failure.code) {
			continue
		}
		if o.sent && (failure.isBroken() || reattached && failure.isAstray()) {
			return nil, &UnknownOutcomeError{Operation: o.id, Cause: failure}
		}
		return nil, failure
	}
}

func (o *operation) receive(ctx context.Context) (*pb.ExecutePlanResponse, error) {
	if o.stream == nil {
		begin := o.execute
		if o.sent {
			begin = o.reattach
		}
		if err := begin(ctx); err != nil {
			return nil, err
		}
	}
	return o.stream.Recv()
}

// execute does by hand what the stub's ExecutePlan does, to know whether a request can have left:
// where there is no stream, it has not.
func (o *operation) execute(ctx context.Context) error {
	c := o.client
	stream, err := c.conn.NewStream(ctx, &grpc.StreamDesc{ServerStreams: true}, pb.SparkConnectService_ExecutePlan_FullMethodName)
	if err != nil {
		return err
	}
	o.sent = true
	o.stream = &grpc.GenericClientStream[pb.ExecutePlanRequest, pb.ExecutePlanResponse]{ClientStream: stream}
	err = stream.SendMsg(&pb.ExecutePlanRequest{
		SessionId: c.session, ClientObservedServerSideSessionId: c.served, UserContext: c.user(), ClientType: &c.address.UserAgent,
		OperationId: &o.id, Plan: o.plan,
		RequestOptions: []*pb.ExecutePlanRequest_RequestOption{{RequestOption: &pb.ExecutePlanRequest_RequestOption_ReattachOptions{
			ReattachOptions: &pb.ReattachOptions{Reattachable: true},
		}}},
	})
	if errors.Is(err, io.EOF) {
		return nil // Recv knows why
	} else if err != nil {
		return err
	}
	return stream.CloseSend()
}

func (o *operation) reattach(ctx context.Context) (err error) {
	c := o.client
	o.stream, err = c.stub.ReattachExecute(ctx, &pb.ReattachExecuteRequest{
		SessionId: c.session, ClientObservedServerSideSessionId: c.served, UserContext: c.user(), ClientType: &c.address.UserAgent,
		OperationId: o.id, LastResponseId: o.last,
	})
	return err
}

// interrupt asks the server to stop the operation until it says that it does: the request to run it
// may be on its way still.
func (o *operation) interrupt(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, goodbye)
	defer cancel()
	c, again := o.client, newRetry(goodbye)
	for {
		answer, err := c.stub.Interrupt(ctx, &pb.InterruptRequest{
			SessionId: c.session, ClientObservedServerSideSessionId: c.served, UserContext: c.user(), ClientType: &c.address.UserAgent,
			InterruptType: pb.InterruptRequest_INTERRUPT_TYPE_OPERATION_ID, Interrupt: &pb.InterruptRequest_OperationId{OperationId: o.id},
		})
		if slices.Contains(answer.GetInterruptedIds(), o.id) {
			return true
		}
		select {
		case <-o.over:
			return true
		default:
		}
		patience := codes.Unavailable
		if err != nil {
			patience = codes.Unknown
		}
		if !again.wait(ctx, patience) {
			return false
		}
	}
}

// release lets the server forget the operation, and stop it if it is running still. A server that
// does not hear it forgets by itself, after minutes.
func (o *operation) release(ctx context.Context) {
	if !o.sent || o.deaf {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), goodbye)
	defer cancel()
	c := o.client
	_, _ = c.stub.ReleaseExecute(ctx, &pb.ReleaseExecuteRequest{
		SessionId: c.session, ClientObservedServerSideSessionId: c.served, UserContext: c.user(), ClientType: &c.address.UserAgent,
		OperationId: o.id, Release: &pb.ReleaseExecuteRequest_ReleaseAll_{ReleaseAll: &pb.ReleaseExecuteRequest_ReleaseAll{}},
	})
}
