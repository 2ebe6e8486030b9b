package simulate

import (
	"fmt"
	"slices"
	"strings"

	"contactsync/internal/simulate/api"
)

// Fault names something that goes wrong; package api says what each does.
type Fault = api.Fault

// The transient faults, then the lasting ones.
const (
	RateLimit        = api.RateLimit
	RateLimitSeconds = api.RateLimitSeconds
	RateLimitDate    = api.RateLimitDate
	RateLimitReset   = api.RateLimitReset
	InternalError    = api.InternalError
	BadGateway       = api.BadGateway
	Unavailable      = api.Unavailable
	Reset            = api.Reset
	Truncated        = api.Truncated
	HTML             = api.HTML
	Slow             = api.Slow
	LostAnswer       = api.LostAnswer

	RepeatedCursor = api.RepeatedCursor
	RepeatedPage   = api.RepeatedPage
	EmptyPage      = api.EmptyPage
	ShiftingTotal  = api.ShiftingTotal
	PoisonPage     = api.PoisonPage
	SchemaDrift    = api.SchemaDrift
	ExpiredKey     = api.ExpiredKey
	RevokedKey     = api.RevokedKey
	ExpiredCursor  = api.ExpiredCursor
	MovingRun      = api.MovingRun
	OtherDate      = api.OtherDate
	NotReady       = api.NotReady
	FailedBuild    = api.FailedBuild
	UnknownStatus  = api.UnknownStatus
)

// Faults lists every fault by name: the transient ones, then the lasting ones.
func Faults() []Fault { return api.Faults() }

// ParseFault reads a fault's name, or "vendor/name".
func ParseFault(name string) (Fault, error) {
	vendor, base, scoped := strings.Cut(name, "/")
	if !scoped {
		vendor, base = "", name
	}
	if scoped && !slices.Contains(Vendors(), vendor) {
		return "", fmt.Errorf("no vendor is called %q; there are %s", vendor, strings.Join(Vendors(), ", "))
	}
	if !slices.Contains(Faults(), Fault(base)) {
		return "", fmt.Errorf("no fault is called %q; there are %s", base, api.JoinFaults(Faults()))
	}
	return Fault(name), nil
}
