package evidence

import (
	"strconv"

	"contactsync/schema"
)

type Mailbox = mailbox

const (
	Work = business
	Home = personal
)

type Identifier struct {
	Kind    schema.Kind
	Number  int32
	Mailbox Mailbox
}
type Reader struct{}

func NewReader() *Reader { return &Reader{} }
func (r *Reader) Of(c *schema.SourceContact, ids []Identifier) Traits {
	k := *c
	k.Email, k.Emails, k.LinkedInURL, k.TwitterHandle, k.EmailSHA256, k.EmailMD5 = "", nil, "", "", "", ""
	t := Of(k)
	for _, id := range ids {
		t.identifiers = append(t.identifiers, identifier{id.Kind, strconv.Itoa(int(id.Number)), id.Mailbox})
	}
	return t
}
func (t *Traits) Named() bool   { return len(t.first.whole) > 1 && len(t.last.whole) > 1 }
func (t *Traits) Tells() bool   { return t.first.whole != "" || t.last.whole != "" }
func Bits(a, b *Traits) float64 { return Compare(*a, *b).Bits }
