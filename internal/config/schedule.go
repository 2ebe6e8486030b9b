package config

import (
	"errors"
	"strings"
	"time"

	"github.com/robfig/cron/v3"

	"contactsync/internal/suggest"
)

// ParseSchedule reads five-field cron, @daily and friends, and @every with a
// duration. Schedules count in the config's time zone; one of their own is refused.
func ParseSchedule(text string) (cron.Schedule, error) {
	if strings.HasPrefix(text, "TZ=") || strings.HasPrefix(text, "CRON_TZ=") {
		return nil, hinted("set timezone: at the top of the config", "has a time zone of its own")
	}
	if every, ok := strings.CutPrefix(text, "@every "); ok {
		return parseEvery(strings.TrimSpace(every))
	}
	if strings.HasPrefix(text, "@") {
		return parseDescriptor(text)
	}
	if n := len(strings.Fields(text)); n != 5 {
		return nil, hinted(`minute, hour, day, month and weekday, such as "0 2 * * *"`, "is not a schedule: it has %d fields, not 5", n)
	}
	schedule, err := cron.ParseStandard(text)
	if err != nil {
		return nil, hinted(weekdayHint(text), "is not a schedule: %w", err)
	}
	if schedule.Next(anyDay).IsZero() {
		return nil, errors.New("never comes: no month has that day")
	}
	return schedule, nil
}

// anyDay is where the search for a schedule's first time begins; a leap day
// lies within the five years that it looks ahead.
var anyDay = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)

var descriptors = []string{"@hourly", "@daily", "@midnight", "@weekly", "@monthly", "@yearly", "@annually", "@every 10s"}

func parseDescriptor(text string) (cron.Schedule, error) {
	schedule, err := cron.ParseStandard(text)
	if err != nil {
		suggestion := oneOf(descriptors)
		if near := suggest.Nearest(text, descriptors); near != "" {
			suggestion = "did you mean " + near + "?"
		}
		return nil, hinted(suggestion, "is not a schedule")
	}
	return schedule, nil
}

func parseEvery(text string) (cron.Schedule, error) {
	every, err := parseDuration(text)
	if err != nil {
		return nil, hinted("such as @every 10s", "is not a schedule: the time after @every %w", err)
	}
	if every < time.Second {
		return nil, errors.New("is too often; the least is @every 1s")
	}
	return cron.Every(every), nil
}

// weekdayHint knows that other crons count Sunday as 7.
func weekdayHint(text string) string {
	if fields := strings.Fields(text); strings.Contains(fields[4], "7") {
		return "weekdays are 0 to 6, Sunday is 0"
	}
	return ""
}

func checkSchedule(text string) error {
	_, err := ParseSchedule(text)
	return err
}
