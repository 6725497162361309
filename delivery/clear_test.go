package delivery_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/riverqueue/river"

	"undelivered/delivery"
	"undelivered/models"
	"undelivered/models/connection"
	"undelivered/models/consent"
	"undelivered/models/customer"
	"undelivered/models/modelstest"
	"undelivered/models/store"
	"undelivered/providers/wire/wiretest"
)

// listKeeper plays SendGrid's list of bounces, and how it may misbehave.
type listKeeper struct {
	mu     sync.Mutex
	listed map[string]bool
	says   int  // status of its answer to a removal
	lies   bool // answers well and removes nothing
	down   bool // its list cannot be read
}

func (k *listKeeper) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	k.mu.Lock()
	defer k.mu.Unlock()
	_, address, _ := strings.Cut(r.URL.Path, "/v3/suppression/bounces/")
	switch {
	case r.Method == http.MethodDelete && k.says >= 300:
		w.WriteHeader(k.says)
		fmt.Fprint(w, `{"errors":[{"message":"not now"}]}`)
	case r.Method == http.MethodDelete:
		if !k.lies {
			delete(k.listed, address)
		}
		w.WriteHeader(http.StatusNoContent)
	case k.down:
		w.WriteHeader(http.StatusForbidden)
	case strings.HasSuffix(r.URL.Path, "/v3/suppression/bounces"):
		k.write(w, "")
	case strings.HasPrefix(r.URL.Path, "/v3/suppression/bounces/") && k.listed[address]:
		k.write(w, address)
	default:
		fmt.Fprint(w, "[]")
	}
}

func (k *listKeeper) write(w http.ResponseWriter, only string) {
	type row struct {
		Created       int64
		Email, Reason string
	}
	rows := []row{}
	for address := range k.listed {
		if only == "" || only == address {
			rows = append(rows, row{1763200000, address, "550 5.1.1 unknown"})
		}
	}
	if err := json.NewEncoder(w).Encode(rows); err != nil {
		w.WriteHeader(http.StatusInternalServerError)
	}
}

// desk is a store with one customer whose address bounced and is listed at SendGrid.
type desk struct {
	*testing.T
	*modelstest.Cast
	s       *store.Store
	clock   *modelstest.Clock
	keeper  *listKeeper
	far     *wiretest.Far
	conn    models.Connection
	address string
	request consent.ClearRequest
}

const listedAddress = "m.whyte@btinternet.example"

func onDesk(t *testing.T, act func(d *desk)) {
	t.Helper()
	clock := modelstest.NewClock(time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC))
	modelstest.EachWith(t, store.Options{Now: clock.Now}, func(t *testing.T, s *store.Store) {
		d := &desk{T: t, Cast: modelstest.NewCast(t, s), s: s, clock: clock,
			keeper: &listKeeper{listed: map[string]bool{listedAddress: true}}}
		d.far = wiretest.Play(t, d.keeper.ServeHTTP)
		c := models.Connection{Provider: "sendgrid", Name: "Main", Channels: "email", Sends: true}
		var err error
		d.conn, _, err = s.Connection.AddConnection(t.Context(), models.AtCommandLine(d.Account.ID), c,
			map[string]string{"api_key": "SG.x", "from": "desk@marlow.example"})
		d.must(err)
		e := models.Event{Type: models.EventType(models.HardBounce), Channel: models.Email,
			Recipient: listedAddress, Reason: "user-unknown", SuppressionKind: "bounce",
			DedupeKey: "1", OccurredAt: clock.Now(), Raw: []byte("{}")}
		modelstest.Keep(t, s, d.conn, e)
		clock.Turn(time.Hour)
		act(d)
	})
}

func (d *desk) must(err error) {
	d.Helper()
	if err != nil {
		d.Fatal(err)
	}
}

// asks asks for the clearing of what is listed.
func (d *desk) asks() { d.Helper(); d.asksAs(d.Ada) }

