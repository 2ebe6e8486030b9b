package schema

import "slices"

// Dictionary describes every promised table: what `sync docs` prints and what an
// export may name. The tables that are about people show contact_id first,
// wherever it is kept.
func Dictionary() []TableInfo {
	return []TableInfo{
		contacts(),
		joined("source_contacts", "the latest version of one vendor record, in the common schema", SourceContactColumns),
		joined("identifiers", "one identifier of one record", Without(IdentifierColumns, "address")), // serves the loader only
		joined("intent_matches", "a person's interest in a topic on a day; key: pipeline, data_date, topic_id, hem", MatchColumns),
		Accounts.Info(), HotAccounts.Info(), RisingTopics.Info(),
		NewContacts.Info(), JobChanges.Info(), ReachableContacts.Info(),
		AudienceOverlap.Info(), VendorOverlap.Info(), AudienceMovement.Info(),
		Audiences.Info(),
		joined("audience_members", "a period of membership", MemberColumns),
		joined("events", "a visit or other event of a pixel segment", EventColumns),
		Changes.Info(), Moves.Info(), Warnings.Info(), CandidatePairs.Info(),
		Runs.Info(), Checkpoints.Info(), Rejects.Info(), Suppressions.Info(), Forgets.Info(), Erasures.Info(), Drifts.Info(),
		Enrichments.Info(), AskedPeople.Info(),
	}
}

// contacts shows the company, too, which follows from the other contacts' values.
func contacts() TableInfo {
	info := Contacts.Info()
	info.Columns = append(info.Columns, ColumnInfo{"account_id", Text, "the company in accounts; NULL where neither its domain nor its key is known"})
	return info
}

// joined is a table whose rows belong to a person.
func joined[R any](name, doc string, columns []Column[R]) TableInfo {
	info := Table[R]{Name: name, Doc: doc, Columns: columns}.Info()
	info.Columns = slices.Insert(info.Columns, 0, ColumnInfo{"contact_id", Text, "the person in contacts"})
	return info
}
