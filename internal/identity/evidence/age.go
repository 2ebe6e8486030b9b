package evidence

// date is a day as it is written, YYYYMMDD, which may be misspelt; the zero value is not
// known.
type date [8]byte

// dateOf reads 1974-03-21 and 19740321.
func dateOf(s string) (d date, ok bool) {
	if len(s) == len("1974-03-21") && s[4] == '-' && s[7] == '-' {
		s = s[:4] + s[5:7] + s[8:]
	}
	if len(s) != len(d) {
		return date{}, false
	}
	copy(d[:], s)
	for _, c := range d {
		if c < '0' || c > '9' {
			return date{}, false
		}
	}
	return d, d != date{'0', '0', '0', '0', '0', '0', '0', '0'}
}

// year is that of the date.
func (d date) year() (year int16) {
	for _, c := range d[:4] {
		year = 10*year + int16(c-'0')
	}
	return year
}

// isMisspelt holds for dates that are one but for two digits, or for day and month.
func (d date) isMisspelt(other date) bool {
	const most = 2
	if d[4] == other[6] && d[5] == other[7] && d[6] == other[4] && d[7] == other[5] && d.year() == other.year() {
		return true
	}
	differ := 0
	for i := range d {
		if d[i] != other[i] {
			differ++
		}
	}
	return differ <= most
}

// compareBirths compares dates of birth.
func compareBirths(a, b date) Outcome {
	years := max(a.year()-b.year(), b.year()-a.year())
	switch {
	case a == date{} || b == date{}:
		return Missing
	case a == b:
		return Equal
	case a.isMisspelt(b):
		return Similar
	case years <= 1:
		return Near
	}
	return Apart
}

// compareAges compares ranges of years.
func compareAges(a, b ages) Outcome {
	const generation = 10 // between ranges; their people may be twenty and more apart
	years := max(0, a.from-b.to, b.from-a.to)
	switch {
	case a == ages{} || b == ages{}:
		return Missing
	case a == b && a.from == a.to:
		return Exact
	case years == 0:
		return Equal
	case years < generation:
		return Near
	}
	return Apart
}
