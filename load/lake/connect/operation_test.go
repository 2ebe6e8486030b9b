package connect

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/connectivity"
	"google.golang.org/grpc/status"

	pb "contactsync/load/lake/connect/internal/sparkpb"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var unavailable = status.Error(codes.Unavailable, "connection reset by peer")

// numbers is a result of three batches, with a report on progress in between.
func numbers(t testing.TB) []*pb.ExecutePlanResponse {
	return []*pb.ExecutePlanResponse{batch(t, 1, 2), progress(), batch(t, 3), batch(t, 4, 5)}
}

func TestAStreamThatEndsEarlyIsTakenUpAgain(t *testing.T) {
	tests := map[string][]cut{
		"not at all":                             nil,
		"before the first answer":                {{err: unavailable}},
		"in between":                             {{after: 2, err: unavailable}},
		"before the last answer":                 {{after: 4, err: unavailable}},
		"after each answer":                      slices.Repeat([]cut{{after: 1, err: unavailable}}, 4),
		"cleanly, as the server does":            {{after: 1, clean: true}, {after: 2, clean: true}},
		"cleanly, without an answer, then again": {{clean: true}, {clean: true}, {after: 1, clean: true}},
		"with its connection":                    {{after: 1, tcp: true}, {after: 1, tcp: true}},
		"by a proxy":                             {{after: 1, err: status.Error(codes.Canceled, "RST_STREAM")}},
		"since another stream took its place":    {{after: 1, err: sparkError("INVALID_CURSOR.DISCONNECTED", "HY109", "The cursor is invalid.")}},
	}
	for name, cuts := range tests {
		t.Run(name, func(t *testing.T) {
			f := &fake{answers: numbers(t), cuts: cuts}
			c := f.dial(t)
			rows, err := c.Query(t.Context(), "SELECT n")
			require.NoError(t, err)
			assert.Equal(t, [][]any{{int64(1)}, {int64(2)}, {int64(3)}, {int64(4)}, {int64(5)}}, rows.Values)
			assert.Equal(t, 1, f.count("ExecutePlan"), "it ran once")
			assert.Equal(t, 1, f.count("ReleaseExecute"))
			assert.Empty(t, f.operations)
		})
	}
}

func TestTheOutcomeOfALostStatementIsUnknown(t *testing.T) {
	tests := map[string]*fake{
		"the operation is not found":  {cuts: []cut{{after: 1, err: unavailable}}, forgets: "INVALID_HANDLE.OPERATION_NOT_FOUND"},
		"nor before its first answer": {cuts: []cut{{err: unavailable}}, forgets: "INVALID_HANDLE.OPERATION_NOT_FOUND"},
		"it was abandoned":            {cuts: []cut{{clean: true}}, forgets: "INVALID_HANDLE.OPERATION_ABANDONED"},
		"the session is gone":         {cuts: []cut{{after: 1, tcp: true}}, forgets: "INVALID_HANDLE.SESSION_NOT_FOUND"},
		"the server was started anew": {cuts: []cut{{after: 1, tcp: true}}, forgets: "INVALID_HANDLE.SESSION_CHANGED"},
		"its answers are gone":        {cuts: []cut{{after: 1, err: unavailable}}, forgets: "INVALID_CURSOR.POSITION_NOT_AVAILABLE"},
		"the token has expired":       {cuts: []cut{{after: 1, err: unavailable}, {err: status.Error(codes.Unauthenticated, "expired")}}},
		"the connection stays broken": {cuts: slices.Repeat([]cut{{err: unavailable}}, 100)},
		"it ends cleanly each time":   {cuts: slices.Repeat([]cut{{clean: true}}, 100)},
		"a fault that is doubtful":    {cuts: slices.Repeat([]cut{{err: status.Error(codes.Unknown, "Java heap space")}}, 100)},
	}
	for name, f := range tests {
		t.Run(name, func(t *testing.T) {
			f.answers = numbers(t)
			c := f.dial(t)
			err := c.Exec(t.Context(), "INSERT")
			unknown, ok := errors.AsType[*UnknownOutcomeError](err)
			require.True(t, ok, "%v", err)
			assert.Contains(t, err.Error(), unknown.Operation)
			cause, ok := errors.AsType[*Error](err)
			require.True(t, ok)
			assert.Equal(t, f.forgets, cause.Class)
			assert.Equal(t, 1, f.count("ExecutePlan"), "it was sent once")
		})
	}
}

