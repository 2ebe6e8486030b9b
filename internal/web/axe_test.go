package web

import (
	"encoding/json"
	"os"
	"testing"

	"contactsync/internal/daemon"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestAxeFindsNothing has axe-core judge every page in light and dark, populated and before
// the first run, where AXE names its axe.min.js: `make axe` fetches it.
func TestAxeFindsNothing(t *testing.T) {
	path := os.Getenv("AXE")
	if path == "" {
		t.Skip("AXE names no axe.min.js; make axe fetches one")
	}
	axe, err := os.ReadFile(path)
	require.NoError(t, err)
	populated, blank := newDesk().withData(), newDesk()
	for i := range blank.overview.Pipelines {
		p := &blank.overview.Pipelines[i]
		p.Record, p.Attempt, p.Phase, p.Paused, p.Waiting, p.Progress, p.Since = daemon.Record{}, 0, daemon.Resting, false, "", nil, blank.overview.Now
	}
	paths := []string{"/", "/data", "/review", "/login", "/nothing", "/pipelines/crm-intent", "/runs/" + populated.overview.Pipelines[0].History[0].RunID}
	for _, scheme := range []string{"light", "dark"} {
		ctx, _ := browser(t, schemeFlags(scheme))
		ctx = limited(t, ctx)
		for name, d := range map[string]*desk{"populated": populated, "blank": blank} {
			address := serve(t, d, token)
			require.NoError(t, chromedp.Do(ctx, chromedp.Navigate(address+"/login"), chromedp.SendKeys("#token", token),
				chromedp.Click("main button.main"), chromedp.WaitVisible("#pipeline-labs")))
			for _, path := range paths {
				require.NoError(t, chromedp.Do(ctx, chromedp.Navigate(address+path), chromedp.WaitVisible("main")))
				_, err := chromedp.Run(ctx, chromedp.Evaluate[bool](string(axe)+"; true"))
				require.NoError(t, err)
				found, err := chromedp.Run(ctx, chromedp.Evaluate[string](findings, chromedp.EvalAwaitPromise))
				require.NoError(t, err)
				var violations []map[string]string
				require.NoError(t, json.Unmarshal([]byte(found), &violations))
				assert.Empty(t, violations, "%s, %s, %s", name, scheme, path)
			}
		}
	}
}

// findings lists what axe-core finds, with an element for each.
const findings = `axe.run(document).then(r => JSON.stringify(r.violations.map(v => ({id: v.id, impact: v.impact, at: v.nodes[0].html}))))`
