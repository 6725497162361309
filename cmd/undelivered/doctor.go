package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"slices"
	"strings"
	"time"

	"undelivered/models"
	"undelivered/models/store"
)

type doctorCommand struct {
	settings
	output
	Rotate    bool   `help:"Encrypt provider credentials anew with UNDELIVERED_SECRET_KEY, so that the key before can be thrown away."`
	NoteHeads string `name:"note-heads" placeholder:"FILE" help:"Write the ends of all activity logs into a file, to be kept elsewhere."`
	Heads     string `placeholder:"FILE" help:"Compare the activity logs with ends that were noted before."`
	Recount   bool   `help:"Count anew the accounts whose counters differ from their rows."`
}

// finding is one thing that was looked at.
type finding struct {
	Check string `json:"check"`
	OK    bool   `json:"ok"`
	Text  string `json:"text,omitempty"`
}

// examination collects what was found, and prints it as it goes.
type examination struct {
	term     terminal
	json     bool
	findings []finding
	ill      int
}

func (e *examination) note(check string, err error, fine string) {
	f := finding{check, err == nil, fine}
	if err != nil {
		f.Text = explained(err).Error()
		e.ill++
	}
	e.findings = append(e.findings, f)
	if !e.json {
		fmt.Fprintf(e.term.out, "%-4s %s: %s\n", map[bool]string{true: "ok", false: "BAD"}[f.OK], f.Check,
			f.Text)
	}
}

// Run looks at everything, also when something is wrong already, and fails when anything is.
func (c *doctorCommand) Run(ctx context.Context, term terminal) error {
	e := &examination{term: term, json: c.JSON}
	e.note("settings", c.check(), "all can be used")
	if e.ill == 0 {
		err := c.with(ctx, term, func(s *store.Store) error { return c.examine(ctx, s, e) })
		e.note("database", err, "opened and closed")
	}
	if c.JSON {
		if err := term.printJSON(map[string]any{"ok": e.ill == 0, "checks": e.findings}); err != nil {
			return err
		}
	}
	if e.ill > 0 {
		return fmt.Errorf("%d of %d checks found something wrong", e.ill, len(e.findings))
	}
	return nil
}

func (c *doctorCommand) examine(ctx context.Context, s *store.Store, e *examination) error {
	e.note("database answers", s.Ping(ctx), string(s.Dialect()))
	if c.Rotate {
		n, err := s.Reseal(ctx, models.AtCommandLine(""))
		e.note("rotation", err, fmt.Sprintf("%d values encrypted with the present key", n))
	}
	c.recount(ctx, s, e)
	lines, err := s.VerifyAudit(ctx, "")
	e.note("the installation: activity log", err, fmt.Sprintf("%d lines, unbroken", lines))
	if err := c.heads(ctx, s, e); err != nil {
		return err
	}
	accounts, err := s.People.Accounts(ctx)
	if err != nil {
		return err
	}
	for _, a := range accounts {
		if err := examineAccount(ctx, s, a, e); err != nil {
			return err
		}
	}
	return nil
}

// recount compares the counters with the rows; with --recount it mends the accounts where they differ.
func (c *doctorCommand) recount(ctx context.Context, s *store.Store, e *examination) {
	drift, err := s.Ledger.Recount(ctx)
	if err != nil || len(drift) == 0 {
		e.note("counters", err, "equal a recount")
		return
	}
	if !c.Recount {
		e.note("counters",
			fmt.Errorf("%d counters differ from a recount: doctor --recount mends them", len(drift)), "")
		return
	}
	accounts := map[string]bool{}
	for _, d := range drift {
		accounts[d.AccountID] = true
	}
	for id := range accounts {
		err = errors.Join(err, s.Ledger.RebuildDays(ctx, models.AtCommandLine(id)))
	}
	e.note("counters", err, fmt.Sprintf("%d differed from a recount, and were counted anew", len(drift)))
}

func examineAccount(ctx context.Context, s *store.Store, a models.Account, e *examination) error {
	lines, err := s.VerifyAudit(ctx, a.ID)
	e.note(a.Name+": activity log", err, fmt.Sprintf("%d lines, unbroken", lines))
	connections, err := s.Connection.Connections(ctx, models.AtCommandLine(a.ID))
	if err != nil {
		return err
	}
	domains := map[string]bool{}
	for _, connection := range connections {
		settings, err := s.Connection.ConnectionSettings(connection)
		if err != nil {
			e.note(a.Name+": "+connection.Name, err, "")
			continue
		}
		e.note(a.Name+": "+connection.Name, try(ctx, s, connection), "works")
		if domain := senderDomain(settings["from"]); domain != "" && connection.Provider != "simulator" &&
			!domains[domain] {
			domains[domain] = true
			e.note(a.Name+": DNS of "+domain, examineDomain(ctx, domain), "has SPF and DMARC")
		}
	}
	return nil
}

func senderDomain(from string) string {
	address, err := mail.ParseAddress(from)
	if err != nil {
		return ""
	}
	return address.Address[strings.LastIndex(address.Address, "@")+1:]
}

// examineDomain looks for what large receivers ask of a sender's domain.
func examineDomain(ctx context.Context, domain string) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	var missing []error
	for _, record := range []struct{ host, begins, what string }{
		{domain, "v=spf1", "SPF: no TXT record that begins with v=spf1"},
		{"_dmarc." + domain, "v=DMARC1", "DMARC: no TXT record at _dmarc." + domain},
	} {
		texts, err := net.DefaultResolver.LookupTXT(ctx, record.host)
		var none *net.DNSError
		if err != nil && (!errors.As(err, &none) || !none.IsNotFound) {
			return fmt.Errorf("asking DNS: %w", err)
		}
		if !slices.ContainsFunc(texts,
			func(text string) bool { return strings.HasPrefix(text, record.begins) }) {
			missing = append(missing, errors.New(record.what))
		}
	}
	return errors.Join(missing...)
}
