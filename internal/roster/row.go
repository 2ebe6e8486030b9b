package roster

import "strings"

// anyDelimiter is what may stand between cells where no header tells which does.
const anyDelimiter = ",;\t"

// cell is a cell of a row, without its quotes.
type cell struct {
	text  string
	lines int // that it runs over
}

// rows goes through the rows of a list, most of which are a line each.
type rows struct {
	lines []string
	at    int // the line at which the row begins
	ahead int // the line behind it
}

// linesOf are the lines of a text, whatever they end with.
func linesOf(text string) []string {
	if strings.IndexByte(text, '\r') >= 0 {
		text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	}
	return strings.Split(text, "\n")
}

// next goes on to the next row, of which nothing but its first line is known yet.
func (r *rows) next() bool {
	r.at = r.ahead
	r.ahead++
	return r.at < len(r.lines)
}

func (r *rows) line() string { return r.lines[r.at] }

// cells cuts the row. A quoted cell may run over some lines; a quote that is not closed
// where a cell can end is a letter like any other, so that none swallows the rest.
func (r *rows) cells(delimiters string) []cell {
	cells, open := cut(r.line(), delimiters)
	if !open {
		return cells
	}
	text := r.line()
	for end := r.at + 1; end < len(r.lines) && end-r.at < longestRow && len(text) < longestText; end++ {
		text += "\n" + r.lines[end]
		if joined, open := cut(text, delimiters); !open {
			if len(joined) > 0 && len(joined) >= len(cells) {
				r.ahead = end + 1
				return joined
			}
			break
		}
	}
	return cells
}

// A quoted cell runs over no more lines, and no more bytes.
const (
	longestRow  = 50
	longestText = 1 << 16
)

// cut cuts a text into cells; open says that one of them begins with a quote that nothing
// closes, and was read as if it had none.
func cut(text, delimiters string) (cells []cell, open bool) {
	for {
		text = strings.TrimLeft(text, " \u00a0")
		c, rest, more, unclosed := cutCell(text, delimiters)
		cells, open = append(cells, c), open || unclosed
		if !more {
			return cells, open
		}
		text = rest
	}
}

func cutCell(text, delimiters string) (c cell, rest string, more, unclosed bool) {
	if strings.HasPrefix(text, `"`) {
		if end, closed := quoteEnd(text); closed {
			after := strings.TrimLeft(text[end+1:], " \u00a0")
			if after == "" || strings.IndexByte(delimiters, after[0]) >= 0 {
				inner := text[1:end]
				c = cell{strings.ReplaceAll(inner, `""`, `"`), 1 + strings.Count(inner, "\n")}
				if after == "" {
					return c, "", false, false
				}
				return c, after[1:], true, false
			}
		} else {
			unclosed = true
		}
	}
	end := strings.IndexAny(text, delimiters)
	if end < 0 {
		return cell{text, 1 + strings.Count(text, "\n")}, "", false, unclosed
	}
	return cell{text[:end], 1 + strings.Count(text[:end], "\n")}, text[end+1:], true, unclosed
}

// quoteEnd is where the quote that begins a text is closed; two of them stand for one.
func quoteEnd(text string) (at int, closed bool) {
	for i := 1; i < len(text); i++ {
		if text[i] != '"' {
			continue
		}
		if i+1 < len(text) && text[i+1] == '"' {
			i++
			continue
		}
		return i, true
	}
	return 0, false
}

// isSeparatorLine reports whether a line tells Excel the delimiter: sep=;
func isSeparatorLine(text string) bool {
	return len(text) == len("sep=;") && strings.EqualFold(text[:4], "sep=") && strings.Contains(anyDelimiter, text[4:])
}
