package extract

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
)

// Status is what a vendor's word for the state of its work means. The vendors
// share no list of words, change the case of those they have, and send some that
// stand in no document: this table is the one for all of them.
type Status int

// StatusText is a vendor's word for the state of its work, or the number that it sends
// for one. It is [LenientText] but for "none", which is a word of Leadpipe: nothing was
// prepared.
type StatusText string

// UnmarshalJSON reads what was meant, and turns the rest into nothing.
func (t *StatusText) UnmarshalJSON(b []byte) error {
	var text LenientText
	err := text.UnmarshalJSON(b)
	*t = StatusText(text)
	var word string
	if json.Unmarshal(b, &word) == nil && strings.EqualFold(strings.TrimSpace(word), "none") {
		*t = "none"
	}
	return err
}

// Or is the word, or where there is none a message beside it that says by itself that
// the work is not done or failed, as in {"message": "Wait and try again", "data": []}.
// Any other message decides nothing.
func (t StatusText) Or(message LenientText) StatusText {
	if t == "" && (StatusOf(string(message)) == StatusWaiting || StatusOf(string(message)) == StatusFailed) {
		return StatusText(message)
	}
	return t
}

const (
	StatusNone    Status = iota // the vendor says nothing
	StatusReady                 // what was asked for is there
	StatusWaiting               // it is still prepared
	StatusFailed                // it will not come
	StatusUnknown               // a word of no list
)

// statusWords are the words of the vendors' documents, of their SDKs and of
// what was seen in the field, and their near relatives, in folded form.
//
// Leadpipe: ready, materializing, failed; of runs queued, running, completed, failed,
// cancelled. Toofr: "Succeeded.", "Wait and Try Again". StatSocial: running, and what
// is assumed of it. AudienceLab: "no data" of an audience in the making; of jobs
// IN_QUEUE, PROCESSING, COMPLETED, FAILED. A job's NO_DATA, by which nobody was found,
// is for whoever reads jobs to tell from an audience's.
var statusWords = foldedWords(map[Status]string{
	StatusReady: `ready, complete, completed, finished, finalized, success, successful, succeeded, ok, okay, built, done, available, active,
		materialized, materialised, generated, processed, loaded, fresh, cached, partial success, empty, no results, no matches`,
	StatusWaiting: `materializing, materialising, queued, in queue, enqueued, pending, processing, running, in progress, in process, building,
		generating, creating, created, scheduled, starting, started, preparing, initializing, initialising, waiting, wait, submitted, accepted,
		computing, calculating, refreshing, syncing, loading, exporting, searching, retrying, not ready, no data, wait and try again, try again`,
	StatusFailed: `failed, failure, fail, error, errored, cancelled, canceled, aborted, timeout, timed out, time out, crashed, killed, terminated,
		rejected, invalid, expired, unavailable, unauthorized, forbidden, denied, internal error, server error, internal server error,
		not found, service unavailable, bad gateway, gateway timeout, bad request, too many requests`,
})

func foldedWords(lists map[Status]string) map[string]Status {
	table := map[string]Status{}
	for status, list := range lists {
		for word := range strings.SplitSeq(list, ",") {
			table[foldedWord(word)] = status
		}
	}
	return table
}

// foldedWord is a word without case, blanks and punctuation: IN_QUEUE, "in queue" and
// "In queue." are one.
func foldedWord(word string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, word)
}

// StatusOf is what a word means, whatever its case and punctuation. Of a sentence
// that the table does not have, what stands before its first mark counts, as in
// "Failed: out of memory" or "Failed - out of memory", and a plea to try again is a wait. A number is read as a
// status of HTTP.
func StatusOf(word string) Status {
	folded := foldedWord(word)
	if folded == "" {
		return StatusNone
	}
	if status, ok := statusWords[folded]; ok {
		return status
	}
	for i, r := range word {
		dash := strings.ContainsRune("-–—", r) && i > 0 && word[i-1] == ' ' // else it joins words
		if !dash && !strings.ContainsRune(":;,.(!", r) {
			continue
		}
		if status, ok := statusWords[foldedWord(word[:i])]; ok {
			return status
		}
	}
	if strings.Contains(folded, "tryagain") {
		return StatusWaiting
	}
	number, _, _ := strings.Cut(strings.TrimSpace(word), " ") // "200 OK"
	return statusNumber(foldedWord(number))
}

// statusNumber reads what a few servers send for a status: that of HTTP (RFC 9110).
func statusNumber(digits string) Status {
	switch {
	case len(digits) != 3 || strings.Trim(digits, "0123456789") != "":
	case digits == "202":
		return StatusWaiting
	case digits[0] == '2':
		return StatusReady
	case digits[0] == '4' || digits[0] == '5':
		return StatusFailed
	}
	return StatusUnknown
}

// Judge is what an answer is worth by the vendor's word for its state: ready,
// waiting or failed. A word that is not known decides nothing by itself: rows are
// there, and without rows nothing says that this is the answer, so it is not ready
// yet. Whoever acts on it warns by [Env.WarnOfStatus].
func Judge(word string, rows bool) Status {
	switch status := StatusOf(word); {
	case status == StatusUnknown && !rows:
		return StatusWaiting
	case status == StatusUnknown || status == StatusNone:
		return StatusReady
	default:
		return status
	}
}

// WarnOfStatus warns, once a run, of a word that is not known, and says how it is taken.
func (e Env) WarnOfStatus(what, word string, rows bool) {
	if StatusOf(word) != StatusUnknown {
		return
	}
	taken := "it is taken for not ready"
	if rows {
		taken = "it comes with rows, which are taken as they are"
	}
	e.Warn(fmt.Sprintf("%s: %s has a status that is not known, %.40q; %s", e.Client.Settings().Source, what, word, taken))
}
