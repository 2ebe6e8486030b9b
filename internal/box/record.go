package box

import (
	"fmt"
	"strings"
)

// Records draws a block per row, a line per column; values that are too long for the
// width go on below themselves. With width 0 they are not broken.
func (t Table) Records(width int) string {
	var b strings.Builder
	name := 0
	for _, c := range t.Columns {
		name = max(name, widthOf(c.Name))
	}
	for r, row := range t.Rows {
		head := fmt.Sprintf("─[ %d ]", r+1)
		rule := name + gap + short
		if width > 0 {
			rule = min(rule, width)
		}
		b.WriteString(head + strings.Repeat("─", max(0, rule-widthOf(head))) + "\n")
		for i, value := range row {
			if width > 0 {
				value = wrap(value, max(width-name-gap, least/2))
			}
			label := t.Columns[i].Name
			for line := range strings.SplitSeq(value, "\n") {
				b.WriteString(strings.TrimRight(label+strings.Repeat(" ", name-widthOf(label))+" │ "+line, " ") + "\n")
				label = ""
			}
		}
	}
	return b.String()
}
