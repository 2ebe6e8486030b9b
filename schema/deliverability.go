package schema

// EmailStatus says whether mail to an address arrives, as its vendor has found out;
// "" where none has.
type EmailStatus string

// The statuses, best first (AudienceLab's *_EMAIL_VALIDATION_STATUS, vendors' README
// 4.7).
const (
	EmailValidESP EmailStatus = "valid_esp" // the mail provider itself knows the address
	EmailValid    EmailStatus = "valid"
	EmailCatchAll EmailStatus = "catch_all" // its server takes mail to any address
	EmailUnknown  EmailStatus = "unknown"   // it was tried, in vain
	EmailInvalid  EmailStatus = "invalid"
)

// Verified is whether the address was verified, nil where the status does not say.
func (s EmailStatus) Verified() *bool {
	switch s {
	case EmailValidESP, EmailValid:
		return new(true)
	case EmailInvalid:
		return new(false)
	}
	return nil
}

// Doubt orders addresses by whether mail to them arrives, the best first. What
// takes all mail is no better than what nobody has tried.
func (s EmailStatus) Doubt() int {
	switch s {
	case EmailValidESP:
		return 0
	case EmailValid:
		return 1
	case EmailInvalid:
		return 3
	}
	return 2
}

// PhoneKind says what a number is, by the field that it came in.
type PhoneKind string

// The kinds of numbers.
const (
	PhoneMobile   PhoneKind = "mobile"
	PhoneDirect   PhoneKind = "direct" // at work, straight to the person
	PhoneLandline PhoneKind = "landline"
	PhoneCompany  PhoneKind = "company" // a switchboard, or a line of the employer's
	PhoneUnknown  PhoneKind = "unknown" // the person's, of no known kind
)
