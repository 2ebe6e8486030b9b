package config

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"contactsync/schema"

	"go.yaml.in/yaml/v4"
)

// word is one scalar with its variables filled in.
type word struct {
	text     string
	written  string // as it stands in the file, for messages
	expanded bool   // it came from a variable or a file, at least partly
	secret   bool   // no message may show it
}

// quoted is the word as messages show it: never what came from a variable, nor
// what looks private.
func (w word) quoted() string {
	switch {
	case w.expanded:
		return strconv.Quote(w.written)
	case w.secret, w.private():
		return "the value"
	}
	return strconv.Quote(w.text)
}

// private guesses whether a word is an address, a URL with a password or a query,
// or a key that stands in the wrong place.
func (w word) private() bool {
	return strings.LastIndex(w.text, "@") > 0 || strings.HasPrefix(w.text, "sk_") ||
		strings.Contains(w.text, "://") && strings.Contains(w.text, "?")
}

// scalar decodes one word.
func (d *decoder) scalar(n *yaml.Node, v reflect.Value, path string, r rules) {
	secret := v.Type() == reflect.TypeFor[schema.Secret]()
	if err := notOneWord(n, v); err != nil {
		d.problem(path, err)
		return
	}
	text, expanded, err := d.expand(n.Value)
	if unset, ok := errors.AsType[*unsetError](err); ok && canWait(path) {
		d.missing = append(d.missing, Missing{sourceOf(path), unset.variable, d.found(d.place(path), path, unset)})
		return
	} else if err != nil {
		d.problem(path, err)
		return
	}
	if secret && !expanded {
		d.written = append(d.written, path)
	}
	w := word{text, n.Value, expanded, secret}
	if secret {
		if err := w.credential(path); err != nil {
			d.problem(path, err)
			return
		}
		d.report.secrets = append(d.report.secrets, schema.NewSecret(w.text))
	}
	if v.Type() == reflect.TypeFor[SparkAddress]() {
		w.secret = true
		d.noteAddress(w, path)
	}
	d.set(v, path, d.place(path), w, r)
}

// warnOfSecrets says in one line which secrets anybody reads who reads the config.
func (d *decoder) warnOfSecrets() {
	switch n := len(d.written); n {
	case 0:
	case 1:
		d.warnings = append(d.warnings, fmt.Sprintf("%s:%d: %s is written out; ${NAME} or ${file:PATH} keeps it out of the config",
			d.file, d.place(d.written[0]).line, d.written[0]))
	default:
		d.warnings = append(d.warnings, fmt.Sprintf("%s:%d: %s and %s are written out; ${NAME} or ${file:PATH} keeps them out of the config",
			d.file, d.place(d.written[0]).line, strings.Join(d.written[:n-1], ", "), d.written[n-1]))
	}
}

// notOneWord says why a node is not one word for v; nil if it is.
func notOneWord(n *yaml.Node, v reflect.Value) error {
	want, quoted := wantOf(v.Type()), n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0
	switch tag := n.ShortTag(); {
	case n.Kind != yaml.ScalarNode:
		return fmt.Errorf("want %s, not %s", want, kindOf(n))
	case tag == "!!null", n.Value == "":
		return hinted("give a value or remove the key", "is empty")
	case !slices.Contains([]string{"!!str", "!!int", "!!float", "!!bool", "!!timestamp", "!!merge"}, tag):
		return hinted("remove it", "the tag %s is not supported", tag)
	case tag == "!!bool" && v.Kind() != reflect.Bool:
		return hinted("quote it if it is meant as text", "want %s, not true or false", want)
	case tag == "!!str" && quoted && isNumber(v) && !strings.Contains(n.Value, "${"):
		return hinted("remove the quotes", "want %s, not text", want)
	}
	return nil
}

// set parses a word by the type of v and its rules.
func (d *decoder) set(v reflect.Value, path string, at place, w word, r rules) {
	if err := d.parse(v, w, r); err != nil {
		d.problemAt(at, path, err)
	}
}

func (d *decoder) parse(v reflect.Value, w word, r rules) error {
	if f, ok := d.forms[v.Type()]; ok {
		parsed, err := f.parse(w.text)
		if err != nil {
			return w.misfit(wantOf(v.Type()), err)
		}
		v.Set(reflect.ValueOf(parsed))
		if err := w.keeps(r.format); err != nil {
			return err
		}
		return d.bounds(v, w, r)
	}
	switch v.Kind() {
	case reflect.Bool:
		if w.text != "true" && w.text != "false" {
			return hinted(boolHint(w.text), "%s is neither true nor false", w.quoted())
		}
		v.SetBool(w.text == "true")
	case reflect.Int, reflect.Int64:
		n, err := strconv.ParseInt(w.text, 10, 64)
		if err != nil || !wholeNumber.MatchString(w.text) {
			return fmt.Errorf("%s is not a whole number", w.quoted())
		}
		if len(r.enum) > 0 && !slices.Contains(r.enum, w.text) {
			return unknown("value", w, r.enum)
		}
		v.SetInt(n)
		return d.bounds(v, w, r)
	case reflect.String:
		return setString(v, w, r)
	default:
		panic("config: no way to read a " + v.Type().String())
	}
	return nil
}

