package simulate

import "net/http"

// span is what one page of a listing shows.
type span struct {
	from, to int  // positions, to exclusive
	declared int  // total as the page declares it
	pages    int  // of the listing
	more     bool // whether more is promised
}

// span cuts page number (1-based) of a listing, as the lasting faults have it.
// The answer is the error to give instead, if failed.
func (c *call) span(number, size, total int) (s span, reply answer, failed bool) {
	if number == 2 && c.on(PoisonPage) {
		return s, c.problem(http.StatusInternalServerError, "We had an unexpected problem with your request."), true
	}
	s.pages = (total + size - 1) / size
	s.declared = total
	s.more = number < s.pages
	if c.on(ShiftingTotal) {
		s.declared += number
	}
	shown := number
	if c.on(RepeatedPage) && number <= s.pages {
		shown = 1
	}
	s.from = min((min(shown, s.pages+1)-1)*size, total) // past the end, whatever the number
	s.to = min(s.from+size, total)
	if number == 2 && s.more && c.on(EmptyPage) {
		s.to = s.from
	}
	return s, answer{}, false
}
