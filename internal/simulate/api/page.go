package api

import "encoding/json"

import "net/http"

// Span is what one page of a list shows.
type Span struct {
	From, To int  // positions, to exclusive
	Total    int  // length of the list
	Declared int  // total as the page declares it
	Pages    int  // of the list
	More     bool // whether more is promised
}

// Page answers page number (1-based) of a list, changed by the lasting faults that are on.
func (c *Call) Page(number, size, total int, answer func(Span) Answer) Answer {
	if number == 2 && c.On(PoisonPage) {
		return c.Problem(http.StatusInternalServerError, unexpected)
	}
	if c.On(EmptyList) || c.On(BareList) {
		total = 0
	}
	s := Span{Total: total, Declared: total, Pages: (total + size - 1) / size}
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
	early := c.overlap(number, size, s)
	s.From, s.To = s.From-early, s.To-early
	if c.On(ShortPages) {
		s.To = min(s.To, s.From+max(size*3/5, 1))
	}
	if c.On(PageTotal) {
		s.Declared = s.To - s.From
	}
	if number == 2 && s.More && c.On(EmptyPage) {
		s.To = s.From
	}
	return answer(s)
}

// overlap is by how many rows a page comes too early.
func (c *Call) overlap(number, size int, s Span) int {
	if number > s.Pages || !c.On(OverlappingPages) {
		return 0
	}
	return (number - 1) * max(size/5, 1)
}

// PageFrom is Page where a cursor or an offset says which position comes first.
func (c *Call) PageFrom(from, number, size, total int, answer func(Span) Answer) Answer {
	return c.Page(number, size, total, func(s Span) Answer {
		if !c.On(RepeatedPage) {
			length := s.To - s.From
			s.From = max(min(from, s.Total)-c.overlap(number, size, s), 0)
			s.To = min(s.From+length, s.Total)
		}
		return answer(s)
	})
}

// Rows are the records of a page; SchemaDrift drops one of their fields and
// changes the type of another.
func (c *Call) Rows(s Span, missing, retyped string, row func(position int) Object) []Object {
	rows := make([]Object, 0, s.To-s.From)
	drifts, numbers := c.On(SchemaDrift), !c.On(NotANumber)
	for k := s.From; k < s.To; k++ {
		record := row(k)
		if drifts {
			record = drift(record, missing, retyped)
		}
		if !numbers {
			record = record.With("simulated_rate", notNumbers[k%len(notNumbers)])
		}
		rows = append(rows, record)
	}
	return rows
}

// notNumbers are what some encoders write for numbers that JSON does not have.
var notNumbers = []json.RawMessage{[]byte("NaN"), []byte("Infinity"), []byte("-Infinity")}

// Await answers waiting until a build, search or day has been asked for often
// enough, then what ready answers. Only answers that are given count.
func (c *Call) Await(key string, waiting Answer, ready func() Answer) Answer {
	s := c.Sim
	s.mu.Lock()
	failed := c.lasting(FailedBuild)
	waits := s.asked[key] < s.Options.Warmup || c.lasting(NotReady) || failed
	s.mu.Unlock()
	reply := waiting
	switch {
	case !waits:
		reply = ready()
	case failed:
		reply = c.say("failed", waiting)
	case c.On(UnknownStatus):
		reply = c.say("marinating", waiting)
	}
	if waits && c.On(WaitAdvice) {
		reply.RetryAfter = "1"
	}
	reply.Done = func() { c.First(key) }
	return reply
}

// First counts a key, and reports whether it is the first time.
func (c *Call) First(key string) bool {
	c.Sim.mu.Lock()
	defer c.Sim.mu.Unlock()
	c.Sim.asked[key]++
	return c.Sim.asked[key] == 1
}

// maxLists bounds the remembered searches; forgotten ones are computed again.
const maxLists = 64

// List returns the people that a search finds, computed at most once a night.
func (c *Call) List(key string, find func() []int32) []int32 {
	s := c.Sim
	s.mu.Lock()
	found, ok := s.lists[key]
	s.mu.Unlock()
	if ok {
		return found
	}
	found = find()
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.lists) >= maxLists {
		clear(s.lists)
	}
	s.lists[key] = found
	return found
}
