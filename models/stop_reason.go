package models

// stopReasons are the dictionary's reasons for originals that a guard stopped, by the guard, or by the cause of the
// opt-out that it found.
var stopReasons = map[Channel]map[string]string{
	Email: {
		"opted_out": "dropped-unsubscribed", "suppressed": "dropped-bounce", "bad_address": "address-malformed", "no_address": "address-missing",
		string(CauseHardBounce): "dropped-bounce", string(CauseInvalid): "dropped-bounce", string(CauseRepeatedSoft): "dropped-bounce",
		string(CauseComplaint): "dropped-complaint", string(CauseUnsubscribed): "dropped-unsubscribed", string(CauseStop): "dropped-unsubscribed",
		string(CauseStaff): "dropped-manual", string(CauseErased): "dropped-manual",
		"suppressed:bounce": "dropped-bounce", "suppressed:invalid": "dropped-bounce", "suppressed:complaint": "dropped-complaint",
		"suppressed:unsubscribe": "dropped-unsubscribed", "suppressed:manual": "dropped-manual",
	},
	SMS: {
		"opted_out": "sms-opted-out", "suppressed": "sms-opted-out", "bad_address": "sms-invalid-number", "no_address": "sms-invalid-number",
		string(CauseHardBounce): "sms-unknown-number", string(CauseInvalid): "sms-invalid-number",
		string(CauseRepeatedSoft): "sms-permanently-unreachable", string(CauseComplaint): "sms-block-list",
		string(CauseUnsubscribed): "sms-opted-out", string(CauseStop): "sms-opted-out", string(CauseStaff): "dropped-manual",
		string(CauseErased): "dropped-manual", "suppressed:manual": "sms-block-list",
		"error.phone_landline": "sms-landline", "error.phone_premium": "sms-premium-number",
	},
}

// stopReason is the reason for an original that is stopped: the real cause where one holds for the address.
func (t *tx) stopReason(a Attempt, why string) (string, error) {
	causes := []string{why}
	switch why {
	case "opted_out":
		open, err := t.openCauses(a.AccountID, a.AddressID)
		if err != nil {
			return "", err
		}
		for _, o := range open {
			causes = append([]string{string(o.Cause)}, causes...) // the newest comes first
		}
	case "suppressed":
		var address Address
		if err := t.Take(&address, "account_id = ? AND id = ?", a.AccountID, a.AddressID).Error; err != nil {
			return "", found(err, "address")
		}
		listed, err := t.openSuppressions(address, a.ConnectionID)
		if err != nil {
			return "", err
		}
		for _, s := range listed {
			causes = append([]string{"suppressed:" + s.Kind}, causes...)
		}
	case "bad_address":
		_, _, problem := normalise(a.Channel, a.Recipient, "ZZ")
		causes = append([]string{problem}, causes...)
	}
	for _, cause := range causes {
		if reason := stopReasons[a.Channel][cause]; reason != "" {
			return reason, nil
		}
	}
	return map[Channel]string{Email: "provider-unreachable", SMS: "sms-unknown-error"}[a.Channel], nil
}
