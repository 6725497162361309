package views

import (
	"undelivered/models/people"

	"github.com/a-h/templ"
)

func connectionPages() map[string]templ.Component {
	rows := []ConnectionRow{
		{ID: "k1", Name: "SendGrid", UsedFor: "Email", State: "receiving",
			Last: dashboard().Feeds[0].Last, Today: 1204, Can: "both",
			Address: "https://undelivered.example/hooks/sendgrid/c7f1k2"},
		{ID: "k2", Name: "Twilio", UsedFor: "Text messages", State: "refused", Last: now,
			Today: 88, Refused: 3, Can: "resend",
			Address: "https://undelivered.example/hooks/twilio/p93aa7", Stopped: "The key was refused."},
		{ID: "k3", Name: "Bounce mailbox", UsedFor: "Email sent through your own server",
			State: "quiet", Last: day(18, 16, 22), Can: "reports", PerDay: 6,
			Address: "bounces@in.undelivered.example"},
		{ID: "k4", Name: "Generic API", UsedFor: "Anything else you send with", State: "unused",
			Can: "reports"},
	}
	form := ConnectionForm{
		Base:     base(),
		Provider: "sendgrid",
		Title:    "SendGrid",
		Fields: []Field{{Name: "set.api_key", Label: "API key", Type: "password"},
			{Name: "set.region", Label: "Region", Options: []Option{{"eu", "EU"}}}},
		Errors: Errors{"set.api_key": {Key: "error.required"}},
	}
	change := form
	change.ID, change.Name, change.Row, change.Result = "k1", "SendGrid", rows[0], []CheckLine{
		{"ok", "The key works.", ""},
	}
	return map[string]templ.Component{
		"settings-account": AccountSettings(AccountPage{Base: base(), Name: "Marlow Street Dental",
			Zone: "Europe/London", Country: "GB", Locale: "en-GB",
			Errors: Errors{"name": {Key: "error.name_missing"}}}),
		"settings-people": PeopleSettings(PeoplePage{
			Base: base(),
			Link: "https://x.example/sign-in/link?token=1",
			People: []PersonRow{
				{ID: "p1", Name: "Helen Marsh", Email: "helen@x.example", Role: "owner", Self: true},
				{ID: "p2", Name: names[2], Email: "w@x.example", Role: "viewer", Invited: true,
					Locked: true},
			},
			Errors: Errors{"email": {Key: "error.email_at"}},
		}),
		"settings-keys": KeysSettings(KeysPage{Base: base(), Token: "und_x",
			Keys: []people.Key{{ID: "y1", Name: "Practice system", Hint: "x7f2", CreatedAt: now}}}),
		"settings-widget": WidgetSettings(WidgetSettingsPage{Base: base(),
			Keys: []WidgetKeyRow{{Key: people.Key{ID: "y1", Name: "Intranet"}, Frame: "<iframe>"}}}),
		"me": Me(MePage{Base: base(), Name: "Helen Marsh", HasWord: true,
			Sessions:   []SessionRow{{ID: "s1", Agent: "Firefox", Here: true}, {ID: "s2"}},
			WordErrors: Errors{"old": {Key: "error.password_old"}}}),
		"settings-connections":      SettingsConnections(ConnectionsSettings{base(), rows}),
		"settings-connections-none": SettingsConnections(ConnectionsSettings{Base: base()}),
		"connection-choose": SettingsConnection(
			ConnectionForm{Base: base(), Providers: []ProviderChoice{{"sendgrid", "SendGrid", "Email"}}},
		),
		"connection-new": SettingsConnection(form), "connection": SettingsConnection(change),
		"settings-domains": SettingsDomains(DomainsSettings{base(),
			[]DomainCheck{{Domain: "a.example"}, {Domain: "b.example", Record: "v=DMARC1"}}}),
		"settings-domains-none": SettingsDomains(DomainsSettings{Base: base()}),
		"settings-alerts":       SettingsAlerts(AlertsSettings{Base: base(), Digest: "daily", Stopped: true}),
	}
}
