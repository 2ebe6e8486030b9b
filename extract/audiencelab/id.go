package audiencelab

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// domain is where AudienceLab's own addresses lead.
const domain = "audiencelab.io"

// idOf is the id of a segment, audience or pixel as a config names it: the id itself,
// or the address that the Studio's "Show API" button shows, which people paste
// (https://api.audiencelab.io/segments/<id>?page=1&page_size=50), which may as well be
// that of a proxy or of a simulator: own is the host of the source's base_url. Its page
// and page_size are not taken over. The error says what is wrong, and shows no query,
// which may hold a key.
func idOf(kind, written, own string) (id string, err error) {
	written = strings.TrimSpace(written)
	shown, _, _ := strings.Cut(written, "?")
	switch {
	case written == "":
		return "", fmt.Errorf("the id of a %s is missing", kind)
	case !strings.ContainsAny(written, "/?#% \\"):
		return written, nil
	case !strings.Contains(shown, "/"):
		return "", fmt.Errorf("%q is no id of a %s", shown, kind)
	}
	hint := fmt.Sprintf("give the id alone, or its address as the Studio shows it, such as https://api.%s/%ss/<id>", domain, kind)
	address := written
	if !strings.Contains(shown, "://") {
		address = "https://" + written
	}
	u, err := url.Parse(address)
	if err != nil {
		return "", fmt.Errorf("%q is no id of a %s and no address; %s", shown, kind, hint)
	}
	if host := strings.ToLower(u.Hostname()); host != domain && !strings.HasSuffix(host, "."+domain) && (own == "" || host != own) {
		return "", fmt.Errorf("%q is no address of AudienceLab; %s", shown, hint)
	}
	steps := strings.Split(strings.Trim(u.Path, "/"), "/")
	at := slices.Index(steps, kind+"s")
	if at < 0 || at+1 >= len(steps) || !slices.Contains([]string{"", "v4"}, strings.Join(steps[at+2:], "/")) {
		return "", fmt.Errorf("%q is not the address of a %s; %s", shown, kind, hint)
	}
	if id = steps[at+1]; id == "" || strings.ContainsAny(id, "?#% \\") {
		return "", fmt.Errorf("%q names no %s; %s", shown, kind, hint)
	}
	return id, nil
}

// hostOf is the host of a base URL, without its port; "": it has none.
func hostOf(baseURL string) string {
	u, err := url.Parse(baseURL)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Hostname())
}
