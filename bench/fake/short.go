package fake

import (
	"net/http"
	"strconv"

	"contactsync/internal/simulate/api"
	"contactsync/internal/simulate/audiencelab"
	"contactsync/internal/simulate/world"
)

// Short is the night of a list that shows a few columns: as [First], but for its fields.
const Short = "short"

// shortFields are those of a list of people to write to.
var shortFields = []string{
	"UUID", "FIRST_NAME", "LAST_NAME", "PERSONAL_EMAILS", "BUSINESS_EMAIL", "MOBILE_PHONE", "LINKEDIN_URL",
	"COMPANY_NAME", "COMPANY_DOMAIN", "JOB_TITLE", "PERSONAL_CITY", "PERSONAL_STATE", "PERSONAL_ZIP",
}

// NewShort serves the night [Short] alone, of so many records. They are rendered when they are
// asked for: there may be more than a disk holds.
func NewShort(records int) *Vendor {
	return serve(map[string]night{Short: rendered(records)})
}

// rendered is the records of a night, made anew for each page.
type rendered int

func (l rendered) len() int { return int(l) }

func (l rendered) write(w http.ResponseWriter, head, tail string, from, to int) error {
	u := world.Universe{Seed: 1, People: int(l)}
	body := []byte(head)
	for i := from; i < to; i++ {
		if i > from {
			body = append(body, ',')
		}
		body = append(body, renderShort(u, i)...)
	}
	body = append(body, tail...)
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	_, err := w.Write(body)
	return err
}

func renderShort(u world.Universe, i int) []byte {
	person := withTwin(u, i)
	short := make(api.Object, len(shortFields))
	for n, key := range shortFields {
		short[n] = person[field(person, key)]
	}
	return api.Encode(short)
}

// withTwin is a record with all fields: one in ten is of the person before it.
func withTwin(u world.Universe, i int) api.Object {
	person := audiencelab.Person(u, i)
	if i%duplicate == duplicate-1 {
		uuid := value(person, "UUID")
		person = audiencelab.Person(u, i-1)
		set(person, "UUID", uuid)
	}
	return person
}
