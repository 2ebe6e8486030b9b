package extract

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

// count is a position in a list of numbered pages.
type count struct {
	Page int `json:"page"`
	Trail
}

func (at count) Valid() bool { return at.Page > 0 }

func TestAPagerRefusesWhatComesASecondTime(t *testing.T) {
	for name, c := range map[string]struct {
		sights []Sight
		want   string // of the last; "" = nothing is wrong
	}{
		"other pages":                     {[]Sight{{Print: "a"}, {Print: "b"}, {Print: "c"}}, ""},
		"the page before":                 {[]Sight{{Print: "a"}, {Print: "a"}}, "page 2 repeats the page before it, so the rest is lost; the next run tries again"},
		"an earlier page":                 {[]Sight{{Print: "a"}, {Print: "b"}, {Print: "a"}}, "page 3 repeats an earlier page, so the rest is lost; the next run tries again"},
		"an earlier page of a grown list": {[]Sight{{Print: "a", Size: 20}, {Print: "b", Size: 20}, {Print: "a", Size: 30, Moved: true}}, ""},
		"the page before of a grown list": {[]Sight{{Print: "a", Size: 20}, {Print: "a", Size: 30, Moved: true}}, ""},
		"a few rows too many":             {[]Sight{{Print: "a", More: true, Count: 10, Read: 110, Declared: 50}}, ""},
		"far too many": {[]Sight{{Print: "a", More: true, Count: 1, Read: 111, Declared: 50}},
			"111 rows were read of 50 that are declared, and more is promised; the list comes to no end, so the next run tries again"},
		"far too many, and no more": {[]Sight{{Print: "a", Count: 1, Read: 111, Declared: 50}}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			for resumed := range len(c.sights) { // wherever a run stops, the next one knows what it has read
				p := &Pager{List: "list", Rows: "rows", Lost: ", so the rest is lost"}
				var trail Trail
				p.Begin(trail)
				for i, s := range c.sights {
					if i == resumed {
						at, err := Decode[count](Encode(count{1, trail}), errors.New("unreadable"))
						require.NoError(t, err)
						p.Begin(at.Trail)
					}
					s.Number = i + 1
					next, err := p.Follow(trail, s)
					if i == len(c.sights)-1 && c.want != "" {
						require.EqualError(t, err, c.want)
						return
					}
					require.NoError(t, err)
					require.True(t, next.Seen.Has(MarkOf(s.Print, s.Size)))
					trail = next
				}
			}
		})
	}
}

func TestAPagerRefusesACursorThatLeadsBack(t *testing.T) {
	p := &Pager{List: "day"}
	p.Begin(Trail{})
	for i, cursor := range []string{"a", "b", "", ""} {
		require.NoError(t, p.Turn(i+1, cursor))
	}
	require.EqualError(t, p.Turn(5, "a"), "page 5: the vendor repeats a cursor; nothing more can be read of this day, the next run tries again")
	p.Begin(Trail{})
	require.NoError(t, p.Turn(1, "a"), "begun anew, the list has its cursors again")
}

func TestAPositionRemembersTheLatestPagesOnly(t *testing.T) {
	var marks Marks
	for i := range 2 * maxMarks {
		marks = marks.With(MarkOf(fmt.Sprint(i), 0))
	}
	require.Len(t, marks, maxMarks*len(Mark{}))
	require.True(t, marks.Has(MarkOf(fmt.Sprint(2*maxMarks-1), 0)))
	require.True(t, marks.Has(MarkOf(fmt.Sprint(maxMarks), 0)))
	require.False(t, marks.Has(MarkOf(fmt.Sprint(maxMarks-1), 0)))
}

// listing walks pages 1 to last; empty ones bring nothing.
func listing(last int, answers func(page int) (rows int, err error)) (pages []int, at count, err error) {
	walk := Walk[count, int]{
		Ask: func(_ context.Context, at count) (int, error) { return answers(at.Page) },
		Empty: func(at count, rows int) error {
			if rows == 0 {
				return fmt.Errorf("page %d is empty", at.Page)
			}
			return nil
		},
		Advance: func(at count, _ int) (Page, count, error) {
			return Page{Number: at.Page}, count{Page: at.Page + 1}, nil
		},
		Over: func(at count) bool { return at.Page > last },
	}
	at, err = walk.From(context.Background(), count{Page: 1}, func(p Page) error {
		pages = append(pages, p.Number)
		return nil
	})
	return pages, at, err
}

func TestAWalkAsksTwiceForAnEmptyPage(t *testing.T) {
	asked := map[int]int{}
	pages, at, err := listing(3, func(page int) (int, error) {
		asked[page]++
		if page == 2 && asked[page] == 1 {
			return 0, nil
		}
		return 10, nil
	})
	require.NoError(t, err)
	require.Equal(t, []int{1, 2, 3}, pages)
	require.Equal(t, 4, at.Page)
	require.Equal(t, map[int]int{1: 1, 2: 2, 3: 1}, asked)

	pages, at, err = listing(3, func(page int) (int, error) { return 2 - page, nil })
	require.EqualError(t, err, "page 2 is empty")
	require.Equal(t, []int{1}, pages)
	require.Equal(t, 2, at.Page, "the next run asks for the page again")

	broken := errors.New("broken")
	_, _, err = listing(3, func(int) (int, error) { return 0, broken })
	require.ErrorIs(t, err, broken)
}

func TestACheckpointThatCannotBeRead(t *testing.T) {
	for _, text := range []string{"", "{", "[]", `{"page":"x"}`, `{"page":0}`, "null"} {
		at, err := Decode[count](schema.Checkpoint(text), nil)
		require.NoError(t, err, "where reading again costs nothing it counts as none")
		require.Equal(t, count{}, at, text)
		_, err = Decode[count](schema.Checkpoint(text), Unreadable("toofr", "search 1", " and buys it again"))
		require.EqualError(t, err, "toofr: the position of search 1 cannot be read; `sync run --full` starts anew and buys it again")
	}
	at, err := Decode[count](Encode(count{Page: 3}), nil)
	require.NoError(t, err)
	require.Equal(t, 3, at.Page)
	require.Equal(t, `{"page":3}`, string(Encode(at)))
}

func TestOnePageMissingIsNoRounding(t *testing.T) {
	var missing []int64
	for _, total := range []int64{100, 105, 109, 110, 120} {
		if MissingPage(total, 100, 10) {
			missing = append(missing, total)
		}
	}
	require.Equal(t, []int64{110, 120}, missing)
	require.True(t, MissingPage(1, 0, 0), "an empty list that declares a row")
}
