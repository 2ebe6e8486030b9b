package config

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/netip"
	"slices"
	"unicode/utf8"

	"contactsync/extract"
	"contactsync/extract/vendors"
	"contactsync/internal/durable"
	"contactsync/schema"
)

// check applies the rules that concern more than one key.
func (c *Config) check(r *report) {
	c.checkWarehouse(r)
	c.checkSources(r)
	for i := range c.Pipelines {
		c.checkPipeline(r, &c.Pipelines[i])
	}
	c.checkRetention(r)
	c.checkServe(r)
	c.checkExports(r)
	if len(c.Pipelines) == 0 && r.sound("") {
		c.warn(r, "pipelines", "there are no pipelines, so nothing will be read")
	}
}

// finish fills in what follows from several keys.
func (c *Config) finish() {
	for _, source := range schema.Sources {
		if !slices.Contains(c.Identity.Priority, source) {
			c.Identity.Priority = append(c.Identity.Priority, source)
		}
	}
}

// resolve follows the links that stand in the place of the warehouse and its snapshot,
// here and nowhere else: both are replaced by a rename, which would replace the link and
// leave the old file whole, with all who were erased, where the link leads. What lies
// beside the warehouse lies beside the file.
func (c *Config) resolve(r *report) {
	for place, path := range map[string]*Path{"warehouse.path": &c.Warehouse.Path, "warehouse.snapshot": &c.Warehouse.Snapshot} {
		if path.IsZero() || path.Remote() {
			continue
		}
		full, err := durable.Resolve(path.Full)
		switch {
		case errors.Is(err, fs.ErrPermission): // the command says so, if it needs the file
		case err != nil:
			r.problem(place, fmt.Errorf("the file that it names cannot be found: %w", err))
		default:
			path.Full = full
		}
	}
}

// checkSources refuses base URLs that cannot be meant, and tells who sets what the
// vendor decides by itself.
func (c *Config) checkSources(r *report) {
	for _, v := range vendors.All() {
		if path := "sources." + v.Name + ".base_url"; r.given(path) && r.sound(path) {
			if err := c.Sources[v.Name].Settings().CheckBaseURL(); err != nil {
				r.problem(path, err)
			}
		}
		for _, key := range v.NoEffect {
			if path := "sources." + v.Name + "." + key; r.given(path) {
				c.warn(r, path, "%s has no effect: the vendor sets it", path)
			}
		}
	}
}

// warn notes what is allowed and yet worth a look.
func (c *Config) warn(r *report, path, format string, args ...any) {
	c.Warnings = append(c.Warnings, fmt.Sprintf("%s:%d: ", r.file, r.place(path).line)+fmt.Sprintf(format, args...))
}

// checkServe requires a token where other machines reach the status page.
func (c *Config) checkServe(r *report) {
	switch open := c.Serve.Listen != "" && !Loopback(c.Serve.Listen); {
	case open && !r.given("serve.auth_token"):
		const why = "other machines can reach this address, so serve.auth_token is required"
		r.problem("serve.listen", hinted(`add auth_token: "${SYNC_TOKEN}"`, why))
	case open && !c.Serve.AuthToken.IsZero():
		if err := c.Serve.CheckToken(); err != nil {
			r.problem("serve.auth_token", err)
		}
	}
}

// leastToken is how many characters a token has at least that other machines can
// try: with 16 random letters nobody gets anywhere by guessing.
const leastToken = 16

// CheckToken refuses a token that is too short for an address that other machines reach.
func (s Serve) CheckToken() error {
	if utf8.RuneCountInString(s.AuthToken.Reveal()) >= leastToken {
		return nil
	}
	return hinted("make one by openssl rand -hex 24",
		"other machines can reach %s, so the token must have at least %d characters", s.Listen, leastToken)
}

// Loopback reports whether only this machine can reach an address to listen on.
func Loopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// adopt reports what a source finds wrong in its own definition. Where the
// decoder found something before, the source saw less than the file says, and
// what it misses may be there.
func (r *report) adopt(path string, problems []extract.Problem) {
	whole := r.sound(path)
	for _, p := range problems {
		at := path
		if p.Path != "" {
			at = path + "." + p.Path
		}
		if r.sound(at) && (whole || r.given(at)) {
			r.problem(at, adopted(p))
		}
	}
}

// adopted puts a source's problem into the config's words.
func adopted(p extract.Problem) error {
	switch {
	case p.Unknown.What != "":
		return unknown(p.Unknown.What, word{text: p.Unknown.Value}, p.Unknown.Known)
	case p.Suggest != "":
		return hinted(fmt.Sprintf("did you mean %q?", p.Suggest), "%s", p.Message)
	}
	return hinted("", "%s", p.Message)
}
