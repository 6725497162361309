// Package awssms speaks with AWS End User Messaging SMS: texts, their events through SNS, and opt-out lists.
package awssms

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"undelivered/models"
	"undelivered/providers/wire"
)

// Provider is the row of AWS End User Messaging SMS.
var Provider = wire.Provider{
	Code:     "aws-sms",
	Name:     "AWS End User Messaging SMS",
	Channels: []models.Channel{models.SMS},
	Fields: []wire.Field{
		{
			Key:      "topic_arns",
			Label:    "Topic ARNs",
			For:      wire.Receive,
			Required: true,
			Hint:     "The SNS topics that events come from, with commas between them.",
		},
		{
			Key:     "auto_confirm",
			Label:   "Confirm subscriptions",
			For:     wire.Receive,
			Options: []string{"yes", "no"},
			Default: "yes",
		},
		{
			Key:   "signing_cert_pem",
			Label: "Signing certificate",
			For:   wire.Receive,
			Hint:  "PEM; only for places that cannot fetch it from Amazon.",
		},
		{
			Key:     "raw_delivery",
			Label:   "Raw message delivery",
			For:     wire.Receive,
			Default: "no",
			Options: []string{"no", "yes"},
			Hint: "Raw messages carry no signature: only this secret address proves them. Better leave " +
				"it off in SNS.",
		},
		{Key: "access_key_id", Label: "Access key ID", For: wire.Sending, Required: true},
		{
			Key:      "secret_access_key",
			Label:    "Secret access key",
			For:      wire.Sending,
			Required: true,
			Secret:   true,
		},
		{Key: "region", Label: "Region", For: wire.Sending, Required: true, Hint: "Such as eu-west-1."},
		{
			Key:      "origination_identity",
			Label:    "Origination identity",
			For:      wire.Sending,
			Required: true,
			Hint:     "A number, pool or sender ID of yours.",
		},
		{
			Key:   "configuration_set",
			Label: "Configuration set",
			For:   wire.Sending,
			Hint:  "With an event destination of type SNS.",
		},
		{Key: "opt_out_list", Label: "Opt-out list", For: wire.Clear, Default: "Default"},
	},
	Unstored:     http.StatusServiceUnavailable,
	Busy:         http.StatusServiceUnavailable,
	RetriesFor:   time.Minute,
	Settling:     72 * time.Hour,
	Read:         read,
	Reread:       reread,
	Send:         send,
	Suppressions: &wire.Suppressions{Find: findOptOut, List: listOptOuts, Delete: deleteOptOut},
	Test:         test,
}

// send hands one text over. The attempt travels in the context and comes back with every event.
func send(ctx context.Context, c *wire.Client, s wire.Settings, m wire.Message) wire.Receipt {
	body := map[string]any{
		"DestinationPhoneNumber": m.To,
		"OriginationIdentity":    wire.Pick(m.From, s["origination_identity"]),
		"MessageBody":            m.Text,
		"MessageType":            "TRANSACTIONAL",
		"Context":                map[string]string{attemptKey: m.AttemptID},
	}
	if set := s["configuration_set"]; set != "" {
		body["ConfigurationSetName"] = set
	}
	return receipt(ask(ctx, c, s, "SendTextMessage", body))
}

// attemptKey is the name of our attempt id in the context of a text.
const attemptKey = "notification_id"

// refusal is the body of an answer that is no success.
type refusal struct {
	Type    string `json:"__type"`
	Message string
	Reason  string
}

func refusalOf(a wire.Response) refusal {
	var no refusal
	_ = json.Unmarshal(a.Body, &no) // no words: the status has to do
	no.Type = no.Type[strings.LastIndexAny(no.Type, "#:")+1:]
	return no
}

// codes are what the dictionary may know the refusal by.
func (r refusal) codes() []string { return []string{r.Type + ":" + r.Reason, r.Type} }

// Names of refusals that are no verdict on the text.
const throttling = "ThrottlingException"

// badLogin are the refusals of the login, which AWS answers with 400 as well.
var badLogin = map[string]bool{"UnrecognizedClientException": true, "InvalidSignatureException": true,
	"AccessDeniedException": true, "ExpiredTokenException": true, "IncompleteSignatureException": true}

func receipt(a wire.Response) wire.Receipt {
	r := wire.Class(a)
	if r.Outcome == wire.Taken {
		var body struct{ MessageId string }
		err := json.Unmarshal(a.Body, &body)
		if r.ProviderMessageID = body.MessageId; err != nil || body.MessageId == "" {
			r.Outcome, r.Err = wire.Open, errors.New("the answer has no message id")
		}
		return r
	}
	no := refusalOf(a)
	if no.Type == throttling {
		r.Outcome = wire.Later
	}
	r.StopConnection = r.StopConnection || badLogin[no.Type]
	if r = r.Explain(models.SMS, "aws-sms", no.Message, no.codes()...); no.Type == throttling {
		r.Reason = "sms-throttled"
	}
	return r
}

// test proves the login by reading the account's attributes.
func test(ctx context.Context, c *wire.Client, s wire.Settings) error {
	if err := ask(ctx, c, s, "DescribeAccountAttributes", map[string]any{}).Decode(nil); err != nil {
		return fmt.Errorf("asking AWS: %w", err)
	}
	return nil
}
