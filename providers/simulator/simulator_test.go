package simulator

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"undelivered/models"
	"undelivered/providers/wire"
)

// far is a simulator on the network, and the webhook that its events come to.
type far struct {
	player   *Player
	settings wire.Settings
	hook     string

	mu       sync.Mutex
	readings []wire.Reading
}

func newFar(t *testing.T, status int) *far {
	t.Helper()
	f := &far{player: NewPlayer(0)}
	provider := httptest.NewServer(Server(f.player))
	hook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		reading, err := Provider.Read(r.Context(), wire.Request{Header: r.Header, Body: body,
			ReceivedAt: time.Now(), Settings: f.settings})
		if err != nil {
			t.Errorf("reading an event of the simulator: %v", err)
		}
		f.mu.Lock()
		f.readings = append(f.readings, reading)
		f.mu.Unlock()
		w.WriteHeader(status)
	}))
	f.settings = wire.Settings{"signing_secret": "whsec_c2VjcmV0LW9mLXRoZS1jb25uZWN0aW9u",
		"endpoint": provider.URL}
	f.hook = hook.URL
	t.Cleanup(func() { f.player.Stop(); provider.Close(); hook.Close() })
	return f
}

func (f *far) send(ch models.Channel, to, attempt string) wire.Receipt {
	return Provider.Send(context.Background(), wire.NewClient(), f.settings, wire.Message{
		Channel: ch, To: to, AttemptID: attempt, Repeatable: attempt, Text: "See you on Tuesday.",
		CallbackURL: f.hook})
}

// events waits for n events of an attempt.
func (f *far) events(t *testing.T, n int) []models.Event {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); {
		f.mu.Lock()
		var events []models.Event
		for _, r := range f.readings {
			events = append(events, r.Events...)
		}
		f.mu.Unlock()
		if len(events) >= n {
			return events
		}
		time.Sleep(2 * time.Millisecond)
	}
	t.Fatalf("fewer than %d events came", n)
	return nil
}

// Every special address tells the story that the table promises, and says so in our words.
func TestStories(t *testing.T) {
	for to, want := range map[string][]models.EventType{
		"success@simulator.example":       {"sent", "delivered"},
		"jane.okafor@simulator.example":   {"sent", "delivered"},
		"bounce@simulator.example":        {"sent", "hard_bounce"},
		"Hard-Bounce+3@simulator.example": {"sent", "hard_bounce"},
		"mailbox_full@simulator.example":  {"sent", "deferred", "mailbox_error"},
		"invalid@simulator.example":       {"invalid"},
		"spam@simulator.example":          {"sent", "delivered", "complaint"},
		"suppression-list@demo.example":   {"dropped"},
		"blocked@simulator.example":       {"sent", "blocked"},
		"ooto@simulator.example":          {"sent", "delivered", "autoresponder"},
		"delay@simulator.example":         {"sent", "deferred", "deferred", "delivered"},
		"timeout@simulator.example":       {"sent", "deferred", "deferred", "deferred", "not_delivered"},
		"unsubscribe@simulator.example":   {"sent", "delivered", "unsubscribed"},
		"duplicate@simulator.example":     {"delivered", "delivered", "delivered", "sent", "sent", "sent"},
		"+12025550103":                    {"sent", "mailbox_error"},
		"+12025550104":                    {"sent", "blocked"},
		"+12025550105":                    {"sent", "invalid"},
		"+12025550106":                    {"sent", "invalid"},
		"+12025550107":                    {"sent", "blocked"},
		"+12025550108":                    {"sent", "not_delivered"},
		"+12025550136":                    {"sent", "not_delivered"},
		"+12025550110":                    {"sent"},
		"+12025550199":                    {"sent", "delivered"},
		"+447700900103":                   {"sent", "mailbox_error"},
		"+447700900999":                   {"sent", "delivered"},
	} {
		t.Run(to, func(t *testing.T) {
			f := newFar(t, http.StatusOK)
			ch := models.Email
			if to[0] == '+' {
				ch = models.SMS
			}
			r := f.send(ch, to, "att_1")
			if r.Outcome != wire.Taken || r.ProviderMessageID == "" {
				t.Fatalf("the hand-over: %+v", r)
			}
			events := f.events(t, len(want))
			for i, e := range events {
				if e.Type != want[i] || e.AttemptRef != "att_1" || e.Recipient != to ||
					e.ProviderMessageID != r.ProviderMessageID {
					t.Errorf("event %d: %+v, want %s", i, e, want[i])
				}
				if e.Type.Failure() && e.Reason == "" {
					t.Errorf("%s without a reason", e.Type)
				}
			}
		})
	}
}

