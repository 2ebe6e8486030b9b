package normal

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// LinkedInProfile is what stands before a slug in the address of a profile.
const LinkedInProfile = "https://www.linkedin.com/in/"

// LinkedInSlug is the lower-case slug of a personal profile, whatever country
// host, scheme, query, language or trailing slash came in (contract, part 4), and
// whatever the link is wrapped in. Links to companies, schools and search results
// have none, nor have names that belong to the site or stand for nobody.
func LinkedInSlug(s string) (string, bool) {
	if slug := plainSlug(s); slug != "" {
		return slug, !isMasked(slug) && !isNoProfile(slug, linkedInSite)
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
		return IsAlphanumeric(byte(r)) || strings.IndexByte("-_.'~", byte(r)) >= 0
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
	if len(s) > maxSlug || !strings.ContainsFunc(s, unicode.IsLetter) || isMasked(s) || isNoProfile(s, linkedInSite) {
		return "", false
	}
	return s, !isHostName(s)
}

// isSentence reports whether a letter around a slug is of the sentence or the quotes
// that it stands in.
func isSentence(r rune) bool {
	return strings.ContainsRune(".'‘’‚“”„«»‹›…。，、！：；", r)
}
