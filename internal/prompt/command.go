package prompt

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"contactsync/internal/box"
	"contactsync/internal/suggest"
	"contactsync/load/duckdb/console"
)

// command is what can be typed beside queries.
type command struct{ name, argument, help string }

var commands = []command{
	{`\d`, "", "the tables and views"},
	{`\d`, "TABLE", "the columns of a table"},
	{".tables", "", "the names of the tables and views"},
	{".schema", "[TABLE]", "the SQL that makes them"},
	{`\x`, "", "one record per block, or tables again"},
	{".maxrows", "N", "how many rows are shown, 0 for all"},
	{".timer", "on|off", "how long answers took"},
	{".pager", "on|off", "show what is longer than the screen by $PAGER"},
	{"help", "", "this list, also .help"},
	{"exit", "", "leave, also quit, .exit, .quit, \\q or Ctrl-D"},
}

// isCommand reports whether a line is a command and not SQL.
func isCommand(text string) bool {
	text = strings.TrimLeft(text, " \t")
	return strings.HasPrefix(text, ".") || strings.HasPrefix(text, `\`) || isWord(text, "help", "?")
}

// command does what a line says.
func (s *Session) command(ctx context.Context, line string) error {
	fields := strings.Fields(strings.TrimRight(strings.TrimSpace(line), ";"))
	name, argument := strings.ToLower(fields[0]), strings.Join(fields[1:], " ")
	switch name {
	case "help", ".help", "?", `\?`:
		s.print(ctx, helpText())
		return nil
	case `\d`, `\dt`, ".tables", ".schema":
		return s.describe(ctx, name, argument)
	case `\x`:
		s.records = !s.records
		s.print(ctx, map[bool]string{true: "one record per block\n", false: "tables\n"}[s.records])
		return nil
	case ".timer":
		on, err := onOff(name, argument)
		s.untimed = err == nil && !on || err != nil && s.untimed
		return err
	case ".pager", `\pset`:
		return s.setPager(name, argument)
	case ".maxrows":
		n, err := strconv.Atoi(argument)
		if err != nil || n < 0 {
			return fmt.Errorf(".maxrows wants a number, 0 for all rows, not %q", argument)
		}
		s.maxRows = n
		return nil
	}
	return unknown(name)
}

func unknown(name string) error {
	known := append(slices.Clone(farewells), ".help")
	for _, c := range commands {
		known = append(known, c.name)
	}
	hint := ""
	if near := suggest.Nearest(name, known); near != "" {
		hint = fmt.Sprintf(", did you mean %s?", near)
	}
	return fmt.Errorf("there is no command %s%s; help lists them", name, hint)
}

func onOff(name, argument string) (on bool, err error) {
	switch strings.ToLower(argument) {
	case "on":
		return true, nil
	case "off":
		return false, nil
	}
	return false, fmt.Errorf("%s wants on or off, not %q", name, argument)
}

func (s *Session) setPager(name, argument string) error {
	on, err := onOff(name, argument)
	if err != nil {
		return err
	}
	s.pager = ""
	if on {
		s.pager = usualPager()
	}
	return nil
}

func helpText() string {
	var b strings.Builder
	for _, c := range commands {
		fmt.Fprintf(&b, "  %-16s %s\n", strings.TrimSpace(c.name+" "+c.argument), c.help)
	}
	b.WriteString("Tab completes tables, columns, keywords and functions; Ctrl-R searches the history;\n" +
		"Ctrl-C clears the line or stops the query. Everything else is SQL, which can only read.\n")
	return b.String()
}

func (s *Session) print(ctx context.Context, text string) { s.page(ctx, text) }

func (s *Session) tables(ctx context.Context) (list []console.Table, err error) {
	err = s.Open(ctx, func(from console.Source) error {
		list, err = console.Tables(ctx, from)
		return err
	})
	return list, err
}

// describe tells what there is to ask.
func (s *Session) describe(ctx context.Context, name, argument string) error {
	list, err := s.tables(ctx)
	if err != nil {
		return err
	}
	chosen := list
	if argument != "" {
		table, err := find(list, argument)
		if err != nil {
			return err
		}
		chosen = []console.Table{table}
	}
	switch {
	case name == ".schema":
		for _, t := range chosen {
			s.print(ctx, box.Visible(t.SQL)+"\n")
		}
		return nil
	case argument != "":
		return s.describeTable(ctx, chosen[0])
	case name == ".tables":
		var names strings.Builder
		for _, t := range chosen {
			names.WriteString(t.Full() + "\n")
		}
		s.print(ctx, names.String())
		return nil
	}
	t := box.Table{Columns: []box.Column{{Name: "name", Whole: true}, {Name: "kind"}, {Name: "columns", Number: true}, {Name: "meaning"}}}
	for _, found := range chosen {
		t.Rows = append(t.Rows, []string{found.Full(), found.Kind, fmt.Sprint(found.Columns), box.Visible(found.Comment)})
	}
	s.print(ctx, t.Report(s.Screen.Width()))
	return nil
}

func (s *Session) describeTable(ctx context.Context, table console.Table) error {
	var fields []console.Field
	err := s.Open(ctx, func(from console.Source) (err error) {
		fields, err = console.Fields(ctx, from, table)
		return err
	})
	if err != nil {
		return err
	}
	t := box.Table{Columns: []box.Column{{Name: "column", Whole: true}, {Name: "type"}, {Name: "meaning"}}}
	for _, f := range fields {
		t.Rows = append(t.Rows, []string{box.Visible(f.Name), box.Visible(f.Type), box.Visible(f.Comment)})
	}
	s.print(ctx, t.Report(s.Screen.Width()))
	return nil
}

// find is the table of a name, with or without its schema.
func find(list []console.Table, name string) (console.Table, error) {
	var names []string
	for _, t := range list {
		if strings.EqualFold(t.Full(), name) || strings.EqualFold(t.Schema+"."+t.Name, name) {
			return t, nil
		}
		names = append(names, t.Full())
	}
	for _, t := range list {
		if strings.EqualFold(t.Name, name) {
			return t, nil
		}
	}
	hint := `\d lists them`
	if near := suggest.Nearest(name, names); near != "" {
		hint = fmt.Sprintf("did you mean %s?", near)
	}
	return console.Table{}, fmt.Errorf("there is no table %s; %s", name, hint)
}
