package world

// Record is what is true of one record that a vendor serves: whose it is, and
// which identifiers it carries.
type Record struct {
	Vendor      string
	Listing     string // the list that serves it: the same record may carry less in one than in another
	ID          string // the vendor's key of the person
	Person      int    // index of the person in the universe
	Surname     string // as the record has it; "" where it has none
	Identifiers []Identifier
}

// Identifier is one identifier of a record, in normal form.
type Identifier struct {
	Kind  string // email_sha256, email_md5, linkedin, twitter_id, twitter_handle, ss_id, cint_id, ma_id, phone
	Value string
	Own   bool // belongs to this person alone: records that share it are one person. Not so phones, info@, and placeholders
}

// Own is an identifier that belongs to one person alone; none where the value is "".
func Own(kind, value string) []Identifier {
	if value == "" {
		return nil
	}
	return []Identifier{{kind, value, true}}
}

// EmailIdentifiers are the hashes of plain addresses: who knows an address knows both.
func EmailIdentifiers(own bool, addresses ...string) []Identifier {
	var ids []Identifier
	for _, a := range addresses {
		if a != "" {
			ids = append(ids, Identifier{"email_sha256", SHA256Hex(a), own}, Identifier{"email_md5", MD5Hex(a), own})
		}
	}
	return ids
}

// PhoneIdentifiers are numbers, which people share.
func PhoneIdentifiers(numbers []string) []Identifier {
	var ids []Identifier
	for _, n := range numbers {
		ids = append(ids, Identifier{"phone", n, false})
	}
	return ids
}
