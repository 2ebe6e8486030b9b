package schema

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

type inner struct {
	Kind   Kind   `col:"kind" doc:"what: it is"`
	hidden []byte `col:"-"`
	Flag   *bool  `col:"flag"`
}

type outer struct {
	At time.Time `col:"at"`
	inner
	Day     Date     `col:"day"`
	Payload string   `col:"payload,json"`
	List    []string `col:"list"`
	Sure    bool     `col:"sure"`
	Count   int64    `col:"count"`
	Score   float64  `col:"score"`
}

var outerColumns = ColumnsOf[outer]()

func TestColumnsFollowTheFieldsOfAStruct(t *testing.T) {
	require.Equal(t, []ColumnInfo{
		{"at", Time, ""}, {"kind", Text, "what: it is"}, {"flag", Flag, ""}, {"day", Day, ""}, {"payload", JSON, ""},
		{"list", TextList, ""}, {"sure", Flag, ""}, {"count", Integer, ""}, {"score", Number, ""},
	}, Table[outer]{Columns: outerColumns}.Info().Columns)
}

func TestAColumnPointsToItsFieldOfTheRow(t *testing.T) {
	row := outer{inner: inner{Kind: Phone, hidden: []byte("x"), Flag: new(true)}, List: []string{"a"}, Count: 3}
	want := []any{&row.At, (*string)(&row.Kind), &row.Flag, &row.Day, &row.Payload, &row.List, &row.Sure, &row.Count, &row.Score}
	require.Len(t, outerColumns, len(want))
	for i, c := range outerColumns {
		require.IsType(t, want[i], c.Field(&row), c.Name)
		require.True(t, want[i] == c.Field(&row), c.Name)
	}
	*outerColumns[1].Field(&row).(*string) = "maid"
	require.Equal(t, Kind("maid"), row.Kind)
}

func TestWithoutLeavesTheListAsItWas(t *testing.T) {
	rest := Without(outerColumns, "kind", "day", "list", "nowhere")
	require.Len(t, rest, len(outerColumns)-3)
	require.Equal(t, "flag", rest[1].Name)
	require.Equal(t, "kind", outerColumns[1].Name)
}

func TestAStructThatDescribesNoTableIsFound(t *testing.T) {
	for _, c := range []struct {
		row  any
		want string
	}{
		{struct{ A string }{}, "A has no column name"},
		{struct {
			A string `col:",json"`
		}{}, "A has no column name"},
		{struct{ *inner }{}, "inner has no column name"},
		{struct {
			A int `col:"a"`
		}{}, "A: no column can hold a int"},
		{struct {
			A *string `col:"a"`
		}{}, "A: no column can hold a *string"},
		{struct {
			A inner `col:"a"`
		}{}, "A: no column can hold a schema.inner"},
		{struct {
			A string `col:"a,xml"`
		}{}, `A: a column of type VARCHAR has no option "xml"`},
		{struct {
			A int64 `col:"a,json"`
		}{}, `A: a column of type BIGINT has no option "json"`},
		{struct {
			A string `col:"a"`
			B int64  `col:"a"`
		}{}, `has two columns "a"`},
		{struct {
			inner
			B string `col:"kind"`
		}{}, `has two columns "kind"`},
		{"", "string is no struct"},
	} {
		_, err := columnsOf(reflect.TypeOf(c.row))
		require.ErrorContains(t, err, c.want)
	}
}

// TestColumnsAreListedAsPackagesLoad holds calls of ColumnsOf to package-level
// variables, where a bad struct fails every test of its package.
func TestColumnsAreListedAsPackagesLoad(t *testing.T) {
	calls := 0
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		ast.Inspect(file, func(n ast.Node) bool {
			if called(n) {
				calls++
			}
			if f, ok := n.(*ast.FuncDecl); ok {
				ast.Inspect(f, func(n ast.Node) bool {
					require.Falsef(t, called(n), "%s: %s calls ColumnsOf: make it a package-level variable", path, f.Name)
					return true
				})
				return false
			}
			return true
		})
		return nil
	})
	require.NoError(t, err)
	require.Greater(t, calls, 20)
}

// called reports whether a node is a call of ColumnsOf.
func called(n ast.Node) bool {
	call, ok := n.(*ast.CallExpr)
	if !ok {
		return false
	}
	of, ok := call.Fun.(*ast.IndexExpr)
	if !ok {
		return false
	}
	switch f := of.X.(type) {
	case *ast.Ident:
		return f.Name == "ColumnsOf"
	case *ast.SelectorExpr:
		return f.Sel.Name == "ColumnsOf"
	}
	return false
}
