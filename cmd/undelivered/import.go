package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"undelivered/models"
	"undelivered/models/intake"
	"undelivered/models/store"
)

type importCommand struct {
	Notifications importNotifications `cmd:"" help:"Register what another system has sent. Columns: ref, customer_ref, name, email, phone, zone, locale, channel, to, title, kind, subject, text, sent_at, connection, provider_message_id, message_id, due_at, valid_until."`
	Suppressions  importSuppressions  `cmd:"" help:"Bring in a provider's do-not-send list. Columns: address, kind, reason, since."`
}

type importFile struct {
	database
	File    string `arg:"" type:"existingfile" help:"CSV with a header line; fields by name, in any order."`
	Account string `required:"" help:"ID of the account."`
	DryRun  bool   `help:"Only say what would change."`
}

type importNotifications struct{ importFile }

var notificationColumns = []string{
	"ref",
	"customer_ref",
	"name",
	"email",
	"phone",
	"zone",
	"locale",
	"channel",
	"to",
	"title",
	"kind",
	"subject",
	"text",
	"sent_at",
	"connection",
	"provider_message_id",
	"message_id",
	"due_at",
	"valid_until",
}

// Run registers the file's notifications, a thousand at a time.
func (c *importNotifications) Run(ctx context.Context, term terminal) error {
	return c.with(ctx, term, func(s *store.Store) error {
		in := &importer{store: s, by: models.AtCommandLine(c.Account), term: term, dry: c.DryRun}
		if _, err := s.People.Account(ctx, in.by); err != nil {
			return err
		}
		if err := rows(c.File, notificationColumns,
			func(l line) error { return in.add(ctx, l) }); err != nil {
			return err
		}
		if err := in.flush(ctx); err != nil {
			return err
		}
		fmt.Fprintf(term.out, "%d new, %d known already, %d wrong%s\n", in.added, in.known, in.wrong,
			map[bool]string{true: " (nothing was changed)"}[c.DryRun])
		if in.wrong > 0 {
			return fmt.Errorf("%d lines were not taken", in.wrong)
		}
		return nil
	})
}

// importer takes registrations in slices.
type importer struct {
	store               *store.Store
	by                  models.Actor
	term                terminal
	dry                 bool
	numbers             []int
	batch               []intake.Registration
	added, known, wrong int
}

func (in *importer) add(ctx context.Context, l line) error {
	r, err := registration(l)
	if err != nil {
		in.refuse(l.number, err)
		return nil
	}
	in.numbers, in.batch = append(in.numbers, l.number), append(in.batch, r)
	if len(in.batch) < slice {
		return nil
	}
	return in.flush(ctx)
}

func (in *importer) refuse(number int, err error) {
	in.wrong++
	fmt.Fprintf(in.term.err, "line %d: %v\n", number, explained(err))
}

// flush registers the slice; when a line of it is wrong, the lines go one by one, so that only the wrong are
// left out.
func (in *importer) flush(ctx context.Context) error {
	numbers, batch := in.numbers, in.batch
	in.numbers, in.batch = nil, nil
	if len(batch) == 0 {
		return nil
	}
	results, err := in.register(ctx, batch)
	if err == nil {
		for i, r := range results {
			in.count(numbers[i], batch[i], r)
		}
		return nil
	}
	if !ofTheLine(err) {
		return err
	}
	for i := range batch {
		results, err := in.register(ctx, batch[i:i+1])
		switch {
		case err == nil:
			in.count(numbers[i], batch[i], results[0])
		case ofTheLine(err):
			in.refuse(numbers[i], err)
		default:
			return err
		}
	}
	return nil
}

func (in *importer) register(ctx context.Context, batch []intake.Registration) ([]intake.Registered, error) {
	if in.dry {
		return in.store.Intake.TryRegister(ctx, in.by, batch)
	}
	return in.store.Intake.Register(ctx, in.by, batch)
}

// ofTheLine says whether an error is about what the line says.
func ofTheLine(err error) bool {
	return errors.As(err, new(models.Invalid)) || errors.As(err, new(intake.Contradiction))
}

func (in *importer) count(number int, r intake.Registration, result intake.Registered) {
	if !result.Created {
		in.known++
		return
	}
	in.added++
	if in.dry {
		fmt.Fprintf(in.term.out, "line %d: would add %s to %s\n", number, r.Title, r.To)
	}
}

func registration(l line) (intake.Registration, error) {
	f := l.fields
	r := intake.Registration{
		Ref: f["ref"], Channel: models.Channel(f["channel"]), To: f["to"], Title: f["title"], Kind: f["kind"],
		Subject: f["subject"],
		Text:    f["text"], Connection: f["connection"], ProviderMessageID: f["provider_message_id"],
		MessageID: f["message_id"],
		Customer: intake.RegistrationCustomer{
			Ref:    f["customer_ref"],
			Name:   f["name"],
			Email:  f["email"],
			Phone:  f["phone"],
			Zone:   f["zone"],
			Locale: f["locale"],
		},
	}
	var err error
	for _, at := range []struct {
		column string
		into   **time.Time
	}{{"sent_at", &r.SentAt}, {"due_at", &r.DueAt}, {"valid_until", &r.ValidUntil}} {
		if *at.into, err = instant(f[at.column]); err != nil {
			return r, fmt.Errorf("%s: %w", at.column, err)
		}
	}
	return r, nil
}

// instant reads a time; nil when there is none.
func instant(typed string) (*time.Time, error) {
	if typed == "" {
		return nil, nil
	}
	for _, form := range []string{time.RFC3339, "2006-01-02 15:04:05", time.DateOnly} {
		if at, err := time.Parse(form, typed); err == nil {
			return &at, nil
		}
	}
	return nil, fmt.Errorf("%q is not a time such as 2026-11-24T10:00:00Z", typed)
}
