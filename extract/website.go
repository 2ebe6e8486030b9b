package extract

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"golang.org/x/net/idna"

	"contactsync/schema"
)

// Websites are sites: a list, a column of a CSV file, or what a query of the
// warehouse returns.
type Websites struct {
	List   []string    `yaml:"-"`
	File   schema.Path `yaml:"file" doc:"CSV file with a header, a site in each row"`
	Column string      `yaml:"column" jsonschema:"default=domain" doc:"column of the file that holds the sites"`
	Query  string      `yaml:"query" doc:"SELECT over the warehouse whose first column holds the sites"`
}

// IsZero reports whether no websites are given.
func (w Websites) IsZero() bool { return len(w.List) == 0 && w.File.IsZero() && w.Query == "" }

// PlainList is where the decoder puts what is written as a plain list instead of keys.
func (w *Websites) PlainList() *[]string { return &w.List }

// Website is the bare domain of a website or URL, without "www.".
func Website(s string) (string, bool) {
	s = strings.ToLower(strings.TrimSpace(s))
	if !strings.Contains(s, "://") {
		s = "https://" + s
	}
	u, err := url.Parse(s)
	if err != nil {
		return "", false
	}
	host, err := idna.Lookup.ToASCII(strings.TrimSuffix(u.Hostname(), "."))
	host = strings.TrimPrefix(host, "www.")
	if err != nil || !strings.Contains(host, ".") || strings.ContainsAny(host, ", ") {
		return "", false
	}
	return host, true
}

// listed is a value of a list of websites, and which row of it holds the value.
type listed struct {
	text string
	row  int
}

// Read is the sites themselves: listed in the config, which has checked them, from a
// file, or by query from the warehouse. Values that are no websites are left out with
// a warning; a list without any website is an error, since it is not what anybody
// means and a run of it would quietly find nobody.
func (w Websites) Read(ctx context.Context, query Querying) (list, warnings []string, err error) {
	switch {
	case !w.File.IsZero():
		list, warnings, err = w.fromFile()
		if err != nil {
			err = fmt.Errorf("%s: %w", w.File.Written, err)
		}
		return list, warnings, err
	case w.Query != "":
		rows, err := query.ask(ctx, w.Query)
		if err != nil {
			return nil, nil, err
		}
		values := valuesOf(rows, 0)
		if list, warnings = onlyWebsites(values); len(list) == 0 {
			return nil, nil, fmt.Errorf("none of the %d values that the query returns is a website; it must return domains in its first column, so try it with `sync sql`", len(values))
		}
		return list, warnings, nil
	}
	return w.List, nil, nil
}

func (w Websites) fromFile() (list, warnings []string, err error) {
	rows, err := readRows(w.File.Full)
	if errors.Is(err, errNoHeader) {
		return nil, nil, fmt.Errorf("the file is empty; it needs a header with a column %q and a website in each row below", w.Column)
	}
	if err != nil {
		return nil, nil, err
	}
	at := rows.Column(w.Column)
	if at < 0 {
		return nil, nil, fmt.Errorf("no column %q; its columns are %q", w.Column, rows.Columns)
	}
	values := valuesOf(rows, at)
	if list, warnings = onlyWebsites(values); len(list) == 0 {
		return nil, nil, fmt.Errorf("none of the %d values of the column %q is a website; the file's columns are %q: set column to the one that holds domains, or fill it",
			len(values), w.Column, rows.Columns)
	}
	return list, warnings, nil
}

// valuesOf are the values of a column that say something.
func valuesOf(rows Rows, column int) (values []listed) {
	for _, r := range rows.Rows {
		if text := r.Value(column); text != "" {
			values = append(values, listed{text, r.Number})
		}
	}
	return values
}

// onlyWebsites leaves out what is no website, and says how much and where. The
// values themselves may be anything, so they are not repeated.
func onlyWebsites(values []listed) (list, warnings []string) {
	const most = 5
	var rows []string
	for _, v := range values {
		if _, ok := Website(v.text); ok {
			list = append(list, v.text)
			continue
		}
		rows = append(rows, fmt.Sprint(v.row))
	}
	if len(rows) == 0 {
		return list, nil
	}
	where := strings.Join(rows[:min(most, len(rows))], ", ")
	if len(rows) > most {
		where += ", ..."
	}
	return list, []string{fmt.Sprintf("%d of %d websites are no domains and were left out: row %s", len(rows), len(values), where)}
}
