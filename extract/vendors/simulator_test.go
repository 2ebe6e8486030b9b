package vendors

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"contactsync/extract"
	"contactsync/extract/audiencelab"
	"contactsync/extract/toofr"
	"contactsync/extract/vendortest"
	"contactsync/internal/simulate"
	"contactsync/internal/simulate/api"
	lab "contactsync/internal/simulate/audiencelab"
	"contactsync/schema"
)

// newSimulator serves a small world; its people are made up.
func newSimulator() *simulate.Simulator {
	return simulate.New(simulate.Options{People: 1500, Warmup: 1, SlowLatency: 50 * time.Millisecond})
}

// simulated are some streams, as read from a simulator.
func simulated(t *testing.T, sim *simulate.Simulator) map[string]func() extract.Source {
	segments := []string{lab.SegmentLeads, lab.SegmentBasic, lab.SegmentEveryone, lab.SegmentVisits, lab.SegmentVisitsLower}
	open := func(source string, d extract.Definition) func() extract.Source {
		return func() extract.Source {
			env := envOf(t, source, sim.Handler(source), func(s *extract.Settings) {
				s.Credential = schema.NewSecret(simulate.DefaultKey(source))
				s.MaxAttempts, s.PageSize, s.PollTimeout = 12, 50, time.Second
			})
			read, _, err := d.Open(t.Context(), extract.Run{Now: time.Now()}, env)
			require.NoError(t, err)
			return read
		}
	}
	return map[string]func() extract.Source{
		"toofr":     open(schema.Toofr, &toofr.Prospects{Websites: extract.Websites{List: sim.Websites(60)}, Batch: 3, Refresh: 30 * 24 * time.Hour}),
		"segments":  open(schema.AudienceLab, &audiencelab.Segments{Segments: segments}),
		"members":   open(schema.AudienceLab, &audiencelab.Members{Audiences: []string{lab.AudienceVIP, lab.AudienceSmall}}),
		"audiences": open(schema.AudienceLab, &audiencelab.Audiences{}),
		"pixels":    open(schema.AudienceLab, &audiencelab.Pixels{}),
	}
}

func TestTheSimulatorIsReadWhole(t *testing.T) {
	for name, open := range simulated(t, newSimulator()) {
		t.Run(name, func(t *testing.T) {
			pages, _ := vendortest.Read(t, open(), nil, -1)
			declared, read := map[string]int64{}, map[string]int64{}
			for _, p := range pages {
				require.Empty(t, p.Warnings)
				declared[p.Partition] = p.Declared
				read[p.Partition] += int64(len(p.Records))
				for _, r := range p.Records {
					require.NotEmpty(t, r.ID)
				}
			}
			if name == "segments" || name == "members" {
				require.Equal(t, declared, read)
			}
			t.Log(len(pages), "pages", len(vendortest.IDs(pages)), "records")
		})
	}
}

// Faults that only wait are left to the tests in which time costs nothing.
func TestTheSimulatorsFaultsChangeNothing(t *testing.T) {
	transient := []simulate.Fault{
		api.RateLimit, api.InternalError, api.BadGateway, api.Unavailable, api.Reset,
		api.Truncated, api.HTML, api.Slow, api.LostAnswer,
		api.ErrorBesideEmpty, api.ErrorBesideNull, api.ErrorBesideRows, api.ErrorsList, api.ErrorInMeta, api.NoSuccess,
		api.UnknownWord, api.Latin1,
	}
	for name, open := range simulated(t, newSimulator()) {
		undisturbed, _ := vendortest.Read(t, open(), nil, -1)
		for _, fault := range transient {
			t.Run(name+" "+string(fault), func(t *testing.T) {
				sim := newSimulator()
				sim.SetFaults(0.2, fault)
				disturbed, _ := vendortest.Read(t, simulated(t, sim)[name](), nil, -1)
				require.Equal(t, vendortest.Outline(undisturbed), vendortest.Outline(disturbed))
			})
		}
	}
}

// An answer of success may say that it has no error, and numbers may be none.
func TestTheSimulatorsOdditiesLoseNobody(t *testing.T) {
	for name, open := range simulated(t, newSimulator()) {
		undisturbed, _ := vendortest.Read(t, open(), nil, -1)
		for _, fault := range []simulate.Fault{api.EmptyError, api.NotANumber} {
			t.Run(name+" "+string(fault), func(t *testing.T) {
				sim := newSimulator()
				sim.SetFaults(0, fault)
				disturbed, _ := vendortest.Read(t, simulated(t, sim)[name](), nil, -1)
				require.Equal(t, vendortest.IDs(undisturbed), vendortest.IDs(disturbed))
			})
		}
	}
}

func TestTheSimulatorsLastingFaults(t *testing.T) {
	for fault, want := range map[simulate.Fault]string{
		api.RepeatedPage: "repeats the page before it",
		api.EmptyPage:    "is empty though more is promised",
		api.PoisonPage:   "page 2 could not be read",
		api.ExpiredKey:   "the vendor refuses the credential in sources.audiencelab.api_key",
		api.RevokedKey:   "the vendor refuses the credential in sources.audiencelab.api_key",
		api.NotReady:     "is not ready (no data)",
	} {
		t.Run(string(fault), func(t *testing.T) {
			sim := newSimulator()
			sim.SetFaults(0, fault)
			_, _, err := vendortest.ReadUntil(t.Context(), simulated(t, sim)["segments"](), nil, -1)
			require.ErrorContains(t, err, want)
			if fault == api.ExpiredKey || fault == api.RevokedKey {
				require.Len(t, sim.Log(), 2, "once per scheme")
			}
		})
	}
	t.Run(string(api.ShiftingTotal), func(t *testing.T) {
		undisturbed, _ := vendortest.Read(t, simulated(t, newSimulator())["segments"](), nil, -1)
		sim := newSimulator()
		sim.SetFaults(0, api.ShiftingTotal)
		pages, _ := vendortest.Read(t, simulated(t, sim)["segments"](), nil, -1)
		require.Subset(t, vendortest.IDs(pages), vendortest.IDs(undisturbed))
	})
}
