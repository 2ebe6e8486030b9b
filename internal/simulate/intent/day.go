package intent

import (
	"time"

	"contactsync/internal/simulate/api"
)

const (
	daysBefore = 6 // days before the first simulated one that have a run
	gap        = 3 // the day, counted back from the first simulated one, on which the vendor's daily run did not happen
)

// day is a day with a run of every audience.
type day struct{ time.Time }

func (d day) String() string { return d.Format(time.DateOnly) }

// number makes a day a part of hashes.
func (d day) number() uint64 { return uint64(d.Year()*10000 + int(d.Month())*100 + d.Day()) }

// night is the night of a day; all days before the first simulated one have the first night.
func (d day) night(c *api.Call) int { return max(int(d.Sub(c.Sim.Options.Today).Hours()/24), 0) }

// stamp is when a day's run was made.
func (d day) stamp() string {
	return d.Add(5*time.Hour + 12*time.Minute).Format("2006-01-02T15:04:05.000Z")
}

// days lists the days that have a run, latest first.
func days(c *api.Call) []day {
	var days []day
	for back := 0; back <= daysBefore+c.Night; back++ {
		if back != gap+c.Night {
			days = append(days, day{c.Today.AddDate(0, 0, -back)})
		}
	}
	return days
}

// onDay answers for the day that a request asks for, or the latest.
func onDay(c *api.Call, asked string, answer func(day) api.Answer) api.Answer {
	days := days(c)
	for _, d := range days {
		if asked == "" || asked == d.String() {
			return answer(d)
		}
	}
	if _, err := time.Parse(time.DateOnly, asked); err != nil {
		return c.Invalid("date must be YYYY-MM-DD")
	}
	if c.On(api.OtherDate) {
		return answer(days[0])
	}
	return c.NotFound("No data for this date")
}
