package alert

import (
	"context"
	"encoding/base64"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/nicholas-fedor/shoutrrr/pkg/router"
	"github.com/stretchr/testify/require"

	"contactsync/schema"
)

// canary marks every secret part of the addresses below; where a service wants
// letters of another kind, the parts are listed with it.
const canary = "c4n4ryt0ken55555"

// kinds is an address of every service, with all that is secret in it. Those whose
// sender brings a transport of its own name a host that refuses.
var kinds = map[string]struct {
	address string
	secrets []string
}{
	"bark":       {"bark://:" + canary + "@bark.example", nil},
	"discord":    {"discord://" + canary + "@123456789012345678", []string{"123456789012345678"}},
	"generic":    {"generic://hook.example/" + canary + "?template=json", nil},
	"gotify":     {"gotify://127.0.0.1:1/AzyoeNS.D4iJLVa", []string{"AzyoeNS"}},
	"googlechat": {"googlechat://chat.googleapis.com/v1/spaces/FOO/messages?key=" + canary + "&token=t0%2Fk3nOfChat", []string{"k3nOfChat"}},
	"hangouts":   {"hangouts://chat.googleapis.com/v1/spaces/FOO/messages?key=" + canary + "&token=t0k3nOfChat", []string{"t0k3nOfChat"}},
	"ifttt":      {"ifttt://" + canary + "/?events=event1", nil},
	"join":       {"join://shoutrrr:" + canary + "@join/?devices=dev1", nil},
	"lark":       {"lark://open.larksuite.com/" + canary, nil},
	"matrix":     {"matrix://user:" + canary + "@matrix.example/", nil},
	"mattermost": {"mattermost://127.0.0.1:1/" + canary, nil},
	"notifiarr":  {"notifiarr://" + canary, nil},
	"ntfy":       {"ntfy://user:" + canary + "@127.0.0.1:1/t0p1csecret", []string{"t0p1csecret"}},
	"opsgenie":   {"opsgenie://api.opsgenie.com/eb243592-faa2-4ba2-a551-1afdf565c889", []string{"eb243592"}},
	"pagerduty":  {"pagerduty://events.pagerduty.com/eb243592faa24ba2a5511afdf565c889", []string{"eb243592"}},
	"pushbullet": {"pushbullet://abcdefghijklmnopqrstuvwxyz12345678/device", []string{"abcdefghij"}},
	"pushover":   {"pushover://shoutrrr:" + canary + "@us3rk3yofpush/?devices=d", []string{"us3rk3yofpush"}},
	"rocketchat": {"rocketchat://rc.example/" + canary + "/t0kenB5555555", []string{"t0kenB"}},
	"signal":     {"signal://user:" + canary + "@signal.example/+12025550123/+12025550124", []string{"2025550123", "2025550124"}},
	"slack":      {"slack://hook:WNA3PBYV6-F20DUQND3RQ-Webc4MAvoacrpPakR8phF0zi@webhook", []string{"WNA3PBYV6", "F20DUQND3RQ", "Webc4MAvo"}},
	"smtp":       {"smtp://user:" + canary + "@127.0.0.1:1/?from=a@example.com&to=b@example.com", []string{"@example"}},
	"teams": {
		"teams://11111111-4444-4444-8444-cccccccccccc@22222222-4444-4444-8444-cccccccccccc/33333333012222222222333333333344/" +
			"44444444-4444-4444-8444-cccccccccccc/V2ESyij_gAljSoUQHvZoZYzlpAoAXExyOl26dlf1xHEx05?host=x.webhook.office.com",
		[]string{"V2ESyij", "44444444", "33333333"},
	},
	"telegram": {"telegram://110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1@telegram?chats=@channel", []string{"110201543", "AAHdqTcvCH"}},
	"wecom":    {"wecom://" + canary, nil},
	"zulip":    {"zulip://bot%40zulip.example:" + canary + "@zulip.example/?stream=s&topic=t", []string{"bot@", "bot%40"}},
}

// network answers the requests of all senders that use the default transport.
type network func(*http.Request) (*http.Response, error)

func (n network) RoundTrip(r *http.Request) (*http.Response, error) { return n(r) }

func useNetwork(t *testing.T, n network) {
	before := http.DefaultTransport
	http.DefaultTransport = n
	t.Cleanup(func() { http.DefaultTransport = before })
}

