package customer

import (
	"strings"

	"golang.org/x/net/idna"

	"undelivered/models"
	"undelivered/models/consent"
	"undelivered/models/internal/db"
)

// eraseAddresses replaces the addresses that nobody else has by their digests, and refuses to write to them
// for good. One that another customer shares stays that customer's.
func eraseAddresses(t *db.Tx, e erasure) error {
	for _, address := range e.mine {
		if err := consent.OptOut(t, e.by, address, models.OptOut{Cause: models.CauseErased,
			OccurredAt: t.Now}); err != nil {
			return err
		}
		if err := eraseAddress(t, e, address); err != nil {
			return err
		}
	}
	err := run(t, "erasing addresses", []statement{
		{
			"UPDATE customer_addresses SET main = FALSE, label = '', removed_at = COALESCE(removed_at, ?) " +
				"WHERE account_id = ? AND customer_id = ?",
			[]any{t.Now, e.c.AccountID, e.c.ID},
		}})
	if err != nil {
		return err
	}
	return countErased(t, e)
}

func eraseAddress(t *db.Tx, e erasure, address models.Address) error {
	digest := t.Database.Seal.AddressDigest(address.Channel, address.Normal)
	const sent = "(SELECT notification_id FROM attempts WHERE account_id = ? AND address_id = ?)"
	return run(t, "erasing an address", []statement{
		{
			"UPDATE suppressions SET address = '', normal = ?, provider_reason = '' WHERE account_id = ? " +
				"AND normal = ?",
			[]any{digest, e.c.AccountID, address.Normal},
		},
		{
			"UPDATE events SET " + nobodysEvent + " WHERE account_id = ? AND notification_id <> '' AND " +
				"notification_id IN " + sent + " AND LOWER(recipient) IN ?",
			[]any{e.c.AccountID, e.c.AccountID, address.ID, e.spell},
		},
		{"UPDATE attempts SET recipient = '', diagnostic = '' WHERE account_id = ? AND address_id = ?",
			[]any{e.c.AccountID, address.ID}},
		{"DELETE FROM dismissals WHERE account_id = ? AND address IN ?", []any{e.c.AccountID, e.spell}},
		{"DELETE FROM callbacks WHERE account_id = ? AND about = ?", []any{e.c.AccountID, address.ID}},
		{"UPDATE addresses SET value = '', normal = ? WHERE account_id = ? AND id = ?", []any{digest,
			e.c.AccountID, address.ID}},
	})
}

// spellings are the ways, in lower case, in which reports may have written an address.
func spellings(a models.Address) []string {
	all := []string{strings.ToLower(a.Value), a.Normal}
	if a.Channel == models.SMS {
		return append(all, strings.TrimPrefix(a.Normal, "+"))
	}
	local, domain, _ := strings.Cut(a.Normal, "@")
	if readable, err := idna.ToUnicode(domain); err == nil {
		all = append(all, local+"@"+readable)
	}
	return all
}

// eraseRequests ends what was asked for addresses that are erased now, and forgets what people wrote to each
// other about it: nobody is to be opted in again, and the customer's own link is no longer good.
func eraseRequests(t *db.Tx, e erasure) error {
	if err := endRequests(t, e); err != nil {
		return err
	}
	return run(t, "erasing clear requests", []statement{
		{
			`UPDATE clear_requests SET checked = '', question = '', answer = '', decision_note = '',
				result = '', confirm_token_hash = '', confirm_sealed = '',
			reason = '' WHERE account_id = ? AND address_id IN ?`,
			[]any{e.c.AccountID, e.addressIDs()},
		}})
}

func endRequests(t *db.Tx, e erasure) error {
	var open []consent.ClearRequest
	err := t.Where("account_id = ? AND state IN ? AND address_id IN ?", e.c.AccountID, consent.OpenStates,
		e.addressIDs()).
		Order("id").Find(&open).Error
	if err != nil {
		return db.Wrap(err, "clear requests")
	}
	for i := range open {
		r := &open[i]
		before := string(r.State)
		r.State, r.DueAt = consent.RequestLapsed, nil
		consent.RecordRequest(t, e.by, *r, "erase", before, "")
		if err := consent.SaveRequest(t, r); err != nil {
			return err
		}
	}
	return nil
}

// eraseProofs keeps of an agreement what proves it: that there was one, to what, how and when it was given,
// and who wrote it down (RULES.md, Consent records: five years). Who gave it, the words and the evidence name
// the customer, so that only their keyed digests stay: whoever has the paper, or hears the name, can still be
// shown that it is the one on record; nobody can read it from here.
func eraseProofs(t *db.Tx, e erasure) error {
	var all []models.Consent
	if err := t.Where("account_id = ? AND address_id IN ?", e.c.AccountID, e.addressIDs()).Order("id").
		Find(&all).Error; err != nil {
		return db.Wrap(err, "consents")
	}
	for _, c := range all {
		err := t.Model(&models.Consent{}).Where("account_id = ? AND id = ?", c.AccountID, c.ID).
			Updates(map[string]any{"given_by": t.Database.Seal.Erased("consent", c.GivenBy),
				"words": t.Database.Seal.Erased("consent",
					c.Words), "evidence": t.Database.Seal.Erased("consent", c.Evidence)}).Error
		if err != nil {
			return db.Wrap(err, "erasing a consent")
		}
	}
	return run(t, "erasing opt-outs", []statement{
		{"UPDATE opt_outs SET note = '', lift_checked = '' WHERE account_id = ? AND address_id IN ?",
			[]any{e.c.AccountID, e.addressIDs()}}})
}
