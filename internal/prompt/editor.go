package prompt

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/reeflective/readline"
	"golang.org/x/term"
)

var errInterrupted = errors.New("interrupted")

// primary begins the line of a query.
const primary = "sql> "

// editor reads what people type, a statement or a command at a time.
type editor struct{ shell *readline.Shell }

func (s *Session) newEditor() *editor {
	shell := readline.NewShell()
	for option, value := range map[string]any{
		"cursor-position-probe":        false, // its answer swallows keys that come with it; see reserve
		"completion-ignore-case":       true,
		"menu-complete-display-prefix": true,
		"echo-control-characters":      true,
	} {
		_ = shell.Config.Set(option, value) // the names are the library's
	}
	shell.Prompt.Primary(func() string { return primary })
	shell.Prompt.Secondary(func() string { return "" })
	shell.AcceptMultiline = func(line []rune) bool { return ended(string(line)) }
	shell.Completer = s.complete
	shell.SyntaxHighlighter = func(line []rune) string {
		if shell.Selection().Active() {
			return string(line) // which counts characters
		}
		return reserve(string(line), s.Screen.Width()) + string(line)
	}
	shell.History.Add("sql", openHistory(historyPath()))
	shell.Keymap.Register(map[string]func(){"end-of-file": func() { leave(shell) }, "abort": func() { giveUp(shell) }})
	return &editor{shell}
}

// reserve makes the terminal scroll until there is room for a text and a line below it,
// and comes back to where it was. The editor draws as if there were; without asking the
// terminal it cannot know that it is at the bottom.
func reserve(text string, width int) string {
	rows := 1
	for line := range strings.SplitSeq(text, "\n") {
		rows += 1 + (len(primary)+utf8.RuneCountInString(line))/max(width, 1)
	}
	const down, up = "\x1bD", "\x1b[%dA"
	return strings.Repeat(down, rows) + fmt.Sprintf(up, rows)
}

// leave is Ctrl-D: it leaves from an empty line, be it of a statement that has begun,
// and takes away the next character elsewhere.
func leave(shell *readline.Shell) {
	line, at := string(*shell.Line()), shell.Cursor().Pos()
	last := line[strings.LastIndex(line, "\n")+1:]
	if last == "" && at >= shell.Line().Len() {
		shell.Display.AcceptLine()
		shell.History.Accept(false, false, io.EOF)
		return
	}
	shell.History.Save()
	shell.Line().CutRune(at)
}

// giveUp is Ctrl-C: it gives up the line, whatever is under way in it.
func giveUp(shell *readline.Shell) {
	shell.Iterations.Reset()
	shell.Selection().Reset()
	shell.Display.ResetHelpers()
	shell.Display.AcceptLine()
	shell.History.Accept(false, false, readline.ErrInterrupt)
}

// read waits for a statement or a command, or until the context ends.
func (e *editor) read(ctx context.Context) (string, error) {
	type typed struct {
		text string
		err  error
	}
	fd := int(os.Stdin.Fd())
	before, stateErr := term.GetState(fd)
	done := make(chan typed, 1)
	go func() {
		text, err := e.shell.Readline()
		if errors.Is(err, readline.ErrInterrupt) {
			err = errInterrupted
		}
		done <- typed{text, err}
	}()
	select {
	case t := <-done:
		return t.text, t.err
	case <-ctx.Done(): // the program ends; what still waits for a key ends with it
		if stateErr == nil {
			_ = term.Restore(fd, before) // there is nobody to tell
		}
		fmt.Println()
		return "", ctx.Err()
	}
}