func (d *desk) asksAs(who models.Actor) {
	d.Helper()
	list, err := d.s.Consent.Suppressions(d.Context(), d.Ada, consent.SuppressionQuery{})
	d.must(err)
	if len(list.Lines) != 1 || list.Counts["bounce"] != 1 {
		d.Fatalf("the list: %+v", list)
	}
	d.address = list.Lines[0].AddressID
	r, err := d.s.Consent.AskClear(d.Context(), who, list.Lines[0].ID,
		consent.OptInAsk{Reason: "confirmed", Checked: "She read it out on the phone"})
	d.must(err)
	d.request = r.Requests[0]
}

// works does one job of the request, as River would.
func (d *desk) works() consent.ClearRequest {
	d.Helper()
	w := delivery.Clearer{Store: d.s, Client: d.far.Client, Log: modelstest.Log(d.T)}
	d.must(
		w.Work(d.Context(), &river.Job[consent.ClearArgs]{Args: consent.ClearArgs{RequestID: d.request.ID}}),
	)
	r, err := d.s.Consent.ClearRequest(d.Context(), d.Ada, d.request.ID)
	d.must(err)
	return r
}

func (d *desk) openNow() int {
	d.Helper()
	list, err := d.s.Consent.Suppressions(d.Context(), d.Ada, consent.SuppressionQuery{})
	d.must(err)
	open := 0
	for _, line := range list.Lines {
		if line.ClearedAt == nil {
			open++
		}
	}
	return open
}

// A provider that removes the entry: done, read back, and the address is opted in after it; listed again
// later, the request says so (RULES.md, Clear requests).
func TestClearedAndReadBack(t *testing.T) {
	onDesk(t, func(d *desk) {
		d.asks()
		if r := d.works(); r.State != consent.RequestDone || r.ReadBackAt == nil || d.openNow() != 0 {
			t.Fatalf("%+v", r)
		}
		customers, err := d.s.Customer.Customers(d.Context(), d.Ada, customer.CustomerQuery{Q: "m.whyte"})
		d.must(err)
		if got := customers.Lines[0].Email.State(); got != consent.AddressActive {
			d.Fatalf("the address is %s", got)
		}
		d.clock.Turn(time.Hour)
		modelstest.Keep(
			t,
			d.s,
			d.conn,
			models.Event{Type: models.AddressSuppressed, Channel: models.Email, Recipient: listedAddress,
				SuppressionKind: "bounce", DedupeKey: "2", OccurredAt: d.clock.Now(), Raw: []byte("{}")},
		)
		r, err := d.s.Consent.ClearRequest(d.Context(), d.Ada, d.request.ID)
		if err != nil || r.RelistedAt == nil {
			d.Fatalf("not marked as listed again: %+v, %v", r, err)
		}
	})
}

// A provider that says no: the request is refused with its words, and nothing changes about sending.
func TestClearingRefused(t *testing.T) {
	onDesk(t, func(d *desk) {
		d.keeper.says = http.StatusForbidden
		d.asks()
		if r := d.works(); r.State != consent.RequestRefused || !strings.Contains(r.Result, "not now") ||
			d.openNow() != 1 {
			d.Fatalf("%+v", r)
		}
	})
}

// A provider that says later is asked again, at most six times in a day; then a person takes over.
func TestClearingLaterAndThenByHand(t *testing.T) {
	onDesk(t, func(d *desk) {
		d.keeper.says = http.StatusTooManyRequests
		d.asks()
		r := d.works()
		if again := d.works(); r.State != consent.RequestApproved || again.Tries != 1 {
			d.Fatalf("asked again at once: %+v", again)
		}
		for tries := 1; r.State == consent.RequestApproved; tries++ {
			if tries > 6 {
				d.Fatal("more than six tries")
			}
			d.clock.Turn(r.DueAt.Sub(d.clock.Now()))
			r = d.works()
		}
		if r.State != consent.RequestByHand || r.Tries < 5 || d.openNow() != 1 {
			d.Fatalf("%+v", r)
		}
		r, err := d.s.Consent.SettleByHand(d.Context(), d.Ada, r.ID, true,
			"SendGrid's support has removed it.")
		if err != nil || r.State != consent.RequestDone || d.openNow() != 0 {
			d.Fatalf("%+v, %v", r, err)
		}
	})
}

