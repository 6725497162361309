package report

// mayBeTried is what the guards of a resend let through now, as far as rows tell: an address that neither we
// nor a provider refuse, a text that is still kept, may be repeated and is not too late, and a connection
// that sends. Its questions are those of guardAddress, guardContent and sendingConnection; its one value is
// the time.
const mayBeTried = `EXISTS (SELECT 1 FROM customer_addresses main JOIN addresses mine
		ON mine.account_id = main.account_id AND mine.id = main.address_id
		WHERE main.account_id = undelivered.account_id AND main.customer_id = undelivered.customer_id
			AND main.channel = undelivered.channel AND main.main
		AND NOT EXISTS (SELECT 1 FROM opt_outs WHERE account_id = mine.account_id AND address_id = mine.id
			AND lifted_at IS NULL)
		AND NOT EXISTS (SELECT 1 FROM suppressions WHERE account_id = mine.account_id AND normal = mine.normal
			AND cleared_at IS NULL))
	AND EXISTS (SELECT 1 FROM notifications n JOIN contents ON contents.account_id = n.account_id
		AND contents.notification_id = n.id
		WHERE n.account_id = undelivered.account_id AND n.id = undelivered.id AND NOT n.no_repeat
			AND (n.valid_until IS NULL OR n.valid_until >= ?)
		AND (contents.text <> '' OR contents.html <> '' AND undelivered.channel = 'email'))
	AND EXISTS (SELECT 1 FROM connections WHERE connections.account_id = undelivered.account_id AND sends
		AND removed_at IS NULL AND stopped_at IS NULL AND channels LIKE '%' || undelivered.channel || '%')`
