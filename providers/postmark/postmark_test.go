package postmark

import (
	"context"
	"io"
	"net/http"
	"testing"

	"undelivered/models"
	"undelivered/providers/wire"
	"undelivered/providers/wire/wiretest"
)

// A refusal because the address is on the list is explained by why it is there, which the list says: a
// complaint is not taken for a bounce. The hand-over itself is made once; without an answer of the list the
// refusal stays as it is.
func TestRefusalOfListedAddress(t *testing.T) {
	for name, c := range map[string]struct{ list, want string }{
		"complaint":     {`{"Suppressions":[{"EmailAddress":"Mira@example.net","SuppressionReason":"SpamComplaint","Origin":"Recipient"}]}`, "dropped-complaint"},
		"bounce":        {`{"Suppressions":[{"EmailAddress":"mira@example.net","SuppressionReason":"HardBounce","Origin":"Recipient"}]}`, "dropped-bounce"},
		"unsubscribed":  {`{"Suppressions":[{"EmailAddress":"mira@example.net","SuppressionReason":"ManualSuppression","Origin":"Recipient"}]}`, "dropped-unsubscribed"},
		"by hand":       {`{"Suppressions":[{"EmailAddress":"mira@example.net","SuppressionReason":"ManualSuppression","Origin":"Customer"}]}`, "dropped-manual"},
		"somebody else": {`{"Suppressions":[{"EmailAddress":"other@example.net","SuppressionReason":"SpamComplaint"}]}`, "dropped-bounce"},
		"no answer":     {`<html>`, "dropped-bounce"},
	} {
		handed := 0
		far := wiretest.Play(t, func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodGet {
				_, _ = io.WriteString(w, c.list) // a client that has gone is the test's own doing
				return
			}
			handed++
			w.WriteHeader(http.StatusUnprocessableEntity)
			_, _ = io.WriteString(
				w,
				`{"ErrorCode":406,"Message":"You tried to send to a recipient that has been marked as inactive."}`,
			) // as above
		})
		r := Provider.Send(
			context.Background(),
			far.Client,
			wire.Settings{"server_token": "t", "from": "a@example.org"},
			wire.Message{AttemptID: "att_1", Channel: models.Email, To: "mira@example.net",
				Subject: "Hello", Text: "Hello"},
		)
		if r.Outcome != wire.Refused || r.Reason != c.want || handed != 1 {
			t.Errorf("%s: %+v after %d hand-overs, want %s", name, r, handed, c.want)
		}
	}
}
