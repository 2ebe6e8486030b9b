//go:build duckdb_arrow

package duckdb_test

import (
	"cmp"
	"context"
	"crypto/md5"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"flag"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"contactsync/internal/identity"
	"contactsync/internal/loadtest"
	"contactsync/load"
	"contactsync/load/duckdb"
	"contactsync/load/storetest"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// soul is a record of a small universe in which identifiers are shared, known
// under different hashes, and given up again.
type soul struct {
	source, id string
	surname    int // 0 = none
	first      string
	clear      []string // addresses
	sha, md    []string // spellings of addresses of which the record has only this hash
	slugs      []string
}

// roleAddress is the universe's one address of a function.
const roleAddress = "info@acme.example"

// addresses are the universe's, of which two are of one mailbox, each with how others
// spell it; spellings are all that somebody may have hashed.
var (
	addresses = []string{"a@acme.example", "b@acme.example", "an.n+x@gmail.com", "ann@gmail.com", roleAddress}
	spelled   = map[string][]string{
		"a@acme.example": {"A@acme.example", "A@ACME.EXAMPLE"}, "an.n+x@gmail.com": {"An.N+X@gmail.com"}, "ann@gmail.com": {"Ann@gmail.com"},
		roleAddress: {"Info@acme.example"},
	}
	spellings = slices.Concat(addresses, []string{"A@acme.example", "A@ACME.EXAMPLE", "An.N+X@gmail.com", "Ann@gmail.com", "Info@acme.example"})
)

// mailbox is the address that stands for that of an address.
func mailbox(address string) string {
	if address == "an.n+x@gmail.com" {
		return "ann@gmail.com"
	}
	return address
}

func sha256Of(s string) string { h := sha256.Sum256([]byte(s)); return hex.EncodeToString(h[:]) }
func md5Of(s string) string    { h := md5.Sum([]byte(s)); return hex.EncodeToString(h[:]) }

// souls draws what a record says on one night.
func souls() *rapid.Generator[soul] {
	return rapid.Custom(func(t *rapid.T) soul {
		of := func(list []string, label string) []string {
			return rapid.SliceOfNDistinct(rapid.SampledFrom(list), 0, 2, rapid.ID[string]).Draw(t, label)
		}
		return soul{
			source: rapid.SampledFrom(schema.Sources[:2]).Draw(t, "source"), id: fmt.Sprint(rapid.IntRange(1, 6).Draw(t, "id")),
			surname: rapid.IntRange(0, 4).Draw(t, "surname"), first: rapid.SampledFrom([]string{"Ann", "Anna", "Paul", "A", ""}).Draw(t, "first"),
			clear: of(addresses, "clear"), sha: of(spellings, "sha256"), md: of(spellings, "md5"),
			slugs: of([]string{"x", "y", "z"}, "slugs"),
		}
	})
}

// identifiers are what transform would make of the record.
func (s soul) identifiers() (ids []schema.Identifier) {
	add := func(kind schema.Kind, value, address string) {
		if !slices.ContainsFunc(ids, func(o schema.Identifier) bool { return o.Value == value }) {
			ids = append(ids, schema.Identifier{Source: s.source, SourceID: s.id, Kind: kind, Value: value, Address: address})
		}
	}
	for _, a := range s.clear {
		hashed, other, clear := schema.EmailSHA256, schema.EmailMD5, sha256Of(mailbox(a))
		if a == roleAddress {
			hashed, other = schema.RoleEmail, schema.RoleEmailMD5
		}
		add(hashed, clear, "")
		add(hashed, sha256Of(a), clear)
		add(other, md5Of(a), clear)
		add(other, md5Of(mailbox(a)), clear)
		for _, spelling := range spelled[a] {
			add(schema.Spelling, spelling, clear)
		}
	}
	for _, a := range s.sha {
		add(schema.EmailSHA256, sha256Of(a), "")
	}
	for _, a := range s.md {
		add(schema.EmailMD5, md5Of(a), "")
	}
	for _, slug := range s.slugs {
		add(schema.LinkedIn, slug, "")
	}
	return ids
}

func (s soul) key() string { return s.source + ":" + s.id }

// place orders records as the warehouse does where the evidence does not.
func (s soul) place() uint64 {
	sum := md5.Sum([]byte(s.key()))
	return binary.LittleEndian.Uint64(sum[8:]) >> 1
}

// last is the surname in letters.
func (s soul) last() string { return []string{"", "Reed", "Marsh", "Reeds", "Marsh-Reed"}[s.surname] }

// version is a payload that says it.
func (s soul) version() load.Version {
	return storetest.Said{ID: s.id, First: s.first, Last: s.last(), Surname: int64(s.surname), Identifiers: s.identifiers()}.Version(s.source)
}

// settings are the rules of identity in a test.
type settings struct {
	maxNames   int
	maxRecords int
	guard      load.Guard
	overrides  []load.Override
	stale      time.Duration
}

func (s settings) people() load.People {
	return load.People{
		Priority: schema.Sources, MaxNames: s.maxNames, MaxRecords: s.maxRecords, Guard: s.guard, Overrides: s.overrides, Stale: s.stale, Fold: storetest.Fold,
	}
}

func overrides() *rapid.Generator[[]load.Override] {
	selector := rapid.Custom(func(t *rapid.T) load.Selector {
		switch rapid.IntRange(0, 3).Draw(t, "selector") {
		case 0:
			a := rapid.SampledFrom(spellings).Draw(t, "address")
			return load.Selector{Identifiers: []schema.Identifier{{Kind: schema.EmailSHA256, Value: sha256Of(a)}, {Kind: schema.EmailMD5, Value: md5Of(a)}}}
		case 1:
			return load.Selector{Identifiers: []schema.Identifier{{Kind: schema.LinkedIn, Value: rapid.SampledFrom([]string{"x", "y"}).Draw(t, "slug")}}}
		}
		s := souls().Draw(t, "record")
		return load.Selector{Source: s.source, SourceID: s.id}
	})
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) load.Override {
		return load.Override{Always: rapid.Bool().Draw(t, "always"), A: selector.Draw(t, "a"), B: selector.Draw(t, "b")}
	}), 0, 3)
}

