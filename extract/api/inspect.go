package api

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// ErrInAnswer says that an answer of success carries an error. It is a failed
// page, whatever stands beside the error: neither empty nor the end of anything.
var ErrInAnswer = errors.New("the answer carries an error")

// maxRows bounds the rows of one answer: ten times the largest page that any
// vendor takes.
const maxRows = 100_000

var errTooManyRows = fmt.Errorf("the answer has more than %d rows; lower page_size", maxRows)

// The names, folded, by which answers say how it went. What is inside a row says
// nothing of the answer.
var (
	faultNames = []string{
		"error", "errors", "errormessage", "errorcode", "errortype", "errordescription", "iserror", "haserror", "haserrors",
		"err", "fault", "exception",
	}
	successNames = []string{"success", "ok"}
	codeNames    = []string{"status", "statuscode", "httpstatus", "code"}
	envelopes    = []string{"meta", "response", "information", "data", "result", "status"}
)

// nothing are the words that stand where no error is.
var nothing = []string{"", "0", "false", "none", "null", "nil", "<nil>", "nan", "ok", "success"}

// glance is one look at a whole answer, which is needed to know that it is JSON.
type glance struct {
	*jsontext.Decoder
	fault string // the first member that says error, with its name; "": none does
	rows  bool   // objects are listed
}

// inspect looks at an answer once. Its error says that the answer is no JSON, or
// has too many rows.
func inspect(body []byte) (glance, error) {
	g := glance{Decoder: jsontext.NewDecoder(bytes.NewBuffer(body), LenientJSON)}
	err := g.envelope()
	if err == nil {
		if _, err = g.ReadToken(); err == nil {
			err = errors.New("a second value follows")
		} else if errors.Is(err, io.EOF) {
			err = nil
		}
	}
	return g, err
}

// pass passes over a value as a whole, which is faster than SkipValue, token by token.
func (g *glance) pass() error {
	_, err := g.ReadValue()
	return err
}

// envelope looks at an object around rows, or at a list of them.
func (g *glance) envelope() error {
	switch g.PeekKind() {
	case '{':
		return g.each('}', g.member)
	case '[':
		n := 0
		return g.each(']', func() error {
			if n++; n > maxRows {
				return errTooManyRows
			}
			g.rows = g.rows || g.PeekKind() == '{'
			return g.pass()
		})
	}
	return g.pass()
}

// each reads what an array or an object holds, to its end.
func (g *glance) each(end jsontext.Kind, read func() error) error {
	_, err := g.ReadToken()
	for err == nil && g.PeekKind() != end {
		err = read()
	}
	if err == nil {
		_, err = g.ReadToken()
	}
	return err
}

func (g *glance) member() error {
	token, err := g.ReadToken()
	if err != nil {
		return err
	}
	name := token.String()
	folded, kind := foldName(name), g.PeekKind()
	judge := judgeOf(folded, kind)
	switch {
	case judge != nil:
		value, err := g.ReadValue()
		if err == nil && g.fault == "" && judge(value) {
			g.fault = strconv.Quote(name) + ": " + string(value)
		}
		return err
	case kind == '[', slices.Contains(envelopes, folded):
		return g.envelope()
	}
	return g.pass()
}

// judgeOf is what tells whether a value under a name says that something went
// wrong; nil: a value of that name and kind does not say how it went.
func judgeOf(folded string, kind jsontext.Kind) func(jsontext.Value) bool {
	switch {
	case slices.Contains(faultNames, folded):
		return saysSomething
	case slices.Contains(successNames, folded):
		return func(v jsontext.Value) bool { return kind != 'n' && !saysSomething(v) }
	case slices.Contains(codeNames, folded) && (kind == '0' || kind == '"'):
		return func(v jsontext.Value) bool {
			n, err := strconv.Atoi(strings.Trim(string(v), `"`))
			return err == nil && n >= 400 && n < 600
		}
	}
	return nil
}

// saysSomething reports whether an error says anything: null, false, 0, a word for
// none of them, and what holds nothing else are how vendors say that there is none.
func saysSomething(v jsontext.Value) bool {
	d := jsontext.NewDecoder(bytes.NewReader(v), LenientJSON)
	for {
		token, err := d.ReadToken()
		if err != nil {
			return false // the end
		}
		switch token.Kind() {
		case 't':
			return true
		case '0':
			if strings.Trim(token.String(), "-0.") != "" {
				return true
			}
		case '"':
			if name := isName(d); !name && !slices.Contains(nothing, strings.ToLower(strings.TrimSpace(token.String()))) {
				return true
			}
		}
	}
}

// isName reports whether the string that was just read is the name of a member.
func isName(d *jsontext.Decoder) bool {
	kind, length := d.StackIndex(d.StackDepth())
	return kind == '{' && length%2 == 1
}

// foldName is a name without case and without what joins its words.
func foldName(name string) string {
	return strings.ToLower(strings.Map(func(r rune) rune {
		if r == '_' || r == '-' || r == ' ' {
			return -1
		}
		return r
	}, name))
}
