package models

import (
	"strings"

	"golang.org/x/net/idna"
)

// eraseAddresses replaces the addresses that nobody else has by their digests, and refuses to write to them for good.
// One that another customer shares stays that customer's.
func (t *tx) eraseAddresses(e erasure) error {
	for _, address := range e.mine {
		if err := t.optOut(e.by, address, OptOut{Cause: CauseErased, OccurredAt: t.now}); err != nil {
			return err
		}
		if err := t.eraseAddress(e, address); err != nil {
			return err
		}
	}
	err := t.run("erasing addresses", []statement{
		{"UPDATE customer_addresses SET main = FALSE, label = '', removed_at = COALESCE(removed_at, ?) WHERE account_id = ? AND customer_id = ?",
			[]any{t.now, e.c.AccountID, e.c.ID}}})
	if err != nil {
		return err
	}
	return t.countErased(e)
}

func (t *tx) eraseAddress(e erasure, address Address) error {
	digest := t.s.seal.addressDigest(address.Channel, address.Normal)
	const sent = "(SELECT notification_id FROM attempts WHERE account_id = ? AND address_id = ?)"
	return t.run("erasing an address", []statement{
		{"UPDATE suppressions SET address = '', normal = ?, provider_reason = '' WHERE account_id = ? AND normal = ?", []any{digest, e.c.AccountID, address.Normal}},
		{"UPDATE events SET " + nobodysEvent + " WHERE account_id = ? AND notification_id <> '' AND notification_id IN " + sent + " AND LOWER(recipient) IN ?",
			[]any{e.c.AccountID, e.c.AccountID, address.ID, e.spell}},
		{"UPDATE attempts SET recipient = '', diagnostic = '' WHERE account_id = ? AND address_id = ?",
			[]any{e.c.AccountID, address.ID}},
		{"DELETE FROM dismissals WHERE account_id = ? AND address IN ?", []any{e.c.AccountID, e.spell}},
		{"DELETE FROM callbacks WHERE account_id = ? AND about = ?", []any{e.c.AccountID, address.ID}},
		{"UPDATE addresses SET value = '', normal = ? WHERE account_id = ? AND id = ?", []any{digest,
			e.c.AccountID, address.ID}},
	})
}

// spellings are the ways, in lower case, in which reports may have written an address.
func spellings(a Address) []string {
	all := []string{strings.ToLower(a.Value), a.Normal}
	if a.Channel == SMS {
		return append(all, strings.TrimPrefix(a.Normal, "+"))
	}
	local, domain, _ := strings.Cut(a.Normal, "@")
	if readable, err := idna.ToUnicode(domain); err == nil {
		all = append(all, local+"@"+readable)
	}
	return all
}

// eraseRequests ends what was asked for addresses that are erased now, and forgets what people wrote to each other about
// it: nobody is to be opted in again, and the customer's own link is no longer good.
func (t *tx) eraseRequests(e erasure) error {
	if err := t.endRequests(e); err != nil {
		return err
	}
	return t.run("erasing clear requests", []statement{
		{`UPDATE clear_requests SET checked = '', question = '', answer = '', decision_note = '', result = '', confirm_token_hash = '', confirm_sealed = '',
			reason = '' WHERE account_id = ? AND address_id IN ?`, []any{e.c.AccountID, e.addressIDs()}}})
}

func (t *tx) endRequests(e erasure) error {
	var open []ClearRequest
	err := t.Where("account_id = ? AND state IN ? AND address_id IN ?", e.c.AccountID, OpenStates, e.addressIDs()).Order("id").Find(&open).Error
	if err != nil {
		return found(err, "clear requests")
	}
	for i := range open {
		r := &open[i]
		before := string(r.State)
		r.State, r.DueAt = RequestLapsed, nil
		t.recordRequest(e.by, *r, "erase", before, "")
		if err := t.saveRequest(r); err != nil {
			return err
		}
	}
	return nil
}

// eraseProofs keeps of an agreement what proves it: that there was one, to what, how and when it was given, and who wrote
// it down (semantics 7.5; five years). Who gave it, the words and the evidence name the customer, so that only their keyed
// digests stay: whoever has the paper, or hears the name, can still be shown that it is the one on record; nobody can read
// it from here.
func (t *tx) eraseProofs(e erasure) error {
	var all []Consent
	if err := t.Where("account_id = ? AND address_id IN ?", e.c.AccountID, e.addressIDs()).Order("id").
		Find(&all).Error; err != nil {
		return found(err, "consents")
	}
	for _, c := range all {
		err := t.Model(&Consent{}).Where("account_id = ? AND id = ?", c.AccountID, c.ID).
			Updates(map[string]any{"given_by": t.s.seal.erased("consent", c.GivenBy),
				"words": t.s.seal.erased("consent", c.Words), "evidence": t.s.seal.erased("consent", c.Evidence)}).Error
		if err != nil {
			return found(err, "erasing a consent")
		}
	}
	return t.run("erasing opt-outs", []statement{
		{"UPDATE opt_outs SET note = '', lift_checked = '' WHERE account_id = ? AND address_id IN ?",
			[]any{e.c.AccountID, e.addressIDs()}}})
}
