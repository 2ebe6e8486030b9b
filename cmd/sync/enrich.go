package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"strings"

	"contactsync/extract"
	"contactsync/extract/audiencelab/enrichment"
	"contactsync/internal/explain"
	"contactsync/internal/run"
	"contactsync/internal/selector"
	"contactsync/internal/words"
	"contactsync/schema"

	"github.com/spf13/cobra"
)

func (a *app) enrich() *cobra.Command {
	c := &cobra.Command{
		Use:   "enrich PERSON",
		Short: "Ask AudienceLab for one person; it may cost",
		Long: "enrich asks AudienceLab for one person and prints what it answers, which is personal data. Nothing is stored;\n" +
			"a pipeline that reads audiencelab.enrichments does that. A person is an e-mail address, a LinkedIn URL, or, if the\n" +
			"warehouse knows it, a contact id or a record as source:id. The vendor may charge for the answer. Who is suppressed\n" +
			"is not asked for.",
		Example: "  sync enrich ann.lee@acme.example\n  sync enrich -y -o json https://www.linkedin.com/in/ann-lee",
		Args:    arguments(1, 1),
	}
	yes := c.Flags().BoolP("yes", "y", false, "do not ask")
	form := c.Flags().String("api", enrichment.Forms[0], "enrichments (POST /enrich) or jobs (POST /enrich/contact, as the vendor's document has it)")
	format := outputFlag(c)
	return a.withRunner(c, func(ctx context.Context, r *run.Runner, args []string) error {
		if *form != enrichment.Forms[0] && *form != enrichment.Forms[1] {
			return usage("--api %q: want %s", *form, strings.Join(enrichment.Forms, " or "))
		}
		question, err := whomToAsk(ctx, r, args[0])
		if err != nil {
			return err
		}
		a.say("the vendor may charge for this answer")
		if !*yes && !a.confirm("ask AudienceLab for this person?") {
			return usage("nobody was asked for")
		}
		client, err := r.Client(schema.AudienceLab)
		if err != nil {
			return err
		}
		found, err := enrichment.Enrich(ctx, extract.Env{Client: client, Log: r.Log, Now: r.Now}, *form, question, enrichment.PersonFields)
		if err != nil {
			return err
		}
		a.say("AudienceLab knows " + words.Counted(len(found), "person", "people") + " who fit; nothing was stored")
		return a.printAnswers(found, *format)
	})
}

// errSuppressed says that somebody is not asked for, without a word about whom.
var errSuppressed = errors.New("this person must stay out of the warehouse, so nobody is asked for them; see etl.suppressions")

// whomToAsk is by what a person is asked for, unless they must stay out. A contact of
// the warehouse is asked for by its address, or else by its profile.
func whomToAsk(ctx context.Context, r *run.Runner, text string) (q enrichment.Question, err error) {
	named, ok := selector.Parse(text)
	if !ok {
		return q, &selector.Error{Problems: []string{"name a person by e-mail address, LinkedIn URL, contact id (c_...) or source:id"}}
	}
	known := len(named.Identifiers) > 0
	if known {
		q = questionOf(text)
	}
	if begun, err := run.Begun(ctx, r); err != nil || !begun && known {
		return q, err
	}
	return q, r.Read(ctx, func(reader *run.Reader) error {
		if !known {
			if err := run.BringPeople(ctx, reader); err != nil {
				return err
			}
			contact, err := explain.Contact(ctx, reader, text)
			if err != nil {
				return err
			}
			if q = questionAbout(contact); q == (enrichment.Question{}) {
				return errors.New("this contact has no address and no LinkedIn profile to ask for")
			}
		}
		out, err := run.Suppressed(ctx, reader, cmp.Or(q.Email, q.LinkedInURL, q.EmailSHA256))
		if err == nil && out {
			err = errSuppressed
		}
		return err
	})
}

// questionOf asks by what was typed.
func questionOf(text string) enrichment.Question {
	text = strings.TrimSpace(text)
	if strings.Contains(text, "@") {
		return enrichment.Question{Email: text}
	}
	return enrichment.Question{LinkedInURL: text}
}

// questionAbout asks by the best that the warehouse knows.
func questionAbout(c schema.Contact) enrichment.Question {
	switch {
	case c.Email != "" && !enrichment.NamesNobody(c.Email):
		return enrichment.Question{Email: c.Email}
	case c.LinkedInURL != "":
		return enrichment.Question{LinkedInURL: c.LinkedInURL}
	case c.Email != "": // its hash says no more
		return enrichment.Question{}
	}
	return enrichment.Question{EmailSHA256: c.EmailSHA256}
}

// printAnswers prints what was found: for programs the objects as they were served, for
// people and sheets a field a line.
func (a *app) printAnswers(found []enrichment.Answer, format string) error {
	if format == "json" {
		list := make([]json.RawMessage, len(found))
		for i, f := range found {
			list[i] = f.Raw
		}
		var out bytes.Buffer
		if err := printJSON(&out, list); err != nil {
			return err
		}
		_, err := out.WriteTo(a.stdout)
		return err
	}
	g := grid{columns: []string{"person", "field", "value"}}
	for i, f := range found {
		for _, field := range f.Fields {
			g.add(i+1, field.Name, field.Value)
		}
	}
	return g.print(a.stdout, format)
}
