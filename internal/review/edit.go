package review

import (
	"bytes"
	"cmp"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"contactsync/internal/identity"
)

// The file of overrides is written by people, who comment it, so an edit changes the
// lines that it must and leaves all others as they are. What it makes is read again: where
// a form of YAML that nobody writes by hand defeats it, the whole file is laid out anew,
// with the same pairs in the same order and the same comments.

// The keys of the file.
const (
	alwaysKey = "always"
	neverKey  = "never"
)

// change is what an edit does to one of the two lists.
type change struct {
	add    []identity.Pair
	remove map[[2]string]bool // by [identity.Pair.Key]
}

// edited returns the text of the file with the decisions in it. The name is for errors.
func edited(name string, text []byte, decisions []Decision) ([]byte, Written, error) {
	before, err := identity.ParseOverrides(name, text)
	if err != nil {
		return nil, Written{}, &Error{err}
	}
	changes, written := changesOf(before, decisions)
	if written.New+written.Replaced == 0 {
		return text, written, nil
	}
	want := identity.Overrides{Always: changes[alwaysKey].applied(before.Always), Never: changes[neverKey].applied(before.Never)}
	root := rootOf(text)
	spliced, ok := splice(text, root, changes)
	if ok && holds(name, spliced, want) {
		return spliced, written, nil
	}
	anew := lay(text, root, changes)
	if !holds(name, anew, want) {
		return nil, Written{}, &Error{fmt.Errorf("%s: the answers cannot be added to the file as it is written", name)}
	}
	return anew, written, nil
}

// changesOf works out what decisions change. Of several on one pair the last counts.
func changesOf(before identity.Overrides, decisions []Decision) (map[string]*change, Written) {
	stands := map[[2]string]bool{} // whether the two are one person, by the file
	for _, p := range before.Always {
		stands[p.Key()] = true
	}
	for _, p := range before.Never {
		stands[p.Key()] = false
	}
	last := map[[2]string]Decision{}
	var order [][2]string
	for _, d := range decisions {
		key := d.pair().Key()
		if _, twice := last[key]; !twice {
			order = append(order, key)
		}
		last[key] = d
	}
	changes := map[string]*change{alwaysKey: {remove: map[[2]string]bool{}}, neverKey: {remove: map[[2]string]bool{}}}
	var written Written
	for _, key := range order {
		d := last[key]
		same, decided := stands[key]
		switch {
		case decided && same == d.Same:
			written.Known++
			continue
		case decided:
			changes[keyOf(same)].remove[key] = true
			written.Replaced++
		default:
			written.New++
		}
		list := changes[keyOf(d.Same)]
		list.add = append(list.add, d.pair())
	}
	return changes, written
}

func keyOf(same bool) string {
	if same {
		return alwaysKey
	}
	return neverKey
}

// applied is a list after the change.
func (c *change) applied(list []identity.Pair) []identity.Pair {
	kept := slices.DeleteFunc(slices.Clone(list), func(p identity.Pair) bool { return c.remove[p.Key()] })
	return append(kept, c.add...)
}

// holds reports whether a text is a file of exactly these pairs.
func holds(name string, text []byte, want identity.Overrides) bool {
	got, err := identity.ParseOverrides(name, text)
	return err == nil && slices.Equal(sorted(got.Always), sorted(want.Always)) && slices.Equal(sorted(got.Never), sorted(want.Never))
}

// sorted lists pairs without their places, in an order of their own.
func sorted(pairs []identity.Pair) [][2]string {
	list := make([][2]string, len(pairs))
	for i, p := range pairs {
		list[i] = [2]string{p.A, p.B}
	}
	slices.SortFunc(list, func(a, b [2]string) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) })
	return list
}

// rootOf gives the root of a file that [identity.ParseOverrides] has accepted, nil for one
// that holds nothing but comments.
func rootOf(text []byte) *yaml.Node {
	var document yaml.Node
	loader, err := yaml.NewLoader(bytes.NewReader(text))
	if err == nil {
		err = loader.Load(&document)
	}
	if err != nil || len(document.Content) == 0 {
		return nil
	}
	return document.Content[0]
}

// list is one of the two lists in the file.
type list struct{ key, value *yaml.Node }

// lists are those of the root, in the order of the file.
func lists(root *yaml.Node) (all []list) {
	if root == nil || root.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(root.Content); i += 2 {
		all = append(all, list{root.Content[i], root.Content[i+1]})
	}
	return all
}

// splicer changes lines of a file.
type splicer struct {
	lines    []string // with their line ends
	end      string   // how lines end
	comments []comment
	after    map[int]string // text to add, by number of the line
	deleted  map[int]bool
}