// arrive commits and merges what some records say now.
func arrive(t require.TestingT, w *duckdb.Warehouse, c *storetest.Clock, night string, s settings, listed []soul) load.Merged {
	c.Advance()
	return arriveIn(t, w, load.Batch{Run: storetest.NewRun("r"+night, "p", c.T)}, s, listed)
}

// arriveIn does so in a batch that says more.
func arriveIn(t require.TestingT, w *duckdb.Warehouse, b load.Batch, s settings, listed []soul) load.Merged {
	require.NoError(t, w.Commit(ctx, saying(b, listed)))
	return mergeIn(t, w, b, s)
}

func mergeIn(t require.TestingT, w *duckdb.Warehouse, b load.Batch, s settings) load.Merged {
	m, err := w.Merge(ctx, &b.Run, s.people())
	require.NoError(t, err)
	return m
}

// saying is a batch with what a vendor says of each of them last.
func saying(b load.Batch, listed []soul) load.Batch {
	last := map[string]soul{}
	for _, s := range listed {
		last[s.key()] = s
	}
	for _, s := range last {
		v := s.version()
		for _, a := range b.Audiences {
			v.Audience = a.AudienceID
		}
		b.Versions = append(b.Versions, v)
	}
	return b
}

// table reads a query's rows as text.
func table(t require.TestingT, w *duckdb.Warehouse, query string) (rows []string) {
	for _, v := range loadtest.Rows(t, w, query) {
		rows = append(rows, fmt.Sprint(v...))
	}
	return rows
}

// state is everything that identity decides.
func state(t require.TestingT, w *duckdb.Warehouse) map[string][]string {
	return map[string][]string{
		"people":   table(t, w, "FROM etl.people ORDER BY ALL"),
		"contacts": table(t, w, "FROM contacts ORDER BY ALL"),
		"changes":  table(t, w, "FROM contact_changes ORDER BY ALL"),
		"merges":   table(t, w, "FROM etl.merges ORDER BY ALL"),
		"warnings": table(t, w, "SELECT kind, value, reason, records, surnames, bits FROM etl.identity_warnings ORDER BY ALL"),
		"pairs":    table(t, w, "SELECT * EXCLUDE (found_at, run_id) FROM etl.candidate_pairs ORDER BY ALL"),
	}
}

// partition says who is one person, whatever the ids.
func partition(t require.TestingT, w *duckdb.Warehouse) []string {
	return table(t, w, "SELECT string_agg(source || ':' || source_id, ' ' ORDER BY source, source_id) AS person FROM etl.people GROUP BY contact_id ORDER BY 1")
}

