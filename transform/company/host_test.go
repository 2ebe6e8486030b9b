package company

import (
	"testing"

	"github.com/stretchr/testify/require"

	"contactsync/internal/normal"
)

func isFreemail(host string) bool {
	domain, _ := registrable(host)
	return freemail().provide(host, domain)
}

func TestFreeMailTellsPersonalFromBusiness(t *testing.T) {
	for _, host := range []string{"gmail.com", "yahoo.com", "yahoo.co.uk", "outlook.de", "icloud.com", "comcast.net",
		"tampabay.rr.com", "gmx.at", "btinternet.com",
		"bellatlantic.net", "attbi.com", "pipeline.com", "sprynet.com", "chello.nl", "lycos.co.uk", "pobox.com", "netscape.com",
		"lawyer.com",
		"doctor.com", "linuxmail.org", "dsl.pipex.com", "mail.telepac.pt", "pp.inet.fi", "zg.t-com.hr", "hcm.vnn.vn", "uol.com.ve",
		"posteo.at", "vtext.com", "mail2mike.com"} {
		require.True(t, isFreemail(host), host)
	}
	for _, host := range []string{"example.com", "acme.example", "yahoo-inc.example", "notgmail.com", "mail.example.com", "university.edu",
		"facebook.com", "alibaba.com", "telstra.com", "law.com", "unican.es", "saudia.com", "bt.com", "swissinfo.org", "nus.edu.sg"} {
		require.False(t, isFreemail(host), host)
	}
}

func TestListsHoldNothingThatTheRulesWouldNotFind(t *testing.T) {
	for domain := range disposable().domains {
		name, ok := normal.Host(domain)
		require.True(t, ok && name == domain, domain)
		require.False(t, isFreemail(domain), "%s is both", domain)
	}
	for _, word := range disposable().words {
		require.Contains(t, word, "mail", "or it is not looked for")
	}
	for domain := range freemail().domains {
		name, ok := normal.Host(domain)
		require.True(t, ok && name == domain, domain)
		require.False(t, isDisposable(domain), "%s is both", domain)
	}
}

func TestDisposableMailboxesAreKnownWithTheirSubdomains(t *testing.T) {
	for _, host := range []string{"mailinator.com", "yopmail.com", "10minutemail.com", "temp-mail.org", "trashmail.com",
		"maildrop.cc", "guerrillamail.com", "tempmail.com", "my-10minutemail.example", "inbox.mailinator.com", "a.b.yopmail.com"} {
		require.True(t, isDisposable(host), host)
	}
	for _, host := range []string{"gmail.com", "fastmail.com", "mozmail.com", "mailchimp.com", "minute.example", "example.com", "acme.example",
		"yopmai.example", "emailtemplates.example", "com", "org", "", ".", ".."} {
		require.False(t, isDisposable(host), host)
	}
}
