package schema

// Kind is a kind of identifier.
type Kind string

// The kinds of identifier. Strong ones link records into people; phones and
// the rest are kept for looking people up, and to suppress them.
const (
	EmailSHA256   Kind = "email_sha256"
	EmailSHA1     Kind = "email_sha1"
	EmailMD5      Kind = "email_md5"
	LinkedIn      Kind = "linkedin" // the lower-case slug
	TwitterID     Kind = "twitter_id"
	TwitterHandle Kind = "twitter_handle"
	Facebook      Kind = "facebook"
	SSID          Kind = "ss_id"
	Phone         Kind = "phone"
	CintID        Kind = "cint_id"
	MAID          Kind = "ma_id"
	RoleEmail     Kind = "role_email_sha256" // an address that many people share, such as info@, or that is nobody's, masked or a placeholder
	RoleEmailSHA1 Kind = "role_email_sha1"
	RoleEmailMD5  Kind = "role_email_md5"
	Spelling      Kind = "spelling" // of an address, as others may have typed and hashed it; stored as the keys of its hashes alone
)

// StrongKinds are the kinds that link: records that share such an identifier are
// one person. Addresses that many share or that are nobody's (see [RoleEmail]) carry
// kinds of their own; a hash that stands among them in any record links nobody, whoever
// else carries it.
var StrongKinds = []Kind{EmailSHA256, EmailSHA1, EmailMD5, LinkedIn, TwitterID, TwitterHandle, SSID}

// Identifier is one identifier of one record.
type Identifier struct {
	Source   string `col:"source" doc:"vendor of the record"`
	SourceID string `col:"source_id" doc:"the vendor's key of the record"`
	Kind     Kind   `col:"kind" doc:"email_sha256, email_md5, linkedin, ss_id, phone, ..."`
	Value    string `col:"value" doc:"the identifier in normal form"`
	Address  string `col:"address" doc:"email_sha256 of the mailbox of which value is another hash, or a spelling, where the record has its address in clear"`
}

// IdentifierColumns are the stored columns of an identifier.
var IdentifierColumns = ColumnsOf[Identifier]()
