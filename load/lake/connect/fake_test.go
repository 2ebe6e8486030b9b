package connect

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	pb "contactsync/load/lake/connect/internal/sparkpb"
)

// served is the fake's own name for every session.
const served = "b5a1f6ac-0000-4000-8000-000000000001"

// cut is how a stream ends before its time.
type cut struct {
	after int  // so many answers
	clean bool // as the server does every two minutes
	err   error
	tcp   bool // all connections are gone
}

// fake keeps operations apart from the streams that tell of them, as Spark does.
type fake struct {
	pb.UnimplementedSparkConnectServiceServer

	answers []*pb.ExecutePlanResponse // to each statement, ResultComplete comes by itself
	fails   error                     // after the answers, instead of ResultComplete
	endless bool                      // there is no end of the statement but an interrupt
	cuts    []cut                     // of the first stream, the second, ...
	forgets string                    // the class of the error by which nothing is found again
	version string
	refusal error // of AnalyzePlan
	details *pb.FetchErrorDetailsResponse
	late    int // so many interrupts come before what they are to interrupt

	listener *connections
	server   *grpc.Server

	mu         sync.Mutex
	operations map[string]chan struct{} // closed by an interrupt
	calls      []string
	plans      []*pb.Plan
	settings   map[string]string
	headers    metadata.MD
}

// start serves f on the loopback interface until the test ends.
func (f *fake) start(t testing.TB, options ...grpc.ServerOption) Address {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	f.listener = &connections{Listener: listener}
	f.operations, f.settings = map[string]chan struct{}{}, map[string]string{}
	if f.version == "" {
		f.version = "4.1.4"
	}
	options = append(options, grpc.MaxRecvMsgSize(maxMessage), grpc.UnaryInterceptor(f.note), grpc.StreamInterceptor(f.noteStream))
	f.server = grpc.NewServer(options...)
	pb.RegisterSparkConnectServiceServer(f.server, f)
	serving := make(chan error)
	go func() { serving <- f.server.Serve(f.listener) }()
	t.Cleanup(func() { f.server.Stop(); assert.NoError(t, <-serving) })
	_, port, err := net.SplitHostPort(listener.Addr().String())
	require.NoError(t, err)
	return Address{Host: "127.0.0.1", Port: port, UserID: "u", UserAgent: "test"}
}

// dial begins a session that gives up soon.
func (f *fake) dial(t testing.TB) *Client {
	c, err := dial(t.Context(), f.start(t), settings{patience: 300 * time.Millisecond, idle: time.Hour})
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.conn.Close() })
	return c
}

func (f *fake) note(ctx context.Context, request any, call *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (any, error) {
	f.keep(ctx, call.FullMethod)
	return handle(ctx, request)
}

func (f *fake) noteStream(server any, stream grpc.ServerStream, call *grpc.StreamServerInfo, handle grpc.StreamHandler) error {
	f.keep(stream.Context(), call.FullMethod)
	return handle(server, stream)
}

func (f *fake) keep(ctx context.Context, method string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls = append(f.calls, method[len("/spark.connect.SparkConnectService/"):])
	f.headers, _ = metadata.FromIncomingContext(ctx)
}

// count is how often a method was called.
func (f *fake) count(method string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(slices.DeleteFunc(slices.Clone(f.calls), func(c string) bool { return c != method }))
}

func (f *fake) AnalyzePlan(_ context.Context, r *pb.AnalyzePlanRequest) (*pb.AnalyzePlanResponse, error) {
	if f.refusal != nil {
		return nil, f.refusal
	}
	return &pb.AnalyzePlanResponse{
		SessionId: r.GetSessionId(), ServerSideSessionId: served,
		Result: &pb.AnalyzePlanResponse_SparkVersion_{SparkVersion: &pb.AnalyzePlanResponse_SparkVersion{Version: f.version}},
	}, nil
}

func (f *fake) ExecutePlan(r *pb.ExecutePlanRequest, stream grpc.ServerStreamingServer[pb.ExecutePlanResponse]) error {
	if r.GetClientObservedServerSideSessionId() != served || !r.GetRequestOptions()[0].GetReattachOptions().GetReattachable() {
		return status.Error(codes.InvalidArgument, "session or options are missing")
	}
	f.mu.Lock()
	f.operations[r.GetOperationId()] = make(chan struct{})
	f.plans = append(f.plans, r.GetPlan())
	f.mu.Unlock()
	return f.send(r.GetOperationId(), 0, stream)
}

func (f *fake) ReattachExecute(r *pb.ReattachExecuteRequest, stream grpc.ServerStreamingServer[pb.ExecutePlanResponse]) error {
	f.mu.Lock()
	_, known := f.operations[r.GetOperationId()]
	f.mu.Unlock()
	if f.forgets != "" {
		return sparkError(f.forgets, "HY000", "The handle is invalid.")
	}
	if !known {
		return sparkError("INVALID_HANDLE.OPERATION_NOT_FOUND", "HY000", "The handle is invalid.")
	}
	from := 0
	if r.LastResponseId != nil {
		last, err := strconv.Atoi(r.GetLastResponseId())
		if err != nil {
			return err
		}
		from = last + 1
	}
	return f.send(r.GetOperationId(), from, stream)
}

func (f *fake) send(operation string, from int, stream grpc.ServerStreamingServer[pb.ExecutePlanResponse]) error {
	f.mu.Lock()
	interrupted := f.operations[operation]
	ending := cut{after: len(f.answers) + 2}
	if len(f.cuts) > 0 {
		ending, f.cuts = f.cuts[0], f.cuts[1:]
	}
	f.mu.Unlock()
	all := f.answers
	if f.fails == nil && !f.endless {
		all = append(slices.Clone(all), &pb.ExecutePlanResponse{ResponseType: &pb.ExecutePlanResponse_ResultComplete_{
			ResultComplete: &pb.ExecutePlanResponse_ResultComplete{},
		}})
	}
	for i, answer := range all[from:] {
		if i == ending.after {
			break
		}
		if err := stream.Send(&pb.ExecutePlanResponse{
			OperationId: operation, ResponseId: strconv.Itoa(from + i), ServerSideSessionId: served, ResponseType: answer.GetResponseType(),
		}); err != nil {
			return err
		}
	}
	switch {
	case ending.clean:
		return nil
	case ending.err != nil:
		return ending.err
	case ending.tcp:
		f.listener.breakAll()
		return nil
	case f.endless:
		select {
		case <-interrupted:
			return sparkError("OPERATION_CANCELED", "HY008", "Operation has been canceled.")
		case <-stream.Context().Done():
			return stream.Context().Err()
		}
	}
	return f.fails
}

func (f *fake) Interrupt(_ context.Context, r *pb.InterruptRequest) (*pb.InterruptResponse, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.late > 0 {
		f.late--
		return &pb.InterruptResponse{}, nil
	}
	interrupted, known := f.operations[r.GetOperationId()]
	if !known {
		return &pb.InterruptResponse{}, nil
	}
	close(interrupted)
	delete(f.operations, r.GetOperationId())
	return &pb.InterruptResponse{InterruptedIds: []string{r.GetOperationId()}}, nil
}

func (f *fake) ReleaseExecute(_ context.Context, r *pb.ReleaseExecuteRequest) (*pb.ReleaseExecuteResponse, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.operations, r.GetOperationId())
	return &pb.ReleaseExecuteResponse{OperationId: &r.OperationId}, nil
}

