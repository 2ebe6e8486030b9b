package connect

import (
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	pb "contactsync/load/lake/connect/internal/sparkpb"
)

// column is an answer with one column c, written as JSON.
func column(t testing.TB, of arrow.DataType, values string) *pb.ExecutePlanResponse {
	schema := arrow.NewSchema([]arrow.Field{{Name: "c", Type: of, Nullable: true}}, nil)
	record, _, err := array.RecordFromJSON(memory.DefaultAllocator, schema, strings.NewReader(values))
	require.NoError(t, err)
	return answer(t, record)
}

func TestQueryDecodes(t *testing.T) {
	noon := time.Date(2026, 2, 3, 12, 0, 0, 5000, time.UTC)
	tests := map[string]struct {
		of     arrow.DataType
		values string
		want   []any
	}{
		"STRING":        {arrow.BinaryTypes.String, `[{"c":"é"},{"c":null},{"c":""}]`, []any{"é", nil, ""}},
		"large STRING":  {arrow.BinaryTypes.LargeString, `[{"c":"a"}]`, []any{"a"}},
		"TINYINT":       {arrow.PrimitiveTypes.Int8, `[{"c":-1}]`, []any{int64(-1)}},
		"SMALLINT":      {arrow.PrimitiveTypes.Int16, `[{"c":2}]`, []any{int64(2)}},
		"INT":           {arrow.PrimitiveTypes.Int32, `[{"c":3}]`, []any{int64(3)}},
		"BIGINT":        {arrow.PrimitiveTypes.Int64, `[{"c":9007199254740993}]`, []any{int64(9007199254740993)}},
		"FLOAT":         {arrow.PrimitiveTypes.Float32, `[{"c":1.5}]`, []any{1.5}},
		"DOUBLE":        {arrow.PrimitiveTypes.Float64, `[{"c":0.1}]`, []any{0.1}},
		"DECIMAL":       {&arrow.Decimal128Type{Precision: 38, Scale: 3}, `[{"c":"-12.340"}]`, []any{"-12.340"}},
		"BOOLEAN":       {arrow.FixedWidthTypes.Boolean, `[{"c":true},{"c":false}]`, []any{true, false}},
		"BINARY":        {arrow.BinaryTypes.Binary, `[{"c":"AQI="}]`, []any{[]byte{1, 2}}},
		"DATE":          {arrow.FixedWidthTypes.Date32, `[{"c":"1969-12-31"}]`, []any{time.Date(1969, 12, 31, 0, 0, 0, 0, time.UTC)}},
		"TIMESTAMP":     {&arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"}, `[{"c":"2026-02-03T12:00:00.000005Z"}]`, []any{noon}},
		"TIMESTAMP_NTZ": {&arrow.TimestampType{Unit: arrow.Microsecond}, `[{"c":"2026-02-03T12:00:00.000005"}]`, []any{noon}},
		"VOID":          {arrow.Null, `[{"c":null}]`, []any{nil}},
		"ARRAY": {
			arrow.ListOf(arrow.PrimitiveTypes.Int32), `[{"c":[1,null]},{"c":[]},{"c":null},{"c":[3]}]`,
			[]any{[]any{int64(1), nil}, []any{}, nil, []any{int64(3)}},
		},
		"ARRAY<ARRAY>": {arrow.ListOf(arrow.ListOf(arrow.BinaryTypes.String)), `[{"c":[["a"],[]]}]`, []any{[]any{[]any{"a"}, []any{}}}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := (&fake{answers: []*pb.ExecutePlanResponse{column(t, test.of, test.values)}}).dial(t)
			rows, err := c.Query(t.Context(), "SELECT c")
			require.NoError(t, err)
			assert.Equal(t, []string{"c"}, rows.Columns)
			var got []any
			for _, row := range rows.Values {
				got = append(got, row[0])
			}
			assert.Equal(t, test.want, got)
		})
	}
}

func TestQueryNamesTheColumnThatItCannotDecode(t *testing.T) {
	tests := map[string]struct {
		of     arrow.DataType
		values string
		says   string
	}{
		"MAP": {
			arrow.MapOf(arrow.BinaryTypes.String, arrow.PrimitiveTypes.Int32), `[{"c":[{"key":"a","value":1}]}]`,
			"column c: it is a MAP",
		},
		"STRUCT": {
			arrow.StructOf(arrow.Field{Name: "a", Type: arrow.PrimitiveTypes.Int32}), `[{"c":{"a":1}}]`,
			"column c: it has the type struct<a: int32>",
		},
		"INTERVAL": {arrow.FixedWidthTypes.Duration_us, `[{"c":"1us"}]`, "column c: it has the type duration[us]"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := (&fake{answers: []*pb.ExecutePlanResponse{column(t, test.of, test.values)}}).dial(t)
			_, err := c.Query(t.Context(), "SELECT c")
			require.ErrorContains(t, err, test.says)
		})
	}
}

func TestAnEmptyResultHasItsColumns(t *testing.T) {
	c := (&fake{answers: []*pb.ExecutePlanResponse{batch(t)}}).dial(t)
	rows, err := c.Query(t.Context(), "SELECT n")
	require.NoError(t, err)
	assert.Equal(t, Rows{Columns: []string{"n"}}, rows)
}

func TestMessagesMayBeLargerThan4MB(t *testing.T) {
	large := strings.Repeat("x", 20<<20)
	f := &fake{answers: []*pb.ExecutePlanResponse{column(t, arrow.BinaryTypes.String, `[{"c":"`+large+`"}]`)}}
	c := f.dial(t)
	rows, err := c.Query(t.Context(), "SELECT ?", large)
	require.NoError(t, err)
	assert.True(t, rows.Values[0][0] == large)
	sql := f.plans[0].GetRoot().GetSql()
	assert.True(t, sql.GetPosArguments()[0].GetLiteral().GetString_() == large)
}

func TestWhatIsNotArrowIsAnError(t *testing.T) {
	f := &fake{answers: []*pb.ExecutePlanResponse{{ResponseType: &pb.ExecutePlanResponse_ArrowBatch_{
		ArrowBatch: &pb.ExecutePlanResponse_ArrowBatch{Data: []byte("nonsense")},
	}}}}
	_, err := f.dial(t).Query(t.Context(), "SELECT 1")
	require.ErrorContains(t, err, "spark: result: ")
}
