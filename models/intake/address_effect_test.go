package intake

import (
	"testing"

	"undelivered/models"
)

// What a failure does to the address is what the table of statuses says of its status, whatever the reason:
// only one that opts out at once or mirrors a list gives a cause, only one that counts in a row is counted,
// and never both.
func TestTheTableOfStatusesRulesTheAddress(t *testing.T) {
	for _, reason := range models.Reasons() {
		for _, row := range models.Statuses {
			e := &models.Event{Type: models.EventType(row.Code), Reason: reason.ID, Channel: models.Email}
			out, soft := CauseOf(e) != "", countsSoftly(e.Type, reason.ID)
			may := map[models.OptOutRule][2]bool{models.OptOutAtOnce: {true, true},
				models.OptOutMirrors: {true, false}, models.OptOutRepeated: {false, true}}[row.OptOut]
			if out && !may[0] || soft && !may[1] || out && soft {
				t.Errorf("%s, %s (%s): out %v, counted %v", row.Code, reason.ID, row.OptOut, out, soft)
			}
			if row.OptOut == models.OptOutRepeated && soft == Blameless(reason) {
				t.Errorf("%s, %s: counted %v", row.Code, reason.ID, soft)
			}
		}
	}
}

// The nine statuses do to an address what the vocabulary says.
func TestStatusesDoWhatTheVocabularySays(t *testing.T) {
	for status, want := range map[models.Status]struct {
		reason string
		cause  models.Cause
		soft   bool
	}{
		models.HardBounce:    {"user-unknown", models.CauseHardBounce, false},
		models.InvalidStatus: {"domain-unknown", models.CauseInvalid, false},
		models.MailboxError:  {"mailbox-full", "", true}, models.SoftBounce: {"receiver-down", "", true},
		models.Dropped:       {"dropped-complaint", models.CauseComplaint, false},
		models.Autoresponder: {"mailbox-full", "", false},
		models.NotDelivered:  {"mailbox-full", "", false}, models.Spammed: {"user-unknown", "", false},
		models.Blocked: {"user-unknown", "", false},
	} {
		e := &models.Event{Type: models.EventType(status), Reason: want.reason, Channel: models.Email}
		if cause, soft := CauseOf(e), countsSoftly(e.Type, want.reason); cause != want.cause ||
			soft != want.soft {
			t.Errorf("%s: %q, counted %v", status, cause, soft)
		}
	}
}
