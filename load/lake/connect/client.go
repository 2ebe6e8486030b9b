package connect

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"google.golang.org/grpc"

	pb "contactsync/load/lake/connect/internal/sparkpb"
)

// Client is one session of a server of Spark Connect.
type Client struct {
	address  Address
	settings settings
	route    *route
	conn     *grpc.ClientConn
	stub     pb.SparkConnectServiceClient
	session  string
	served   *string // the server's own name for the session: with it, a server that was started anew does not pass for the old one
	version  string
	heard    atomic.Int64 // when the server last answered, Unix nanoseconds
}

// Version is the server's version of Spark: 4.1.4.
func (c *Client) Version() string { return c.version }

// Exec runs a statement to its end, whatever it is, and drops what it returns. Each ? takes an argument, see Records.
func (c *Client) Exec(ctx context.Context, sql string, args ...any) error {
	query, err := statement(sql, args)
	if err != nil {
		return err
	}
	var rest *pb.Relation
	command := &pb.Command{CommandType: &pb.Command_SqlCommand{SqlCommand: &pb.SqlCommand{Input: query}}}
	for answer, err := range c.run(ctx, &pb.Plan{OpType: &pb.Plan_Command{Command: command}}) {
		if err != nil {
			return err
		}
		if result := answer.GetSqlCommandResult(); result != nil {
			rest = result.GetRelation()
		}
	}
	if rest.GetSql() == nil {
		return nil // it was a command, and has run
	}
	for _, err := range c.run(ctx, &pb.Plan{OpType: &pb.Plan_Root{Root: rest}}) {
		if err != nil {
			return err
		}
	}
	return nil
}

// Set changes a setting of this session, such as spark.sql.shuffle.partitions.
func (c *Client) Set(ctx context.Context, key, value string) error {
	request := &pb.ConfigRequest{
		SessionId: c.session, ClientObservedServerSideSessionId: c.served, UserContext: c.user(), ClientType: &c.address.UserAgent,
		Operation: &pb.ConfigRequest_Operation{OpType: &pb.ConfigRequest_Operation_Set{
			Set: &pb.ConfigRequest_Set{Pairs: []*pb.KeyValue{{Key: key, Value: &value}}},
		}},
	}
	return c.insist(ctx, func(ctx context.Context) error {
		_, err := c.stub.Config(ctx, request)
		return err
	})
}

// Close ends the session on the server, and with it all statements that it runs still, and then the connection.
func (c *Client) Close() error {
	err := c.release(context.Background())
	if closing := c.conn.Close(); err == nil {
		err = closing
	}
	return err
}

func (c *Client) release(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, goodbye)
	defer cancel()
	_, err := c.stub.ReleaseSession(ctx, &pb.ReleaseSessionRequest{
		SessionId: c.session, UserContext: c.user(), ClientType: &c.address.UserAgent,
	})
	if err != nil {
		return fmt.Errorf("spark: the session was not released, and ends after an idle hour: %w", c.errorOf(ctx, err))
	}
	return nil
}

func (c *Client) user() *pb.UserContext {
	return &pb.UserContext{UserId: c.address.UserID, UserName: c.address.UserID}
}

// askVersion tells whether the server answers, and which Spark it is.
func (c *Client) askVersion(ctx context.Context) (*pb.AnalyzePlanResponse, error) {
	return c.stub.AnalyzePlan(ctx, &pb.AnalyzePlanRequest{
		SessionId: c.session, ClientObservedServerSideSessionId: c.served, UserContext: c.user(), ClientType: &c.address.UserAgent,
		Analyze: &pb.AnalyzePlanRequest_SparkVersion_{SparkVersion: &pb.AnalyzePlanRequest_SparkVersion{}},
	})
}

// insist makes a call that may be made twice, again and again while the connection is broken.
func (c *Client) insist(ctx context.Context, call func(context.Context) error) error {
	again := newRetry(c.settings.patience)
	for {
		err := call(ctx)
		if err == nil {
			c.heard.Store(time.Now().UnixNano())
			return nil
		}
		if ctx.Err() != nil {
			return fmt.Errorf("spark: %w", ctx.Err())
		}
		failure := c.errorOf(ctx, err)
		if !failure.isBroken() || !again.wait(ctx, failure.code) {
			return failure
		}
	}
}