// What the stories say agrees with the dictionary: the reason leads to the type, and the codes and words to
// the reason.
func TestStoriesAgree(t *testing.T) {
	check := func(name string, ch models.Channel, story []Event) {
		for _, e := range story {
			if e.Reason == "" {
				continue
			}
			reason, known := models.ReasonByID(e.Reason)
			if !known || e.Type != models.Deferred && reason.EventType() != e.Type {
				t.Errorf("%s: %s of %s", name, e.Type, e.Reason)
			}
			e.Channel = ch
			if found := models.MatchReason(evidence(e)); e.ErrorCode+e.EnhancedCode != "" &&
				found.ID != e.Reason {
				t.Errorf("%s: the dictionary says %s, not %s", name, found.ID, e.Reason)
			}
		}
	}
	for name, story := range emailStories {
		check(name, models.Email, story)
	}
	for name, story := range textStories {
		check(name, models.SMS, story)
	}
	for code, id := range refusalReasons {
		if _, known := models.ReasonByID(id); !known {
			t.Errorf("%d: no reason %q", code, id)
		}
	}
}

// The copies of an event carry the same key and the same time, so that they count once.
func TestDuplicateStory(t *testing.T) {
	f := newFar(t, http.StatusOK)
	f.send(models.Email, "duplicate@simulator.example", "att_1")
	events := f.events(t, 6)
	if events[0].DedupeKey != events[2].DedupeKey || events[0].DedupeKey == events[3].DedupeKey {
		t.Errorf("keys: %v", events)
	}
	if !events[3].OccurredAt.Before(events[0].OccurredAt) {
		t.Error("sent is not before delivered")
	}
}

// What is refused at hand-over is refused in the class and for the reason of the real provider.
func TestRefusals(t *testing.T) {
	for to, want := range map[string]wire.Receipt{
		"refuse406@simulator.example": {Outcome: wire.Refused, Reason: "dropped-bounce"},
		"error500@simulator.example":  {Outcome: wire.Open, Reason: "provider-unreachable"},
		"ratelimit@simulator.example": {Outcome: wire.Later, Reason: "provider-unreachable",
			RetryAfter: 2 * time.Second},
		"+15005550001": {Outcome: wire.Refused, Reason: "sms-invalid-number"},
		"+15005550002": {Outcome: wire.Refused, Reason: "sms-unroutable"},
		"+15005550003": {Outcome: wire.Refused, Reason: "sms-no-permission-region"},
		"+15005550004": {Outcome: wire.Refused, Reason: "sms-opted-out"},
		"+15005550009": {Outcome: wire.Refused, Reason: "sms-landline"},
	} {
		f := newFar(t, http.StatusOK)
		ch := models.Email
		if to[0] == '+' {
			ch = models.SMS
		}
		got := f.send(ch, to, "att_1")
		if got.Outcome != want.Outcome || got.Reason != want.Reason || got.RetryAfter != want.RetryAfter {
			t.Errorf("%s: %+v", to, got)
		}
		if taken := f.player.Taken(f.settings["signing_secret"]); len(taken) != 0 {
			t.Errorf("%s: %d messages taken", to, len(taken))
		}
	}
}

// A number of ours that cannot send is refused, whoever is written to.
func TestSenderRefusal(t *testing.T) {
	f := newFar(t, http.StatusOK)
	f.settings["from"] = "+15005550007"
	if r := f.send(models.SMS, "+12025550199", "att_1"); r.Outcome != wire.Refused ||
		r.Reason != "sms-from-invalid" {
		t.Errorf("%+v", r)
	}
}

// The same key twice is one message with one id; the same key with other words is refused as a conflict.
func TestRepeatedHandOver(t *testing.T) {
	f := newFar(t, http.StatusOK)
	first := f.send(models.Email, "success@simulator.example", "att_1")
	again := f.send(models.Email, "success@simulator.example", "att_1")
	if first.ProviderMessageID != again.ProviderMessageID {
		t.Errorf("two ids: %s and %s", first.ProviderMessageID, again.ProviderMessageID)
	}
	if taken := f.player.Taken(f.settings["signing_secret"]); len(taken) != 1 {
		t.Errorf("%d messages taken", len(taken))
	}
	other := Provider.Send(
		context.Background(),
		wire.NewClient(),
		f.settings,
		wire.Message{Channel: models.Email,
			To: "success@simulator.example", AttemptID: "att_1", Repeatable: "att_1", Text: "Other words."},
	)
	if other.Outcome != wire.Open || other.HTTPStatus != http.StatusConflict {
		t.Errorf("other content: %+v", other)
	}
}

// A line cut after the message was taken leaves the outcome open; the log shows the message.
func TestHangUp(t *testing.T) {
	f := newFar(t, http.StatusOK)
	if r := f.send(models.Email, "hangup@simulator.example", "att_9"); r.Outcome != wire.Open ||
		r.Err == nil {
		t.Fatalf("%+v", r)
	}
	found, err := Provider.Find(context.Background(), wire.NewClient(), f.settings,
		wire.Message{AttemptID: "att_9"})
	if err != nil || !found.Known || found.ProviderMessageID == "" {
		t.Errorf("%+v, %v", found, err)
	}
	none, err := Provider.Find(context.Background(), wire.NewClient(), f.settings,
		wire.Message{AttemptID: "att_0"})
	if err != nil || none.Known || !none.Complete {
		t.Errorf("%+v, %v", none, err)
	}
}

