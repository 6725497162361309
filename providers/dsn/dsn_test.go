package dsn

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"undelivered/models"
	"undelivered/providers/wire"
)

var settings = wire.Settings{"bounce_domain": "bounces.harbourstreet.example", "bounce_secret": "s3cret"}

// placeholder is a bounce address of the examples, whose mac stands for a right one.
var placeholder = regexp.MustCompile(`b\+(ntf_\d+)\.k3v9q2t7@bounces\.harbourstreet\.example`)

func example(t *testing.T, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return placeholder.ReplaceAllFunc(raw, func(address []byte) []byte {
		return []byte(wire.BounceAddress(settings, string(placeholder.FindSubmatch(address)[1])))
	})
}

// wanted is one event as the examples expect it.
type wanted struct {
	Event, Recipient, Reason string
	Also                     []string
	NotificationID           string `json:"notification_id"`
	OccurredAt               string `json:"occurred_at"`
}

// typeOf is the type of event that an example's words mean here.
func (w wanted) typeOf(reason string) models.EventType {
	switch w.Event {
	case "deferred", "delivered":
		return models.EventType(w.Event)
	}
	r, _ := models.ReasonByID(reason)
	return r.EventType()
}

// Every example of a mail that comes back is read as expected, in all its recipients.
func TestExamples(t *testing.T) {
	var all map[string][]wanted
	raw, err := os.ReadFile(filepath.Join("testdata", "expect.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &all); err != nil {
		t.Fatal(err)
	}
	for name, want := range all {
		t.Run(name, func(t *testing.T) {
			events, err := Read(example(t, name), "", settings)
			if err != nil || len(events) != len(want) {
				t.Fatalf("%d events, want %d; %v", len(events), len(want), err)
			}
			for i, w := range want {
				e := events[i]
				if w.Event != "delivered" && e.Reason != w.Reason && !slices.Contains(w.Also, e.Reason) {
					t.Errorf("reason %q, want %q", e.Reason, w.Reason)
				}
				if e.Type != w.typeOf(e.Reason) || e.Recipient != w.Recipient ||
					e.AttemptRef != w.NotificationID {
					t.Errorf("%s to %q about %q, want %+v", e.Type, e.Recipient, e.AttemptRef, w)
				}
				if w.OccurredAt != "" && e.OccurredAt.Format(time.RFC3339) != w.OccurredAt {
					t.Errorf("occurred at %s, want %s", e.OccurredAt, w.OccurredAt)
				}
				if e.DedupeKey == "" || len(e.Raw) == 0 || e.Channel != models.Email {
					t.Errorf("incomplete: %+v", e)
				}
			}
		})
	}
}

// The keys of one mail's recipients differ, and those of a second copy are the same.
func TestKeys(t *testing.T) {
	raw := example(t, "postfix-two-recipients.eml")
	first, _ := Read(raw, "", settings)
	again, _ := Read(raw, "", settings)
	if first[0].DedupeKey == first[1].DedupeKey || first[0].DedupeKey != again[0].DedupeKey {
		t.Errorf("%s %s %s", first[0].DedupeKey, first[1].DedupeKey, again[0].DedupeKey)
	}
}

// A bounce address names the attempt only with the right mac, wherever the mail says where it went.
func TestBounceAddressProof(t *testing.T) {
	raw := []byte(
		"Return-Path: <>\nFrom: MAILER-DAEMON@mx.example\nSubject: failure notice\nMessage-ID: " +
			"<1@mx.example>\n\n<mira@example.net>:\n550 no such user\n",
	)
	right := wire.BounceAddress(settings, "att_000001")
	for address, want := range map[string]string{right: "att_000001",
		"b+att_000001.aaaaaaaaaaaaaaaa@bounces.harbourstreet.example": "", "": ""} {
		events, err := Read(raw, address, settings)
		if err != nil || len(events) != 1 || events[0].AttemptRef != want {
			t.Errorf("%s: %+v, %v", address, events, err)
		}
	}
}

// mail puts a bounce together as a mail system without reports writes it.
func bounce(subject, text string) []byte {
	return []byte(strings.ReplaceAll(
		"Return-Path: <>\nFrom: Mail Delivery System <MAILER-DAEMON@mx.example>\nSubject: "+subject+
			"\nMessage-ID: <b1@mx.example>\nDate: Wed, 14 Oct 2026 09:26:54 +0000\n\n"+text,
		"\n",
		"\r\n",
	))
}

// mailTexts are what mail systems without reports write, and what is read in it.
var mailTexts = map[string]struct {
	subject, text      string
	recipient, reason  string
	deferred, nobodyIs bool
}{
	"postfix": {"Undelivered Mail", "This is the Postfix program at host " +
		"mx.example.\n\n<mira@example.net>: host mx.example.net[198.51.100.7] said: 550 5.1.1\n    " +
		"User unknown (in reply to RCPT TO command)\n",
		"mira@example.net", "user-unknown", false, false},
	"gmail": {"Delivery Status Notification (Failure)",
		"** Address not found **\n\nYour message wasn't delivered to mira@example.net because the " +
			"address couldn't be found.\n\nThe response was:\n\n550 5.1.1 The email account that you tried " +
			"to reach does not exist.\n",
		"", "user-unknown", false, true},
	"sendmail warning": {"Warning: could not send message for past 4 hours",
		"    **********************************************\n    **      THIS IS A WARNING MESSAGE " +
			"ONLY      **\n    **  YOU DO NOT NEED TO RESEND YOUR MESSAGE  **\n\n<mira@example.net>... " +
			"Deferred: Connection timed out with mx.example.net.\n",
		"mira@example.net", "receiver-down", true, false},
	"imail": {"Undeliverable Mail", "Unknown user: mira@example.net\n\nOriginal message " +
		"follows.\n\nReceived: from app by mx\nSubject: Mailbox full\n",
		"mira@example.net", "user-unknown", false, false},
	"exchange 2003": {"Undeliverable: Your appointment",
		"Your message did not reach some or all of the intended recipients.\n\nThe following " +
			"recipient(s) cannot be reached:\n\n      mira@example.net on 14.10.2026 09:26\n            " +
			"The e-mail account does not exist at the organization this message was sent to.\n            " +
			"<mx.example.net #5.1.1>\n",
		"", "user-unknown", false, true},
	"exchange 5": {"Undeliverable: Your appointment",
		"Your message did not reach some or all of the intended recipients.\n\n      " +
			"To:\treminders@harbourstreet.example\n      Subject:\tYour appointment\n      Sent:\t10/14/26 " +
			"9:26:50 AM\n\nThe following recipient(s) could not be reached:\n\n      mira@example.net on " +
			"10/14/26 9:26:54 AM\n            Recipient Not Found\n            MSEXCH:IMC:EXAMPLE\n",
		"mira@example.net", "user-unknown", false, false},
	"userid": {"Undeliverable Mail", "Invalid final delivery userid: mira@example.net\n\n\nOriginal " +
		"message follows.\n\nTo: <mira@example.net>\nSubject: over quota\n",
		"mira@example.net", "user-unknown", false, false},
	"reason first": {"Undeliverable Mail: Your appointment",
		"Your message:\n   From:    reminders@harbourstreet.example\n\nCould not be delivered because " +
			"of\n\n552 5.2.2 Mailbox full\n\nThe following recipients were affected:\n    " +
			"mira@example.net\n\nAdditional Information\nOriginal Sender:    " +
			"<reminders@harbourstreet.example>\nSender-MTA: <192.0.2.1>\n",
		"mira@example.net", "mailbox-full", false, false},
	"google": {"Delivery Status Notification (Failure)",
		"Delivery to the following recipient failed permanently:\n\n     mira@example.net\n\nTechnical " +
			"details of permanent failure:\nThe error that the other server returned was: 550 550 5.1.1 " +
			"user unknown (state 14).\n\n----- Original message -----\n\nReceived: by 192.0.2.1\nSubject: " +
			"mailbox full\n",
		"mira@example.net", "user-unknown", false, false},
	"gmx": {"Mail delivery failed: returning message to sender",
		"The following address\nfailed:\n\n\"mira@example.net\":\nSMTP error from remote server after " +
			"RCPT command:\nhost: mx.example.net\n5.2.2 <mira@example.net>... Mailbox Full\n\n--- The " +
			"header of the original message is following. ---\n\nReceived: from 192.0.2.1\nSubject: user " +
			"unknown\n",
		"mira@example.net", "mailbox-full", false, false},
	"opensmtpd": {"Delivery status notification: error",
		"    An error has occurred while attempting to deliver a message for\n    the following list " +
			"of recipients:\n\nmira@example.net: 550 5.1.1 no such user\n\n    Below is a copy of the " +
			"original message:\n\nReceived: from [127.0.0.1]\nSubject: mailbox full\n",
		"mira@example.net", "user-unknown", false, false},
	"sendmail 5": {"Returned mail: Host unknown",
		"   ----- Transcript of session follows -----\n550 mail.example.net (smtp)... 550 Host " +
			"unknown\n554 <mira@example.net>... 550 Host unknown (Authoritative answer from name " +
			"server)\n\n   ----- Unsent message follows -----\nReceived: by mx.example\nTo: " +
			"mira@example.net\nSubject: mailbox full\n",
		"mira@example.net", "domain-unknown", false, false},
	"gmail delay": {"Delivery Status Notification (Delay)",
		"** Delivery incomplete **\n\nThere was a temporary problem delivering your message to " +
			"mira@example.net. Gmail will retry for 46 more hours. You'll be notified if the delivery " +
			"fails permanently.\n\nThe response was:\n\n421 4.4.1 connection timed out\n",
		"", "receiver-down", true, true},
	"quota": {"failure notice", "Hi. This is the qmail-send program at " +
		"mx.example.\n\n<mira@example.net>:\nThe users mailfolder is over the allowed quota (size). " +
		"(#5.2.2)\n\n--- Below this line is a copy of the message.\n\nReturn-Path: " +
		"<x@y.example>\nSubject: user unknown\n",
		"mira@example.net", "mailbox-full", false, false},
}

// The texts of mail systems without reports are read: who, why, and whether it is only a warning.
func TestTexts(t *testing.T) {
	for name, c := range mailTexts {
		t.Run(name, func(t *testing.T) {
			events, err := Read(bounce(c.subject, c.text), "", settings)
			if err != nil || len(events) != 1 {
				t.Fatalf("%+v, %v", events, err)
			}
			e := events[0]
			if e.Reason != c.reason || (e.Type == models.Deferred) != c.deferred ||
				!c.nobodyIs && e.Recipient != c.recipient {
				t.Errorf("%s %s to %q: %q", e.Type, e.Reason, e.Recipient, e.Diagnostic)
			}
		})
	}
}

// A report survives what servers do to it: no empty lines, comments, odd types, base64, a text part, no
// action.
func TestDamagedReports(t *testing.T) {
	for name, c := range map[string]struct {
		report string
		types  []models.EventType
	}{
		"no empty line": {"Reporting-MTA: dns; a\nFinal-Recipient: rfc822; a@b.example\nAction: " +
			"failed\nStatus: 5.1.1\nFinal-Recipient: rfc822; c@d.example\nAction: delayed\nStatus: 4.2.1\n",
			[]models.EventType{"hard_bounce", "deferred"}},
		"comment": {"\n\nFinal-Recipient: LOCAL;<a@b.example>\nAction: Failed (mailbox " +
			"unavailable)\nStatus: 5.1.1 (bad destination)\n", []models.EventType{"hard_bounce"}},
		"no action": {"Final-Recipient: rfc822;a@b.example\nStatus: 2.0.0\n",
			[]models.EventType{"delivered"}},
		"failed with 4": {"Final-Recipient: rfc822;a@b.example\nAction: failed\nStatus: " +
			"4.4.7\nDiagnostic-Code: smtp; 450 4.4.7 message expired\n", []models.EventType{"not_delivered"}},
		"delayed with 5": {"Final-Recipient: rfc822;a@b.example\nAction: delayed\nStatus: 5.2.2\n",
			[]models.EventType{"deferred"}},
		"relayed": {"Final-Recipient: rfc822;a@b.example\nAction: relayed\nStatus: 2.1.9\n",
			[]models.EventType{"sent"}},
		"probe": {"Final-Recipient: rfc822;a@b.example\nAction: undeliverable\nStatus: 5.1.1\n",
			[]models.EventType{"hard_bounce"}},
	} {
		for _, part := range []string{"Content-Type: message/delivery-status\n\n",
			"Content-Type: text/plain; charset=x-unheard-of\n\n"} {
			raw := "Return-Path: <>\nFrom: postmaster@mx.example\nSubject: Undeliverable\nContent-Type: " +
				"multipart/report; boundary=B\n\n--B\n" + part + c.report + "\n--B--\n"
			events, err := Read([]byte(raw), "", settings)
			if err != nil || len(events) != len(c.types) {
				// a text that only looks like one is read as well
				if strings.Contains(part, "text/plain") && name == "no action" {
					continue
				}
				t.Errorf("%s: %+v, %v", name, events, err)
				continue
			}
			for i, e := range events {
				if e.Type != c.types[i] {
					t.Errorf("%s: %s, want %s", name, e.Type, c.types[i])
				}
			}
		}
	}
}

// A report prefers what was sent to over a forward, and finds the attempt by the envelope id.
func TestForwardAndEnvelopeID(t *testing.T) {
	raw := "Return-Path: <>\nFrom: postmaster@mx.example\nContent-Type: " +
		"message/delivery-status\n\nReporting-MTA: dns; a\nOriginal-Envelope-Id: att+5F000007\n\n" +
		"Original-Recipient: rfc822;mira+2Bclinic@example.net\nFinal-Recipient: " +
		"rfc822;mira@forward.example\nAction: failed\nStatus: 5.2.2\nLast-Attempt-Date: Wed, 14 Oct " +
		"2026 08:00:00 +0000\n"
	events, err := Read([]byte(raw), "", settings)
	if err != nil || len(events) != 1 {
		t.Fatalf("%+v, %v", events, err)
	}
	if e := events[0]; e.Recipient != "mira+clinic@example.net" || e.AttemptRef != "att_000007" ||
		e.Reason != "mailbox-full" ||
		e.OccurredAt.Hour() != 8 {
		t.Errorf("%+v", e)
	}
}

// A complaint in Microsoft's way, the whole message attached, is a complaint.
func TestJunkReport(t *testing.T) {
	raw := "From: staff@hotmail.example\nSubject: complaint about message from 192.0.2.1\nContent-Type: " +
		"multipart/mixed; boundary=B\n\n--B\nContent-Type: message/rfc822\n\n" +
		"X-HmXmrOriginalRecipient: mira@example.net\nMessage-ID: " +
		"<att_000009@harbourstreet.example>\nSubject: Hello\n\nHello\n--B--\n"
	events, err := Read([]byte(raw), "", settings)
	if err != nil || len(events) != 1 || events[0].Type != models.Complaint ||
		events[0].Recipient != "mira@example.net" ||
		events[0].AttemptRef != "att_000009" {
		t.Errorf("%+v, %v", events, err)
	}
}

// A report about our set-up and one of fraud alert support.
func TestAlerts(t *testing.T) {
	reading, err := ReadMail(example(t, "arf-auth-failure.eml"), "", settings)
	if err != nil || reading.Alert == "" || len(reading.Events) != 0 {
		t.Errorf("%+v, %v", reading, err)
	}
	fraud := []byte(strings.Replace(string(example(t, "arf-abuse.eml")), "Feedback-Type: abuse",
		"Feedback-Type: fraud", 1))
	reading, err = ReadMail(fraud, "", settings)
	if err != nil || reading.Alert == "" || len(reading.Events) != 1 ||
		reading.Events[0].Reason != "complaint-fraud" {
		t.Errorf("%+v, %v", reading, err)
	}
}

// An automatic answer to nothing of ours is no event, and one in another language is one.
func TestAutomaticAnswers(t *testing.T) {
	for raw, want := range map[string]int{
		"From: a@b.example\nSubject: Out of office\n\nAway.": 0,
		"From: a@b.example\nSubject: =?utf-8?q?R=C3=A9ponse_automatique?= : RDV\nIn-Reply-To: " +
			"<att_000001@h.example>\n\nAbsente.": 1,
		"From: a@b.example\nSubject: Re: RDV\nIn-Reply-To: <att_000001@h.example>\n\nBien.": 0,
		"From: a@b.example\nSubject: Re: RDV\nAuto-Submitted: auto-generated\nIn-Reply-To: " +
			"<att_000001@h.example>\n\nTicket opened.": 0,
		"From: a@b.example\nSubject: Re: RDV\nAuto-Submitted: auto-replied (vacation)\nReferences: <x@y> " +
			"<att_000001@h.example>\n\nAway.": 1,
	} {
		events, err := Read([]byte(raw), "", settings)
		if err != nil || len(events) != want ||
			want == 1 && (events[0].Type != "autoresponder" || events[0].AttemptRef != "att_000001") {
			t.Errorf("%q: %+v, %v", raw, events, err)
		}
	}
}

// Too large a mail, and something that is no mail, are refused; deep and endless parts are read within
// bounds.
func TestBounds(t *testing.T) {
	for _, raw := range [][]byte{make([]byte, maxSize+1), nil, []byte("\n\n"), []byte("no header at all")} {
		if _, err := Read(raw, "", settings); !errors.Is(err, wire.ErrUnreadable) {
			t.Errorf("%d bytes: %v", len(raw), err)
		}
	}
	deep := "Content-Type: multipart/mixed; boundary=B\n\n"
	for range 200 {
		deep += "--B\nContent-Type: multipart/mixed; boundary=B\n\n"
	}
	wide := "Content-Type: multipart/mixed; boundary=B\n\n" + strings.Repeat("--B\n\nx\n", 5000)
	for _, raw := range []string{deep, wide} {
		m := takeApart([]byte(raw))
		if len(m.parts) > maxParts {
			t.Errorf("%d parts", len(m.parts))
		}
	}
}

// Reading any bytes ends, and each event is whole.
func FuzzRead(f *testing.F) {
	names, err := filepath.Glob(filepath.Join("testdata", "*.eml"))
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range names {
		raw, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		events, err := Read(raw, "", settings)
		if err != nil && !errors.Is(err, wire.ErrUnreadable) {
			t.Error(err)
		}
		for _, e := range events {
			if !e.Type.Valid() || e.DedupeKey == "" || e.Type.Failure() && e.Reason == "" {
				t.Errorf("%+v", e)
			}
		}
	})
}
