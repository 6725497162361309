package dsn

import (
	"bytes"
	"regexp"
	"strings"

	"undelivered/models"
	"undelivered/providers/wire"
)

// isReceipt says whether the mail tells what became of a message in its reader's hands (RFC 8098).
func (r *reader) isReceipt() bool {
	if _, ok := r.find("message/disposition-notification", "message/global-disposition-notification"); ok {
		return true
	}
	return r.kind == "multipart/report" &&
		strings.EqualFold(r.params["report-type"], "disposition-notification") ||
		!r.isReport() && receiptLine.MatchString(r.text())
}

var receiptLine = regexp.MustCompile(`(?im)^[\t >]{0,8}Disposition:[ \t]*(manual|automatic)-action/`)

// dispositions are what became of the message. Each of them shows that it has arrived; that it was deleted
// unread is no failure either.
var dispositions = map[string]models.EventType{
	"displayed": models.Opened, "read": models.Opened, "deleted": models.Delivered,
	"dispatched": models.Delivered,
	"processed":  models.Delivered, "denied": models.Delivered,
}

// receipt is the event of a read receipt: the message arrived. One that names no message of ours is no event.
func (r *reader) receipt() []models.Event {
	rep := fields{}
	if p, ok := r.find("message/disposition-notification", "message/global-disposition-notification"); ok {
		rep, _ = splitHeader(bytes.TrimLeft(p.body, "\r\n \t"))
	} else if at := receiptLine.FindStringIndex(r.text()); at != nil {
		rep, _ = splitHeader([]byte(strings.TrimLeft(r.text()[at[0]:], "\r\n \t")))
	}
	named := r.returnedHeader()
	if id := rep.get("original-message-id"); id != "" {
		named = fields{"message-id": {id}, "x-notification-id": named["x-notification-id"]}
	}
	_, manner, _ := strings.Cut(strings.ToLower(rep.get("disposition")), ";")
	manner, _, _ = strings.Cut(strings.TrimSpace(manner), "/")
	kind, known := dispositions[strings.TrimSpace(manner)]
	e := r.event(wire.Pick(recipientOf(rep, nil), wire.Address(r.header.get("from"))), "receipt "+manner,
		named)
	if e.AttemptRef == "" && e.MessageID == "" || !known {
		return nil
	}
	e.Type, e.Diagnostic = kind, wire.Words(rep.get("disposition"))
	return []models.Event{e}
}
