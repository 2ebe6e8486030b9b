package extract

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"contactsync/internal/simulate"
	"contactsync/schema"
)

// newSimulator serves a small world; its people are made up.
func newSimulator() *simulate.Simulator {
	return simulate.New(simulate.Options{People: 1500, Warmup: 1, SlowLatency: 50 * time.Millisecond})
}

// simulated are the streams of this file's vendors, as read from a simulator.
func simulated(t *testing.T, sim *simulate.Simulator) map[string]func() Source {
	env := func(source string) Env {
		return newTestEnv(t, source, sim.Handler(source), func(s *Settings) {
			s.Credential = schema.NewSecret(simulate.DefaultKey(source))
			s.MaxAttempts, s.PageSize, s.PollTimeout = 12, 50, time.Second
		})
	}
	catalog := simulate.Catalog()
	return map[string]func() Source{
		"toofr": func() Source {
			return unlimited(ToofrProspects{Websites: sim.Websites(60), Batch: 3}).Source(env(schema.Toofr))
		},
		"segments": func() Source {
			return AudienceLabSegments{Segments: slices.Concat(catalog.Segments, catalog.PixelSegments)}.Source(env(schema.AudienceLab))
		},
		"members":   func() Source { return AudienceLabMembers{Audiences: catalog.Audiences}.Source(env(schema.AudienceLab)) },
		"audiences": func() Source { return AudienceLabAudiences{}.Source(env(schema.AudienceLab)) },
		"pixels":    func() Source { return AudienceLabPixels{}.Source(env(schema.AudienceLab)) },
	}
}

func TestTheSimulatorIsReadWhole(t *testing.T) {
	for name, open := range simulated(t, newSimulator()) {
		t.Run(name, func(t *testing.T) {
			pages, _ := readPages(t, open(), nil, -1)
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
			t.Log(len(pages), "pages", len(idsOf(pages)), "records")
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
		undisturbed, _ := readPages(t, open(), nil, -1)
		for _, fault := range transient {
			t.Run(name+" "+string(fault), func(t *testing.T) {
				sim := newSimulator()
				sim.SetFaults(0.2, fault)
				disturbed, _ := readPages(t, simulated(t, sim)[name](), nil, -1)
				require.Equal(t, outline(undisturbed), outline(disturbed))
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
			_, _, err := readUntil(t.Context(), simulated(t, sim)["segments"](), nil, -1)
			require.ErrorContains(t, err, want)
			if fault == simulate.ExpiredKey || fault == simulate.RevokedKey {
				require.Len(t, sim.Log(), 2, "once per scheme")
			}
		})
	}
	t.Run(string(simulate.ShiftingTotal), func(t *testing.T) {
		undisturbed, _ := readPages(t, simulated(t, newSimulator())["segments"](), nil, -1)
		sim := newSimulator()
		sim.SetFaults(0, simulate.ShiftingTotal)
		pages, _ := readPages(t, simulated(t, sim)["segments"](), nil, -1)
		require.Subset(t, idsOf(pages), idsOf(undisturbed))
	})
}
