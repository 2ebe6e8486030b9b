package connect

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	pb "contactsync/load/lake/connect/internal/sparkpb"
)

// result is the answer to a command.
func result(r *pb.Relation) *pb.ExecutePlanResponse {
	return &pb.ExecutePlanResponse{ResponseType: &pb.ExecutePlanResponse_SqlCommandResult_{
		SqlCommandResult: &pb.ExecutePlanResponse_SqlCommandResult{Relation: r},
	}}
}

func TestExecRunsACommandOnceAndAQueryToItsEnd(t *testing.T) {
	query, err := statement("SELECT 1", nil)
	require.NoError(t, err)
	rows := &pb.Relation{RelType: &pb.Relation_LocalRelation{LocalRelation: &pb.LocalRelation{Data: []byte("rows")}}}
	for name, test := range map[string]struct {
		answer *pb.ExecutePlanResponse
		plans  int
	}{"a command": {result(rows), 1}, "a query": {result(query), 2}} {
		t.Run(name, func(t *testing.T) {
			f := &fake{answers: []*pb.ExecutePlanResponse{test.answer}}
			require.NoError(t, f.dial(t).Exec(t.Context(), "SQL", "a"))
			require.Len(t, f.plans, test.plans)
			sql := f.plans[0].GetCommand().GetSqlCommand().GetInput().GetSql()
			assert.Equal(t, "SQL", sql.GetQuery())
			assert.Equal(t, "a", sql.GetPosArguments()[0].GetLiteral().GetString_())
			if test.plans == 2 {
				assert.Equal(t, "SELECT 1", f.plans[1].GetRoot().GetSql().GetQuery())
			}
		})
	}
}

func TestArguments(t *testing.T) {
	tests := map[string]struct {
		arg  any
		want string
	}{
		"nil":      {nil, `null:{null:{}}`},
		"string":   {"'a'", `string:"'a'"`},
		"int":      {-1, `long:-1`},
		"int64":    {int64(2), `long:2`},
		"float64":  {0.5, `double:0.5`},
		"bool":     {true, `boolean:true`},
		"time":     {time.Date(1970, 1, 1, 1, 0, 0, 1999, time.FixedZone("", 3600)), `timestamp:1`},
		"[]string": {[]string{"a", ""}, `array:{elements:{string:"a"} elements:{string:""}} data_type:{array:{element_type:{string:{}}}}`},
		"[]int64":  {[]int64{7}, `array:{elements:{long:7}} data_type:{array:{element_type:{long:{}}}}`},
		"none":     {[]int64(nil), `array:{} data_type:{array:{element_type:{long:{}}}}`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, test.want, compact(literal(test.arg).String()))
		})
	}
	_, err := statement("SELECT ?, ?", []any{1, struct{}{}})
	require.ErrorContains(t, err, "spark: argument 2 is a struct {}: it can be nil, a string, int, int64, float64,")
}

// compact evens out the spaces that the printing of messages puts in at random.
func compact(s string) string {
	var out []rune
	for _, r := range s {
		if r == ' ' && (len(out) == 0 || out[len(out)-1] == ' ') {
			continue
		}
		out = append(out, r)
	}
	return string(out)
}

func TestSetAndClose(t *testing.T) {
	f := &fake{}
	c := f.dial(t)
	assert.Equal(t, "4.1.4", c.Version())
	f.listener.breakAll() // a setting may be set twice
	require.NoError(t, c.Set(t.Context(), "spark.sql.shuffle.partitions", "2"))
	assert.Equal(t, map[string]string{"spark.sql.shuffle.partitions": "2"}, f.settings)
	require.NoError(t, c.Close())
	assert.Equal(t, 1, f.count("ReleaseSession"))
	require.Error(t, c.Exec(t.Context(), "SELECT 1"))
}

func TestAnErrorOfSpark(t *testing.T) {
	index := func(i int32) *int32 { return &i }
	text := func(s string) *string { return &s }
	iceberg := "org.apache.iceberg.exceptions."
	tests := map[string]struct {
		fails   error
		details *pb.FetchErrorDetailsResponse
		says    string
		holds   func(*Error) bool
	}{
		"by its status alone": {
			fails: sparkError("TABLE_OR_VIEW_NOT_FOUND", "42P01", "The table `t` cannot be found.\nVerify the spelling."),
			says:  "spark: TABLE_OR_VIEW_NOT_FOUND: The table `t` cannot be found. (SQLSTATE 42P01)",
			holds: func(e *Error) bool { return e.IsTableNotFound() && !e.IsSchemaNotFound() && len(e.Exceptions) == 2 },
		},
		"with the details of the server": {
			fails: sparkError("PARSE_SYNTAX_ERROR", "42601", "Syntax err..."),
			details: &pb.FetchErrorDetailsResponse{RootErrorIdx: index(0), Errors: []*pb.FetchErrorDetailsResponse_Error{
				{Message: "\n[PARSE_SYNTAX_ERROR] Syntax error at or near 'x'. SQLSTATE: 42601 (line 1, pos 13)\n\n== SQL ==\nSELECT * FRM x"},
			}},
			says:  "spark: PARSE_SYNTAX_ERROR: Syntax error at or near 'x' (line 1, pos 13) (SQLSTATE 42601)",
			holds: func(e *Error) bool { return e.IsSyntax() },
		},
		"with a cause that has the class": {
			fails: sparkError("", "", "Job aborted."),
			details: &pb.FetchErrorDetailsResponse{RootErrorIdx: index(1), Errors: []*pb.FetchErrorDetailsResponse_Error{
				{
					Message: "Commit failed", ErrorTypeHierarchy: []string{iceberg + "CommitFailedException"}, CauseIdx: index(1),
					SparkThrowable: &pb.FetchErrorDetailsResponse_SparkThrowable{
						ErrorClass: text("WRITING_JOB_ABORTED"), SqlState: text("40000"),
					},
				},
				{Message: "Job aborted.", ErrorTypeHierarchy: []string{"org.apache.spark.SparkException"}, CauseIdx: index(0)},
			}},
			says: "spark: WRITING_JOB_ABORTED: Job aborted. (SQLSTATE 40000)",
			holds: func(e *Error) bool {
				return e.IsCommitConflict() && e.Detail == "Job aborted.\ncaused by: Commit failed"
			},
		},
		"with an index that leads nowhere": {
			fails:   sparkError("", "", "It failed."),
			details: &pb.FetchErrorDetailsResponse{RootErrorIdx: index(7)},
			says:    "spark: It failed.",
			holds:   func(e *Error) bool { return !e.IsCommitConflict() && !e.IsCommitUnknown() },
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			f := &fake{fails: test.fails, details: test.details}
			err := f.dial(t).Exec(t.Context(), "SQL")
			require.EqualError(t, err, test.says)
			failure, ok := errors.AsType[*Error](err)
			require.True(t, ok)
			assert.True(t, test.holds(failure), "%#v", failure)
			assert.Equal(t, 1, f.count("ReleaseExecute"))
		})
	}
}

func TestALongMessageIsCut(t *testing.T) {
	line := oneLine(string(make([]rune, 3000)))
	assert.Len(t, line, longest+len("..."))
}
