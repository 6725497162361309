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
	"undelivered/models/modelstest"
	"undelivered/providers/wire/wiretest"
)

// listKeeper plays SendGrid's list of bounces, and how it may misbehave.
type listKeeper struct {
	mu     sync.Mutex
	listed map[string]bool
	says   int  // status of its answer to a removal
	lies   bool // answers well and removes nothing
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
	s       *models.Store
	clock   *modelstest.Clock
	keeper  *listKeeper
	far     *wiretest.Far
	conn    models.Connection
	address string
	request models.ClearRequest
}

const listedAddress = "m.whyte@btinternet.example"

func onDesk(t *testing.T, act func(d *desk)) {
	t.Helper()
	clock := modelstest.NewClock(time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC))
	modelstest.EachWith(t, models.Options{Now: clock.Now}, func(t *testing.T, s *models.Store) {
		d := &desk{T: t, Cast: modelstest.NewCast(t, s), s: s, clock: clock, keeper: &listKeeper{listed: map[string]bool{listedAddress: true}}}
		d.far = wiretest.Play(t, d.keeper.ServeHTTP)
		c := models.Connection{Provider: "sendgrid", Name: "Main", Channels: "email", Sends: true}
		var err error
		d.conn, _, err = s.AddConnection(t.Context(), models.AtCommandLine(d.Account.ID), c, map[string]string{"api_key": "SG.x", "from": "desk@marlow.example"})
		d.must(err)
		e := models.Event{Type: models.EventType(models.HardBounce), Channel: models.Email, Recipient: listedAddress, Reason: "user-unknown",
			SuppressionKind: "bounce", DedupeKey: "1", OccurredAt: clock.Now(), Raw: []byte("{}")}
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
func (d *desk) asks() {
	d.Helper()
	list, err := d.s.Suppressions(d.Context(), d.Ada, models.SuppressionQuery{})
	d.must(err)
	if len(list.Lines) != 1 || list.Counts["bounce"] != 1 {
		d.Fatalf("the list: %+v", list)
	}
	d.address = list.Lines[0].AddressID
	r, err := d.s.AskClear(d.Context(), d.Ada, list.Lines[0].ID, models.OptInAsk{Reason: "confirmed", Checked: "She read it out on the phone"})
	d.must(err)
	d.request = r.Requests[0]
}

// works does one job of the request, as River would.
func (d *desk) works() models.ClearRequest {
	d.Helper()
	w := delivery.Clearer{Store: d.s, Client: d.far.Client, Log: modelstest.Log(d.T)}
	d.must(w.Work(d.Context(), &river.Job[models.ClearArgs]{Args: models.ClearArgs{RequestID: d.request.ID}}))
	r, err := d.s.ClearRequest(d.Context(), d.Ada, d.request.ID)
	d.must(err)
	return r
}

func (d *desk) openNow() int {
	d.Helper()
	list, err := d.s.Suppressions(d.Context(), d.Ada, models.SuppressionQuery{})
	d.must(err)
	return len(list.Lines)
}

// A provider that removes the entry: done, read back, and the address is opted in after it; listed again later, the
// request says so (semantics 8.1, C7 and C10).
func TestClearedAndReadBack(t *testing.T) {
	onDesk(t, func(d *desk) {
		d.asks()
		if r := d.works(); r.State != models.RequestDone || r.ReadBackAt == nil || d.openNow() != 0 {
			t.Fatalf("%+v", r)
		}
		customers, err := d.s.Customers(d.Context(), d.Ada, models.CustomerQuery{Q: "m.whyte"})
		d.must(err)
		if got := customers.Lines[0].Email.State(); got != models.AddressActive {
			d.Fatalf("the address is %s", got)
		}
		d.clock.Turn(time.Hour)
		modelstest.Keep(t, d.s, d.conn, models.Event{Type: models.AddressSuppressed, Channel: models.Email, Recipient: listedAddress,
			SuppressionKind: "bounce", DedupeKey: "2", OccurredAt: d.clock.Now(), Raw: []byte("{}")})
		r, err := d.s.ClearRequest(d.Context(), d.Ada, d.request.ID)
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
		if r := d.works(); r.State != models.RequestRefused || !strings.Contains(r.Result, "not now") || d.openNow() != 1 {
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
		if again := d.works(); r.State != models.RequestApproved || again.Tries != 1 {
			d.Fatalf("asked again at once: %+v", again)
		}
		for tries := 1; r.State == models.RequestApproved; tries++ {
			if tries > 6 {
				d.Fatal("more than six tries")
			}
			d.clock.Turn(r.DueAt.Sub(d.clock.Now()))
			r = d.works()
		}
		if r.State != models.RequestByHand || r.Tries < 5 || d.openNow() != 1 {
			d.Fatalf("%+v", r)
		}
		r, err := d.s.ReportByHand(d.Context(), d.Ada, r.ID, true, "SendGrid's support has removed it.")
		if err != nil || r.State != models.RequestDone || d.openNow() != 0 {
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
		if r.State == models.RequestDone || d.openNow() != 1 {
			d.Fatalf("believed: %+v", r)
		}
		d.keeper.lies = false
		d.clock.Turn(r.DueAt.Sub(d.clock.Now()))
		if r = d.works(); r.State != models.RequestDone {
			d.Fatalf("%+v", r)
		}
	})
}

// Our list and the provider's are compared both ways: what is only there is added, what is only here is closed.
func TestReconciledBothWays(t *testing.T) {
	onDesk(t, func(d *desk) {
		d.keeper.listed = map[string]bool{"new@northmail.example": true}
		r := delivery.Reconciler{Store: d.s, Client: d.far.Client, Log: modelstest.Log(t)}
		got, err := r.Reconcile(d.Context(), models.Itself(d.Account.ID), d.conn)
		if err != nil || len(got.Theirs) != 1 || len(got.Ours) != 1 || got.Same != 0 {
			d.Fatalf("%+v, %v", got, err)
		}
		d.clock.Turn(time.Minute)
		got, err = r.Reconcile(d.Context(), models.Itself(d.Account.ID), d.conn)
		if err != nil || len(got.Theirs) != 0 || len(got.Ours) != 0 || got.Same != 1 || d.openNow() != 1 {
			d.Fatalf("the second time: %+v, %v", got, err)
		}
	})
}

// A request that nobody acts on lapses after fourteen days; one whose worker was lost is taken up again.
func TestRequestsAreSwept(t *testing.T) {
	onDesk(t, func(d *desk) {
		d.asks()
		_, err := d.s.TakeClearing(d.Context(), d.request.ID)
		d.must(err)
		d.clock.Turn(6 * time.Minute)
		if n, err := d.s.SweepRequests(d.Context()); n != 1 || err != nil {
			d.Fatalf("%d, %v", n, err)
		}
		d.clock.Turn(15 * 24 * time.Hour)
		if n, err := d.s.SweepRequests(d.Context()); n != 1 || err != nil {
			d.Fatalf("%d, %v", n, err)
		}
		if r := d.works(); r.State != models.RequestLapsed {
			d.Fatalf("%s", r.State)
		}
	})
}