func TestAStatementThatCannotHaveBeenSentHasAKnownOutcome(t *testing.T) {
	f := &fake{}
	c := f.dial(t)
	f.server.Stop()
	require.True(t, c.conn.WaitForStateChange(t.Context(), connectivity.Ready))
	err := c.Exec(t.Context(), "INSERT")
	failure, ok := errors.AsType[*Error](err)
	require.True(t, ok, "%v", err)
	assert.ErrorContains(t, failure, "nothing listens there: start Spark Connect, or correct the address")
	_, unknown := errors.AsType[*UnknownOutcomeError](err)
	assert.False(t, unknown)
}

func TestAContextThatEndsInterruptsTheOperation(t *testing.T) {
	for name, late := range map[string]int{"while it runs": 0, "before it has come to the server": 2} {
		t.Run(name, func(t *testing.T) {
			f := &fake{answers: numbers(t), endless: true, late: late}
			c := f.dial(t)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			var failure error
			rows := int64(0)
			for records, err := range c.Records(ctx, "SELECT n") {
				if failure = err; err != nil {
					break
				}
				if rows += records.NumRows(); rows == 5 {
					cancel()
				}
			}
			require.ErrorIs(t, failure, context.Canceled)
			assert.ErrorContains(t, failure, "was interrupted")
			assert.Equal(t, int64(5), rows)
			assert.Equal(t, late+1, f.count("Interrupt"))
			assert.Empty(t, f.operations)
		})
	}
}

func TestAStatementThatCannotBeStoppedSaysSo(t *testing.T) {
	f := &fake{answers: numbers(t), endless: true}
	c := f.dial(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var failure error
	for _, failure = range c.Records(ctx, "SELECT n") {
		if failure == nil {
			f.server.Stop()
			cancel()
		}
	}
	require.ErrorIs(t, failure, context.Canceled)
	assert.ErrorContains(t, failure, "may run on, for the server could not be told to stop it")
}

func TestNothingIsSentForAContextThatHasEnded(t *testing.T) {
	f := &fake{}
	c := f.dial(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, c.Exec(ctx, "INSERT"), context.Canceled)
	require.ErrorIs(t, c.Set(ctx, "k", "v"), context.Canceled)
	assert.Zero(t, f.count("ExecutePlan"))
}

func TestLeavingTheLoopReleasesTheOperation(t *testing.T) {
	f := &fake{answers: numbers(t), endless: true}
	c := f.dial(t)
	for _, err := range c.Records(t.Context(), "SELECT n") {
		require.NoError(t, err)
		break
	}
	assert.Equal(t, 1, f.count("ReleaseExecute"))
	assert.Empty(t, f.operations)
}

func TestAClientServesManyAtOnce(t *testing.T) {
	f := &fake{answers: numbers(t), cuts: slices.Repeat([]cut{{after: 1, err: unavailable}}, 20)}
	c := f.dial(t)
	var group errgroup.Group
	for range 20 {
		group.Go(func() error {
			rows, err := c.Query(t.Context(), "SELECT n")
			if err == nil && len(rows.Values) != 5 {
				err = fmt.Errorf("rows: %v", rows.Values)
			}
			return err
		})
	}
	require.NoError(t, group.Wait())
	assert.Equal(t, 20, f.count("ExecutePlan"))
	assert.Empty(t, f.operations)
}

func TestASilentConnectionIsTriedBeforeAStatement(t *testing.T) {
	f := &fake{}
	c := f.dial(t)
	require.NoError(t, c.Exec(t.Context(), "INSERT"))
	assert.Equal(t, 1, f.count("AnalyzePlan"), "by Dial")
	c.settings.idle = 0
	f.listener.breakAll()
	require.NoError(t, c.Exec(t.Context(), "INSERT"))
	assert.GreaterOrEqual(t, f.count("AnalyzePlan"), 2)

	f.refusal = sparkError("INVALID_HANDLE.SESSION_NOT_FOUND", "HY000", "The handle is invalid.")
	failure, ok := errors.AsType[*Error](c.Exec(t.Context(), "INSERT"))
	require.True(t, ok)
	assert.True(t, failure.IsSessionLost())
	assert.Equal(t, 2, f.count("ExecutePlan"))
}
