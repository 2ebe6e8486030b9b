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

// areAlike tells names that several errors, or one in a short name, may have made of one:
// up to a third of the letters, of how they are written or of how they sound, or their
// vowels. Short names that are so are often two, so it is for those to judge by who know
// more.
func areAlike(a, b *name) bool {
	return isWithinThird(a.whole, b.whole) || isWithinThird(a.sound, b.sound) || isCut(a, b) || isCut(b, a) ||
		haveSameFrame(a.sound, b.sound) || areShuffled(a.whole, b.whole)
}

// areShuffled holds for names of the same letters in another order, of which the shorter
// lacks up to one in four.
func areShuffled(a, b string) bool {
	const share, shortest = 4, 3
	if min(len(a), len(b)) < shortest {
		return false
	}
	var counts [256]int8
	for i := range len(a) {
		counts[a[i]]++
	}
	common := 0
	for i := range len(b) {
		if counts[b[i]] > 0 {
			counts[b[i]]--
			common++
		}
	}
	most := max(len(a), len(b))
	return common == min(len(a), len(b)) && most-common <= most/share
}

// isCut holds for a listed name of three letters of which one is missing: Le and Leo.
func isCut(cut, listed *name) bool {
	const letters = 3
	return listed.common && !cut.common && len(listed.whole) == letters && len(cut.whole) == letters-1 &&
		distance(cut.whole, listed.whole, 1) == 1
}

func isWithinThird(a, b string) bool {
	const share, shortest = 3, 3
	most := max(len(a), len(b)) / share
	return min(len(a), len(b)) >= shortest && max(len(a), len(b))-min(len(a), len(b)) <= most && distance(a, b, most) <= most
}

// haveSameFrame holds for Omar and Omer, Muna and Mona: vowels apart, two consonants or
// more are the same.
func haveSameFrame(a, b string) bool {
	const fewest = 2
	return a != "" && b != "" && isVowel(a[0]) == isVowel(b[0]) && countSameConsonants(a, b) >= fewest
}

// distance counts letters that are other ones, are missing, or have changed places with
// the next; beyond most it may say any greater number.
func distance(a, b string, most int) int {
	const longest = 32
	if len(a) > longest || len(b) > longest {
		return most + 1
	}
	var rows [3][longest + 1]int
	before, last, row := &rows[0], &rows[1], &rows[2]
	for j := range len(b) + 1 {
		last[j] = j
	}
	for i := range len(a) {
		row[0] = i + 1
		least := row[0]
		for j := range len(b) {
			changed := last[j]
			if a[i] != b[j] {
				changed++
			}
			row[j+1] = min(changed, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
			least = min(least, row[j+1])
		}
		if least > most+1 {
			return least
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
