package delivery

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"undelivered/models"
	"undelivered/models/connection"
	"undelivered/models/intake"
	"undelivered/models/keyword"
	"undelivered/models/store"
	"undelivered/providers"
	"undelivered/providers/wire"
)

// Receiver takes in what providers report.
type Receiver struct {
	Store   *store.Store
	Client  *wire.Client
	BaseURL string // our public address, without a slash at its end
	Log     *slog.Logger

	failures failures
}

// HookRequest is one request at a webhook's address.
type HookRequest struct {
	Provider string
	Token    string
	Request  wire.Request // URL is the path and query as called; the public address is put before it
}

// Reply is what the provider is answered.
type Reply struct {
	Status      int
	ContentType string
	Body        []byte
}

// Receive verifies a request, keeps its events and only then answers with success. When we cannot store, the
// answer is the one that makes this provider try again (RULES.md, Answers).
func (r *Receiver) Receive(ctx context.Context, k HookRequest) Reply {
	p, listed := providers.ByCode(k.Provider)
	if !listed || p.Read == nil {
		return Reply{Status: http.StatusUnauthorized}
	}
	k.Request.URL, k.Request.Client, k.Request.ReceivedAt = r.BaseURL+k.Request.URL, r.Client, r.Store.Now()
	if c, known := r.Store.Connection.KnownByToken(k.Provider, k.Token); known {
		if reply, err := r.read(ctx, p, c, k.Request); !doubtful(err) {
			return r.answer(ctx, p, c, reply, err)
		}
	}
	c, err := r.Store.Connection.ConnectionByToken(ctx, k.Provider, k.Token)
	if errors.Is(err, models.ErrNotFound) {
		return Reply{Status: http.StatusUnauthorized} // the same answer as for a wrong signature
	}
	if err != nil {
		return r.unstored(p, c, err)
	}
	reply, err := r.read(ctx, p, c, k.Request)
	return r.answer(ctx, p, c, reply, err)
}

// doubtful says whether a connection that was only remembered must be looked up: it may have another secret
// now.
func doubtful(err error) bool {
	return errors.Is(err, connection.ErrChanged) || errors.Is(err, wire.ErrRefused) ||
		errors.Is(err, intake.ErrSpent)
}

func (r *Receiver) answer(ctx context.Context, p wire.Provider, c models.Connection, reply Reply,
	err error) Reply {
	switch {
	case errors.Is(err, wire.ErrRefused):
		return r.refused(ctx, c, "signature")
	case errors.Is(err, intake.ErrSpent):
		return r.refused(ctx, c, "replay")
	case err != nil:
		return r.unstored(p, c, err)
	}
	return reply
}

// read keeps what a request holds, and answers as its provider expects. For their time the secrets before the
// present ones prove it too.
func (r *Receiver) read(ctx context.Context, p wire.Provider, c models.Connection,
	request wire.Request) (Reply, error) {
	reply, err := r.readBy(ctx, p, c, request)
	if before, some := c.ByOldSecrets(r.Store.Now()); some && errors.Is(err, wire.ErrRefused) {
		return r.readBy(ctx, p, before, request)
	}
	return reply, err
}

func (r *Receiver) readBy(ctx context.Context, p wire.Provider, c models.Connection,
	request wire.Request) (Reply, error) {
	var err error
	if request.Settings, err = r.Store.Connection.ConnectionSettings(c); err != nil {
		return Reply{}, err
	}
	reading, err := p.Read(ctx, request)
	if errors.Is(err, wire.ErrUnreadable) {
		reading, err = wire.Reading{
			Events: []models.Event{unreadable(request, err)},
			Once:   reading.Once,
			Insist: reading.Insist,
		}, nil
	}
	if err != nil {
		return Reply{}, err
	}
	events := append(reading.Events, wishes(reading.Inbound)...)
	defaults(events, p)
	if err := r.keep(ctx, c, events, reading.Once); err != nil {
		return Reply{}, err
	}
	r.recovered(ctx)
	r.afterwards(ctx, c, reading)
	return Reply{
		Status:      max(reading.Status, http.StatusOK),
		ContentType: reading.ContentType,
		Body:        reading.Body,
	}, nil
}

