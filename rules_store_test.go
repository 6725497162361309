package undelivered_test

import (
	"context"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"testing"

	"undelivered/models"
	"undelivered/models/store"
	"undelivered/views"
)

// systemMethods are the methods of the store that belong to no account, each with why.
var systemMethods = map[string]string{
	"Accounts":            "whoever runs the installation",
	"Close":               "the program",
	"Changes":             "the program",
	"ConnectionByToken":   "a provider's request names its connection by the token",
	"ConnectionOfAttempt": "a bounce address names its attempt, and proves it",
	"SaveMailboxUID":      "the collector of bounce mailboxes",
	"WorkBulk":            "the job of many at once, asked for by a person",
	"MailConnections":     "the door for bounce mails",
	"ConnectionSettings":  "opens what its caller was given",
	"ConnectionToken":     "opens what its caller was given",
	"OldToken":            "the address before of a connection that was asked for with an actor",
	"Workers":             "the workers",
	"Stop":                "the program",
	"SettleBounces":       "the program",
	"TouchKey":            "a program names its account by the key",
	"AddressStates":       "the report of an account, whose rows it was given",
	"ForgetHistory":       "a sweep over all accounts",
	"DropChecks":          "a sweep over all accounts",
	"Fill":                "whoever runs the installation",
	"Tidy":                "whoever runs the installation",
	"Dialect":             "the program",
	"Keep":                "events of a connection that was proven",
	"KeyByToken":          "a program names its account by the key",
	"WidgetKey":           "a page's widget names its account by the key",
	"KeyToken":            "opens what its caller was given",
	"KeyWithdrawn":        "a program names its account by the key",
	"KnownByToken":        "a provider's request names its connection by the token",
	"LinkWorks":           "the link is the proof",
	"Now":                 "the program",
	"Ping":                "the program",
	"Recount":             "whoever runs the installation",
	"Settled":             "the program",
	"VerifyAudit":         "whoever runs the installation",
	"Visit":               "the session's token is the proof",
	"SaveSession":         "the session's token is the proof",
	"TouchSession":        "the session's token is the proof",
	"AnswerOf":            "a worker's job",
	"AlertConnection":     "a connection that was proven",
	"RefusedRequest":      "a connection that was named by its token",
	"SuspendConnection":   "a worker's connection",
	"TakeAttempt":         "a worker's job",
	"FinishAttempt":       "a worker's job",
	"ExpireLeases":        "a sweep over all accounts",
	"SettleDue":           "a sweep over all accounts",
	"RequeueLost":         "a sweep over all accounts",
	"RematchUnmatched":    "a sweep over all accounts",
	"DeleteExpired":       "a sweep over all accounts",
	"UnknownDue":          "a sweep over all accounts",
	"SweepRequests":       "a sweep over all accounts",
	"TakeClearing":        "a worker's job",
	"FinishClearing":      "a worker's job",
	"LinkRequest":         "the customer's link is the proof",
	"ConfirmWish":         "the customer's link is the proof",
	"AnswerUnknown":       "a sweep over all accounts",
	"Heartbeat":           "the program",
	"Started":             "the program",
	"Stopped":             "the program",
	"KeepOnce":            "events of a connection that was proven",
	"SilentAttempts":      "a sweep over all accounts",
	"WarnOfBackscatter":   "a sweep over all accounts",
	"DropTokens":          "a sweep over all accounts",
	"Missed":              "a connection that was proven",
	"GapsDue":             "a sweep over all accounts",
	"GapConnection":       "a worker's gap",
	"GapFilled":           "a worker's gap",
	"GapHarmless":         "a worker's gap",
	"GapOpen":             "a worker's gap",
	"Limits":              "the program",
	"IsEmpty":             "the sign-in page, which says no more than whether it is new",
	"CallbacksDue":        "a sweep over all accounts",
	"TakeCall":            "a worker's job",
	"CallTold":            "a worker's job",
	"CallFailed":          "a worker's job",
	"Answered":            "a worker's connection",
	"AskedAgain":          "asks of the visit, which was proven",
	"Begin":               "the program",
	"BounceConnection":    "the door for bounce mails",
	"End":                 "the program",
	"Held":                "the program",
	"Hung":                "a worker's connection",
	"Insist":              "a connection that was proven",
	"InvitationByLink":    "the link is the proof",
	"Invitations":         "asks of the visit, which was proven",
	"Knows":               "the program",
	"Live":                "the program",
	"LookForCopy":         "the program",
	"PutOff":              "a worker's job",
	"Ready":               "the program",
	"ReplicaAway":         "the program",
	"TakeUpSets":          "a sweep over all accounts",
	"Trial":               "a worker's connection",
	"WaitingFor":          "a worker's job",
	"While":               "the program",
}