// misfit says why a word is not what is wanted; of one that came from a
// variable only that it is not.
func (w word) misfit(want string, err error) error {
	if w.expanded {
		return fmt.Errorf("%s does not hold %s", w.quoted(), want)
	}
	return hinted(suggestionOf(err), "%s %w", w.quoted(), err)
}

// boolHint knows the words of YAML 1.1, which are plain text today.
func boolHint(text string) string {
	switch strings.ToLower(text) {
	case "yes", "on", "y", "true":
		return "write true"
	case "no", "off", "n", "false":
		return "write false"
	}
	return ""
}

var wholeNumber = regexp.MustCompile(`^-?(0|[1-9][0-9]*)$`)

// setString checks a text against its closed list or its format.
func setString(v reflect.Value, w word, r rules) error {
	if len(r.enum) > 0 && !slices.Contains(r.enum, w.text) {
		return unknown("value", w, r.enum)
	}
	if err := w.keeps(r.format); err != nil {
		return err
	}
	v.SetString(w.text)
	return nil
}

// keeps checks a word against a format, "" for none.
func (w word) keeps(format string) error {
	if f, ok := formats[format]; ok {
		if err := f.check(w.text); err != nil {
			return w.misfit(f.want, err)
		}
	}
	return nil
}

// bounds checks a number, a duration or a size against its least and greatest value.
func (d *decoder) bounds(v reflect.Value, w word, r rules) error {
	compare := func(bound string) int {
		limit := reflect.New(v.Type()).Elem()
		if err := d.parse(limit, word{text: bound}, rules{}); err != nil {
			panic("config: " + err.Error())
		}
		return cmp.Compare(v.Int(), limit.Int())
	}
	switch {
	case r.minimum != "" && compare(r.minimum) < 0:
		return fmt.Errorf("%s is too small; the least is %s", w.shown(), r.minimum)
	case r.maximum != "" && compare(r.maximum) > 0:
		return fmt.Errorf("%s is too large; the most is %s", w.shown(), r.maximum)
	}
	return nil
}

// shown is a number as messages show it.
func (w word) shown() string {
	if w.expanded {
		return w.written
	}
	return w.text
}

// isNumber reports whether a type takes a plain number.
func isNumber(v reflect.Value) bool {
	return v.Type() == reflect.TypeFor[int]() || v.Type() == reflect.TypeFor[int64]()
}

// wantOf names what a type takes.
func wantOf(t reflect.Type) string {
	if f, ok := forms("")[t]; ok {
		return f.want
	}
	switch t.Kind() {
	case reflect.Bool:
		return "true or false"
	case reflect.Int, reflect.Int64:
		return "a whole number"
	}
	return "text"
}

// formats are the rules that a text may have to keep. Their errors go on from
// the quoted text.
var formats = map[string]struct {
	want  string
	check func(string) error
}{
	"cron":    {"a schedule", checkSchedule},
	"uri":     {"an http or https address", checkBaseURL},
	"address": {"host:port", checkAddress},
	"alert":   {"an address of shoutrrr", checkAlert},

	"identifier": {"a name in Spark", checkIdentifier},
	"place":      {"a URL", checkPlace},
}

// checkAlert requires the form that all of shoutrrr's addresses have; which services
// there are, and what each requires, the library says when it is asked.
func checkAlert(text string) error {
	if scheme, rest, ok := strings.Cut(text, "://"); !ok || scheme == "" || rest == "" || strings.ContainsAny(text, " \t\n") {
		return hinted("such as slack://..., smtp://... or generic+https://...", "is not of the form service://...")
	}
	return nil
}

// checkBaseURL takes scheme and host, with a path prefix where a proxy needs one.
func checkBaseURL(text string) error {
	u, err := url.Parse(text)
	switch {
	case err != nil, u.Scheme != "http" && u.Scheme != "https", u.Hostname() == "":
		return hinted("such as https://api.example.com", "is not an http or https address")
	case u.User != nil:
		return errors.New("holds a user name; credentials have keys of their own")
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return errors.New("must end before ? and #")
	}
	return nil
}

// checkAddress takes host:port, where the host may be empty.
func checkAddress(text string) error {
	_, port, err := net.SplitHostPort(text)
	if n, e := strconv.ParseUint(port, 10, 16); err != nil || e != nil || n > 65535 {
		return hinted("such as 127.0.0.1:8080", "is not host:port")
	}
	return nil
}
