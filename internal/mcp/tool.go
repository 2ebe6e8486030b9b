package mcp

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"contactsync/load/duckdb/console"
	"contactsync/schema"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
)

type (
	noInput    struct{}
	tableInput struct {
		Table string `json:"table" jsonschema:"name of a table or view, as list_tables gives it, such as contacts or etl.runs"`
	}
	queryInput struct {
		SQL   string `json:"sql" jsonschema:"one statement of DuckDB's SQL that reads, such as SELECT country, count(*) FROM contacts GROUP BY ALL"`
		Limit int    `json:"limit,omitempty" jsonschema:"the most rows to answer; the server has a limit of its own, too"`
	}
)

func (s *Server) addTools() {
	addTool(s, "list_tables", "List tables", "Tables and views with what a row of each is and how many rows it has.",
		func(ctx context.Context, _ noInput) (string, error) { return s.listTables(ctx) })
	addTool(s, "describe_table", "Describe a table", "The columns of a table or view with their types and meanings.",
		func(_ context.Context, in tableInput) (string, error) { return s.describeTable(in.Table) })
	addTool(s, "query", "Query", fmt.Sprintf("Answers one statement of DuckDB's SQL that reads, as JSON: columns, rows and a note where rows are missing. "+
		"At most %d rows and %d kB come back, and a query is stopped after %s: aggregate, or LIMIT with ORDER BY.",
		s.limits.Rows, maxBytes/1000, s.limits.Timeout),
		func(ctx context.Context, in queryInput) (string, error) { return s.query(ctx, in) })
}

// addTool adds a tool whose answer, or what is wrong, is a text.
func addTool[In any](s *Server, name, title, description string, do func(context.Context, In) (string, error)) {
	closed := false
	tool := &sdk.Tool{Name: name, Title: title, Description: description, Annotations: &sdk.ToolAnnotations{
		Title: title, ReadOnlyHint: true, IdempotentHint: true, OpenWorldHint: &closed,
	}}
	sdk.AddTool(s.server, tool, func(ctx context.Context, _ *sdk.CallToolRequest, in In) (*sdk.CallToolResult, any, error) {
		began := time.Now()
		text, err := do(ctx, in)
		s.runner.Log.LogAttrs(ctx, slog.LevelDebug, "a question", // which may name a person
			slog.String("tool", name), slog.Bool("answered", err == nil), slog.Duration("took", time.Since(began)))
		if err != nil {
			return nil, nil, err
		}
		return &sdk.CallToolResult{Content: []sdk.Content{&sdk.TextContent{Text: text}}}, nil, nil
	})
}

func (s *Server) listTables(ctx context.Context) (string, error) {
	var b strings.Builder
	err := s.ask(ctx, func(ctx context.Context, source console.Source, asOf time.Time) error {
		counts, err := s.count(ctx, source)
		if err != nil {
			return err
		}
		if !asOf.IsZero() {
			fmt.Fprintf(&b, "As of %s.\n\n", asOf.UTC().Format(time.RFC3339))
		}
		b.WriteString("| table | rows | a row is |\n| --- | --- | --- |\n")
		for i, t := range s.tables {
			fmt.Fprintf(&b, "| %s | %v | %s |\n", t.Name, counts[i], t.Doc)
		}
		return nil
	})
	return b.String(), err
}

// count is the number of rows of each table that is shown.
func (s *Server) count(ctx context.Context, source console.Source) (counts []any, err error) {
	columns := make([]string, len(s.tables))
	for i, t := range s.tables {
		columns[i] = "(SELECT count(*) FROM " + t.Name + ")"
	}
	err = console.First(ctx, source, "SELECT "+strings.Join(columns, ", "), 1, console.FormJSON, func(r console.Result) error {
		for row, err := range r.Rows {
			if err != nil {
				return err
			}
			counts = row
		}
		return nil
	})
	return counts, err
}

// UnknownTableError says that there is no table of a name.
type UnknownTableError struct {
	Name  string
	Known []string
}

func (e *UnknownTableError) Error() string {
	return fmt.Sprintf("no table %q; there are %s", e.Name, strings.Join(e.Known, ", "))
}

func (s *Server) describeTable(name string) (string, error) {
	known := make([]string, len(s.tables))
	for i, t := range s.tables {
		known[i] = t.Name
	}
	i := slices.Index(known, strings.TrimPrefix(strings.ToLower(strings.TrimSpace(name)), "main."))
	if i < 0 {
		return "", &UnknownTableError{name, known}
	}
	return describe(s.tables[i]), nil
}

func describe(t schema.TableInfo) string {
	var b strings.Builder
	fmt.Fprintf(&b, "## %s\n\nA row is %s.\n\n| column | type | meaning |\n| --- | --- | --- |\n", t.Name, t.Doc)
	for _, c := range t.Columns {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", c.Name, c.Type, strings.ReplaceAll(c.Doc, "|", `\|`))
	}
	return b.String()
}
