package views

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"testing"

	"undelivered/models"
	"undelivered/models/connection"
	"undelivered/models/consent"
	"undelivered/models/ledger"
	"undelivered/models/people"
)

var (
	actKey = regexp.MustCompile(
		`(?:Record|Note|recordEverywhere|recordThere|recordPerson|workOn|noted)\([^"\n]*"((?:[a-z]+\.[a-z_]+)|refused)"`,
	)
	actOf  = regexp.MustCompile(`(RecordRequest|recordBulk)\([^"\n]*"([a-z_]+)"`)
	rawKey = regexp.MustCompile(`[a-z]_[a-z0-9]|\d{4}-\d\d-\d\dT`)
)

// acts are all acts that the sources write into the log.
func acts(t *testing.T) []string {
	t.Helper()
	all := []string{"refused"}
	for _, file := range slices.Concat(storeSources(t), sources(t, "../handlers/*.go"),
		sources(t, "../delivery/*.go")) {
		for _, m := range actKey.FindAllStringSubmatch(file, -1) {
			all = append(all, m[1])
		}
		for _, m := range actOf.FindAllStringSubmatch(file, -1) {
			all = append(all,
				map[string]string{"RecordRequest": "request.", "recordBulk": "bulk."}[m[1]]+m[2])
		}
	}
	for _, state := range []models.NotificationState{models.StateFailed, models.StateDelivered,
		models.StateRunning, models.StateUnknown, models.StateWaiting,
		models.StatePresumed, models.StatePending} {
		all = append(all, "notification."+string(state))
	}
	if len(all) < 60 {
		t.Fatalf("only %d acts were found: %v", len(all), all)
	}
	return all
}

// Every act that is written into the log has its sentence.
func TestEveryActHasItsSentence(t *testing.T) {
	for _, act := range acts(t) {
		if !Has("audit." + act) {
			t.Errorf("no words for audit.%s", act)
		}
	}
}

// moves are the words of the store that stand in the log as before and after.
func moves() []string {
	all := append(
		[]string{"told_staff", "2026-11-20T14:00:00Z", "2026-11-20T14:00:00Z – 2026-11-20T15:00:00Z",
			string(people.KeyAPI), string(people.KeyWidget), string(models.CauseHardBounce),
			string(models.CauseInvalid), string(models.CauseRepeatedSoft), string(models.CauseComplaint),
			string(models.CauseUnsubscribed), string(models.CauseStop), string(models.CauseStaff),
			string(models.CauseErased), string(models.Owner), string(models.Manager), string(models.Viewer),
			string(models.Support)},
		ledger.Outcomes...)
	for _, looks := range []map[string]look{stateLooks, requestLooks, suppressionLooks} {
		all = append(all, sortedKeys(looks)...)
	}
	for _, row := range models.Statuses {
		all = append(all, string(row.Code))
	}
	return append(all, Hows...)
}

// reasons are those of them that stand there as the reason.
func reasons(t *testing.T) []string {
	t.Helper()
	all := append(
		[]string{"own_request", "login", "too_late", consent.StillListed, consent.LostRight,
			connection.StoppedByPerson, connection.CompareKeyRefused, connection.CompareNoAnswer,
			models.LiftedByCustomer, models.EvidenceEvent + "evt_06h2772tz2",
			models.EvidenceLink + "req_06h2772tz2"},
		LiftReasons...)
	for _, file := range storeSources(t) {
		for _, m := range guardKey.FindAllStringSubmatch(file, -1) {
			all = append(all, m[1])
		}
	}
	return append(all, ledger.Outcomes...)
}

// No line of the log shows a word of the store: whatever act it is, and whatever was before, after and the
// reason.
func TestNoLineOfTheLogShowsACode(t *testing.T) {
	ctx, page := context.Background(), ActivityPage{Base: base()}
	plain := func(what, shown string, codes ...string) {
		t.Helper()
		raw := rawKey.MatchString(shown)
		for _, code := range codes {
			raw = raw || shown == code || shown == code+"." || strings.Contains(shown, "“"+code+"”")
		}
		if raw {
			t.Errorf("%s shows %q", what, shown)
		}
	}
	for _, act := range acts(t) {
		plain(act, ActivityRow{Action: act}.action(ctx), act)
		for _, code := range moves() {
			plain(act+" to "+code, page.detail(ctx, ActivityRow{Action: act, After: code}), code)
		}
		for _, code := range reasons(t) {
			plain(act+" because of "+code, page.detail(ctx, ActivityRow{Action: act, Reason: code}), code)
		}
	}
	for _, object := range []string{string(models.Email), string(models.SMS), "bounce", "complaint", "resend",
		"clear", "report", "domain"} {
		plain("the object "+object, page.object(ctx, ActivityRow{Object: object}), object)
	}
}