func TestResolvingWhatChangedEqualsResolvingEverything(t *testing.T) {
	lightly(t)
	rapid.Check(t, func(rt *rapid.T) {
		w, c := openIn(rt, t)
		defer w.Close()
		s := settings{
			maxNames: rapid.IntRange(1, 3).Draw(rt, "max_names"), maxRecords: rapid.SampledFrom([]int{0, 2, 4}).Draw(rt, "max_records"),
			guard: rapid.SampledFrom([]load.Guard{load.GuardOff, load.GuardWarn, load.GuardOn, load.GuardOn}).Draw(rt, "guard"),
		}
		now := map[string]soul{}
		var order []string
		for night := range rapid.IntRange(1, 4).Draw(rt, "nights") {
			if rapid.Bool().Draw(rt, "decide") {
				s.overrides = overrides().Draw(rt, "overrides")
			}
			listed := rapid.SliceOfN(souls(), 0, 5).Draw(rt, "listed")
			for _, l := range listed {
				if _, known := now[l.key()]; !known {
					order = append(order, l.key())
				}
				now[l.key()] = l
			}
			merged := arrive(rt, w, c, fmt.Sprint(night), s, listed)

			before := state(rt, w)
			c.Advance()
			rebuilt, err := w.Resolve(ctx, "again", s.people(), true)
			require.NoError(rt, err)
			require.Equal(rt, before, state(rt, w))
			require.Equal(rt, merged.Unapplied, rebuilt.Unapplied)
			require.Zero(rt, rebuilt.Contacts, "no row differs")
			require.Equal(rt, expected(now, s, nil), partition(rt, w))
		}
		// The same records in another order, by one run.
		other, c := openIn(rt, t)
		defer other.Close()
		for i, key := range rapid.Permutation(order).Draw(rt, "arrival") {
			if rapid.Bool().Draw(rt, "apart") || i == len(order)-1 {
				var listed []soul
				for _, k := range slices.Concat([]string{key}, order) {
					listed = append(listed, now[k])
				}
				arrive(rt, other, c, fmt.Sprint(i), s, listed[:1+rapid.IntRange(0, len(order)).Draw(rt, "more")])
			}
		}
		var all []soul
		for _, k := range order {
			all = append(all, now[k])
		}
		arrive(rt, other, c, "last", s, all)
		require.Equal(rt, partition(rt, w), partition(rt, other))
	})
}

// lightly makes fewer checks, since each takes warehouses and a dozen merges;
// -rapid.checks asks for more.
func lightly(t *testing.T) {
	checks := flag.Lookup("rapid.checks")
	if checks.Value.String() == checks.DefValue {
		require.NoError(t, checks.Value.Set("6"))
		t.Cleanup(func() { _ = checks.Value.Set(checks.DefValue) }) // a value that was accepted before
	}
}

