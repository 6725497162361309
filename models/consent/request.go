package consent

import (
	"strings"
	"time"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// RequestState is where a clear request stands (RULES.md, Clear requests).
type RequestState string

// The states of a clear request.
const (
	RequestAsked    RequestState = "requested"
	RequestApproved RequestState = "approved"
	RequestDeclined RequestState = "declined"
	RequestLapsed   RequestState = "lapsed"
	RequestByHand   RequestState = "by_hand"
	RequestRunning  RequestState = "running"
	RequestDone     RequestState = "done"
	RequestRefused  RequestState = "refused"
	// RequestWithdrawn is one that its asker took back while it waited for somebody else.
	RequestWithdrawn RequestState = "withdrawn"
)

// OpenStates are those in which something is still to happen.
var OpenStates = []RequestState{RequestAsked, RequestApproved, RequestByHand, RequestRunning}

// ClearRequest asks that an address may be written to again: that a provider's entry is cleared, and our own
// opt-out lifted after it.
type ClearRequest struct {
	ID               string `gorm:"primaryKey"`
	AccountID        string `gorm:"primaryKey"`
	SuppressionID    string // empty: no provider lists it
	AddressID        string
	Kind             string // of the entry: bounce, complaint, unsubscribe, invalid, manual
	Causes           string // our own causes to lift when done, joined by commas
	NeedsSecond      bool   // another person approves
	SupportOnly      bool   // and that person is support
	State            RequestState
	Reason           string
	Checked          string
	ConsentID        string
	AskedBy          string
	AskedByName      string
	AskedRole        models.Role
	AskedAt          time.Time
	ActedAt          time.Time // the last time that a person did something
	ConfirmTokenHash string    `json:"-"` // set: the customer's own confirmation is asked for
	ConfirmSealed    string    `json:"-"`
	ConfirmedAt      *time.Time
	Question         string
	QuestionBy       string // name of who asked back
	QuestionByID     string
	Answer           string
	DecidedBy        string
	DecidedByName    string
	DecidedAt        *time.Time
	DecisionNote     string
	KeepsBack        bool // what was dropped is not offered for resending when it is done
	Tries            int
	FirstTryAt       *time.Time
	DueAt            *time.Time // approved: earliest next try; running: until when the worker has it
	Result           string     // what the provider said
	DoneAt           *time.Time
	ReadBackAt       *time.Time
	RelistedAt       *time.Time
	RelistedTimes    int // which listing in a row that was
	ProvenAt         *time.Time
	Version          int
}

// LapsesAt is when the request lapses if nobody acts; the zero time: it does not.
func (r ClearRequest) LapsesAt() time.Time {
	if r.State != RequestAsked && r.State != RequestApproved {
		return time.Time{}
	}
	return r.ActedAt.Add(lapseAfter)
}

// WaitsForCustomer says whether the customer's own confirmation is still missing.
func (r ClearRequest) WaitsForCustomer() bool {
	return r.ConfirmTokenHash != "" && r.ConfirmedAt == nil
}

func (r ClearRequest) causes() []models.Cause {
	var all []models.Cause
	for _, one := range strings.Split(r.Causes, ",") {
		if one != "" {
			all = append(all, models.Cause(one))
		}
	}
	return all
}

func joinCauses(causes []models.Cause) string {
	parts := make([]string, len(causes))
	for i, cause := range causes {
		parts[i] = string(cause)
	}
	return strings.Join(parts, ",")
}

func SaveRequest(t *db.Tx, r *ClearRequest) error {
	r.Version++
	return db.Wrap(t.Save(r).Error, "saving a clear request")
}

func RecordRequest(t *db.Tx, by models.Actor, r ClearRequest, action, before, reason string) {
	t.Record(
		by,
		"request."+action,
		models.AuditEntry{ObjectKind: "request", ObjectID: r.ID, ObjectName: r.Kind, Before: before,
			After: string(r.State), Reason: reason},
	)
}
