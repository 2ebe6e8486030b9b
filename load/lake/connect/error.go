package connect

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	pb "contactsync/load/lake/connect/internal/sparkpb"
)

// Error is what the server says of a statement that it refused or that failed.
type Error struct {
	Class      string   // a name such as TABLE_OR_VIEW_NOT_FOUND, of the first error that has one; "" if none has
	SQLState   string   // five characters, 42P01; "" if there is none
	Message    string   // one line
	Detail     string   // all of it, over many lines: plans, SQL, what a script wrote to stderr
	Exceptions []string // the Java classes of the error and all its causes, outermost first

	code  codes.Code
	spark bool // Spark itself says so, not what carries its answers
}

func (e *Error) Error() string {
	switch {
	case e.Class != "" && e.SQLState != "":
		return fmt.Sprintf("spark: %s: %s (SQLSTATE %s)", e.Class, e.Message, e.SQLState)
	case e.Class != "":
		return fmt.Sprintf("spark: %s: %s", e.Class, e.Message)
	case !e.spark:
		return "spark " + e.Message
	default:
		return "spark: " + e.Message
	}
}

// IsTableNotFound says that a statement names a table or view that is not there.
func (e *Error) IsTableNotFound() bool { return e.is("TABLE_OR_VIEW_NOT_FOUND") }

// IsSchemaNotFound says that a statement names a schema (a namespace, in Iceberg's words) that is not there.
func (e *Error) IsSchemaNotFound() bool { return e.is("SCHEMA_NOT_FOUND") }

// IsTableExists says that there is a table or view of that name already.
func (e *Error) IsTableExists() bool { return e.is("TABLE_OR_VIEW_ALREADY_EXISTS") }

// IsSyntax says that the SQL cannot be read.
func (e *Error) IsSyntax() bool { return e.is("PARSE_SYNTAX_ERROR") }

// IsInterrupted says that somebody stopped the statement, not through the context that it was given.
func (e *Error) IsInterrupted() bool { return e.is("OPERATION_CANCELED") }

// IsSessionLost says that the server knows the session no longer, since it was started anew or the
// session lay idle for an hour: Dial again. The statement was not run. Temporary views and settings
// are gone.
func (e *Error) IsSessionLost() bool {
	return e.is("INVALID_HANDLE.SESSION_NOT_FOUND") || e.is("INVALID_HANDLE.SESSION_CHANGED") || e.is("INVALID_HANDLE.SESSION_CLOSED")
}

// IsCommitConflict says that Iceberg wrote nothing, since another writer changed the table in
// between: the same statement may succeed if it is given once more.
func (e *Error) IsCommitConflict() bool {
	return e.has("org.apache.iceberg.exceptions.CommitFailedException") && !e.IsCommitUnknown()
}

// IsCommitUnknown says that Iceberg could not learn whether its commit went through.
func (e *Error) IsCommitUnknown() bool {
	return e.has("org.apache.iceberg.exceptions.CommitStateUnknownException")
}

// IsBroken says that the way to the server is lost, or what it knows of this session: a client
// that is dialled anew may find it again.
func (e *Error) IsBroken() bool { return e.isBroken() || e.IsSessionLost() }

// isBroken says that the connection failed, and not what it was used for. HTTP/2 and proxies have
// many names for that.
func (e *Error) isBroken() bool {
	if e.spark {
		return e.is("INVALID_CURSOR.DISCONNECTED")
	}
	switch e.code {
	case codes.Unavailable, codes.Internal, codes.Unknown, codes.Canceled, codes.DeadlineExceeded, codes.Aborted:
		return true
	default:
		return false
	}
}

// isAstray says that an operation, which was asked for by its id, was not found or cannot be read
// on: nothing is said of what it did.
func (e *Error) isAstray() bool {
	return !e.spark || strings.HasPrefix(e.Class, "INVALID_HANDLE.") || strings.HasPrefix(e.Class, "INVALID_CURSOR.")
}

