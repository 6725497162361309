package consent

import (
	"strings"

	"undelivered/models"
	"undelivered/models/internal/db"
	"undelivered/models/ledger"
)

// HintsAbout says what is known of an address that a customer has just been given.
func HintsAbout(t *db.Tx, c models.Customer, a models.Address) ([]models.Problem, error) {
	var hints []models.Problem
	var others []string
	err := t.Raw(`SELECT c.name FROM customers c JOIN customer_addresses ca ON ca.account_id = c.account_id
		AND ca.customer_id = c.id
		WHERE ca.account_id = ? AND ca.address_id = ? AND ca.removed_at IS NULL AND c.id <> ?
			ORDER BY c.sort_name LIMIT 3`,
		c.AccountID, a.ID, c.ID).Scan(&others).Error
	if err != nil {
		return nil, db.Wrap(err, "customers of an address")
	}
	if len(others) > 0 {
		hints = append(hints, models.Problem{
			Key:    "hint.shared",
			Values: map[string]string{"address": a.Value, "customer": strings.Join(others, ", ")},
		})
	}
	causes, err := ledger.OpenCauses(t, a.AccountID, a.ID)
	if err != nil {
		return nil, err
	}
	like, err := likeSpam(t, c, a)
	if err != nil {
		return nil, err
	}
	if like != "" && len(causes) == 0 {
		hints = append(hints, models.Problem{
			Key:    "hint.like_spam",
			Values: map[string]string{"address": a.Value, "other": like},
		})
	}
	if len(causes) > 0 {
		return append(hints, models.Problem{
			Key:    "hint.opted_out",
			Values: map[string]string{"address": a.Value, "cause": string(causes[0].Cause)},
		}), nil
	}
	var failed int64
	err = t.Model(&models.Undelivered{}).
		Where("account_id = ? AND customer_id = ? AND address_id = ? AND left_at IS NULL", c.AccountID, c.ID,
			a.ID).
		Count(&failed).Error
	if failed > 0 {
		hints = append(hints,
			models.Problem{Key: "hint.same_address", Values: map[string]string{"address": a.Value}})
	}
	return hints, db.Wrap(err, "failures of an address")
}

// likeSpam is an address of the customer from which spam was reported and that the new one is very like;
// empty: none.
func likeSpam(t *db.Tx, c models.Customer, a models.Address) (string, error) {
	if a.Channel != models.Email {
		return "", nil
	}
	var reported []models.Address
	err := t.Raw(`SELECT a.* FROM addresses a JOIN customer_addresses ca ON ca.account_id = a.account_id
		AND ca.address_id = a.id WHERE ca.account_id = ? AND ca.customer_id = ? AND a.channel = ?
			AND a.id <> ?
		AND EXISTS (SELECT 1 FROM opt_outs o WHERE o.account_id = a.account_id AND o.address_id = a.id
			AND o.cause = ? AND o.lifted_at IS NULL)`,
		c.AccountID, c.ID, a.Channel, a.ID, models.CauseComplaint).Scan(&reported).Error
	for _, one := range reported {
		if plainLocal(one.Normal) == plainLocal(a.Normal) ||
			models.EditDistance(one.Normal, a.Normal) <= ledger.NearlyTheSame {
			return one.Value, err
		}
	}
	return "", db.Wrap(err, "addresses with a spam report")
}

// plainLocal is an email address without what follows a plus in its local part: the same mailbox, as a rule.
func plainLocal(normal string) string {
	local, domain, _ := strings.Cut(normal, "@")
	plain, _, _ := strings.Cut(local, "+")
	return plain + "@" + domain
}