func (f *fake) Config(_ context.Context, r *pb.ConfigRequest) (*pb.ConfigResponse, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, pair := range r.GetOperation().GetSet().GetPairs() {
		f.settings[pair.GetKey()] = pair.GetValue()
	}
	return &pb.ConfigResponse{}, nil
}

func (f *fake) ReleaseSession(context.Context, *pb.ReleaseSessionRequest) (*pb.ReleaseSessionResponse, error) {
	return &pb.ReleaseSessionResponse{}, nil
}

func (f *fake) FetchErrorDetails(_ context.Context, r *pb.FetchErrorDetailsRequest) (*pb.FetchErrorDetailsResponse, error) {
	if f.details == nil || r.GetErrorId() != "e1" {
		return nil, status.Error(codes.NotFound, "no such error")
	}
	return f.details, nil
}

// sparkError is a status as Spark 4.1 builds it.
func sparkError(class, state, message string) error {
	if class != "" {
		message = fmt.Sprintf("[%s] %s SQLSTATE: %s", class, message, state)
	}
	s, err := status.New(codes.Internal, message).WithDetails(&errdetails.ErrorInfo{
		Reason: "org.apache.spark.SparkException", Domain: "org.apache.spark", Metadata: map[string]string{
			"errorClass": class, "sqlState": state, "errorId": "e1", "classes": `["org.apache.spark.SparkException","java.lang.Exception"]`,
		},
	})
	if err != nil {
		return err
	}
	return s.Err()
}

// batch is an answer with rows of one column n.
func batch(t testing.TB, numbers ...int64) *pb.ExecutePlanResponse {
	schema := arrow.NewSchema([]arrow.Field{{Name: "n", Type: arrow.PrimitiveTypes.Int64}}, nil)
	builder := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	defer builder.Release()
	builder.Field(0).(*array.Int64Builder).AppendValues(numbers, nil)
	return answer(t, builder.NewRecordBatch())
}

func answer(t testing.TB, record arrow.RecordBatch) *pb.ExecutePlanResponse {
	var data bytes.Buffer
	w := ipc.NewWriter(&data, ipc.WithSchema(record.Schema()))
	if record.NumRows() > 0 {
		require.NoError(t, w.Write(record))
	}
	require.NoError(t, w.Close())
	return &pb.ExecutePlanResponse{ResponseType: &pb.ExecutePlanResponse_ArrowBatch_{
		ArrowBatch: &pb.ExecutePlanResponse_ArrowBatch{RowCount: record.NumRows(), Data: data.Bytes()},
	}}
}

// progress is an answer of a kind that this client does not know.
func progress() *pb.ExecutePlanResponse { return &pb.ExecutePlanResponse{} }

// connections is a listener that can break what it accepted.
type connections struct {
	net.Listener
	mu   sync.Mutex
	open []net.Conn
}

func (c *connections) Accept() (net.Conn, error) {
	conn, err := c.Listener.Accept()
	if err == nil {
		c.mu.Lock()
		c.open = append(c.open, conn)
		c.mu.Unlock()
	}
	return conn, err
}

func (c *connections) breakAll() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, conn := range c.open {
		_ = conn.Close()
	}
	c.open = nil
}