// A provider that lies: it says "removed", and the entry is still there when its list is read back.
func TestClearingIsNotBelieved(t *testing.T) {
	onDesk(t, func(d *desk) {
		d.keeper.lies = true
		d.asks()
		r := d.works()
		if r.State == consent.RequestDone || d.openNow() != 1 {
			d.Fatalf("believed: %+v", r)
		}
		d.keeper.lies = false
		d.clock.Turn(r.DueAt.Sub(d.clock.Now()))
		if r = d.works(); r.State != consent.RequestDone {
			d.Fatalf("%+v", r)
		}
	})
}

// Our list and the provider's are compared both ways: what is only there is added, what is only here is
// closed, and both are shown until the next comparison. Asked for by a person or by night, it is the same
// job.
func TestReconciledBothWays(t *testing.T) {
	onDesk(t, func(d *desk) {
		d.keeper.listed = map[string]bool{"new@northmail.example": true}
		d.compares()
		d.differs(1, 1, "")
		for side, address := range map[models.Side]string{models.OnlyThere: "new@northmail.example",
			models.OnlyHere: listedAddress} {
			list, err := d.s.Consent.Suppressions(d.Context(), d.Ada,
				consent.SuppressionQuery{List: string(side)})
			d.must(err)
			if len(list.Lines) != 1 || list.Lines[0].Address != address {
				d.Errorf("%s: %+v", side, list.Lines)
			}
		}
		d.clock.Turn(time.Minute)
		d.compares()
		d.differs(0, 0, "")
		if d.openNow() != 1 {
			d.Fatal("the second comparison changed the list")
		}
		d.keeper.down = true
		d.compares()
		d.differs(0, 0, connection.CompareKeyRefused)
	})
}

// compares does the job of the night over all connections.
func (d *desk) compares() {
	d.Helper()
	w := delivery.Reconciler{Store: d.s, Client: d.far.Client, Log: modelstest.Log(d.T)}
	err := w.Work(d.Context(), &river.Job[consent.ReconcileArgs]{})
	if (err != nil) != d.keeper.down {
		d.Fatal(err)
	}
}

func (d *desk) differs(there, here int, failed string) {
	d.Helper()
	all, err := d.s.Connection.Comparisons(d.Context(), d.Ada, []string{"sendgrid"})
	d.must(err)
	if len(all) != 1 || all[0].ComparedAt == nil || all[0].Theirs != there || all[0].Ours != here ||
		!strings.HasPrefix(all[0].Failed, failed) ||
		(failed == "") != (all[0].Failed == "") {
		d.Fatalf("the comparison: %+v", all)
	}
}

// A request that nobody acts on lapses after fourteen days; one whose worker was lost is taken up again.
func TestRequestsAreSwept(t *testing.T) {
	onDesk(t, func(d *desk) {
		d.asks()
		_, err := d.s.Consent.TakeClearing(d.Context(), d.request.ID)
		d.must(err)
		d.clock.Turn(6 * time.Minute)
		if n, err := d.s.Consent.SweepRequests(d.Context()); n != 1 || err != nil {
			d.Fatalf("%d, %v", n, err)
		}
		d.clock.Turn(15 * 24 * time.Hour)
		if n, err := d.s.Consent.SweepRequests(d.Context()); n != 1 || err != nil {
			d.Fatalf("%d, %v", n, err)
		}
		if r := d.works(); r.State != consent.RequestLapsed {
			d.Fatalf("%s", r.State)
		}
	})
}
