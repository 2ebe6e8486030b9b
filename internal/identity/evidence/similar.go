package evidence

import "contactsync/internal/normal"

// near is from which similarity by Jaro and Winkler on two names are one, misspelt.
const near = 0.9

// similarity is that of Jaro and Winkler: 1 for equal texts, 0 for those that have
// nothing in common. It is symmetric.
func similarity(a, b string) float64 {
	if a > b { // the matching is greedy, so the order is to be the same
		a, b = b, a
	}
	if normal.IsASCII(a) && normal.IsASCII(b) {
		return jaroWinkler([]byte(a), []byte(b))
	}
	return jaroWinkler([]rune(a), []rune(b))
}

// isTypo holds for names of five letters and more of which one letter is another, is
// missing, or has changed places with the next.
func isTypo(a, b string) bool {
	const shortest = 5
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(a) < shortest-(len(b)-len(a)) || len(b)-len(a) > 1 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) < len(b) {
		return a[i:] == b[i+1:]
	}
	rest := min(i+1, len(a))
	return a[rest:] == b[rest:] || i+2 <= len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}

func jaroWinkler[C byte | rune](a, b []C) float64 {
	const longest = 64 // of what is compared of a name
	a, b = a[:min(len(a), longest)], b[:min(len(b), longest)]
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	var usedA, usedB [longest]bool
	window := max(0, max(len(a), len(b))/2-1)
	matches := 0
	for i := range a {
		for j := max(0, i-window); j < min(len(b), i+window+1); j++ {
			if !usedB[j] && a[i] == b[j] {
				usedA[i], usedB[j] = true, true
				matches++
				break
			}
		}
	}
	if matches == 0 {
		return 0
	}
	turned, j := 0, 0
	for i := range a {
		if !usedA[i] {
			continue
		}
		for !usedB[j] {
			j++
		}
		if a[i] != b[j] {
			turned++
		}
		j++
	}
	m := float64(matches)
	jaro := (m/float64(len(a)) + m/float64(len(b)) + (m-float64(turned/2))/m) / 3
	prefix := 0
	for prefix < min(4, len(a), len(b)) && a[prefix] == b[prefix] {
		prefix++
	}
	return jaro + 0.1*float64(prefix)*(1-jaro)
}