func (r *Receiver) keep(ctx context.Context, c models.Connection, events []models.Event,
	once models.Proof) error {
	if once.Token == "" {
		return r.Store.Intake.Keep(ctx, c, events)
	}
	return r.Store.Intake.KeepOnce(ctx, c, events, once)
}

// refused counts a request that is not proven; nothing else of it is kept.
func (r *Receiver) refused(ctx context.Context, c models.Connection, why string) Reply {
	if err := r.Store.Connection.RefusedRequest(ctx, c, why); err != nil {
		r.Log.Warn("a refused request could not be counted", "connection", c.ID, "error", err)
	}
	return Reply{Status: http.StatusUnauthorized}
}

// afterwards does what may only happen once the events are stored.
func (r *Receiver) afterwards(ctx context.Context, c models.Connection, reading wire.Reading) {
	if alert := wire.Pick(reading.Alert, wire.AccountWarning(reading.Events)); alert != "" {
		if err := r.Store.Connection.AlertConnection(ctx, c, alert); err != nil {
			r.Log.Warn("an alert could not be kept", "connection", c.ID, "error", err)
		}
	}
	if reading.Insist != "" {
		if err := r.Store.Connection.Insist(ctx, c, reading.Insist); err != nil {
			r.Log.Warn("a stronger proof could not be insisted on", "connection", c.ID, "error", err)
		}
	}
	if reading.Confirm != nil {
		if err := reading.Confirm(ctx); err != nil {
			r.Log.Warn("a subscription could not be confirmed", "connection", c.ID, "error", err)
		}
	}
}

func (r *Receiver) unstored(p wire.Provider, c models.Connection, cause error) Reply {
	r.Log.Error("events could not be stored", "provider", p.Code, "connection", c.ID, "error", cause)
	r.failures.note(c, r.Store.Now())
	status := p.Unstored
	if status == 0 {
		status = http.StatusServiceUnavailable
	}
	return Reply{Status: status}
}

// unreadable keeps a genuine request that was not understood, for a person to look at and to have read anew.
func unreadable(request wire.Request, cause error) models.Event {
	sum := sha256.Sum256(append(request.Body, request.Query.Encode()...))
	return models.Event{
		Type:      models.Unrecognised,
		DedupeKey: "unreadable:" + hex.EncodeToString(sum[:]),
		Raw:       request.Kept(),
		State:     models.EventParked,
		Error:     cause.Error(),
	}
}

// defaults fills what a reader may leave out: the channel of a provider that has one, and a key of the bytes.
func defaults(events []models.Event, p wire.Provider) {
	for i := range events {
		e := &events[i]
		if e.Channel == "" && len(p.Channels) > 0 {
			e.Channel = p.Channels[0]
		}
		if e.DedupeKey == "" {
			sum := sha256.Sum256(e.Raw)
			e.DedupeKey = "bytes:" + hex.EncodeToString(sum[:])
		}
	}
}

// wishes turns customers' texts into events about their number: STOP and START count, anything else is kept.
func wishes(texts []wire.Inbound) []models.Event {
	var events []models.Event
	for _, text := range texts {
		kind, code := models.Unrecognised, ""
		switch keyword.KeywordOf(text.Keyword, text.Text) {
		case keyword.Stop:
			kind = models.Unsubscribed
		case keyword.Start:
			kind = models.Resubscribed
		case keyword.Unsure: // a person decides
			code = intake.WishUnsure
		}
		key := text.ID
		if key == "" {
			key = strings.Join([]string{text.From, text.To, text.Text, text.OccurredAt.Format(time.RFC3339)},
				"\n")
		}
		events = append(
			events,
			models.Event{Type: kind, Channel: models.SMS, Recipient: text.From, DedupeKey: "inbound:" + key,
				ProviderEventID: text.ID, ProviderCode: code, Diagnostic: text.Text,
				OccurredAt: text.OccurredAt, Raw: text.Raw},
		)
	}
	return events
}
