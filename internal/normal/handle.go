package normal

import "strings"

var (
	twitterSites  = []string{"twitter.com", "x.com"}
	facebookSites = []string{"facebook.com", "fb.com", "fb.me", "m.me"}
)

// maxHandle is the length of a handle of Twitter, in bytes.
const maxHandle = 15

// TwitterHandle is the lower-case handle in a link to Twitter or X, or a bare
// handle with or without @. A handle needs a letter, and two of them, since flags
// stand where handles should; names of the site's own pages, and words that stand
// for nobody, are none, in a link or bare.
func TwitterHandle(s string) (string, bool) {
	if handle := strings.TrimPrefix(s, "@"); len(handle) <= maxHandle && hasOnly(handle, "_") {
		return normalHandle(strings.ToLower(handle))
	}
	s = bareLink(s)
	handle, linked, ok := linkedHandle(s, twitterSites, twitterPath)
	if !linked {
		return bareHandle(s)
	}
	return handle, ok
}

// linkedHandle is the first handle that read finds in a path of some sites, or behind
// the # of one; linked says whether there is a link to them at all.
func linkedHandle(s string, sites []string, read func(path string) (string, bool)) (handle string, linked, ok bool) {
	v, next, linked := nextVisit(s, 0, sites...)
	for found := linked; found; v, next, found = nextVisit(s, next, sites...) {
		if !isFront(v.sub) {
			continue
		}
		for _, path := range []string{v.rest, fragmentPath(v.rest)} {
			if handle, ok := read(path); ok {
				return handle, true, true
			}
		}
	}
	return "", linked, false
}

// isFront reports whether the labels before the name of a site lead to its pages for
// everybody: none, www, mobile ones, a language or country. Others are of its images
// (pic), its help or its developers.
func isFront(sub string) bool {
	label := sub[strings.LastIndexByte(sub, '.')+1:]
	switch label {
	case "", "www", "m", "mobile", "touch", "web", "mbasic", "business", "l", "lm":
		return true
	}
	return len(label) == 2 || len(label) == 5 && label[2] == '-'
}

// twitterPath reads the path of an account, or of a page that is to follow one.
func twitterPath(path string) (string, bool) {
	segment, _ := cutSegment(path)
	if segment == "intent" {
		return normalHandle(parameter(path, "screen_name"))
	}
	return readHandle(strings.TrimLeft(path, "/ "))
}

// bareHandle reads what is no link: a handle, maybe with the name of the site before.
func bareHandle(s string) (string, bool) {
	for _, label := range []string{"twitter:", "x:", "twitter/"} {
		s = strings.TrimPrefix(s, label)
	}
	s = strings.Trim(s, "/ ")
	if strings.IndexByte(s, '/') >= 0 {
		return "", false
	}
	return readHandle(s)
}

// readHandle reads the handle that begins a text.
func readHandle(s string) (string, bool) {
	s = strings.TrimPrefix(s, "@")
	end := 0
	for end < len(s) && (IsAlphanumeric(s[end]) || s[end] == '_') {
		end++
	}
	rest := s[end:]
	if rest != "" && strings.IndexByte(".!:", rest[0]) >= 0 { // of a sentence
		rest = rest[1:]
		if rest != "" && rest[0] != ' ' {
			return "", false
		}
	}
	if !ends(rest) {
		return "", false
	}
	return normalHandle(s[:end])
}

// normalHandle checks a handle in lower case.
func normalHandle(s string) (string, bool) {
	named := len(s) >= 2 && len(s) <= maxHandle && hasOnly(s, "_") && strings.Trim(s, "_0123456789") != ""
	if !named || isMasked(s) || isNoProfile(s, twitterSite) {
		return "", false
	}
	return s, true
}

// TwitterUserID is the numeric id of an account, alone or in a link such as
// twitter.com/i/user/12 (ids are 64 bits, written without leading zeros). Numbers that
// a feed has for want of an id are none.
func TwitterUserID(s string) (string, bool) {
	if !IsDigits(s) {
		s = linkedUserID(bareLink(s))
	}
	return s, IsDigits(s) && len(s) >= 2 && len(s) <= 20 && s[0] != '0' && !isFiller(s)
}

// linkedUserID is the id in a link, or in what a spreadsheet made of one; it may be none.
func linkedUserID(s string) string {
	v, next, found := nextVisit(s, 0, twitterSites...)
	if !found {
		return strings.TrimSuffix(s, ".0")
	}
	for ; found; v, next, found = nextVisit(s, next, twitterSites...) {
		if _, id, linked := strings.Cut(v.rest, "/i/user/"); linked {
			id, _ = cutSegment(id)
			return id
		}
		if id := parameter(v.rest, "user_id"); id != "" {
			return id
		}
	}
	return ""
}

// FacebookHandle is the lower-case name, or the numeric id, of a person's
// profile. Pages, groups and posts have none.
func FacebookHandle(s string) (string, bool) {
	handle, _, ok := linkedHandle(bareLink(s), facebookSites, facebookPath)
	return handle, ok
}

func facebookPath(path string) (string, bool) {
	segment, rest := cutSegment(path)
	switch segment {
	case "profile.php":
		id := parameter(path, "id")
		return id, isFacebookID(id)
	case "people":
		_, rest = cutSegment(rest)
		id, _ := cutSegment(rest)
		return id, isFacebookID(id)
	}
	path = strings.TrimLeft(path, "/")
	end := 0
	for end < len(path) && (IsAlphanumeric(path[end]) || strings.IndexByte(".-_", path[end]) >= 0) {
		end++
	}
	handle := strings.TrimRight(path[:end], ".")
	switch {
	case end-len(handle) > 1, !ends(path[end:]), len(handle) < 2, len(handle) > 80:
		return "", false
	case IsDigits(handle):
		return handle, isFacebookID(handle)
	case isMasked(handle), isNoProfile(handle, facebookSite), isHostName(handle), strings.Trim(handle, ".-_") == "":
		return "", false
	}
	return handle, true
}

// isFacebookID reports whether digits may be the id of a profile: the oldest are short,
// but short ones are flags and numbers of rows far more often.
func isFacebookID(id string) bool {
	return IsDigits(id) && len(id) >= 4 && len(id) <= 20 && !isFiller(id)
}
