package intake

import (
	"cmp"
	"encoding/json"

	"undelivered/models"
	"undelivered/models/internal/db"
	"undelivered/models/ledger"
)

// register takes in one notification: the same ref again answers the same, a failure that was reported before
// becomes one with it, and else it is new.
func register(t *db.Tx, a models.Actor, account models.Account, c models.Connection,
	r Registration) (Registered, error) {
	digest := r.digest()
	if r.Ref != "" {
		if known, err := registeredBefore(t, account, r, digest); err != nil || known.ID != "" {
			return known, err
		}
	}
	if err := ledger.HoldConnection(t, c.ID, "SHARE"); err != nil {
		return Registered{}, err
	}
	value, normal := models.Loosely(r.Channel, r.To, account.Country)
	address, err := ledger.AddressOf(t, account.ID, r.Channel, value, normal)
	if err != nil {
		return Registered{}, err
	}
	cust, err := registerCustomer(t, account, r, address)
	if err != nil {
		return Registered{}, err
	}
	n := models.Notification{
		ID: models.NewID("ntf", t.Now), AccountID: account.ID, Ref: r.Ref, Digest: digest,
		Origin: models.OriginRegistered, CustomerID: cust.ID,
		Channel: r.Channel, Title: r.Title, Kind: models.CleanText(r.Kind), ConnectionID: c.ID,
		DueAt: db.Utc(r.DueAt), ValidUntil: db.Utc(r.ValidUntil),
		NoRepeat: r.NoRepeat, State: models.StatePending, DecidedAt: models.Instant(*r.SentAt),
		AddressID: address.ID, Tries: 1, Version: 1,
		SentAt: models.Instant(*r.SentAt), CreatedAt: t.Now, UpdatedAt: t.Now,
	}
	if merged, err := mergeDiscovered(t, a, n, r, c, address); err != nil || merged.ID != "" {
		return merged, err
	}
	return registerNew(t, n, r, c, address)
}

func registerNew(t *db.Tx, n models.Notification, r Registration, c models.Connection,
	address models.Address) (Registered, error) {
	attempt := models.Attempt{
		ID: models.NewID("att", t.Now), NotificationID: n.ID, AccountID: n.AccountID, Channel: n.Channel,
		ConnectionID: c.ID,
		AddressID:    address.ID, Recipient: address.Value, OwnState: models.AttemptAccepted, OwnAt: n.SentAt,
		Outcome:   models.AttemptAccepted,
		DecidedAt: n.SentAt, ProviderMessageID: r.ProviderMessageID, MessageID: r.MessageID,
		AskedAt: n.SentAt, CreatedAt: n.SentAt,
	}
	if r.Send {
		n.Origin, attempt.Ours, attempt.OwnState, attempt.Outcome = models.OriginSent, true, models.Queued,
			models.Queued
		attempt.OwnAt, attempt.AskedAt, attempt.CreatedAt, attempt.DecidedAt, attempt.DueAt = t.Now, t.Now,
			t.Now, t.Now, &t.Now
	}
	content, err := contentOf(r)
	if err != nil {
		return Registered{}, err
	}
	if err := ledger.CreateNotification(t, &n, &attempt, content); err != nil {
		return Registered{}, err
	}
	if r.Send {
		err = ledger.AskHandover(t, attempt)
	} else {
		err = rematchRegistered(t, n, attempt)
	}
	return Registered{ID: n.ID, Ref: n.Ref, AttemptID: attempt.ID, State: n.State, Created: true}, err
}

func contentOf(r Registration) (*models.Content, error) {
	if r.Text == "" && r.HTML == "" && r.Subject == "" {
		return nil, nil
	}
	c := &models.Content{Sender: r.From, ReplyTo: r.ReplyTo, Subject: r.Subject, Text: r.Text, HTML: r.HTML}
	if len(r.Headers) > 0 {
		raw, err := json.Marshal(r.Headers)
		if err != nil {
			return nil, db.Wrap(err, "headers")
		}
		c.Headers = string(raw)
	}
	return c, nil
}

func registeredBefore(t *db.Tx, account models.Account, r Registration, digest string) (Registered, error) {
	n, err := ledger.NotificationNamed(t, account.ID, refs(t, r.Ref))
	if err != nil || n.ID == "" {
		return Registered{}, err
	}
	if n.Digest != digest && !models.Erased(n.Ref) {
		return Registered{}, Contradiction{}
	}
	first, err := ledger.Original(t, n)
	return Registered{ID: n.ID, Ref: r.Ref, AttemptID: first.ID, State: n.State}, err
}

// refs are how a ref is kept: as it is, or as a digest once its customer was erased. So the same again, from
// a queue or a backup of the business's own, is known for what it is, and does not bring the customer back.
func refs(t *db.Tx, ref string) []string { return []string{ref, t.Database.Seal.Erased("ref", ref)} }

// registerCustomer finds the customer by the business's own name, else by address, or adds it. What people
// have corrected here is never overwritten by a system that does not know it yet.
//
// An erased address can be registered, because the business's system may well have written to it; it is not
// refused, and it does not come back either. The customer is a new one, with what the registration says of
// them, never the erased one; the address stays the digest that it is, so that nobody can read it here; and
// what we are asked to send to it fails as dropped, because the opt-out of the erasure holds.
func registerCustomer(t *db.Tx, account models.Account, r Registration,
	to models.Address) (models.Customer, error) {
	if r.Customer.Ref == "" && r.Customer.Name == "" {
		return ledger.CustomerWith(t, account, to)
	}
	c, err := ledger.CustomerCalled(t, account.ID, r.Customer.Ref, r.Customer.Name, to)
	if err != nil {
		return c, err
	}
	if c.ID == "" {
		c = models.Customer{
			Ref:    r.Customer.Ref,
			Name:   models.CleanText(r.Customer.Name),
			Zone:   r.Customer.Zone,
			Locale: r.Customer.Locale,
		}
		if c.Name == "" {
			c.Name = cmp.Or(to.Value, ledger.Unnamed)
		}
		if err := ledger.CreateCustomer(t, account, &c); err != nil {
			return c, err
		}
	} else if c.UpdatedBy != "" {
		return c, nil
	}
	return c, registerAddresses(t, account, c, r, to)
}

func registerAddresses(t *db.Tx, account models.Account, c models.Customer, r Registration,
	to models.Address) error {
	typed := map[models.Channel]string{models.Email: r.Customer.Email, models.SMS: r.Customer.Phone}
	if typed[to.Channel] == "" {
		typed[to.Channel] = r.To
	}
	for _, channel := range []models.Channel{models.Email, models.SMS} {
		if typed[channel] == "" {
			continue
		}
		value, normal := models.Loosely(channel, typed[channel], account.Country)
		main, err := ledger.MainAddress(t, c.AccountID, c.ID, channel)
		if err != nil {
			return err
		}
		if main.Normal == normal {
			continue
		}
		address, err := ledger.AddressOf(t, account.ID, channel, value, normal)
		if err != nil {
			return err
		}
		if err := ledger.GiveAddress(t, c, address); err != nil {
			return err
		}
	}
	return nil
}