// splice changes only the lines that it must. ok is false where the file is not laid out
// as people do it.
func splice(text []byte, root *yaml.Node, changes map[string]*change) (out []byte, ok bool) {
	all := lists(root)
	if root != nil && (root.Kind != yaml.MappingNode || root.Style&yaml.FlowStyle != 0) {
		return nil, false
	}
	s := splicer{
		lines: strings.SplitAfter(string(text), "\n"), end: "\n", comments: commentsIn(string(text)),
		after: map[int]string{}, deleted: map[int]bool{},
	}
	if last := len(s.lines) - 1; s.lines[last] == "" {
		s.lines = s.lines[:last]
	}
	if len(s.lines) > 0 && strings.HasSuffix(s.lines[0], "\r\n") {
		s.end = "\r\n"
	}
	indent := ""
	if root != nil {
		indent = strings.Repeat(" ", max(root.Column-1, 0))
	}
	for _, key := range []string{alwaysKey, neverKey} {
		i := slices.IndexFunc(all, func(l list) bool { return l.key.Value == key })
		if i < 0 {
			s.append(indent, key, changes[key].add)
			continue
		}
		bound := len(s.lines) + 1
		if i+1 < len(all) {
			bound = all[i+1].key.Line
		}
		if !s.change(all[i], bound, indent, changes[key]) {
			return nil, false
		}
	}
	return s.text(), true
}

// append adds a list at the end of the file.
func (s *splicer) append(indent, key string, pairs []identity.Pair) {
	if len(pairs) > 0 {
		s.after[len(s.lines)] += indent + key + ":" + s.end + s.items(indent+"  ", pairs)
	}
}

// change changes a list that ends before the line bound.
func (s *splicer) change(l list, bound int, indent string, c *change) bool {
	switch {
	case len(c.add) == 0 && len(c.remove) == 0:
		return true
	case isNull(l.value) && l.value.Value == "":
		s.after[l.key.Line] += s.items(indent+"  ", c.add)
		return len(c.remove) == 0
	case l.value.Kind != yaml.SequenceNode:
		return false
	case l.value.Style&yaml.FlowStyle != 0:
		return len(c.remove) == 0 && s.open(l.value, c.add)
	}
	item := 0
	for i, pair := range l.value.Content {
		next := bound
		if i+1 < len(l.value.Content) {
			next = l.value.Content[i+1].Line
		}
		item = s.last(pair.Line, next)
		if p, ok := pairOf(pair); ok && c.remove[p.Key()] && !s.remove(pair, item) {
			return false
		}
	}
	s.after[item] += s.items(strings.Repeat(" ", max(l.value.Column-1, 0)), c.add)
	return item > 0
}

// last is the last line of something that begins at a line and ends before another:
// comments and empty lines behind it are not its.
func (s *splicer) last(from, before int) int {
	for n := min(before-1, len(s.lines)); n > from; n-- {
		line := strings.TrimSpace(s.lines[n-1])
		if line != "" && line[0] != '#' && line != "..." {
			return n
		}
	}
	return from
}

// remove deletes the lines of a pair, up to its last. What is said of it beside it stays.
func (s *splicer) remove(pair *yaml.Node, last int) bool {
	if pair.Line > len(s.lines) {
		return false
	}
	first := s.lines[pair.Line-1]
	bare := strings.TrimLeft(first, " ")
	if !strings.HasPrefix(bare, "-") {
		return false
	}
	for n := pair.Line; n <= last; n++ {
		s.deleted[n] = true
	}
	for _, c := range s.comments {
		if pair.Line <= c.line && c.line <= last {
			s.after[pair.Line] += first[:len(first)-len(bare)] + c.text + s.end
		}
	}
	return true
}

// open adds pairs behind the bracket that opens a list.
func (s *splicer) open(value *yaml.Node, pairs []identity.Pair) bool {
	if value.Line > len(s.lines) {
		return false
	}
	line := []rune(s.lines[value.Line-1])
	if value.Column > len(line) || line[value.Column-1] != '[' {
		return false
	}
	texts := make([]string, len(pairs))
	for i, p := range pairs {
		texts[i] = pairText(p)
	}
	inner := strings.Join(texts, ", ")
	if len(value.Content) > 0 {
		inner += ", "
	}
	s.lines[value.Line-1] = string(line[:value.Column]) + inner + string(line[value.Column:])
	return true
}

func (s *splicer) items(indent string, pairs []identity.Pair) string {
	var b strings.Builder
	for _, p := range pairs {
		b.WriteString(indent + "- " + pairText(p) + s.end)
	}
	return b.String()
}

// text is the file after all changes.
func (s *splicer) text() []byte {
	var b strings.Builder
	b.WriteString(s.after[0])
	for i, line := range s.lines {
		if !s.deleted[i+1] {
			b.WriteString(line)
		}
		added := s.after[i+1]
		if added != "" && !s.deleted[i+1] && !strings.HasSuffix(line, "\n") {
			b.WriteString(s.end)
		}
		b.WriteString(added)
	}
	return []byte(b.String())
}

