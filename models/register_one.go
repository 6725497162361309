package models

import (
	"cmp"
	"encoding/json"
	"time"
)

// register takes in one notification: the same ref again answers the same, a failure that was reported before becomes
// one with it, and else it is new.
func (t *tx) register(a Actor, account Account, c Connection, r Registration) (Registered, error) {
	digest := r.digest()
	if r.Ref != "" {
		if known, err := t.registeredBefore(account, r, digest); err != nil || known.ID != "" {
			return known, err
		}
	}
	if err := t.holdConnection(c.ID, "SHARE"); err != nil {
		return Registered{}, err
	}
	value, normal := loosely(r.Channel, r.To, account.Country)
	address, err := t.addressOf(account.ID, r.Channel, value, normal)
	if err != nil {
		return Registered{}, err
	}
	customer, err := t.registerCustomer(account, r, address)
	if err != nil {
		return Registered{}, err
	}
	n := Notification{
		ID: newID("ntf", t.now), AccountID: account.ID, Ref: r.Ref, Digest: digest, Origin: OriginRegistered, CustomerID: customer.ID,
		Channel: r.Channel, Title: r.Title, Kind: cleanText(r.Kind), ConnectionID: c.ID, DueAt: utc(r.DueAt), ValidUntil: utc(r.ValidUntil),
		NoRepeat: r.NoRepeat, State: StatePending, DecidedAt: instant(*r.SentAt), AddressID: address.ID, Tries: 1, Version: 1,
		SentAt: instant(*r.SentAt), CreatedAt: t.now, UpdatedAt: t.now,
	}
	if merged, err := t.mergeDiscovered(a, n, r, c, address); err != nil || merged.ID != "" {
		return merged, err
	}
	return t.registerNew(n, r, c, address)
}

func (t *tx) registerNew(n Notification, r Registration, c Connection, address Address) (Registered, error) {
	attempt := Attempt{
		ID: newID("att", t.now), NotificationID: n.ID, AccountID: n.AccountID, Channel: n.Channel, ConnectionID: c.ID,
		AddressID: address.ID, Recipient: address.Value, OwnState: AttemptAccepted, OwnAt: n.SentAt, Outcome: AttemptAccepted,
		DecidedAt: n.SentAt, ProviderMessageID: r.ProviderMessageID, MessageID: r.MessageID, AskedAt: n.SentAt, CreatedAt: n.SentAt,
	}
	if r.Send {
		n.Origin, attempt.Ours, attempt.OwnState, attempt.Outcome = OriginSent, true, Queued, Queued
		attempt.OwnAt, attempt.AskedAt, attempt.CreatedAt, attempt.DecidedAt, attempt.DueAt = t.now, t.now, t.now, t.now, &t.now
	}
	content, err := contentOf(r)
	if err != nil {
		return Registered{}, err
	}
	if err := t.createNotification(&n, &attempt, content); err != nil {
		return Registered{}, err
	}
	if r.Send {
		err = t.askHandover(attempt)
	} else {
		err = t.rematchRegistered(n, attempt)
	}
	return Registered{ID: n.ID, Ref: n.Ref, AttemptID: attempt.ID, State: n.State, Created: true}, err
}

func contentOf(r Registration) (*Content, error) {
	if r.Text == "" && r.HTML == "" && r.Subject == "" {
		return nil, nil
	}
	c := &Content{Sender: r.From, ReplyTo: r.ReplyTo, Subject: r.Subject, Text: r.Text, HTML: r.HTML}
	if len(r.Headers) > 0 {
		raw, err := json.Marshal(r.Headers)
		if err != nil {
			return nil, found(err, "headers")
		}
		c.Headers = string(raw)
	}
	return c, nil
}

func (t *tx) registeredBefore(account Account, r Registration, digest string) (Registered, error) {
	var n Notification
	err := t.Limit(1).Find(&n, "account_id = ? AND ref IN ? AND ref <> ''", account.ID, t.refs(r.Ref)).Error
	if err != nil || n.ID == "" {
		return Registered{}, found(err, "registered before")
	}
	if n.Digest != digest && !Erased(n.Ref) {
		return Registered{}, Contradiction{}
	}
	var first Attempt
	err = t.Where("account_id = ? AND notification_id = ?", n.AccountID, n.ID).Order("number").Limit(1).
		Find(&first).Error
	return Registered{ID: n.ID, Ref: r.Ref, AttemptID: first.ID, State: n.State}, found(err, "attempt")
}

// refs are how a ref is kept: as it is, or as a digest once its customer was erased. So the same again, from a queue or a
// backup of the business's own, is known for what it is, and does not bring the customer back.
func (t *tx) refs(ref string) []string { return []string{ref, t.s.seal.erased("ref", ref)} }

// registerCustomer finds the customer by the business's own name, else by address, or adds it. What people have
// corrected here is never overwritten by a system that does not know it yet.
//
// An erased address can be registered, because the business's system may well have written to it; it is not refused, and it
// does not come back either. The customer is a new one, with what the registration says of them, never the erased one; the
// address stays the digest that it is, so that nobody can read it here; and what we are asked to send to it fails as
// dropped, because the opt-out of the erasure holds.
func (t *tx) registerCustomer(account Account, r Registration, to Address) (Customer, error) {
	var c Customer
	if r.Customer.Ref != "" {
		if err := t.Limit(1).Find(&c, "account_id = ? AND ref = ? AND ref <> ''", account.ID, r.Customer.Ref).Error; err != nil {
			return c, found(err, "customer")
		}
	} else if r.Customer.Name == "" {
		return t.customerWith(account, to)
	} else if err := t.Raw(`SELECT c.* FROM customers c
		JOIN customer_addresses ca ON ca.account_id = c.account_id AND ca.customer_id = c.id
		WHERE ca.account_id = ? AND ca.address_id = ? AND c.sort_name = ?
			AND c.erased_at IS NULL LIMIT 1`, account.ID, to.ID, sortName(r.Customer.Name)).Scan(&c).Error; err != nil {
		return c, found(err, "customer")
	}
	if c.ID == "" {
		c = Customer{Ref: r.Customer.Ref, Name: cleanText(r.Customer.Name), Zone: r.Customer.Zone, Locale: r.Customer.Locale}
		if c.Name == "" {
			c.Name = cmp.Or(to.Value, unnamed)
		}
		if err := t.createCustomer(account, &c); err != nil {
			return c, err
		}
	} else if c.UpdatedBy != "" {
		return c, nil
	}
	return c, t.registerAddresses(account, c, r, to)
}

func (t *tx) registerAddresses(account Account, c Customer, r Registration, to Address) error {
	typed := map[Channel]string{Email: r.Customer.Email, SMS: r.Customer.Phone}
	if typed[to.Channel] == "" {
		typed[to.Channel] = r.To
	}
	for _, channel := range []Channel{Email, SMS} {
		if typed[channel] == "" {
			continue
		}
		value, normal := loosely(channel, typed[channel], account.Country)
		main, err := t.mainAddress(c.AccountID, c.ID, channel)
		if err != nil {
			return err
		}
		if main.Normal == normal {
			continue
		}
		address, err := t.addressOf(account.ID, channel, value, normal)
		if err != nil {
			return err
		}
		if err := t.giveAddress(c, address); err != nil {
			return err
		}
	}
	return nil
}

func utc(at *time.Time) *time.Time {
	if at == nil {
		return nil
	}
	plain := instant(*at)
	return &plain
}
