package api

import "net/http"

// Span is what one page of a listing shows.
type Span struct {
	From, To int  // positions, to exclusive
	Declared int  // total as the page declares it
	Pages    int  // of the listing
	More     bool // whether more is promised
}

// Span cuts page number (1-based) of a listing, as the lasting faults have it.
// The answer is the error to give instead, if failed.
func (c *Call) Span(number, size, total int) (s Span, reply Answer, failed bool) {
	if number == 2 && c.On(PoisonPage) {
		return s, c.Problem(http.StatusInternalServerError, "We had an unexpected problem with your request."), true
	}
	s.Pages = (total + size - 1) / size
	s.Declared = total
	s.More = number < s.Pages
	if c.On(ShiftingTotal) {
		s.Declared += number
	}
	shown := number
	if c.On(RepeatedPage) && number <= s.Pages {
		shown = 1
	}
	s.From = min((min(shown, s.Pages+1)-1)*size, total) // past the end, whatever the number
	s.To = min(s.From+size, total)
	if number == 2 && s.More && c.On(EmptyPage) {
		s.To = s.From
	}
	return s, Answer{}, false
}
