package stage

import "strings"

// matches reports whether a pattern of drop_fields means a field: * stands for
// any letters and ? for one, whatever they are, and case does not count.
func matches(pattern, name string) bool {
	p, n := []rune(strings.ToUpper(pattern)), []rune(strings.ToUpper(name))
	at, star, taken := 0, -1, 0 // star: the last * met, which has taken the letters up to taken
	for i := 0; i < len(n); {
		switch {
		case at < len(p) && p[at] == '*':
			star, taken = at, i
			at++
		case at < len(p) && (p[at] == '?' || p[at] == n[i]):
			at++
			i++
		case star >= 0: // the star takes one letter more
			taken++
			at, i = star+1, taken
		default:
			return false
		}
	}
	return strings.Trim(string(p[at:]), "*") == ""
}
