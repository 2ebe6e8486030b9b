package vendors

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"contactsync/extract"
	"contactsync/extract/audiencelab"
	"contactsync/extract/toofr"
	"contactsync/extract/vendortest"
	"contactsync/internal/simulate"
	"contactsync/schema"
)

// newSimulator serves a small world; its people are made up.
func newSimulator() *simulate.Simulator {
	return simulate.New(simulate.Options{People: 1500, Warmup: 1, SlowLatency: 50 * time.Millisecond})
}

// simulated are some streams, as read from a simulator.
func simulated(t *testing.T, sim *simulate.Simulator) map[string]func() extract.Source {
	catalog := simulate.Catalog()
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
		"segments":  open(schema.AudienceLab, &audiencelab.Segments{Segments: slices.Concat(catalog.Segments, catalog.PixelSegments)}),
		"members":   open(schema.AudienceLab, &audiencelab.Members{Audiences: catalog.Audiences}),
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
		simulate.RateLimit, simulate.InternalError, simulate.BadGateway, simulate.Unavailable, simulate.Reset,
		simulate.Truncated, simulate.HTML, simulate.Slow, simulate.LostAnswer,
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

func TestTheSimulatorsLastingFaults(t *testing.T) {
	for fault, want := range map[simulate.Fault]string{
		simulate.RepeatedPage: "repeats the page before it",
		simulate.EmptyPage:    "is empty though more is promised",
		simulate.PoisonPage:   "page 2 could not be read",
		simulate.ExpiredKey:   "the vendor refuses the credential in sources.audiencelab.api_key",
		simulate.RevokedKey:   "the vendor refuses the credential in sources.audiencelab.api_key",
		simulate.NotReady:     "is not ready (no data)",
	} {
		t.Run(string(fault), func(t *testing.T) {
			sim := newSimulator()
			sim.SetFaults(0, fault)
			_, _, err := vendortest.ReadUntil(t.Context(), simulated(t, sim)["segments"](), nil, -1)
			require.ErrorContains(t, err, want)
			if fault == simulate.ExpiredKey || fault == simulate.RevokedKey {
				require.Len(t, sim.Log(), 2, "once per scheme")
			}
		})
	}
	t.Run(string(simulate.ShiftingTotal), func(t *testing.T) {
		undisturbed, _ := vendortest.Read(t, simulated(t, newSimulator())["segments"](), nil, -1)
		sim := newSimulator()
		sim.SetFaults(0, simulate.ShiftingTotal)
		pages, _ := vendortest.Read(t, simulated(t, sim)["segments"](), nil, -1)
		require.Subset(t, vendortest.IDs(pages), vendortest.IDs(undisturbed))
	})
}
