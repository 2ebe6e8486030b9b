package schema

import "strings"

// A Note says that normalising could not take a value of a record as sent: in which
// field, spelt as the vendor spells it, and why; never the value.
type Note struct {
	Field string
	Cause Cause
}

// String is the note as [SourceContact.Notes] holds it.
func (n Note) String() string { return n.Field + ": " + string(n.Cause) }

// ParseNote reads a note as stored.
func ParseNote(s string) Note {
	field, cause, _ := strings.Cut(s, ": ")
	return Note{field, Cause(cause)}
}

// Cause is why normalising left out or altered a value. Its words are stored and
// counted by `sync profile`, so that they must not change; [Causes] is the closed list.
type Cause string

// Outcome is what became of the value.
type Outcome string

// The outcomes.
const (
	Dropped  Outcome = "dropped"  // left out of the columns; the payload keeps it
	Repaired Outcome = "repaired" // what is stored is not what was sent, but what it was meant to be
	Unlinked Outcome = "unlinked" // stored, but it makes no link between records
)

// The causes.
const (
	CauseInvalidAddress      Cause = "invalid address dropped"
	CauseNobodysAddress      Cause = "masked or placeholder address, links nobody"
	CauseNoHash              Cause = "not a hash of an address, dropped"
	CauseUnknownStatus       Cause = "unknown status dropped"
	CauseUnreadableDate      Cause = "unreadable date dropped"
	CauseInvalidNumber       Cause = "invalid number dropped"
	CauseDoubledCountryCode  Cause = "doubled country code repaired"
	CauseDiallingPrefix      Cause = "dialling prefix read as a plus"
	CauseMissingPlus         Cause = "missing plus repaired"
	CauseOwnCountry          Cause = "read as a number of the record's country"
	CauseExtension           Cause = "extension of a number dropped"
	CauseSpreadsheetFloat    Cause = "spreadsheet's decimal repaired"
	CauseNoLinkedInProfile   Cause = "no LinkedIn profile, dropped"
	CauseNoTwitterHandle     Cause = "no Twitter handle, dropped"
	CauseNoFacebookProfile   Cause = "no Facebook profile, dropped"
	CauseUnusableID          Cause = "unusable id dropped"
	CauseUnusableValue       Cause = "unusable value dropped" // by older rules, for the four above
	CauseAddressInNamesPlace Cause = "address in place of a name dropped"
	CauseTextRepaired        Cause = "damaged text repaired" // mojibake, entities, styled letters, quotes around the whole
	CausePlaceholder         Cause = "placeholder dropped"
	CauseHonorific           Cause = "honorific dropped"
	CauseCredential          Cause = "credential dropped"
	CauseNickname            Cause = "nickname dropped"
	CausePronouns            Cause = "pronouns dropped"
	CauseSymbols             Cause = "symbols or slogan dropped"
	CauseNoName              Cause = "no name, dropped"
	CauseUnusableDomain      Cause = "unusable domain dropped"
	CauseUnknownCountry      Cause = "unknown country dropped"
	CauseNoRegion            Cause = "region of a territory dropped"
	CauseNoPostalCode        Cause = "placeholder of a postal code dropped"
	CausePostalCode          Cause = "postal code repaired"
	CausePlaceToldApart      Cause = "parts of a place told apart"
	CausePlatformPage        Cause = "page on a platform dropped"
	CauseFreemailDomain      Cause = "free-mail domain dropped"
	CauseDisposableDomain    Cause = "disposable domain dropped"
	CausePlaceholderDomain   Cause = "placeholder domain dropped"
)

// CauseInfo is what there is to know of a cause.
type CauseInfo struct {
	Cause   Cause
	Outcome Outcome
	Column  string // the common column that the value would have gone to, or went to; "": none, or the field decides
}

// Causes is the closed list of causes, by column.
var Causes = []CauseInfo{
	{CauseAddressInNamesPlace, Dropped, "full_name"},
	{CauseNoName, Dropped, "full_name"},
	{CauseHonorific, Repaired, "full_name"},
	{CauseCredential, Repaired, "full_name"},
	{CauseNickname, Repaired, "full_name"},
	{CausePronouns, Repaired, "full_name"},
	{CauseSymbols, Repaired, "full_name"},
	{CauseInvalidAddress, Dropped, "email"},
	{CauseNobodysAddress, Unlinked, "email"},
	{CauseUnknownStatus, Dropped, "email_status"},
	{CauseUnreadableDate, Dropped, "email_last_seen_at"},
	{CauseNoHash, Dropped, ""},
	{CauseInvalidNumber, Dropped, "phone"},
	{CauseDoubledCountryCode, Repaired, "phone"},
	{CauseExtension, Repaired, "phone"},
	{CauseDiallingPrefix, Repaired, "phone"},
	{CauseMissingPlus, Repaired, "phone"},
	{CauseOwnCountry, Repaired, "phone"},
	{CauseSpreadsheetFloat, Repaired, "phone"},
	{CauseNoLinkedInProfile, Dropped, "linkedin_url"},
	{CauseNoTwitterHandle, Dropped, "twitter_handle"},
	{CauseNoFacebookProfile, Dropped, ""},
	{CauseUnusableID, Dropped, ""},
	{CauseUnusableValue, Dropped, ""},
	{CauseTextRepaired, Repaired, ""},
	{CausePlaceholder, Dropped, ""},
	{CauseUnusableDomain, Dropped, "company_domain"},
	{CauseUnknownCountry, Dropped, "country"},
	{CauseNoRegion, Dropped, "region"},
	{CauseNoPostalCode, Dropped, "postal_code"},
	{CausePostalCode, Repaired, "postal_code"},
	{CausePlaceToldApart, Repaired, ""},
	{CausePlatformPage, Dropped, "company_domain"},
	{CauseFreemailDomain, Dropped, "company_domain"},
	{CauseDisposableDomain, Dropped, "company_domain"},
	{CausePlaceholderDomain, Dropped, "company_domain"},
}

// Info is the cause's entry in [Causes]. A cause that is not of the list, which a
// newer program may have noted, has no outcome and no column.
func (c Cause) Info() CauseInfo {
	for _, info := range Causes {
		if info.Cause == c {
			return info
		}
	}
	return CauseInfo{Cause: c}
}