func (e *Error) is(class string) bool      { return e.Class == class }
func (e *Error) has(exception string) bool { return slices.Contains(e.Exceptions, exception) }

// UnknownOutcomeError says that the way back to a statement was lost: it may have run to its end,
// may be running still, or may never have begun.
type UnknownOutcomeError struct {
	Operation string // the id by which the server's log knows the statement
	Cause     error
}

func (e *UnknownOutcomeError) Error() string {
	return fmt.Sprintf("spark: what became of statement %s is not known, for its connection was lost: "+
		"look at what it should have changed before it is run again: %s", e.Operation, e.Cause)
}
func (e *UnknownOutcomeError) Unwrap() error { return e.Cause }

// errorOf reads a status of gRPC, and asks the server for what does not fit into one: the causes,
// and the end of a long message.
func (c *Client) errorOf(ctx context.Context, err error) *Error {
	s := status.Convert(err)
	e := &Error{Detail: s.Message(), code: s.Code()}
	var info *errdetails.ErrorInfo
	for _, detail := range s.Details() {
		if d, ok := detail.(*errdetails.ErrorInfo); ok {
			info, e.spark = d, true
		}
	}
	if !e.spark {
		e.Message = c.wayTo(e.code, oneLine(e.Detail))
		return e
	}
	e.Class, e.SQLState = info.GetMetadata()["errorClass"], info.GetMetadata()["sqlState"]
	if classes := info.GetMetadata()["classes"]; classes != "" {
		_ = json.Unmarshal([]byte(classes), &e.Exceptions) // of no use unless it is a list of names
	}
	if id := info.GetMetadata()["errorId"]; id != "" {
		c.addCauses(ctx, e, id)
	}
	e.Message = oneLine(e.Detail)
	return e
}

func (c *Client) addCauses(ctx context.Context, e *Error, id string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	answer, err := c.stub.FetchErrorDetails(ctx, &pb.FetchErrorDetailsRequest{
		SessionId: c.session, ClientObservedServerSideSessionId: c.served, UserContext: c.user(), ErrorId: id, ClientType: &c.address.UserAgent,
	})
	if err != nil || answer.RootErrorIdx == nil {
		return // the status says the most of it
	}
	var details []string
	e.Exceptions = nil
	// A chain of causes is never longer than the list: a circle in it comes to an end.
	for at, left := answer.RootErrorIdx, len(answer.GetErrors()); at != nil && left > 0; left-- {
		if int(*at) < 0 || int(*at) >= len(answer.GetErrors()) {
			break
		}
		cause := answer.GetErrors()[*at]
		if e.Class == "" {
			e.Class = cause.GetSparkThrowable().GetErrorClass()
		}
		if e.SQLState == "" && cause.GetSparkThrowable().GetErrorClass() == e.Class {
			e.SQLState = cause.GetSparkThrowable().GetSqlState()
		}
		e.Exceptions = append(e.Exceptions, cause.GetErrorTypeHierarchy()...)
		if !slices.ContainsFunc(details, func(d string) bool { return strings.Contains(d, cause.GetMessage()) }) {
			details = append(details, cause.GetMessage())
		}
		at = cause.CauseIdx
	}
	if len(details) > 0 {
		e.Detail = strings.Join(details, "\ncaused by: ")
	}
}

var (
	marked   = regexp.MustCompile(`^\[[A-Z0-9_.]+\] `)
	sqlState = regexp.MustCompile(`[;.]? ?SQLSTATE: [0-9A-Z]{5}`)
)

// longest is where a message is cut, in bytes: Spark quotes what it cannot read, whole.
const longest = 1000

// oneLine is the first line of what the server says, without what Error shows beside it.
func oneLine(detail string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(detail), "\n")
	line = marked.ReplaceAllString(line, "")
	line = strings.TrimSpace(sqlState.ReplaceAllString(line, ""))
	if len(line) > longest {
		line = strings.ToValidUTF8(line[:longest], "") + "..."
	}
	return line
}