// expected resolves the records without a warehouse: identifiers by name, all
// hashes of a mailbox of which somebody has an address in clear as one, in whatever
// spelling, those of a role not at all. Stale are the records that have no vote.
func expected(now map[string]soul, s settings, stale map[string]bool) []string {
	var all []soul
	known, role := map[string]string{}, map[string]bool{}
	for _, r := range now {
		all = append(all, r)
		for _, id := range r.identifiers() {
			if _, isRole := strings.CutPrefix(string(id.Kind), "role_"); isRole {
				role[id.Value] = true
			}
			switch {
			case id.Kind == schema.Spelling:
				known[sha256Of(id.Value)], known[md5Of(id.Value)] = id.Address, id.Address
			case id.Address != "":
				known[id.Value] = id.Address
			}
		}
	}
	slices.SortFunc(all, func(a, b soul) int { return strings.Compare(a.key(), b.key()) })
	keys := map[string]map[int32]bool{}
	g := identity.Graph{MaxNames: s.maxNames, MaxRecords: s.maxRecords, MaxFullNames: 4 * s.maxNames}
	if s.guard == load.GuardOn {
		g.Guard = identity.On
	}
	for i, r := range all {
		g.Surnames, g.Keys = append(g.Surnames, uint64(r.surname)), append(g.Keys, r.place())
		g.Names, g.Stale = append(g.Names, 0), append(g.Stale, stale[r.key()])
		if r.surname > 0 && r.first != "" {
			g.Names[i] = binary.LittleEndian.Uint64([]byte(r.first + "        ")[:8]) + uint64(r.surname)
		}
		for _, id := range r.identifiers() {
			address := known[id.Value]
			if role[id.Value] || role[address] || id.Kind == schema.Spelling {
				continue
			}
			key := string(id.Kind) + ":" + id.Value
			if address != "" {
				key = "email_sha256:" + address
			}
			if keys[key] == nil {
				keys[key] = map[int32]bool{}
			}
			keys[key][int32(i)] = true
		}
	}
	var names []string
	for k := range keys {
		names = append(names, k)
	}
	slices.SortFunc(names, inOrder)
	for n, k := range names {
		kind, _, _ := strings.Cut(k, ":")
		g.Kinds = append(g.Kinds, schema.Kind(kind))
		for i := range all {
			if keys[k][int32(i)] {
				g.Edges = append(g.Edges, identity.Edge{Record: int32(i), Identifier: int32(n)})
			}
		}
	}
	for _, o := range s.overrides {
		a, b := chosen(all, o.A, s.maxNames), chosen(all, o.B, s.maxNames)
		if len(a) == 0 || len(b) == 0 {
			continue
		}
		if !o.Always {
			for _, x := range a {
				for _, y := range b {
					g.Never = append(g.Never, [2]int32{x, y})
				}
			}
			continue
		}
		for _, x := range slices.Concat(a[1:], b) {
			g.Always = append(g.Always, [2]int32{a[0], x})
		}
	}
	people := map[int32][]string{}
	partition, err := identity.Resolve(g, func(records []int32) iter.Seq2[*identity.Testimony, error] {
		return func(yield func(*identity.Testimony, error) bool) {
			for _, r := range records {
				t := identity.Testimony{Work: -1, Home: -1}
				t.FirstName, t.LastName, t.FullName = all[r].first, all[r].last(), strings.TrimSpace(all[r].first+" "+all[r].last())
				if !yield(&t, nil) {
					return
				}
			}
		}
	})
	if err != nil {
		panic(err)
	}
	for i, oldest := range partition.Oldest {
		people[oldest] = append(people[oldest], all[i].key())
	}
	var list []string
	for _, p := range people {
		list = append(list, strings.Join(p, " "))
	}
	slices.Sort(list)
	return list
}

// inOrder is the order in which the warehouse honours identifiers: by kind, then
// by a hash, read as a number whose lowest byte comes first.
func inOrder(a, b string) int {
	place := func(key string) (int, []byte) {
		kind, _, _ := strings.Cut(key, ":")
		sum := md5.Sum([]byte(key))
		slices.Reverse(sum[:])
		return slices.Index(schema.StrongKinds, schema.Kind(kind)), sum[:]
	}
	kindA, sumA := place(a)
	kindB, sumB := place(b)
	return cmp.Or(cmp.Compare(kindA, kindB), slices.Compare(sumA, sumB))
}

// chosen are the records that a selector means; none if too many people.
func chosen(all []soul, s load.Selector, maxNames int) (list []int32) {
	surnames := map[int]bool{}
	for i, r := range all {
		means := r.source == s.Source && r.id == s.SourceID
		for _, id := range r.identifiers() {
			means = means || slices.ContainsFunc(s.Identifiers, func(o schema.Identifier) bool { return o.Kind == id.Kind && o.Value == id.Value })
		}
		if means {
			list = append(list, int32(i))
			surnames[r.surname] = r.surname > 0
		}
	}
	delete(surnames, 0)
	if len(surnames) > maxNames {
		return nil
	}
	return list
}

func openIn(rt require.TestingT, t *testing.T) (*duckdb.Warehouse, *storetest.Clock) {
	c, path := storetest.NewClock(), warehousePath(t)
	loadtest.PutEmpty(rt, path, 0)
	return openAt(rt, path, c), c
}

func openAt(t require.TestingT, path string, c *storetest.Clock) *duckdb.Warehouse {
	w, err := duckdb.Open(ctx, path, duckdb.Options{Now: c.Now, Threads: 1})
	require.NoError(t, err)
	return w
}

var ctx = context.Background()

// warehousePath is a place for one more warehouse.
func warehousePath(t *testing.T) string {
	dir, err := os.MkdirTemp(t.TempDir(), "")
	require.NoError(t, err)
	return filepath.Join(dir, "warehouse.duckdb")
}
