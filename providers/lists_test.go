package providers

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"undelivered/models"
	"undelivered/providers/wire"
	"undelivered/providers/wire/wiretest"
)

// clearing says what deleting an entry of each kind comes to at a provider that answers every request alike.
var clearing = map[string]map[string]wire.ClearResult{
	"sendgrid": {"bounce": wire.ClearDone, "complaint": wire.ClearDone, "invalid": wire.ClearDone,
		"unsubscribe": wire.ClearDone},
	"postmark":  {"complaint": wire.ClearByHand},
	"mailgun":   {"bounce": wire.ClearDone, "complaint": wire.ClearDone, "unsubscribe": wire.ClearDone},
	"ses":       {"bounce": wire.ClearDone, "complaint": wire.ClearDone, "unsubscribe": wire.ClearByHand},
	"resend":    {"bounce": wire.ClearDone, "complaint": wire.ClearDone, "manual": wire.ClearDone},
	"brevo":     {"bounce": wire.ClearDone, "complaint": wire.ClearDone, "unsubscribe": wire.ClearDone},
	"mailjet":   {"bounce": wire.ClearByHand, "complaint": wire.ClearByHand, "unsubscribe": wire.ClearDone},
	"sparkpost": {"bounce": wire.ClearDone, "complaint": wire.ClearDone, "unsubscribe": wire.ClearDone},
}

// Clearing answers one of five, and what the interface cannot do is said by the row as well.
func TestClearing(t *testing.T) {
	ctx := context.Background()
	for code, kinds := range clearing {
		p, _ := ByCode(code)
		for kind, want := range kinds {
			far := wiretest.Says(t, http.StatusNoContent, "")
			got := p.Suppressions.Delete(ctx, far.Client, sending, letter.To, kind)
			if got.Result != want {
				t.Errorf("%s, %s: %+v, want %s", code, kind, got, want)
			}
			if byHand := p.Manual[kind] != ""; byHand != (want == wire.ClearByHand) ||
				byHand && len(far.Seen()) > 0 {
				t.Errorf("%s, %s: by hand %v, %d requests", code, kind, byHand, len(far.Seen()))
			}
			if want == wire.ClearByHand {
				continue
			}
			for status, result := range map[int]wire.ClearResult{404: wire.ClearNotListed,
				403: wire.ClearRefused, 429: wire.ClearLater, 500: wire.ClearLater} {
				got := p.Suppressions.Delete(ctx, wiretest.Says(t, status, `{"message":"no"}`).Client,
					sending, letter.To, kind)
				if got.Result != result || result == wire.ClearRefused && got.Text == "" {
					t.Errorf("%s, %s, %d: %+v, want %s", code, kind, status, got, result)
				}
			}
			if seen := far.Seen()[0]; !strings.Contains(seen.URL.Path, letter.To) {
				t.Errorf("%s, %s: %s %s does not name the address", code, kind, seen.Method, seen.URL)
			}
		}
	}
}

// pagesOf are two pages of each provider's list, as it pages.
var pagesOf = map[string]func(r *http.Request) string{
	"sendgrid": func(r *http.Request) string {
		if r.URL.Query().Get("offset") == "0" {
			return "[" + strings.TrimSuffix(
				strings.Repeat(`{"created":1790000000,"email":"a@example.net"},`, 500),
				",",
			) + "]"
		}
		return `[{"created":1790000000,"email":"b@example.net"}]`
	},
	"postmark": func(*http.Request) string {
		return `{"Suppressions":[{"EmailAddress":"a@example.net","SuppressionReason":"HardBounce","Origin":"Recipient"},{"EmailAddress":"b@example.net","SuppressionReason":"ManualSuppression","Origin":"Customer"}]}`
	},
	"mailgun": func(r *http.Request) string {
		if r.URL.Query().Get("page") == "2" {
			return `{"items":[{"address":"b@example.net"}],"paging":{"next":""}}`
		}
		return `{"items":[{"address":"a@example.net"}],"paging":{"next":"https://api.mailgun.net` +
			r.URL.Path + `?page=2"}}`
	},
	"ses": func(r *http.Request) string {
		if r.URL.Query().Get("NextToken") == "t" {
			return `{"SuppressedDestinationSummaries":[{"EmailAddress":"b@example.net","Reason":"BOUNCE"}]}`
		}
		return `{"SuppressedDestinationSummaries":[{"EmailAddress":"a@example.net","Reason":"COMPLAINT"}],"NextToken":"t"}`
	},
	"resend": func(r *http.Request) string {
		if r.URL.Query().Get("after") == "1" {
			return `{"data":[{"id":"2","email":"b@example.net","origin":"bounce"}],"has_more":false}`
		}
		return `{"data":[{"id":"1","email":"a@example.net","origin":"manual"}],"has_more":true}`
	},
	"brevo": func(r *http.Request) string {
		if r.URL.Query().Get("offset") == "0" {
			return `{"contacts":[` + strings.TrimSuffix(
				strings.Repeat(`{"email":"a@example.net","reason":{"code":"hardBounce"}},`, 100),
				",",
			) + `]}`
		}
		return `{"contacts":[{"email":"b@example.net","reason":{"code":"contactFlaggedAsSpam"}}]}`
	},
	"mailjet": func(*http.Request) string {
		return `{"Data":[{"Email":"a@example.net","IsExcludedFromCampaigns":true},{"Email":"b@example.net","IsExcludedFromCampaigns":true},{"Email":"c@example.net"}]}`
	},
	"sparkpost": func(r *http.Request) string {
		if r.URL.Query().Get("cursor") == "2" {
			return `{"results":[{"recipient":"b@example.net","source":"Spam Complaint"}],"links":[]}`
		}
		return `{"results":[{"recipient":"a@example.net","source":"Bounce Rule"}],"links":[{"href":"/api/v1/suppression-list?cursor=2","rel":"next"}]}`
	},
}

