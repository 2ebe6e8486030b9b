package prompt

import (
	"context"
	"strings"
	"time"
	"unicode"

	"contactsync/internal/box"
	"contactsync/load/duckdb/console"

	"github.com/reeflective/readline"
)

// patience is how long completion may take; a warehouse that is busy is not waited for.
const patience = 2 * time.Second

// kinds are the groups in which suggestions are listed.
var kinds = map[string]string{"table": "tables", "column": "columns", "keyword": "keywords", "file_name": "files"}

// complete suggests how what is being typed can go on.
func (s *Session) complete(line []rune, cursor int) readline.Completions {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	before := string(line[:cursor])
	if isCommand(before) {
		return s.completeCommand(ctx, before)
	}
	statement := console.Tail(before)
	start, list := len(statement), []console.Suggestion(nil)
	_ = s.Open(ctx, func(from console.Source) (err error) { // without a warehouse nothing is suggested
		start, list, err = console.Suggest(ctx, from, statement)
		return err
	})
	return completions(statement, start, list)
}

// completions are suggestions for the word that begins at start. The editor replaces all
// that no space divides, so what stands there before the word belongs to each of them.
func completions(text string, start int, list []console.Suggestion) readline.Completions {
	word := strings.LastIndexFunc(text, unicode.IsSpace) + 1
	head := ""
	if word < start {
		head = text[word:start]
	}
	var values []readline.Completion
	for _, c := range list {
		if box.Visible(c.Word) != c.Word {
			continue // the name of a file, which would steer the terminal
		}
		kind := kinds[c.Kind]
		if kind == "" {
			kind = "functions"
		}
		values = append(values, readline.Completion{Value: head + c.Word, Display: c.Word, Tag: kind})
	}
	done := readline.CompleteRaw(values)
	done.PREFIX = text[min(word, start):]
	return done
}

// completeCommand suggests commands, and the tables that they are for.
func (s *Session) completeCommand(ctx context.Context, line string) readline.Completions {
	var list []console.Suggestion
	name, argument, wants := strings.Cut(line, " ")
	if !wants {
		for _, c := range commands {
			if strings.HasPrefix(c.name, name) {
				list = append(list, console.Suggestion{Word: c.name, Kind: "command"})
			}
		}
		return completions(line, 0, list)
	}
	tables, err := s.tables(ctx)
	if err != nil || name != `\d` && name != ".schema" {
		return readline.Completions{}
	}
	for _, t := range tables {
		if strings.HasPrefix(t.Full(), argument) {
			list = append(list, console.Suggestion{Word: t.Full(), Kind: "table"})
		}
	}
	return completions(line, len(name)+1, list)
}