// layout is a file that is laid out anew.
type layout struct {
	strings.Builder
	comments []comment // those to come
}

// tell writes the comments of before up to a line.
func (l *layout) tell(indent string, last int) {
	for len(l.comments) > 0 && l.comments[0].line <= last {
		l.WriteString(indent + l.comments[0].text + "\n")
		l.comments = l.comments[1:]
	}
}

func (l *layout) items(pairs ...identity.Pair) {
	for _, p := range pairs {
		l.WriteString("  - " + pairText(p) + "\n")
	}
}

// lay lays the whole file out anew. What is said of a pair stands above it then.
func lay(text []byte, root *yaml.Node, changes map[string]*change) []byte {
	l := layout{comments: commentsIn(string(text))}
	there := map[string]bool{}
	for _, of := range lists(root) {
		there[of.key.Value] = true
		l.tell("", of.key.Line)
		l.WriteString(of.key.Value + ":\n")
		for _, item := range resolved(of.value).Content {
			l.tell("  ", lastLine(item))
			if p, ok := pairOf(item); ok && !changes[of.key.Value].remove[p.Key()] {
				l.items(p)
			}
		}
		l.items(changes[of.key.Value].add...)
	}
	for _, key := range []string{alwaysKey, neverKey} {
		if add := changes[key].add; !there[key] && len(add) > 0 {
			l.WriteString(key + ":\n")
			l.items(add...)
		}
	}
	l.tell("", math.MaxInt)
	return []byte(l.String())
}

// lastLine is the last line on which something of a node begins.
func lastLine(n *yaml.Node) int {
	last := n.Line
	for _, c := range n.Content {
		last = max(last, lastLine(c))
	}
	return last
}

// pairOf is the pair of a node of a file that was accepted.
func pairOf(node *yaml.Node) (p identity.Pair, ok bool) {
	node = resolved(node)
	if node.Kind != yaml.SequenceNode || len(node.Content) != 2 {
		return p, false
	}
	return identity.Pair{A: strings.TrimSpace(resolved(node.Content[0]).Value), B: strings.TrimSpace(resolved(node.Content[1]).Value)}, true
}

// resolved follows an alias to what it stands for.
func resolved(node *yaml.Node) *yaml.Node {
	if node.Kind == yaml.AliasNode {
		return node.Alias
	}
	return node
}

func isNull(node *yaml.Node) bool { return node.Kind == yaml.ScalarNode && node.Tag == "!!null" }

// comment is a comment and its line. The library of YAML gives comments, too, but not all.
type comment struct {
	line int
	text string
}

// commentsIn finds the comments of a file: from a # that begins a line or a word, outside
// of quotes, to the end of the line.
func commentsIn(text string) (all []comment) {
	quote, n := rune(0), 0
	for line := range strings.SplitSeq(text, "\n") {
		n++
		at := -1
		if at, quote = commentAt(line, quote); at >= 0 {
			said, _, _ := strings.Cut(breaks.ReplaceAllString(line[at:], "\n"), "\n")
			all = append(all, comment{n, strings.TrimSpace(said)})
		}
	}
	return all
}

// commentAt is where the comment of a line begins, -1 where it has none. The quote is the
// one that is open when the line begins, 0 for none, and then the one when it ends.
func commentAt(line string, open rune) (at int, quote rune) {
	before, token := ' ', ' ' // the last character, and the last that is no space
	for i, r := range line {
		switch {
		case open != 0 && r == '\\' && before == '\\':
			r = ' ' // it is escaped, and escapes nothing
		case open != 0:
			if r == open && (open == '\'' || before != '\\') {
				open = 0
			}
		case r == '#' && strings.ContainsRune(" \t\ufeff", before):
			return i, 0
		case (r == '\'' || r == '"') && strings.ContainsRune(" [{,:-?", token) && strings.ContainsRune(" \t[{,:", before):
			open = r
		}
		if before = r; r != ' ' && r != '\t' {
			token = r
		}
	}
	return -1, open
}

// breaks are what YAML takes for the end of a line.
var breaks = regexp.MustCompile("[\r\u0085\u2028\u2029]+")

// pairText is a pair as it stands in a list.
func pairText(p identity.Pair) string { return "[" + scalar(p.A) + ", " + scalar(p.B) + "]" }

// plain is a selector that needs no quotes.
var plain = regexp.MustCompile(`^[A-Za-z]+:[0-9A-Za-z]([-0-9A-Za-z_.:+@]*[0-9A-Za-z])?$`)

// scalar is a text as YAML. Where it needs quotes, Go's are YAML's, too.
func scalar(text string) string {
	if plain.MatchString(text) {
		return text
	}
	return strconv.Quote(text)
}