// A provider's list is read to its end, whatever way it pages.
func TestListing(t *testing.T) {
	for code, page := range pagesOf {
		p, _ := ByCode(code)
		far := wiretest.Play(t,
			func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, page(r)) })
		seen := map[string]bool{}
		err := p.Suppressions.List(context.Background(), far.Client, sending, func(e wire.Entry) error {
			if e.Kind == "" || e.Address == "" {
				t.Errorf("%s: %+v", code, e)
			}
			seen[e.Address] = true
			return nil
		})
		if err != nil || !seen["a@example.net"] || !seen["b@example.net"] || len(seen) != 2 {
			t.Errorf("%s: %v, %v", code, seen, err)
		}
	}
}

// The next page is never looked for on another host.
func TestPagesStay(t *testing.T) {
	p, _ := ByCode("mailgun")
	far := wiretest.Says(t, 200,
		`{"items":[{"address":"a@example.net"}],"paging":{"next":"https://elsewhere.example/v3/x"}}`)
	err := p.Suppressions.List(context.Background(), far.Client, sending,
		func(wire.Entry) error { return nil })
	if err == nil || len(far.Seen()) != 1 {
		t.Errorf("%v, %d requests", err, len(far.Seen()))
	}
}

// logged is what providers tell afterwards about a time without events.
var logged = map[string]func(r *http.Request) string{
	"sendgrid": func(r *http.Request) string {
		if strings.HasSuffix(r.URL.Path, "/bounces") {
			return `[{"created":1790000100,"email":"mira@example.net","reason":"550 5.1.1 user unknown","status":"5.1.1"}]`
		}
		return "[]"
	},
	"postmark": func(*http.Request) string {
		return `{"TotalCount":1,"Bounces":[{"ID":77,"Type":"HardBounce","MessageID":"m1","Email":"mira@example.net","Details":"smtp;550 5.1.1 user unknown","BouncedAt":"2026-09-21T14:15:00Z","Inactive":true}]}`
	},
	"mailgun": func(r *http.Request) string {
		if r.URL.Query().Get("page") != "" {
			return `{"items":[],"paging":{}}`
		}
		return `{"items":[{"event":"failed","severity":"permanent","reason":"bounce","id":"x","timestamp":1790000100.5,"recipient":"mira@example.net","message":{"headers":{"message-id":"m1"}},
			"delivery-status":{"code":550,"message":"5.1.1 user unknown"}}],"paging":{"next":"https://api.mailgun.net/v3/mg.example.org/events?page=2"}}`
	},
	"ses": func(r *http.Request) string {
		if strings.HasSuffix(r.URL.Path, "example.net") {
			return `{"SuppressedDestination":{"EmailAddress":"mira@example.net","Reason":"BOUNCE","LastUpdateTime":1790000100,"Attributes":{"MessageId":"m1","FeedbackId":"f1"}}}`
		}
		return `{"SuppressedDestinationSummaries":[{"EmailAddress":"mira@example.net","Reason":"BOUNCE","LastUpdateTime":1790000100}]}`
	},
	"sparkpost": func(*http.Request) string {
		return `{"results":[{"type":"bounce","event_id":"9","timestamp":"2026-09-21T14:15:00.000Z","rcpt_to":"mira@example.net","transmission_id":"m1","bounce_class":"10","error_code":"550","raw_reason":"550 5.1.1 user unknown"}],"links":{}}`
	},
}

// What was missed comes back as the events that the webhook would have brought.
func TestMissed(t *testing.T) {
	from := time.Unix(1790000000, 0)
	for code, page := range logged {
		p, _ := ByCode(code)
		far := wiretest.Play(t,
			func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, page(r)) })
		events, err := p.Missed(context.Background(), far.Client, sending, from, from.Add(time.Hour))
		if err != nil || len(events) != 1 {
			t.Errorf("%s: %+v, %v", code, events, err)
			continue
		}
		e := events[0]
		if e.Type != models.EventType(models.HardBounce) || e.Recipient != "mira@example.net" ||
			e.OccurredAt.IsZero() ||
			e.DedupeKey == "" ||
			len(e.Raw) == 0 ||
			code != "sendgrid" && e.ProviderMessageID != "m1" ||
			e.SuppressionKind != "bounce" {
			t.Errorf("%s: %+v", code, e)
		}
	}
}