// Every method of the store asks who acts, in which account, or stands in the list of the system's methods.
func TestActors(t *testing.T) {
	actor := reflect.TypeFor[models.Actor]()
	missing := maps.Clone(systemMethods)
	for _, m := range storeMethods() {
		if _, listed := systemMethods[m.Name]; listed {
			delete(missing, m.Name)
			continue
		}
		if !slices.ContainsFunc(parameters(m.Type), func(p reflect.Type) bool { return p == actor }) {
			t.Errorf("Store.%s takes no Actor", m.Name)
		}
	}
	for name := range missing {
		t.Errorf("the list of the system's methods has %s, which the store does not have", name)
	}
}

// storeMethods are the methods of the store and of its wings.
func storeMethods() []reflect.Method {
	all := reflect.TypeFor[*store.Store]()
	wings := []reflect.Type{all}
	for field := range all.Elem().Fields() {
		if field.IsExported() {
			wings = append(wings, field.Type)
		}
	}
	var methods []reflect.Method
	for _, wing := range wings {
		for m := range wing.Methods() {
			methods = append(methods, m)
		}
	}
	return methods
}

func parameters(f reflect.Type) []reflect.Type {
	var all []reflect.Type
	for i := range f.NumIn() {
		all = append(all, f.In(i))
	}
	return all
}

var problemKey = regexp.MustCompile(`"(error\.[a-z0-9_]+)"`)

// Every message that the code names is in the catalogue.
func TestMessages(t *testing.T) {
	seen := 0
	for _, s := range sources(t) {
		if s.isTest() {
			continue
		}
		for _, match := range problemKey.FindAllSubmatch(s.text, -1) {
			seen++
			if key := string(match[1]); !views.Has(key) {
				t.Errorf("%s names %s, which the catalogue does not have", s.path, key)
			}
		}
	}
	if seen < 10 {
		t.Fatalf("only %d messages found: %s", seen, views.T(context.Background(), "error.name_missing"))
	}
}

// logged finds the acts that are written into the activity log: the noun and the verb.
var logged = regexp.MustCompile(`(?:\.Record|\.Note|[wW]orkOn|[cC]hangeKey)\([^"\n]*"([a-z_]+\.[a-z_]+)"`)

// Every act of the activity log has a sentence, and so has every state that an item comes to by itself.
func TestActs(t *testing.T) {
	acts := map[string]string{}
	for _, s := range sources(t) {
		if s.isTest() {
			continue
		}
		for _, match := range logged.FindAllSubmatch(s.text, -1) {
			acts[string(match[1])] = s.path
		}
	}
	for _, state := range []models.NotificationState{models.StateFailed, models.StateDelivered,
		models.StateRunning, models.StateUnknown,
		models.StateWaiting, models.StatePresumed, models.StatePending} {
		acts["notification."+string(state)] = "models/record.go"
	}
	if len(acts) < 40 {
		t.Fatalf("only %d acts found", len(acts))
	}
	for act, path := range acts {
		if !views.Has("audit." + act) {
			t.Errorf("%s logs %s, for which the catalogue has no sentence", path, act)
		}
	}
}
