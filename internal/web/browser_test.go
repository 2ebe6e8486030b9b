package web

import (
	"context"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// browser starts a headless Chromium, or skips the test where there is none. It
// collects what the console complains of.
func browser(t *testing.T, flags map[string]any) (ctx context.Context, complaints func() []string) {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		t.Skip("no Chromium is installed: apt-get install chromium")
	}
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]), chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.UserDataDir(t.TempDir()), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-sync", true), chromedp.Flag("hide-scrollbars", true))
	for name, value := range flags {
		options = append(options, chromedp.Flag(name, value))
	}
	allocator, cancelAllocator := chromedp.NewExecAllocator(t.Context(), options...)
	ctx, cancel := chromedp.NewContext(allocator)
	t.Cleanup(func() { cancel(); cancelAllocator() })
	require.NoError(t, chromedp.Do(ctx, chromedp.Navigate("about:blank")), "Chromium starts")
	var mu sync.Mutex
	var list []string
	require.NoError(t, chromedp.Listen(ctx, func(event any) {
		mu.Lock()
		defer mu.Unlock()
		switch e := event.(type) {
		case *runtime.EventExceptionThrown:
			list = append(list, e.ExceptionDetails.Text)
		case *log.EventEntryAdded:
			if e.Entry.Level == "error" || e.Entry.Level == "warning" {
				list = append(list, e.Entry.Text)
			}
		}
	}))
	return ctx, func() []string {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(list)
	}
}

// schemeFlags let a browser prefer light or dark.
func schemeFlags(scheme string) map[string]any {
	if scheme != "dark" {
		return nil
	}
	return map[string]any{"force-dark-mode": true, "blink-settings": "preferredColorScheme=0"}
}

// serve serves a desk on loopback and returns its address.
func serve(t *testing.T, d *desk, token string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	var serving sync.WaitGroup
	serving.Go(func() { _ = Serve(ctx, l, Handler(d.options(token, l.Addr().String())), 64) })
	t.Cleanup(func() { cancel(); serving.Wait() })
	return "http://" + l.Addr().String()
}

func limited(t *testing.T, ctx context.Context) context.Context {
	ctx, cancel := context.WithTimeout(ctx, 60*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func TestThePageInABrowser(t *testing.T) {
	d := newDesk().withData()
	ctx, complaints := browser(t, nil)
	ctx = limited(t, ctx)

	open := serve(t, d, "")
	require.NoError(t, chromedp.Do(ctx, chromedp.Navigate(open), chromedp.WaitVisible("#pipeline-crm-intent")))
	failed, err := chromedp.Run(ctx, chromedp.Text("#pipeline-crm-intent"))
	require.NoError(t, err)
	require.Contains(t, failed, "failed, tries again")
	good, err := chromedp.Run(ctx, chromedp.Text("#pipeline-saas-leaders"))
	require.NoError(t, err)
	require.Contains(t, good, "succeeded")
	buttons, err := chromedp.Run(ctx, chromedp.Evaluate[int]("document.querySelectorAll('button').length"))
	require.NoError(t, err)
	require.Zero(t, buttons, "without a token nobody may act")
	html, err := chromedp.Run(ctx, chromedp.OuterHTML("html"))
	require.NoError(t, err)
	require.NotContains(t, html, secret)
	require.NotRegexp(t, regexp.MustCompile(`[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+\.[A-Za-z]{2,}`), html)

	closed := serve(t, d, token)
	require.NoError(t, chromedp.Do(ctx, chromedp.Navigate(closed+"/login"), chromedp.WaitVisible("#token"), chromedp.SendKeys("#token", token),
		chromedp.Click("main button.main"), chromedp.WaitVisible("#pipeline-labs button.main")))
	require.Empty(t, d.actions())
	require.NoError(t, chromedp.Do(ctx, chromedp.Click("#pipeline-labs button.main"), chromedp.WaitVisible("#pipeline-labs")))
	require.Eventually(t, func() bool { return len(d.actions()) == 1 }, 10*time.Second, 10*time.Millisecond)
	require.Equal(t, []string{"run labs"}, d.actions())
	html, err = chromedp.Run(ctx, chromedp.OuterHTML("html"))
	require.NoError(t, err)
	require.NotContains(t, html, token)

	require.NoError(t, chromedp.Do(ctx, chromedp.Navigate(closed+"/runs/"+d.overview.Pipelines[0].History[0].RunID), chromedp.WaitVisible("main")))
	for _, path := range []string{"/", "/data", "/pipelines/crm-intent"} {
		require.NoError(t, chromedp.Do(ctx, chromedp.EmulateViewport(390, 844), chromedp.Navigate(closed+path), chromedp.WaitVisible("main")))
		wide, err := chromedp.Run(ctx, chromedp.Evaluate[bool](tooWide))
		require.NoError(t, err)
		require.False(t, wide, "%s fits a phone", path)
	}
	require.Empty(t, complaints(), "the console is quiet: no error, no violated policy")
}

// tooWide reports whether anything on a page must be scrolled sideways.
const tooWide = "[document.documentElement, ...document.querySelectorAll('.scroll')].some(e => e.scrollWidth > e.clientWidth)"

// TestScreenshots writes pictures of the pages where SCREENSHOTS names a folder,
// for people to look at.
func TestScreenshots(t *testing.T) {
	dir := os.Getenv("SCREENSHOTS")
	if dir == "" {
		t.Skip("SCREENSHOTS names no folder")
	}
	d := newDesk().withData()
	for _, scheme := range []string{"light", "dark"} {
		ctx, _ := browser(t, schemeFlags(scheme))
		ctx = limited(t, ctx)
		url := serve(t, d, token)
		require.NoError(t, chromedp.Do(ctx, chromedp.Navigate(url+"/login"), chromedp.SendKeys("#token", token),
			chromedp.Click("main button.main"), chromedp.WaitVisible("#pipeline-labs")))
		for name, size := range map[string][2]int64{"desktop": {1280, 900}, "phone": {390, 844}} {
			for page, path := range map[string]string{"home": "/", "data": "/data", "pipeline": "/pipelines/crm-intent", "run": "/runs/" + d.overview.Pipelines[0].History[0].RunID} {
				require.NoError(t, chromedp.Do(ctx, chromedp.EmulateViewport(size[0], size[1]), chromedp.Navigate(url+path), chromedp.WaitVisible("main")))
				wide, err := chromedp.Run(ctx, chromedp.Evaluate[bool](tooWide))
				require.NoError(t, err)
				if wide {
					t.Errorf("%s is wider than a %s", page, name)
				}
				picture, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
				require.NoError(t, err)
				require.NoError(t, os.WriteFile(filepath.Join(dir, page+"-"+name+"-"+scheme+".png"), picture, fs.FileMode(0o644)))
			}
		}
	}
}
