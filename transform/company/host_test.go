package company

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"contactsync/internal/normal"
)

func TestFreeMailTellsPersonalFromBusiness(t *testing.T) {
	for _, host := range []string{"gmail.com", "yahoo.com", "yahoo.co.uk", "outlook.de", "icloud.com", "comcast.net", "tampabay.rr.com", "gmx.at", "btinternet.com"} {
		require.True(t, IsFreemail(host), host)
	}
	for _, host := range []string{"example.com", "acme.example", "yahoo-inc.example", "notgmail.com", "mail.example.com", "university.edu"} {
		require.False(t, IsFreemail(host), host)
	}
}

func TestListsHoldNothingThatTheRulesWouldNotFind(t *testing.T) {
	for domain := range freemail {
		host := strings.Replace(domain, ".*", ".com", 1)
		name, ok := normal.Host(host)
		require.True(t, ok, domain)
		require.Equal(t, name, host)
		require.True(t, IsFreemail(host), domain)
	}
}
