package normal

import (
	"net/url"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// LinkedInProfile is what stands before a slug in the address of a profile.
const LinkedInProfile = "https://www.linkedin.com/in/"

// link is a URL taken apart: its host and the segments of its path, percent
// decoding done.
type link struct {
	host     string
	segments []string
	query    url.Values
}

// parseLink reads a URL with or without a scheme. A text without a host, such as
// a bare handle or "in/slug", has host "".
func parseLink(s string) link {
	s = Text(s)
	if i := strings.Index(s, "://"); i >= 0 {
		s = s[i+3:]
	}
	s = strings.TrimPrefix(s, "//")
	s, fragment, _ := strings.Cut(s, "#")
	s, query, _ := strings.Cut(s, "?")
	if path, bang := strings.CutPrefix(fragment, "!"); bang {
		s = strings.TrimRight(s, "/") + "/" + strings.TrimLeft(path, "/") // twitter.com/#!/name
	}
	l := link{}
	l.query, _ = url.ParseQuery(query)
	for i, segment := range strings.Split(s, "/") {
		if i == 0 && strings.Contains(segment, ".") {
			l.host = strings.ToLower(segment)
			l.host, _, _ = strings.Cut(l.host, ":")
			continue
		}
		if segment = Text(unescape(segment)); segment != "" {
			l.segments = append(l.segments, segment)
		}
	}
	return l
}

// unescape undoes percent encoding, and doubled encoding with it.
func unescape(s string) string {
	for range 3 {
		decoded, err := url.PathUnescape(s)
		if err != nil || decoded == s {
			return s
		}
		s = decoded
	}
	return s
}

// on reports whether the link leads to the site or one of its country and mobile hosts.
func (l link) on(site string) bool {
	return l.host == site || strings.HasSuffix(l.host, "."+site)
}

// LinkedInSlug is the lower-case slug of a personal profile, whatever country
// host, scheme, query, language or trailing slash came in (contract, part 4).
// Links to companies, schools and search results have none.
func LinkedInSlug(s string) (string, bool) {
	l := parseLink(s)
	if l.host != "" && !l.on("linkedin.com") {
		return "", false
	}
	path := l.segments
	if len(path) > 1 && (path[0] == "mwlite" || path[0] == "m" || path[0] == "comm") {
		path = path[1:]
	}
	switch {
	case len(path) >= 2 && strings.EqualFold(path[0], "in"):
		return normalSlug(path[1])
	case len(path) >= 2 && strings.EqualFold(path[0], "pub"):
		return pubSlug(path[1:])
	}
	return "", false
}

// pubSlug turns the path of an old public profile into the slug to which
// LinkedIn redirects it: /pub/jane-doe/a7/576/b50 is /in/jane-doe-b50576a7.
// How LinkedIn fills up groups of fewer than three digits is not known, so those
// give no slug rather than a wrong one.
func pubSlug(path []string) (string, bool) {
	switch {
	case len(path) == 1, len(path) == 2 && len(path[1]) == 2: // a language may follow: /pub/jane-doe/en
		return normalSlug(path[0])
	case len(path) >= 4 && len(path[1]) <= 3 && len(path[2]) == 3 && len(path[3]) == 3:
		return normalSlug(path[0] + "-" + path[3] + path[2] + path[1])
	}
	return "", false
}

// normalSlug checks a slug: letters and digits of any script, marks, and the
// punctuation that old slugs hold.
func normalSlug(s string) (string, bool) {
	s = norm.NFC.String(strings.ToLower(Text(s)))
	foreign := func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) && !strings.ContainsRune("-_.", r)
	}
	return s, !IsNull(s) && len(s) <= 200 && !strings.ContainsFunc(s, foreign) && strings.Trim(s, "-_.") != ""
}

// TwitterHandle is the lower-case handle in a link to Twitter or X, or a bare
// handle with or without @.
func TwitterHandle(s string) (string, bool) {
	l := parseLink(s)
	path := l.segments
	if l.host != "" && !l.on("twitter.com") && !l.on("x.com") {
		return "", false
	}
	handle := ""
	switch {
	case len(path) > 0 && path[0] == "intent":
		handle = l.query.Get("screen_name")
	case len(path) > 0 && (l.host != "" || len(path) == 1):
		handle = path[0]
	}
	handle = strings.ToLower(strings.TrimPrefix(handle, "@"))
	if IsNull(handle) || len(handle) > 15 || !hasOnly(handle, "_") || slices.Contains(twitterPages, handle) && l.host != "" {
		return "", false
	}
	return handle, true
}

// twitterPages are first path segments that belong to the site itself.
var twitterPages = []string{"home", "search", "share", "intent", "hashtag", "i", "login", "signup", "explore", "settings",
	"privacy", "tos", "about", "messages", "notifications", "who_to_follow"}

// TwitterUserID is the numeric id of an account, alone or in a link such as
// twitter.com/i/user/12 (ids are 64 bits, written without leading zeros).
func TwitterUserID(s string) (string, bool) {
	l := parseLink(s)
	id := ""
	switch {
	case l.host == "" && len(l.segments) == 1:
		id = l.segments[0]
	case l.on("twitter.com") || l.on("x.com"):
		if n := len(l.segments); n == 3 && l.segments[0] == "i" && l.segments[1] == "user" {
			id = l.segments[2]
		} else {
			id = l.query.Get("user_id")
		}
	}
	return id, IsDigits(id) && len(id) <= 20 && id[0] != '0'
}

// FacebookHandle is the lower-case name, or the numeric id, of a person's
// profile. Pages, groups and posts have none.
func FacebookHandle(s string) (string, bool) {
	l := parseLink(s)
	if !l.on("facebook.com") && !l.on("fb.com") && !l.on("fb.me") && !l.on("m.me") || len(l.segments) == 0 {
		return "", false
	}
	handle := strings.ToLower(l.segments[0])
	switch handle {
	case "profile.php":
		id := l.query.Get("id")
		return id, IsDigits(id)
	case "people":
		id := l.segments[len(l.segments)-1]
		return id, IsDigits(id)
	case "pages", "groups", "public", "events", "watch", "share", "sharer", "sharer.php", "story.php", "photo.php", "home.php", "login",
		"hashtag", "search":
		return "", false
	}
	if IsNull(handle) || len(handle) > 80 || !hasOnly(handle, ".-_") {
		return "", false
	}
	return handle, strings.Trim(handle, ".-_") != ""
}

// IsDigits reports whether a text is ASCII digits, and not empty.
func IsDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}