// A provider's list of what was missed gives the key of the webhook's own event, so that taking in both is
// harmless.
func TestMissedKeys(t *testing.T) {
	bodies := map[string]string{
		"postmark":  `{"RecordType":"Bounce","ID":77,"Type":"HardBounce","MessageID":"m1","Email":"mira@example.net","BouncedAt":"2026-09-21T14:15:00Z"}`,
		"mailgun":   `{"event":"failed","severity":"permanent","reason":"bounce","id":"x","timestamp":1790000100.5,"recipient":"mira@example.net"}`,
		"ses":       `{"eventType":"Bounce","mail":{"messageId":"m1"},"bounce":{"bounceType":"Permanent","bounceSubType":"General","feedbackId":"f1","bouncedRecipients":[{"emailAddress":"Mira@example.net"}]}}`,
		"sparkpost": `[{"msys":{"message_event":{"type":"bounce","event_id":"9","rcpt_to":"mira@example.net"}}}]`,
	}
	from := time.Unix(1790000000, 0)
	for code, body := range bodies {
		p, _ := ByCode(code)
		r := post(code, []byte(body))
		stands[code].sign(t, &r)
		reading, err := p.Read(context.Background(), r)
		if err != nil || len(reading.Events) != 1 {
			t.Fatalf("%s: %+v, %v", code, reading, err)
		}
		far := wiretest.Play(t,
			func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, logged[code](r)) })
		events, err := p.Missed(context.Background(), far.Client, sending, from, from.Add(time.Hour))
		if err != nil || len(events) != 1 || events[0].DedupeKey != reading.Events[0].DedupeKey {
			t.Errorf("%s: %q beside %+v, %v", code, reading.Events[0].DedupeKey, events, err)
		}
	}
}

// A log that shows the attempt proves the hand-over; one that does not proves nothing, because logs lag.
func TestLogs(t *testing.T) {
	m := letter
	m.AttemptID, m.SentAround = "att_1", time.Unix(1790000000, 0)
	for code, body := range map[string]string{
		"postmark":  `{"Messages":[{"MessageID":"m1"}]}`,
		"mailgun":   `{"items":[{"event":"accepted","user-variables":{"notification_id":"att_1"},"message":{"headers":{"message-id":"m1"}}}],"paging":{}}`,
		"mailjet":   `{"Data":[{"ID":1152921504606847002}]}`,
		"sparkpost": `{"results":[{"type":"injection","event_id":"1","transmission_id":"m1","rcpt_meta":{"notification_id":"att_1"}}],"links":{}}`,
	} {
		p, _ := ByCode(code)
		found, err := p.Find(context.Background(), wiretest.Says(t, 200, body).Client, sending, m)
		if want := map[bool]string{true: "1152921504606847002", false: "m1"}[code == "mailjet"]; err != nil ||
			!found.Known ||
			found.ProviderMessageID != want {
			t.Errorf("%s: %+v, %v", code, found, err)
		}
		found, err = p.Find(context.Background(), wiretest.Says(t, 200, `{}`).Client, sending, m)
		if err != nil || found.Known || found.Complete {
			t.Errorf("%s, nothing: %+v, %v", code, found, err)
		}
	}
}

// The login of every mail provider can be tried, and a refused one is named as such.
func TestLogins(t *testing.T) {
	good := map[string]string{"sendgrid": `{"scopes":["mail.send"]}`, "ses": `{"SendingEnabled":true}`}
	for code := range clearing {
		p, _ := ByCode(code)
		if err := p.Test(context.Background(), wiretest.Says(t, 200, wire.Pick(good[code], "{}")).Client,
			sending); err != nil {
			t.Errorf("%s: %v", code, err)
		}
		if err := p.Test(context.Background(), wiretest.Says(t, 401, `{"message":"bad key"}`).Client,
			sending); err == nil {
			t.Errorf("%s: a refused login passes", code)
		}
	}
}

// Every request of a mail provider goes to the provider's own host, over TLS, whatever the settings say.
func TestHosts(t *testing.T) {
	for code := range clearing {
		p, _ := ByCode(code)
		var asked []url.URL
		far := wiretest.Says(t, 404, "{}")
		client := far.Client.Rerouted(func(u *url.URL) {
			asked = append(asked, *u)
			u.Scheme, u.Host = "http", "127.0.0.1:1"
		})
		s := wire.Settings{}
		for name, value := range sending {
			s[name] = value
		}
		s["domain"], s["stream"] = "x/../../y?z#", "a/b"
		p.Send(context.Background(), client, s, letter)
		_, _ = p.Suppressions.Find(context.Background(), client, s, "a/b?c@example.net") // nobody answers
		if len(asked) == 0 {
			t.Errorf("%s asks nobody", code)
		}
		for _, u := range asked {
			if u.Scheme != "https" ||
				!strings.HasPrefix(u.Host, "api.") &&
					!strings.HasPrefix(u.Host, "email.eu-west-1.amazonaws.com") ||
				strings.Contains(u.RawQuery, "z#") {
				t.Errorf("%s: %s", code, fmt.Sprint(&u))
			}
		}
	}
}
