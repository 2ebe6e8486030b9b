package identity

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"contactsync/schema"
)

// Overrides are what a human decided about identity:
//
//	always:                                        # these two are one person
//	  - [toofr:1042, someone@example.com]
//	never:                                         # these two are not
//	  - [audiencelab:7f3c, "https://www.linkedin.com/in/someone"]
//
// They are kept as text and resolved at every run, so they survive rebuilds.
type Overrides struct {
	Always, Never []Pair
}

// Pair names two people by one of their records (source:source_id), an e-mail
// address or a LinkedIn URL. Line and Column tell where the file names them.
type Pair struct {
	A, B         string
	Line, Column int
}

// ParseOverrides reads identity.yaml. It reports all mistakes at once, each as
// name:line:column; an error never repeats a selector, which is personal data.
func ParseOverrides(name string, data []byte) (Overrides, error) {
	p := overrideParser{file: name}
	if root := p.load(data); root != nil {
		p.document(root)
	}
	if len(p.problems) > 0 {
		return Overrides{}, errors.Join(p.problems...)
	}
	return p.overrides, nil
}

type overrideParser struct {
	file      string
	overrides Overrides
	problems  []error
}

func (p *overrideParser) problem(line, column int, format string, args ...any) {
	p.problems = append(p.problems, fmt.Errorf("%s:%d:%d: %s", p.file, line, column, fmt.Sprintf(format, args...)))
}

// load gives the root node, nil for an empty file or after a syntax error.
func (p *overrideParser) load(data []byte) *yaml.Node {
	loader, err := yaml.NewLoader(bytes.NewReader(data))
	var document, second yaml.Node
	if err == nil {
		err = loader.Load(&document)
	}
	if errors.Is(err, io.EOF) {
		return nil // nothing but comments
	}
	if err == nil {
		if err = loader.Load(&second); err == nil {
			p.problem(max(second.Line, 1), max(second.Column, 1), "a second document; put everything into one")
			return nil
		}
	}
	var syntax *yaml.LoadError
	switch {
	case errors.Is(err, io.EOF) && len(document.Content) > 0:
		return document.Content[0]
	case errors.As(err, &syntax):
		p.problem(max(syntax.Mark.Line, 1), max(syntax.Mark.Column, 1), "not valid YAML: %s", syntax.Message)
	default:
		p.problem(1, 1, "not valid YAML")
	}
	return nil
}

func (p *overrideParser) document(root *yaml.Node) {
	if isNull(root) {
		return
	}
	if root.Kind != yaml.MappingNode {
		p.problem(root.Line, root.Column, "want the keys always and never, each with a list of pairs")
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(root.Content); i += 2 {
		key, value := root.Content[i], root.Content[i+1]
		switch {
		case seen[key.Value]:
			p.problem(key.Line, key.Column, "%s stands here twice; put all its pairs into one list", key.Value)
		case key.Value == "always":
			p.overrides.Always = p.pairs(value)
		case key.Value == "never":
			p.overrides.Never = p.pairs(value)
		default:
			p.problem(key.Line, key.Column, "unknown key; only always and never may stand here")
			continue
		}
		seen[key.Value] = true
	}
	p.contradictions()
}

func (p *overrideParser) pairs(list *yaml.Node) []Pair {
	list = resolveAlias(list)
	if isNull(list) {
		return nil
	}
	if list.Kind != yaml.SequenceNode {
		p.problem(list.Line, list.Column, "want a list of pairs, such as - [toofr:1042, someone@example.com]")
		return nil
	}
	var pairs []Pair
	for _, item := range list.Content {
		if pair, ok := p.pair(resolveAlias(item)); ok {
			pairs = append(pairs, pair)
		}
	}
	return pairs
}

func (p *overrideParser) pair(node *yaml.Node) (Pair, bool) {
	if node.Kind != yaml.SequenceNode || len(node.Content) != 2 {
		p.problem(node.Line, node.Column, "want a pair of exactly two, such as [toofr:1042, someone@example.com]")
		return Pair{}, false
	}
	a, okA := p.selector(resolveAlias(node.Content[0]))
	b, okB := p.selector(resolveAlias(node.Content[1]))
	if okA && okB && folded(a) == folded(b) {
		p.problem(node.Line, node.Column, "both of the pair are the same")
		return Pair{}, false
	}
	return Pair{a, b, node.Line, node.Column}, okA && okB
}

// selector checks the form only; whether anybody answers to it, the warehouse knows.
func (p *overrideParser) selector(node *yaml.Node) (string, bool) {
	if node.Kind != yaml.ScalarNode {
		p.problem(node.Line, node.Column, "want text; write source:id without a space, or in quotes")
		return "", false
	}
	s := strings.TrimSpace(node.Value)
	source, id, _ := strings.Cut(s, ":")
	switch {
	case slices.Contains(schema.Sources, source) && id != "":
	case strings.Contains(strings.ToLower(s), "linkedin.com/in/"):
	case strings.Contains(s, "@") && !strings.ContainsAny(s, " \t"):
	case strings.HasPrefix(s, "c_"):
		p.problem(node.Line, node.Column, "a contact id may pass to other records when people merge; name a record as source:id")
		return "", false
	default:
		p.problem(node.Line, node.Column, "want source:id (source is one of %s), an e-mail address or a LinkedIn URL",
			strings.Join(schema.Sources, ", "))
		return "", false
	}
	return s, true
}

// contradictions finds pairs that are both always and never.
func (p *overrideParser) contradictions() {
	always := map[[2]string]Pair{}
	for _, pair := range p.overrides.Always {
		always[pair.Key()] = pair
	}
	for _, pair := range p.overrides.Never {
		if other, both := always[pair.Key()]; both {
			p.problem(pair.Line, pair.Column, "never contradicts always in line %d; remove one of them", other.Line)
		}
	}
}

// Key is the pair without its order: pairs of one key speak of the same two.
func (p Pair) Key() [2]string {
	a, b := folded(p.A), folded(p.B)
	return [2]string{min(a, b), max(a, b)}
}

// folded is a selector without its case, which counts in the keys of vendors only.
func folded(selector string) string {
	if source, _, _ := strings.Cut(selector, ":"); slices.Contains(schema.Sources, source) {
		return selector
	}
	return strings.ToLower(selector)
}

// resolveAlias follows a YAML alias to what it stands for.
func resolveAlias(node *yaml.Node) *yaml.Node {
	if node.Kind == yaml.AliasNode {
		return node.Alias
	}
	return node
}

func isNull(node *yaml.Node) bool {
	return node.Kind == yaml.ScalarNode && node.Tag == "!!null"
}