// A bounced address is listed, and dropped at the next sending until it is cleared.
func TestListedAddress(t *testing.T) {
	ctx, c, f := context.Background(), wire.NewClient(), newFar(t, http.StatusOK)
	const to = "bounce@simulator.example"
	f.send(models.Email, to, "att_1")
	if e := f.events(t, 2)[1]; e.SuppressionKind != "bounce" {
		t.Fatalf("%+v", e)
	}
	entries, err := Provider.Suppressions.Find(ctx, c, f.settings, "BOUNCE@simulator.example")
	if err != nil || len(entries) != 1 || entries[0].Kind != "bounce" || entries[0].ByHand {
		t.Fatalf("%+v, %v", entries, err)
	}
	f.send(models.Email, to, "att_2")
	if e := f.events(t, 3)[2]; e.Type != "dropped" || e.Reason != "dropped-bounce" {
		t.Errorf("%+v", e)
	}
	if got := Provider.Suppressions.Delete(ctx, c, f.settings, to, "bounce"); got.Result != wire.ClearDone {
		t.Errorf("%+v", got)
	}
	if got := Provider.Suppressions.Delete(ctx, c, f.settings, to,
		"bounce"); got.Result != wire.ClearNotListed {
		t.Errorf("%+v", got)
	}
}

// The first clear of a dropped address works, and the next sending is delivered.
func TestDroppedThenCleared(t *testing.T) {
	ctx, c, f := context.Background(), wire.NewClient(), newFar(t, http.StatusOK)
	const to = "dropped@simulator.example"
	f.send(models.Email, to, "att_1")
	f.events(t, 1)
	if got := Provider.Suppressions.Delete(ctx, c, f.settings, to, "bounce"); got.Result != wire.ClearDone {
		t.Fatalf("%+v", got)
	}
	f.send(models.Email, to, "att_2")
	if e := f.events(t, 3)[2]; e.Type != models.Delivered {
		t.Errorf("%+v", e)
	}
}

// A complaint can be taken off the list only by hand, by the simulator's support.
func TestListedComplaint(t *testing.T) {
	ctx, c, f := context.Background(), wire.NewClient(), newFar(t, http.StatusOK)
	const to = "complaint@simulator.example"
	f.send(models.Email, to, "att_1")
	f.events(t, 3)
	got := Provider.Suppressions.Delete(ctx, c, f.settings, to, "complaint")
	if got.Result != wire.ClearByHand || got.Text == "" {
		t.Fatalf("%+v", got)
	}
	var listed []wire.Entry
	err := Provider.Suppressions.List(ctx, c, f.settings,
		func(e wire.Entry) error { listed = append(listed, e); return nil })
	if err != nil || len(listed) != 1 || !listed[0].ByHand {
		t.Errorf("%+v, %v", listed, err)
	}
}

// An event that the webhook does not take is offered again, and the log gives it to who asks.
func TestEventOfferedAgain(t *testing.T) {
	f := newFar(t, http.StatusServiceUnavailable)
	start := time.Now().Add(-time.Minute)
	f.send(models.Email, "success@simulator.example", "att_1")
	events := f.events(t, 2)
	if events[0].DedupeKey != events[1].DedupeKey {
		t.Errorf("not the same event: %v", events)
	}
	missed, err := Provider.Missed(context.Background(), wire.NewClient(), f.settings, start,
		time.Now().Add(time.Minute))
	if err != nil || len(missed) == 0 || missed[0].DedupeKey != events[0].DedupeKey {
		t.Errorf("%v, %v", missed, err)
	}
}

// A text of a customer arrives as a text, not as an event of a message.
func TestInboundText(t *testing.T) {
	f := newFar(t, http.StatusOK)
	f.player.Text(f.settings["signing_secret"], f.hook, "+12025550103", "+12065550110", "STOP")
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(2 * time.Millisecond) {
		f.mu.Lock()
		readings := f.readings
		f.mu.Unlock()
		if len(readings) == 1 {
			if in := readings[0].Inbound; len(in) != 1 || in[0].Text != "STOP" ||
				in[0].From != "+12025550103" ||
				in[0].ID == "" {
				t.Errorf("%+v", readings[0])
			}
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("no text came")
		}
	}
}

// The simulator in this process does the same without an endpoint, and keeps connections apart.
func TestInProcess(t *testing.T) {
	f := newFar(t, http.StatusOK)
	delete(f.settings, "endpoint")
	f.settings["signing_secret"] = "only this test's"
	InProcess.Pace(0)
	t.Cleanup(func() { InProcess.Stop(); InProcess.Pace(1) })
	if r := f.send(models.Email, "success@simulator.example", "att_1"); r.Outcome != wire.Taken {
		t.Fatalf("%+v", r)
	}
	f.events(t, 2)
	if err := Provider.Test(context.Background(), wire.NewClient(), f.settings); err != nil {
		t.Error(err)
	}
	if r := f.send(models.Email, "hangup@simulator.example", "att_2"); r.Outcome != wire.Open {
		t.Errorf("%+v", r)
	}
	if n := len(InProcess.Taken("another connection's")); n != 0 {
		t.Errorf("%d messages of another connection", n)
	}
}
