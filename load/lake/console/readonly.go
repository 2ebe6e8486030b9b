package console

import (
	"errors"
	"slices"

	"contactsync/load/duckdb/console"
)

// form is how a statement is asked.
type form int

const (
	querying   form = iota // as a part of a query of ours
	explaining             // as it is, and what it answers is a plan
	telling                // as it is: SHOW and DESCRIBE
)

// openings are the words that a query may begin with.
var openings = []string{"SELECT", "FROM", "WITH", "VALUES", "TABLE", "("}

// acting are functions by which a query runs code of the server's machine, or reads what no
// table of a catalog is: Spark's own, and those of managed Sparks. IDENTIFIER makes a
// name of a text, and so might name any of them.
var acting = []string{
	"REFLECT", "JAVA_METHOD", "TRY_REFLECT", "IDENTIFIER",
	"READ_FILES", "CLOUD_FILES", "READ_KAFKA", "READ_KINESIS", "READ_PUBSUB", "READ_PULSAR",
	"READ_STATE_METADATA", "READ_STATESTORE", "REMOTE_QUERY",
	"HTTP_REQUEST", "AI_QUERY", "SECRET", "TRY_SECRET",
}

// instead is what to do in place of a statement.
var instead = map[string]string{
	"INSERT":    "for files use `sync export`, or `sync sql -o csv ... > file`",
	"CREATE":    "WITH names a part of a query",
	"SET":       "times are in UTC, and names mean the warehouse's namespace",
	"USE":       "write catalog.namespace.table for what lies elsewhere",
	"CALL":      "maintenance is Spark's own client's",
	"EXECUTE":   "ask the query itself",
	"BEGIN":     "ask the queries one by one",
	"DELETE":    "`sync forget` erases people",
	"SUMMARIZE": "`sync profile` tells how columns are filled; Spark has DESCRIBE",
	"PRAGMA":    "Spark has SHOW and DESCRIBE",
}

var (
	errSeveral     = errors.New("these are several statements: ask them one by one")
	errNothing     = errors.New("there is no statement")
	errParenthesis = errors.New("its parentheses do not match")
)

// judged is a statement that only reads.
type judged struct {
	form form
	sql  string // without the semicolon
}

// judge refuses a statement that might do more than read, with a [*console.WritingError], or
// that we might understand otherwise than Spark does, with another error.
//
// A query is let through if it begins as one, its parentheses match and it calls none of
// acting and no program: for it is asked in parentheses, where Spark's grammar takes nothing
// but a query. So Spark itself keeps out what we did not think of. What begins with SHOW or
// DESCRIBE can be nothing else by that grammar, and EXPLAIN runs nothing.
func judge(statement string) (judged, error) {
	list, end, err := meaningful(statement)
	if err != nil {
		return judged{}, err
	}
	found := judged{sql: statement[:end]}
	first := list[0].name()
	if list[0].kind == symbol {
		first = list[0].text
	}
	switch {
	case list[0].kind == word && (first == "SHOW" || first == "DESCRIBE" || first == "DESC"):
		found.form = telling
	case list[0].kind == word && first == "EXPLAIN":
		found.form = explaining
		forms := []string{"LOGICAL", "FORMATTED", "EXTENDED", "CODEGEN", "COST"}
		if list = list[1:]; len(list) > 0 && list[0].kind == word && slices.Contains(forms, list[0].name()) {
			list = list[1:]
		}
		if len(list) == 0 {
			return judged{}, errNothing
		}
		if !opens(list[0]) {
			return judged{}, refused("EXPLAIN " + fold(list[0].text))
		}
	case !opens(list[0]):
		return judged{}, refused(first)
	}
	return found, harmless(list)
}

func opens(t token) bool {
	return t.kind == word && slices.Contains(openings, t.name()) || t.kind == symbol && t.text == "("
}

func refused(what string) error {
	return &console.WritingError{Statement: what, Instead: instead[what]}
}

// meaningful are the tokens of one statement but for blanks and the semicolon that ends it,
// and where that is.
func meaningful(statement string) (list []token, end int, err error) {
	at, over := 0, false
	end = len(statement)
	for _, t := range tokens(statement) {
		switch {
		case t.wrong != nil:
			return nil, 0, t.wrong
		case t.kind == blank:
		case t.text == ";":
			if !over {
				end = at
			}
			over = true
		case over:
			return nil, 0, errSeveral
		default:
			list = append(list, t)
		}
		at += len(t.text)
	}
	if len(list) == 0 {
		return nil, 0, errNothing
	}
	return list, end, nil
}

// harmless refuses what a query could do beside reading, and says so of what Spark would
// only call a syntax error.
func harmless(list []token) error {
	depth := 0
	for i, t := range list {
		next := token{}
		if i+1 < len(list) {
			next = list[i+1]
		}
		switch {
		case t.kind == symbol && t.text == "(":
			depth++
		case t.kind == symbol && t.text == ")":
			if depth--; depth < 0 {
				return errParenthesis
			}
		case next.text == "(" && slices.Contains(acting, t.name()):
			return &console.WritingError{Statement: fold(t.name()) + "()"}
		case t.kind == word && t.name() == "USING" && next.text != "(": // of SELECT TRANSFORM, MAP and REDUCE
			return &console.WritingError{Statement: "a program after USING"}
		case t.kind == word && depth == 0 && writes(t.name(), next.name(), i > 0 && list[i-1].text == ")"):
			return refused(t.name())
		}
	}
	if depth != 0 {
		return errParenthesis
	}
	return nil
}

// writes reports whether a word begins what writes, given the one after it and whether it
// follows the parts of a WITH.
func writes(name, next string, follows bool) bool {
	switch name {
	case "INSERT":
		return next == "INTO" || next == "OVERWRITE"
	case "DELETE":
		return follows && next == "FROM"
	case "MERGE":
		return follows && (next == "INTO" || next == "WITH")
	case "UPDATE":
		return follows && next != "" && next != "FROM"
	}
	return false
}
