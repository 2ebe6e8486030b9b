package normal

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Links come as people and feeds write them: without a scheme or with half of one,
// escaped, with tracking behind, within another link that leads to them, one pasted
// behind another. So a reader looks for the hosts of its site wherever they stand in a
// value, and takes the first behind which there is a profile: of a link within a link
// that is the innermost, since a host is no profile's name, and of two links the first.

// bareLink is a value in lower case without what stands around it. What was cut off
// for want of room keeps its dots, or a part of a name would pass for a name.
func bareLink(s string) string {
	if strings.IndexByte(s, '\\') >= 0 {
		s = slashed(s)
	}
	bare := strings.ToLower(Unwrap(s))
	if isCutOff(s) {
		bare += "…"
	}
	return Text(bare)
}

// slashed turns the backslashes of a link: JSON's, and those of who takes a link for a file.
func slashed(s string) string {
	s = strings.ReplaceAll(s, `\/`, "/")
	if strings.Contains(s, `.com\`) && !strings.Contains(s, `.com\u`) {
		s = strings.ReplaceAll(s, `\`, "/")
	}
	return s
}

// isCutOff reports whether a text ends in the dots of one that was shortened.
func isCutOff(s string) bool {
	s = strings.TrimRight(s, " \"'”)]>")
	return strings.HasSuffix(s, "...") || strings.HasSuffix(s, "…") || strings.HasSuffix(s, "%E2%80%A6")
}

// visit is a place in a text where a host of a site stands.
type visit struct {
	sub  string // the labels before the site's name: www, uk.m
	rest string // what stands behind the host and port
}

// nextVisit finds the first host of a site in a bare link, and how far it has read;
// found is false where there is none any more. A host ends where its name does:
// evil-example.com and example.com.evil.test are others'.
func nextVisit(s string, from int, sites ...string) (v visit, next int, found bool) {
	for {
		at, site := -1, ""
		for _, name := range sites {
			if i := strings.Index(s[from:], name); i >= 0 && (at < 0 || i < at) {
				at, site = i, name
			}
		}
		if at < 0 {
			return v, len(s), false
		}
		at += from
		from = at + len(site)
		if !endsHost(s[from:]) {
			continue
		}
		start := at
		for start > 0 && isHostByte(s[start-1]) {
			start--
		}
		if start < at && s[at-1] != '.' {
			continue
		}
		rest := strings.TrimPrefix(s[from:], ".")
		if port := strings.TrimLeft(strings.TrimPrefix(rest, ":"), "0123456789"); rest != "" && rest[0] == ':' {
			rest = port
		}
		return visit{strings.Trim(s[start:at], "."), rest}, from, true
	}
}

func isHostByte(c byte) bool {
	return isAlphanumeric(c) || c == '.' || c == '-' || c == '_' || c >= utf8.RuneSelf
}

// endsHost reports whether a host is over before a text.
func endsHost(rest string) bool {
	if strings.HasPrefix(rest, ".") { // the full stop of a sentence, or of the root
		rest = rest[1:]
	}
	return rest == "" || !isHostByte(rest[0]) && rest[0] != '@'
}

// fragmentPath is the path that an old link to an application holds behind the #, as
// in example.com/#!/name.
func fragmentPath(rest string) string {
	_, fragment, _ := strings.Cut(rest, "#")
	return strings.TrimLeft(fragment, "!/")
}

// cutSegment is the first segment of a path, and the rest behind its slash.
func cutSegment(path string) (segment, rest string) {
	path = strings.TrimLeft(path, "/ ")
	end := strings.IndexAny(path, "/?# ")
	if end < 0 {
		return path, ""
	}
	if path[end] == '/' {
		return path[:end], path[end+1:]
	}
	return path[:end], ""
}

// ends reports whether the name that stands before a text ends there. Behind a blank
// a second link or a remark may follow, but "jane doe" is no jane; a name that was cut
// off ("jane-d…") is nobody's.
func ends(rest string) bool {
	if rest == "" || strings.IndexByte("/?#&,;|\"'<>)]}", rest[0]) >= 0 {
		return true
	}
	if rest[0] != ' ' {
		return false
	}
	switch word, more, _ := strings.Cut(rest[1:], " "); word {
	case "-", "–", "—", "·", "•", "and", "or", "und", "et", "y", "&", "+", "/":
		return more != ""
	case "":
		return false
	default:
		return strings.IndexByte("([<|@", word[0]) >= 0 || strings.Contains(word, "http") || strings.Contains(word, ".com")
	}
}

// parameter is the value of a parameter of a link's query, ending where a name would.
func parameter(rest, name string) string {
	for _, before := range []string{"?", "&"} {
		if _, value, found := strings.Cut(rest, before+name+"="); found {
			if end := strings.IndexAny(value, "&#?/ \"'<>,;"); end >= 0 {
				value = value[:end]
			}
			return strings.TrimPrefix(value, "@")
		}
	}
	return ""
}

// LinkedInProfile is what stands before a slug in the address of a profile.
const LinkedInProfile = "https://www.linkedin.com/in/"

// LinkedInSlug is the lower-case slug of a personal profile, whatever country
// host, scheme, query, language or trailing slash came in (contract, part 4), and
// whatever the link is wrapped in. Links to companies, schools and search results
// have none, nor have names that belong to the site or stand for nobody.
func LinkedInSlug(s string) (string, bool) {
	if slug := plainSlug(s); slug != "" {
		return slug, !isMasked(slug) && !isNobody(slug, linkedInSite)
	}
	s = bareLink(s)
	v, next, found := nextVisit(s, 0, "linkedin.com")
	if !found {
		return relativeSlug(s)
	}
	for ; found; v, next, found = nextVisit(s, next, "linkedin.com") {
		if slug, ok := linkedInPath(v.rest); ok {
			return slug, true
		}
		if slug, ok := linkedInPath(fragmentPath(v.rest)); ok {
			return slug, true
		}
		for _, back := range []string{"=/in/", "=in/"} { // sent to log in first
			if _, path, sent := strings.Cut(v.rest, back); sent {
				if slug, ok := readSlug(path); ok {
					return slug, true
				}
			}
		}
	}
	return "", false
}

// plainSlug is the slug of the usual link in normal spelling, "" of any other.
func plainSlug(s string) string {
	s = strings.TrimPrefix(s, "https://")
	s = strings.TrimPrefix(s, "http://")
	s = strings.TrimPrefix(s, "www.")
	s, found := strings.CutPrefix(s, "linkedin.com/in/")
	s = strings.TrimSuffix(s, "/")
	if !found || len(s) < 3 || len(s) > maxSlug {
		return ""
	}
	letters := 0
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z':
			letters++
		case c >= '0' && c <= '9', c == '-':
		default:
			return ""
		}
	}
	if letters == 0 {
		return ""
	}
	return s
}

// relativeSlug reads a link without a host: in/jane-doe, /in/jane-doe, linkedin/in/jane-doe.
func relativeSlug(s string) (string, bool) {
	s = strings.TrimLeft(s, "/#!")
	for _, before := range []string{"https://", "http://", "www.", "linkedin/"} {
		s = strings.TrimPrefix(s, before)
	}
	return linkedInPath(s)
}

// linkedInPath reads a path of the site. A profile may stand behind a segment of its
// mobile or mail pages, and a doubled in/ is one.
func linkedInPath(path string) (string, bool) {
	for path != "" {
		segment, rest := cutSegment(path)
		switch segment {
		case "mwlite", "m", "mob", "comm", "public-profile":
		case "in":
			if slug, ok := readSlug(rest); ok {
				return slug, true
			}
			if next, _ := cutSegment(rest); next != "in" && next != "pub" {
				return "", false
			}
		case "pub":
			return pubSlug(rest)
		default:
			return "", false
		}
		path = rest
	}
	return "", false
}

// readSlug reads the slug that begins a text.
func readSlug(s string) (string, bool) {
	s = strings.TrimLeft(s, "/ ")
	end := strings.IndexFunc(s, func(r rune) bool { return !inSlug(r) })
	if end < 0 {
		end = len(s)
	}
	slug, rest := s[:end], s[end:]
	if scheme, colon := strings.CutPrefix(rest, ":"); colon {
		slug, rest = cutScheme(slug, scheme)
	}
	if strings.HasSuffix(slug, "...") || strings.HasSuffix(slug, "…") || !ends(strings.TrimLeft(rest, "!")) {
		return "", false
	}
	return normalSlug(slug)
}

// cutScheme takes the scheme of a link that was pasted right behind a slug off it, and
// the colon of a sentence.
func cutScheme(slug, rest string) (string, string) {
	if strings.HasPrefix(rest, "/") {
		for _, scheme := range []string{"https", "http"} {
			if before, found := strings.CutSuffix(slug, scheme); found {
				return before, ""
			}
		}
	}
	if rest != "" && rest[0] != ' ' {
		return slug, ":"
	}
	return slug, rest
}

// inSlug reports whether a slug may hold a letter: whatever is printed and ends no
// URL (RFC 3986, section 2.2, and what section 2 leaves out), for slugs of names hold
// letters of all scripts, apostrophes, dashes, trade marks and emoji with their joiners.
func inSlug(r rune) bool {
	if r < utf8.RuneSelf {
		return isAlphanumeric(byte(r)) || strings.IndexByte("-_.'~", byte(r)) >= 0
	}
	return r != utf8.RuneError && (unicode.IsPrint(r) || r == '\u200d' || r == '\u200c')
}

// pubSlug turns the path of an old public profile into the slug to which
// LinkedIn redirects it: /pub/jane-doe/a7/576/b50 is /in/jane-doe-b50576a7.
// How LinkedIn fills up groups of fewer than three digits is not known, so those
// give no slug rather than a wrong one. /pub/dir is the directory.
func pubSlug(path string) (string, bool) {
	segments := make([]string, 0, 4)
	for len(segments) < 4 {
		segment, rest := cutSegment(path)
		if segment != "" {
			segments = append(segments, segment)
		}
		if rest == "" {
			break
		}
		path = rest
	}
	switch n := len(segments); {
	case n == 0 || segments[0] == "dir":
		return "", false
	case n == 1, n == 2 && len(segments[1]) == 2: // a language may follow: /pub/jane-doe/en
		return readSlug(segments[0])
	case n == 4 && len(segments[1]) <= 3 && len(segments[2]) == 3 && len(segments[3]) == 3:
		return readSlug(segments[0] + "-" + segments[3] + segments[2] + segments[1])
	}
	return "", false
}

const maxSlug = 200 // in bytes; LinkedIn allows a hundred characters

// normalSlug checks a slug in lower case: it names somebody only with a letter, and
// not where it is the name of a host or a page, or masked.
func normalSlug(s string) (string, bool) {
	s = norm.NFC.String(strings.TrimFunc(s, isSentence))
	if len(s) > maxSlug || !strings.ContainsFunc(s, unicode.IsLetter) || isMasked(s) || isNobody(s, linkedInSite) {
		return "", false
	}
	return s, !isHostName(s)
}

// isSentence reports whether a letter around a slug is of the sentence or the quotes
// that it stands in.
func isSentence(r rune) bool {
	return strings.ContainsRune(".'‘’‚“”„«»‹›…。，、！：；", r)
}

// isHostName reports whether a slug is the host or the file of another link.
func isHostName(s string) bool {
	if !strings.Contains(s, ".") {
		return false
	}
	if strings.HasPrefix(s, "www.") || strings.Contains(s, "linkedin.") {
		return true
	}
	last := s[strings.LastIndexByte(s, '.')+1:]
	return fileEndings[last]
}

// fileEndings end the names of hosts and pages that stand where a slug should.
var fileEndings = map[string]bool{
	"com": true, "net": true, "org": true, "edu": true, "gov": true, "io": true,
	"html": true, "htm": true, "php": true, "asp": true, "aspx": true, "jsp": true, "pdf": true,
}

// IsDigits reports whether a text is ASCII digits, and not empty.
func IsDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}
