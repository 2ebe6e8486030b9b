// Package merge moves what a pipeline has staged into the tables of a warehouse and
// works out who is one person, step by step in one transaction of the caller.
//
// The steps, in their order, and the files that hold them:
//
//	rejects                 what was rejected before                     reject.go
//	audiences, members      periods of membership                        member.go, sweep.go
//	records                 versions folded; rows that differ            fold.go, record.go
//	gone, matches, events   facts                                        replay.go, fact.go
//	overrides, matching,    what must be resolved again                  override.go, match.go,
//	stale, scope                                                         stale.go, scope.go
//	links, graph, assign    who is one person                            scope.go, people.go
//	golden                  the rows of the people concerned             golden.go
//	carried                 memberships under another key                carry.go
//
// # Temporary tables
//
// Steps hand on what they found in temporary tables, which the next merge replaces.
// Keys are those of etl.identifiers (layout.KeySQL).
//
//	table                columns                                        written by    read by
//	changed_audiences    a row of audiences, is_new, differs            audiences     audiences
//	sweeps               n, source, audience_id, sweep, round, what     members       members
//	                     staging says of the sweep
//	listed               source, audience_id, sweep, source_id, row:    members       members
//	                     not listed before by the same sweep
//	listed_elsewhere     source, audience_id, sweep, rows: in a lake    members       members
//	tallies              the columns of sweeps, and what is counted     members       members
//	unlisted             source, audience_id, source_id, valid_from,    members       members
//	                     listed_before
//	unlisted_elsewhere   source, audience_id, rows: in a lake           members       members
//	missing              source, audience_id, missing, missing_twice    members       members
//	judged               source, audience_id, sweep, ended, unnamed,    members       members
//	                     before, closing, confirmable, doubt
//	left_members         source, audience_id, source_id, valid_from     members       members
//	ended_sweeps         source, audience_id, sweep                     members       members
//	folding              source, source_id, last (seq), home, k         records       records
//	folded_before        k, what is stored of the record                records       records
//	folded_versions      k, seq, the columns of staged_versions         records       records
//	left_audiences       k, audience_id                                 records       records
//	changed              source, source_id, is_new, renamed             records,      records, relinked, golden
//	                                                                    an erasure
//	new_identifiers      the columns of etl.identifiers: of records     records       records, relinked
//	                     that were known
//	old_identifiers      the columns of etl.identifiers, place (a       records       records
//	                     rowid): of the same as they were
//	changed_identifiers  source, source_id, kind, key, address_key,     relinked,     relinked, scope
//	                     now                                            an erasure
//	relinked             source, source_id                              relinked,     scope
//	                                                                    stale,
//	                                                                    an erasure
//	changed_matches      data_date, topic_id, hem, seq, is_new, counts  matches       matches
//	selectors            override, side, always, source, source_id,     overrides     overrides
//	                     kind, value
//	named                override, side, always, source, source_id,     overrides     overrides, scope, graph
//	                     surname_hash
//	overridden_before    source, source_id                              overrides     scope
//	named_digest         digest, changed                                overrides     scope
//	stale_candidates     source, source_id                              stale         stale
//	changed_stale        source, source_id, now                         stale         stale
//	rematched            source, source_id                              matching      scope
//	affected_records     source, source_id                              scope         scope, resolve
//	reached_keys         key                                            scope         scope, links
//	addresses            address_key                                    scope         scope
//	examined_keys        key                                            scope         warn
//	nodes                n, source, source_id, surname_hash, neighbour, scope         links, graph, assign
//	                     full_name, stale
//	clear_keys           key, address_key                               links         links
//	role_keys            key                                            links         links
//	carriers             n, identifier (a rowid), key, rank             links         links, graph, warn
//	links                key, n                                         links         graph, warn
//	matched_nodes        a, b, place, key                               links         links
//	assigned             n, oldest                                      assign        assign
//	findings             n, records, surnames, reason                   assign        warn
//	warned               reason, records, surnames, bits, identifier    warn          warn
//	warned_identifiers   the same with kind, value, key instead         warn          warn
//	moved                source, source_id, old_id, contact_id          assign        assign, golden
//	affected_people      contact_id, records, record (a rowid), k       golden        golden
//	golden_records       k, owner, the columns that may become golden:  golden        golden
//	                     of people of several records
//	golden_before        k, the columns of contacts                     golden        golden
//	carried_members      source, audience_id, source_id, valid_from,    carried       carried
//	                     now_id
//
// Without anything to resolve, scope writes no nodes, and resolve an empty moved; steps for
// which nothing is staged, and those of overrides where none name anybody, write nothing.
package merge
