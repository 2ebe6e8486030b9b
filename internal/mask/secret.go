package mask

import (
	"bytes"
	"io"
	"regexp"
	"slices"
	"sync/atomic"
)

// What a known secret must be for its masking to hurt no text: a shorter one may be
// a word, and one of digits alone a number in data.
const (
	shortestInText = 6
	shortestInData = 8
)

// place is put where a secret stood: fit for JSON strings, CSV and lines of a log.
const place = "[secret]"

// secret is a credential, as it is looked for.
type secret struct {
	value   string
	plain   []byte // its longest part of letters and digits, which hardly anything escapes
	pattern *regexp.Regexp
}

// Secrets are the credentials that are known, which no text may show. The zero value
// knows none. It is safe for concurrent use.
type Secrets struct{ known atomic.Pointer[[]secret] }

// NewSecrets knows some credentials; empty ones are left out.
func NewSecrets(values ...string) *Secrets {
	s := new(Secrets)
	s.Add(values...)
	return s
}

// Add makes more credentials known.
func (s *Secrets) Add(values ...string) {
	for {
		before := s.known.Load()
		var list []secret
		if before != nil {
			list = append(list, *before...)
		}
		for _, value := range values {
			if value != "" && !holds(list, value) {
				list = append(list, secret{value, longestPlain(value), Disguised(value)})
			}
		}
		if s.known.CompareAndSwap(before, &list) {
			return
		}
	}
}

func holds(list []secret, value string) bool {
	for _, s := range list {
		if s.value == value {
			return true
		}
	}
	return false
}

func (s *Secrets) list() []secret {
	if known := s.known.Load(); known != nil {
		return *known
	}
	return nil
}

// Text returns a text, such as a line of a log, without the secrets in it, however
// they are escaped.
func (s *Secrets) Text(text string) string {
	for _, known := range s.list() {
		if len(known.value) >= shortestInText {
			text = known.pattern.ReplaceAllLiteralString(text, place)
		}
	}
	return text
}

// Data returns what a vendor sent without the secrets in it, however they are
// escaped: what holds none is returned as it is, after a look that costs next to
// nothing.
func (s *Secrets) Data(data []byte) []byte { return s.data(data, 0) }

// data is Data of a text whose last bytes may be the beginning of something longer: a
// secret that ends among the last open bytes is left for when more is known.
func (s *Secrets) data(data []byte, open int) []byte {
	for _, known := range s.list() {
		if !known.inData() {
			continue
		}
		if spots := append(placesOf(data, known.plain), spelledOut(data)...); len(spots) > 0 {
			slices.Sort(spots)
			data = known.replaceAt(data, spots, open)
		}
	}
	return data
}

// placesOf is where a text has a part.
func placesOf(text, part []byte) (places []int) {
	for from := 0; ; {
		i := bytes.Index(text[from:], part)
		if i < 0 {
			return places
		}
		places = append(places, from+i)
		from += i + max(len(part), 1)
		if from > len(text) {
			return places
		}
	}
}

// widest is how many bytes an escaped character takes, as in \\u0061 or %252561.
const widest = 12

// replaceAt replaces the secret where it may be: a pattern of all disguises is too
// slow for all of a page. One that ends among the last open bytes stays.
func (s secret) replaceAt(data []byte, spots []int, open int) []byte {
	reach, done := widest*len(s.value), 0
	var out []byte
	for i := 0; i < len(spots); {
		from, to := max(spots[i]-reach, done), spots[i]
		for ; i < len(spots) && spots[i]-reach <= to; i++ {
			to = spots[i] + reach
		}
		to = min(to, len(data))
		for _, match := range s.pattern.FindAllIndex(data[from:to], -1) {
			if from+match[1] > len(data)-open {
				break
			}
			out = append(append(out, data[done:from+match[0]]...), place...)
			done = from + match[1]
		}
		out = append(out, data[done:to]...)
		done = to
	}
	return append(out, data[done:]...)
}

// inData reports whether the secret can be told from what data hold anyway.
func (s secret) inData() bool {
	return len(s.value) >= shortestInData && !digitsOnly(s.value)
}

func digitsOnly(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// longestPlain is the longest part of a text that is letters and digits.
func longestPlain(text string) []byte {
	longest, from := "", 0
	for i := 0; i <= len(text); i++ {
		if i < len(text) && isPlain(text[i]) {
			continue
		}
		if i-from > len(longest) {
			longest = text[from:i]
		}
		from = i + 1
	}
	return []byte(longest)
}

func isPlain(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// chunk is how much of a stream is looked at at once.
const chunk = 64 << 10

// Reader reads a stream without the secrets in it.
func (s *Secrets) Reader(from io.Reader) io.Reader {
	longest := 0
	for _, known := range s.list() {
		if known.inData() {
			longest = max(longest, len(known.value))
		}
	}
	if longest == 0 {
		return from
	}
	return &reader{from: from, secrets: s, held: widest * (longest + 1)}
}

// reader masks a stream. It holds back as much of what it has read as the beginning
// of a secret may be.
type reader struct {
	from    io.Reader
	secrets *Secrets
	held    int
	read    []byte // masked, but for a secret that ends at its end; the last held bytes wait for what comes next
	ready   int
	err     error
}

func (r *reader) Read(p []byte) (int, error) {
	for r.ready == 0 && r.err == nil {
		r.fill()
	}
	if r.ready == 0 {
		return 0, r.err
	}
	n := copy(p, r.read[:r.ready])
	r.read, r.ready = r.read[n:], r.ready-n
	return n, nil
}

// fill reads on until there is something to hand out, or the stream ends.
func (r *reader) fill() {
	next := make([]byte, len(r.read), len(r.read)+chunk)
	copy(next, r.read)
	n, err := r.from.Read(next[len(next):cap(next)])
	next, r.err = next[:len(next)+n], err
	if err != nil {
		r.read = r.secrets.Data(next)
		r.ready = len(r.read)
		return
	}
	r.read = r.secrets.data(next, widest) // its last character may have been read in part
	r.ready = max(len(r.read)-r.held, 0)
}
