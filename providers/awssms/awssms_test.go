package awssms

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"undelivered/models"
	"undelivered/providers/wire"
	"undelivered/providers/wire/wiretest"
)

var (
	settings = wire.Settings{"access_key_id": "AKIDEXAMPLE", "secret_access_key": "s3cret",
		"region": "eu-west-1", "origination_identity": "+12065550110",
		"configuration_set": "harbour"}
	message = wire.Message{AttemptID: "att_1", Channel: models.SMS, To: "+12025550103",
		Text: "See you on Tuesday."}
)

// Every kind of answer to a hand-over has its class, and one request is made.
func TestHandOver(t *testing.T) {
	wiretest.HandOver(t, Provider, settings, message,
		wiretest.Success{Status: http.StatusOK, Body: `{"MessageId":"m1"}`, ID: "m1"})
}

// A text goes out signed, with the attempt in its context.
func TestRequest(t *testing.T) {
	far := wiretest.Says(t, http.StatusOK, `{"MessageId":"m1"}`)
	Provider.Send(context.Background(), far.Client, settings, message)
	got := far.Seen()[0]
	var body struct {
		DestinationPhoneNumber, OriginationIdentity, MessageBody, ConfigurationSetName string
		Context                                                                        map[string]string
	}
	if err := json.Unmarshal([]byte(got.Body), &body); err != nil {
		t.Fatal(err)
	}
	if body.DestinationPhoneNumber != message.To || body.OriginationIdentity != "+12065550110" ||
		body.MessageBody != message.Text ||
		body.ConfigurationSetName != "harbour" ||
		body.Context["notification_id"] != "att_1" {
		t.Errorf("%+v", body)
	}
	login := got.Header.Get("Authorization")
	if !strings.HasPrefix(login, "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/") ||
		!strings.Contains(login, "/eu-west-1/sms-voice/aws4_request") ||
		got.Header.Get("X-Amz-Target") != "PinpointSMSVoiceV2.SendTextMessage" ||
		got.Header.Get("Content-Type") != "application/x-amz-json-1.0" {
		t.Errorf("%v", got.Header)
	}
}

// AWS puts nearly every refusal into a 400; its name decides.
func TestRefusals(t *testing.T) {
	for body, want := range map[string]wire.Receipt{
		`{"__type":"ConflictException","Reason":"DESTINATION_PHONE_NUMBER_OPTED_OUT","Message":"opted"}`: {Outcome: wire.Refused, Reason: "sms-opted-out"},
		`{"__type":"com.amazonaws.x#ThrottlingException","Message":"Rate exceeded"}`:                     {Outcome: wire.Later, Reason: "sms-throttled"},
		`{"__type":"UnrecognizedClientException","message":"The security token is invalid"}`:             {Outcome: wire.Refused, Reason: "sms-credentials", StopConnection: true},
		`{"__type":"ValidationException","Reason":"INVALID_PARAMETER","Message":"1 error"}`:              {Outcome: wire.Refused, Reason: "sms-bad-parameter"},
	} {
		r := Provider.Send(context.Background(), wiretest.Says(t, http.StatusBadRequest, body).Client,
			settings, message)
		if r.Outcome != want.Outcome || r.Reason != want.Reason || r.StopConnection != want.StopConnection {
			t.Errorf("%s: %+v", body, r)
		}
	}
}

// A region is a part of the host's name, so nothing else may stand in its place.
func TestRegion(t *testing.T) {
	far := wiretest.Says(t, http.StatusOK, `{"MessageId":"m1"}`)
	for _, place := range []string{"", "eu-west-1.evil.example/", "EU-WEST-1"} {
		s := wire.Settings{"region": place}
		if r := Provider.Send(context.Background(), far.Client, s, message); r.Outcome == wire.Taken ||
			r.Err == nil {
			t.Errorf("%q: %+v", place, r)
		}
	}
	if n := len(far.Seen()); n != 0 {
		t.Errorf("%d requests", n)
	}
}

// The opt-out list is looked up, read page by page, and cleared by request.
func TestOptOuts(t *testing.T) {
	ctx := context.Background()
	far := wiretest.Play(t, func(w http.ResponseWriter, r *http.Request) {
		body := `{"OptedOutNumbers":[{"OptedOutNumber":"+12025550103","OptedOutTimestamp":1790000000.5,"EndUserOptedOut":true}],"NextToken":"2"}`
		if len(r.Header.Get("X-Amz-Target")) > 0 &&
			strings.HasSuffix(r.Header.Get("X-Amz-Target"), "DeleteOptedOutNumber") {
			body = `{}`
		}
		_, err := w.Write([]byte(body))
		if err != nil {
			t.Error(err)
		}
	})
	entries, err := Provider.Suppressions.Find(ctx, far.Client, settings, "+12025550103")
	if err != nil || len(entries) != 1 || entries[0].Kind != "unsubscribe" ||
		entries[0].Reason != "texted STOP" ||
		!entries[0].Since.Equal(time.UnixMilli(1790000000500)) {
		t.Errorf("%+v, %v", entries, err)
	}
	n := 0
	if err := Provider.Suppressions.List(ctx, far.Client, settings,
		func(wire.Entry) error { n++; return nil }); err != nil ||
		n != 2 {
		t.Errorf("%d entries, %v", n, err)
	}
	if got := Provider.Suppressions.Delete(ctx, far.Client, settings, "+12025550103",
		"unsubscribe"); got.Result != wire.ClearDone {
		t.Errorf("%+v", got)
	}
	gone := wiretest.Says(t, http.StatusBadRequest,
		`{"__type":"ResourceNotFoundException","Message":"not there"}`)
	if entries, err := Provider.Suppressions.Find(ctx, gone.Client, settings, "+1"); err != nil ||
		len(entries) != 0 {
		t.Errorf("%+v, %v", entries, err)
	}
	if got := Provider.Suppressions.Delete(ctx, gone.Client, settings, "+1",
		""); got.Result != wire.ClearNotListed {
		t.Errorf("%+v", got)
	}
	busy := wiretest.Says(t, http.StatusBadRequest, `{"__type":"ThrottlingException","Message":"slow down"}`)
	if got := Provider.Suppressions.Delete(ctx, busy.Client, settings, "+1",
		""); got.Result != wire.ClearLater {
		t.Errorf("%+v", got)
	}
}
