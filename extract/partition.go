package extract

import (
	"errors"
	"fmt"
	"iter"
	"net/http"

	"contactsync/extract/api"
)

// ErrStopped says that the consumer wants no more pages.
var ErrStopped = errors.New("reading was stopped")

// Emit hands a page to the consumer; [ErrStopped] says that it wants no more.
type Emit func(Page) error

// Sequence makes pages of a function that emits them.
func Sequence(read func(Emit) error) iter.Seq2[Page, error] {
	return func(yield func(Page, error) bool) {
		err := read(func(p Page) error {
			if !yield(p, nil) {
				return ErrStopped
			}
			return nil
		})
		if err != nil && !errors.Is(err, ErrStopped) {
			yield(Page{}, err)
		}
	}
}

// A PartitionError is trouble in one partition of a stream that says nothing of
// the others: a page that keeps failing, or a listing that contradicts itself.
// What was read is kept, and the partition's sweep is not complete.
type PartitionError struct {
	Source string
	What   string // the search, segment or audience
	Err    error
}

func (e *PartitionError) Error() string { return fmt.Sprintf("%s: %s: %v", e.Source, e.What, e.Err) }

func (e *PartitionError) Unwrap() error { return e.Err }

// Troubles keeps the errors of single partitions until the others are read.
type Troubles struct {
	failed []error
	ended  []error // partitions that ended early without a failure: not ready, or over a limit of their own
	streak int     // partitions in a row whose requests failed
}

// Add keeps an error that concerns one partition only, and returns any other.
// When the vendor fails for two partitions in a row it is down for all.
func (t *Troubles) Add(err error) error {
	if err == nil {
		t.streak = 0
		return nil
	}
	if endsEarly(err) {
		t.ended = append(t.ended, err)
		return nil
	}
	if !concernsPartition(err) {
		return t.with(err)
	}
	if failing(err) {
		if t.streak++; t.streak > 1 {
			return t.with(err)
		}
	}
	t.failed = append(t.failed, err)
	return nil
}

// Err is everything that was kept. A failure outweighs what is not ready or over a
// limit, which is then only mentioned, so that the failure is not taken for either.
func (t *Troubles) Err() error {
	if len(t.failed) == 0 {
		return errors.Join(t.ended...)
	}
	for _, e := range t.ended {
		t.failed = append(t.failed, errors.New(e.Error()))
	}
	return errors.Join(t.failed...)
}

func (t *Troubles) with(err error) error {
	if len(t.failed) == 0 {
		return err
	}
	return errors.Join(append(t.failed, err)...)
}

// endsEarly reports whether a partition ended without a failure, and the others are
// to be read all the same.
func endsEarly(err error) bool {
	if limit, ok := errors.AsType[*LimitError](err); ok {
		return limit.List != ""
	}
	_, notReady := errors.AsType[*NotReadyError](err)
	return notReady
}

// concernsPartition reports whether an error may leave the other partitions
// readable: not a refused credential, not a limit, not a vendor out of reach.
func concernsPartition(err error) bool {
	if _, ok := errors.AsType[*PartitionError](err); ok {
		return true
	}
	answer, ok := errors.AsType[*APIError](err)
	if !ok || answer.Refused() || api.Unreachable(err) {
		return false
	}
	return answer.Status != http.StatusPaymentRequired && answer.Status != http.StatusTooManyRequests
}

// failing reports whether the vendor failed, rather than refuse the request or
// fail for one page among others.
func failing(err error) bool {
	_, partition := errors.AsType[*PartitionError](err)
	answer, ok := errors.AsType[*APIError](err)
	return ok && !partition && (answer.Status < 400 || answer.Status >= 500)
}
