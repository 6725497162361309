package models

import "strings"

// hintsAbout says what is known of an address that a customer has just been given.
func (t *tx) hintsAbout(c Customer, a Address) ([]Problem, error) {
	var hints []Problem
	var others []string
	err := t.Raw(`SELECT c.name FROM customers c JOIN customer_addresses ca ON ca.account_id = c.account_id
		AND ca.customer_id = c.id
		WHERE ca.account_id = ? AND ca.address_id = ? AND ca.removed_at IS NULL AND c.id <> ?
			ORDER BY c.sort_name LIMIT 3`,
		c.AccountID, a.ID, c.ID).Scan(&others).Error
	if err != nil {
		return nil, found(err, "customers of an address")
	}
	if len(others) > 0 {
		hints = append(hints, Problem{"hint.shared", map[string]string{"address": a.Value, "customer": strings.Join(others, ", ")}})
	}
	causes, err := t.openCauses(a.AccountID, a.ID)
	if err != nil {
		return nil, err
	}
	like, err := t.likeSpam(c, a)
	if err != nil {
		return nil, err
	}
	if like != "" && len(causes) == 0 {
		hints = append(hints, Problem{"hint.like_spam", map[string]string{"address": a.Value, "other": like}})
	}
	if len(causes) > 0 {
		return append(hints, Problem{"hint.opted_out", map[string]string{"address": a.Value, "cause": string(causes[0].Cause)}}), nil
	}
	var failed int64
	err = t.Model(&Undelivered{}).
		Where("account_id = ? AND customer_id = ? AND address_id = ? AND left_at IS NULL", c.AccountID, c.ID, a.ID).Count(&failed).Error
	if failed > 0 {
		hints = append(hints, Problem{"hint.same_address", map[string]string{"address": a.Value}})
	}
	return hints, found(err, "failures of an address")
}

// nearlyTheSame is how many letters of an address may differ from one with a spam report to be worth a warning.
const nearlyTheSame = 2

// likeSpam is an address of the customer from which spam was reported and that the new one is very like; empty: none.
func (t *tx) likeSpam(c Customer, a Address) (string, error) {
	if a.Channel != Email {
		return "", nil
	}
	var reported []Address
	err := t.Raw(`SELECT a.* FROM addresses a JOIN customer_addresses ca ON ca.account_id = a.account_id
		AND ca.address_id = a.id WHERE ca.account_id = ? AND ca.customer_id = ? AND a.channel = ? AND a.id <> ?
		AND EXISTS (SELECT 1 FROM opt_outs o WHERE o.account_id = a.account_id AND o.address_id = a.id
			AND o.cause = ? AND o.lifted_at IS NULL)`,
		c.AccountID, c.ID, a.Channel, a.ID, CauseComplaint).Scan(&reported).Error
	for _, one := range reported {
		if plainLocal(one.Normal) == plainLocal(a.Normal) || editDistance(one.Normal, a.Normal) <= nearlyTheSame {
			return one.Value, err
		}
	}
	return "", found(err, "addresses with a spam report")
}

// plainLocal is an email address without what follows a plus in its local part: the same mailbox, as a rule.
func plainLocal(normal string) string {
	local, domain, _ := strings.Cut(normal, "@")
	plain, _, _ := strings.Cut(local, "+")
	return plain + "@" + domain
}
