package normal

import (
	"strings"
	"unicode/utf8"
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
	if len(bare) > 2*maxValue { // no link
		return ""
	}
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
		return visit{strings.Trim(s[start:at], "."), withoutPort(strings.TrimPrefix(s[from:], "."))}, from, true
	}
}

// withoutPort is what stands behind the port of a host, if it has one.
func withoutPort(rest string) string {
	if len(rest) > 0 && rest[0] == ':' {
		return strings.TrimLeft(rest[1:], "0123456789")
	}
	return rest
}

func isHostByte(c byte) bool {
	return IsAlphanumeric(c) || c == '.' || c == '-' || c == '_' || c >= utf8.RuneSelf
}

// endsHost reports whether a host is over before a text.
func endsHost(rest string) bool {
	rest = strings.TrimPrefix(rest, ".") // the full stop of a sentence, or of the root
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
