package company

import (
	"contactsync/internal/memo"
	"contactsync/schema"
)

// Many people work at one company and have their mailboxes at one host, so what was made of
// these is remembered.
var (
	keys      = memo.New(memo.Places, readKey)
	mailboxes = memo.New(memo.Places, readMailbox)
	sites     = memo.New(memo.Places, func(value string) site {
		domain, why := readDomain([]string{value})
		return site{domain, why}
	})
)

// site is what a field of one value names.
type site struct {
	domain string
	why    schema.Cause
}
