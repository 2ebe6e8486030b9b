package config

import (
	"fmt"
	"time"
)

// checkRetention refuses a retention in which people would go between two runs of the
// pipeline that serves them, only to come back as somebody new.
func (c *Config) checkRetention(r *report) {
	keep := c.Retention.People
	if keep == 0 || !r.sound("retention.people") {
		return
	}
	for i := range c.Pipelines {
		p := &c.Pipelines[i]
		if !r.sound("pipelines." + p.Name + ".schedule") {
			continue
		}
		if gap := longestGap(p.Schedule); gap > keep/2 {
			days := int(2*gap/(24*time.Hour)) + 1
			r.problem("retention.people", hinted(fmt.Sprintf("%dd or more", days),
				"is too short for pipeline %s, whose runs are up to %d days apart: one that fails would erase whom it serves",
				p.Name, int((gap+12*time.Hour)/(24*time.Hour))))
		}
	}
}

// looked is for how many times of a schedule its longest gap is sought: more than a year
// of days.
const looked = 400

// longestGap is the longest time between two of a schedule's fire times; 0 where it has none.
func longestGap(text string) (longest time.Duration) {
	if text == "" {
		return 0
	}
	s, err := ParseSchedule(text)
	if err != nil {
		return 0 // reported elsewhere
	}
	at := s.Next(anyDay)
	for range looked {
		next := s.Next(at)
		if next.IsZero() {
			break
		}
		longest, at = max(longest, next.Sub(at)), next
	}
	return longest
}
