package main

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"contactsync/internal/review"
	"contactsync/load/duckdb/report"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

// doubtful makes pairs of Toofr's records 1, 2, ... and AudienceLab's.
func doubtful(ids ...string) (q review.Queue) {
	for _, id := range ids {
		p := review.Pair{Candidate: report.Candidate{CandidatePair: schema.CandidatePair{
			Source: schema.Toofr, SourceID: id, OtherSource: schema.AudienceLab, OtherSourceID: id,
		}}}
		p.Sides[0].FullName, p.Sides[1].FullName = "Paul Reed", "Nina\x1b[2J Reed"
		p.Sides[0].City, p.Sides[1].City = "Springfield", "springfield"
		q.Pairs = append(q.Pairs, p)
	}
	q.Open = len(q.Pairs)
	return q
}

func TestAnInterviewTakesOneAnswerAPair(t *testing.T) {
	for _, test := range []struct{ name, typed, want string }{
		{"all", "1\n2\n1\n", "1 same, 2 different, 3 same"},
		{"a skip", "\nskip\n 2 \n", "3 different"},
		{"in words", "Same\nDIFFERENT\nq\n", "1 same, 2 different"},
		{"what is no answer", "x\n3\n1\nquit\n", "1 same"},
		{"the end of the input", "2\n1", "1 different, 2 same"},
		{"nothing", "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			var told []string
			var out bytes.Buffer
			w, err := interview(t.Context(), doubtful("1", "2", "3"), strings.NewReader(test.typed), &out, pairStyle{width: 80},
				func(d review.Decision) (review.Written, error) {
					require.Equal(t, d.Record.SourceID, d.Other.SourceID)
					told = append(told, d.Record.SourceID+map[bool]string{true: " same", false: " different"}[d.Same])
					return review.Written{New: 1}, nil
				})
			require.NoError(t, err)
			require.Equal(t, test.want, strings.Join(told, ", "))
			require.Len(t, told, w.New)
			require.Contains(t, out.String(), "1 of 3")
		})
	}
	broken := errors.New("no space")
	_, err := interview(t.Context(), doubtful("1", "2"), strings.NewReader("1\n1\n"), new(bytes.Buffer), pairStyle{width: 80},
		func(review.Decision) (review.Written, error) { return review.Written{}, broken })
	require.ErrorIs(t, err, broken)
}

func TestAPairMarksWhatDiffersAndNeverSteersTheTerminal(t *testing.T) {
	var plain, colored bytes.Buffer
	printPair(&plain, doubtful("1").Pairs[0], "1 of 1", pairStyle{width: 80})
	require.Regexp(t, `≠ │ name +│ Paul Reed +│ Nina\\x1b\[2J Reed`, plain.String())
	require.Regexp(t, `  │ place +│ Springfield +│ springfield`, plain.String())
	require.NotContains(t, plain.String(), "\x1b")
	printPair(&colored, doubtful("1").Pairs[0], "1 of 1", pairStyle{width: 80, color: true})
	require.Contains(t, colored.String(), "\x1b[33mPaul Reed\x1b[0m")
	require.NotContains(t, colored.String(), "\x1b[2J")
}