// echo repeats the address and the headers of a request, which is where tokens are.
func echo(status int) network {
	return func(r *http.Request) (*http.Response, error) {
		body := `{"ok":false,"code":1,"errcode":1,"error":"` + r.URL.String() + " " + r.Header.Get("Authorization") + `"}`
		return &http.Response{
			StatusCode: status, Status: http.StatusText(status) + " " + r.URL.String(), Request: r,
			Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(body)),
		}, nil
	}
}

func unreachable(r *http.Request) (*http.Response, error) {
	return nil, &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host " + r.URL.String(), Name: r.URL.Hostname(), IsNotFound: true}}
}

// TestNoKindOfAlertTellsItsAddress sends to every service that the library knows: to
// one that cannot be reached, and to ones that refuse and repeat what they got.
func TestNoKindOfAlertTellsItsAddress(t *testing.T) {
	services := (&router.ServiceRouter{}).ListServices()
	services = slices.DeleteFunc(services, func(name string) bool { return name == "logger" })
	for name, n := range map[string]network{"unreachable": unreachable, "refuses": echo(403), "is gone": echo(404)} {
		useNetwork(t, n)
		for _, service := range services {
			kind, listed := kinds[service]
			require.True(t, listed, "%s needs an address in the table", service)
			a, err := NewAddress(schema.NewSecret(kind.address))
			require.NoError(t, err, service)
			err = a.Send(t.Context(), "title", "body")
			require.Error(t, err, "%s %s", service, name)
			require.Regexp(t, `^`+service+`: .+`, err.Error())
			for _, secret := range append(kind.secrets, canary) {
				require.NotContains(t, err.Error(), secret, service)
				require.NotContains(t, err.Error(), url.QueryEscape(secret), service)
				require.NotContains(t, err.Error(), base64.StdEncoding.EncodeToString([]byte(secret)), service)
			}
			if name == "unreachable" {
				require.Regexp(t, `does not resolve$|refused$|no answer in time$|look at the address`, err.Error(), service)
			}
		}
	}
}

// TestEveryKindOfAlertIsSent holds each sender to a request that carries the message.
func TestEveryKindOfAlertIsSent(t *testing.T) {
	own := []string{"gotify", "mattermost", "ntfy", "smtp"} // dial by themselves
	for service, kind := range kinds {
		if slices.Contains(own, service) {
			continue
		}
		told := false
		useNetwork(t, func(r *http.Request) (*http.Response, error) {
			sent := r.URL.RawQuery
			if r.Body != nil {
				body, _ := io.ReadAll(r.Body)
				sent += string(body)
			}
			if strings.Contains(sent, "the-body") {
				told = true
			}
			answer := `{"ok":true,"code":200,"flows":[{"type":"m.login.password"}],"access_token":"a","joined_rooms":["!room:x"],"type":"note"}`
			if r.URL.Host == "hooks.slack.com" {
				answer = "ok"
			}
			return &http.Response{
				StatusCode: 200, Status: "200 OK", Request: r, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(answer)),
			}, nil
		})
		a, err := NewAddress(schema.NewSecret(kind.address))
		require.NoError(t, err, service)
		err = a.Send(t.Context(), "the-title", "the-body")
		require.True(t, told, "%s: %v", service, err)
	}
}

func TestAnAddressThatTellsNobodyIsRefused(t *testing.T) {
	_, err := NewAddress(schema.NewSecret("logger://"))
	require.ErrorContains(t, err, "tells nobody")
}

func TestAnAddressIsReadWithoutAskingAnybody(t *testing.T) {
	useNetwork(t, func(r *http.Request) (*http.Response, error) {
		t.Errorf("%s was asked", r.URL.Host)
		return unreachable(r)
	})
	for service, kind := range kinds {
		_, err := NewAddress(schema.NewSecret(kind.address))
		require.NoError(t, err, service)
	}
}

func TestATelegramThatIsNotTakenIsNotSent(t *testing.T) {
	a, err := NewAddress(schema.NewSecret(kinds["telegram"].address))
	require.NoError(t, err)
	useNetwork(t, unreachable)
	require.EqualError(t, a.Send(t.Context(), "t", "b"), "telegram: api.telegram.org: the host's name does not resolve")
	useNetwork(t, echo(401))
	require.EqualError(t, a.Send(t.Context(), "t", "b"), "telegram: status 401 Unauthorized")
	useNetwork(t, echo(200))
	require.ErrorContains(t, a.Send(t.Context(), "t", "b"), "it did not take the message")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.EqualError(t, a.Send(ctx, "t", "b"), "telegram: no answer in time")
}
