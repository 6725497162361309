package delivery

import (
	"context"
	"fmt"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/riverqueue/river"
	"golang.org/x/net/dns/dnsmessage"

	"undelivered/models"
	"undelivered/models/modelstest"
	"undelivered/models/store"
)

// nameServer is a directory of domain names that knows only domains which begin with "alive"; while it is ill
// it answers nothing but that it has failed.
type nameServer struct {
	socket net.PacketConn
	ill    atomic.Bool
	asked  atomic.Int64
}

func newNameServer(t *testing.T) *nameServer {
	t.Helper()
	socket, err := (&net.ListenConfig{}).ListenPacket(t.Context(), "udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	n := &nameServer{socket: socket}
	t.Cleanup(func() { socket.Close() })
	go n.serve()
	return n
}

func (n *nameServer) serve() {
	buffer := make([]byte, 1500)
	for {
		size, from, err := n.socket.ReadFrom(buffer)
		if err != nil {
			return // closed at the end of the test
		}
		var m dnsmessage.Message
		if m.Unpack(buffer[:size]) != nil || len(m.Questions) != 1 {
			continue
		}
		n.asked.Add(1)
		answer, err := n.answer(m)
		if err == nil {
			_, _ = n.socket.WriteTo(answer, from) // a lost answer is asked for again
		}
	}
}

func (n *nameServer) answer(m dnsmessage.Message) ([]byte, error) {
	q := m.Questions[0]
	reply := dnsmessage.Message{
		Header: dnsmessage.Header{ID: m.ID, Response: true, Authoritative: true,
			RCode: dnsmessage.RCodeNameError},
		Questions: m.Questions,
	}
	switch {
	case n.ill.Load():
		reply.RCode = dnsmessage.RCodeServerFailure
	case strings.HasPrefix(q.Name.String(), "alive"):
		reply.RCode = dnsmessage.RCodeSuccess
		if q.Type == dnsmessage.TypeMX {
			reply.Answers = []dnsmessage.Resource{
				{Header: dnsmessage.ResourceHeader{Name: q.Name, Class: dnsmessage.ClassINET, TTL: 60},
					Body: &dnsmessage.MXResource{Pref: 10, MX: dnsmessage.MustNewName("mx.alive.example.")}},
			}
		}
	}
	return reply.Pack()
}

func (n *nameServer) directory() Directory {
	r := &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", n.socket.LocalAddr().String())
	}}
	return Directory{MX: r.LookupMX, Host: r.LookupHost}
}

// learner is a test of what people correct, with a directory of its own.
type learner struct {
	*testing.T
	*modelstest.Cast
	s     *store.Store
	names *nameServer
	w     *DomainWatcher
}

func newLearner(t *testing.T, s *store.Store) *learner {
	t.Helper()
	names := newNameServer(t)
	return &learner{t, modelstest.NewCast(t, s), s, names,
		&DomainWatcher{Store: s, Directory: names.directory()}}
}

// learns is a correction that two people make.
func (l *learner) learns(wrong, right string) {
	l.Helper()
	for _, a := range []models.Actor{l.Ada, l.Olga} {
		l.learnsFrom(a, wrong, right)
	}
}

func (l *learner) learnsFrom(a models.Actor, wrong, right string) {
	l.Helper()
	mail := func(domain string) (takes, known bool) {
		answer := l.w.Directory.TakesMail(l.Context(), domain)
		return answer == MailYes, answer != MailUnsure
	}
	if err := l.s.Ledger.LearnCorrection(l.Context(), a, wrong, right, mail); err != nil {
		l.Fatal(err)
	}
}

func (l *learner) round() {
	l.Helper()
	if err := l.w.Work(l.Context(), &river.Job[DomainArgs]{}); err != nil {
		l.Fatal(err)
	}
}

func (l *learner) suggests(typed, want string) {
	l.Helper()
	if got, err := l.s.Ledger.Suggestion(l.Context(), l.Ada, typed); err != nil || got != want {
		l.Errorf("%s: suggested %q, want %q: %v", typed, got, want, err)
	}
}

// lists says what the page of the mistyped addresses suggests for its only one.
func (l *learner) lists(want string) {
	l.Helper()
	page, err := l.s.Report.MistypedAddresses(l.Context(), l.Ada, "")
	got := ""
	if len(page.Rows) > 0 {
		got = page.Rows[0].Suggestion
	}
	if err != nil || got != want {
		l.Errorf("the list suggests %q, want %q: %v", got, want, err)
	}
}

// What people have corrected is suggested to the next customer only while the directory says that the domain
// which was typed takes no mail. A domain that takes mail is never "corrected", and a directory that fails
// says nothing.
func TestCorrectedDomains(t *testing.T) {
	clock := modelstest.NewClock(time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC))
	modelstest.EachWith(t, store.Options{Now: clock.Now}, func(t *testing.T, s *store.Store) {
		l := newLearner(t, s)
		l.names.ill.Store(true)
		l.learns("jo@alvie.example", "jo@alive.example")
		l.suggests("al@alvie.example", "")
		l.names.ill.Store(false)
		l.learns("jo@alivehal.example", "jo@alivehall.example") // takes mail
		l.learns("jo@alvie.example", "jim@alive.example")       // somebody else's mailbox
		l.learns("jo@elsewhere.example", "jo@alive.example")    // moved, not mistyped
		l.suggests("al@alivehal.example", "")
		l.suggests("al@elsewhere.example", "")
		l.suggests("al@alvie.example", "")
		l.learns("jo@alvie.example", "jo@alive.example")
		l.suggests("al@alvie.example", "al@alive.example")
		before := l.names.asked.Load()
		if l.round(); l.names.asked.Load() != before {
			t.Error("the directory was asked again within a day")
		}
		clock.Turn(49 * time.Hour) // nobody asked
		l.suggests("al@alvie.example", "")
	})
}

// What stands on the pages follows the directory: while the domain takes mail, or the directory fails,
// nothing learnt is suggested for an address that has failed.
func TestCorrectedDomainsOnPages(t *testing.T) {
	clock := modelstest.NewClock(time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC))
	modelstest.EachWith(t, store.Options{Now: clock.Now}, func(t *testing.T, s *store.Store) {
		l := newLearner(t, s)
		l.learns("jo@alvie.example", "jo@alive.example")
		e := modelstest.Event(models.Email, "al@alvie.example", models.EventType(models.HardBounce))
		e.Reason, e.OccurredAt = "domain-unknown", clock.Now()
		modelstest.Keep(t, s, l.Mail, e)
		l.lists("al@alive.example")
		for _, step := range []struct {
			ill  bool
			want string
		}{{true, ""}, {false, "al@alive.example"}, {true, ""}} {
			clock.Turn(25 * time.Hour)
			l.names.ill.Store(step.ill)
			l.round()
			l.suggests("al@alvie.example", step.want)
			l.lists(step.want)
		}
	})
}

// Many corrected domains are asked about in several rounds, the oldest first.
func TestCorrectedDomainsInRounds(t *testing.T) {
	clock := modelstest.NewClock(time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC))
	modelstest.EachWith(t, store.Options{Now: clock.Now}, func(t *testing.T, s *store.Store) {
		cast, names := modelstest.NewCast(t, s), newNameServer(t)
		for i := range 25 {
			wrong, right := fmt.Sprintf("jo@alvie%d.example", i), fmt.Sprintf("jo@alive%d.example", i)
			if err := s.Ledger.LearnCorrection(t.Context(), cast.Ada, wrong, right,
				func(domain string) (takes, known bool) {
					return strings.HasPrefix(domain, "alive"),
						true
				}); err != nil {
				t.Fatal(err)
			}
		}
		clock.Turn(25 * time.Hour)
		w := &DomainWatcher{Store: s, Directory: names.directory()}
		for left := range []int{2, 1, 0} {
			if err := w.Work(t.Context(), &river.Job[DomainArgs]{}); err != nil {
				t.Fatal(err)
			}
			domains, err := s.Ledger.CorrectedDomains(t.Context(), cast.Olga)
			if want := max(0, 5*(1-left)); err != nil || len(domains) != want {
				t.Errorf("%d are left, want %d: %v", len(domains), want, err)
			}
		}
	})
}

// One person's edit is suggested to nobody else, however often it was made; a corrected domain that takes no
// mail is never learnt, nor one that the known list corrects otherwise. What several people have done reaches
// the open rows at once.
func TestCorrectionsOfSeveral(t *testing.T) {
	clock := modelstest.NewClock(time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC))
	modelstest.EachWith(t, store.Options{Now: clock.Now}, func(t *testing.T, s *store.Store) {
		l := newLearner(t, s)
		e := modelstest.Event(models.Email, "al@alvie.example", models.EventType(models.HardBounce))
		e.Reason, e.OccurredAt = "domain-unknown", clock.Now()
		modelstest.Keep(t, s, l.Mail, e)
		for range 3 {
			l.learnsFrom(l.Ada, "jo@alvie.example", "jo@alive.example")
		}
		l.suggests("al@alvie.example", "")
		l.lists("")
		l.learnsFrom(l.Olga, "jim@alvie.example", "jim@alive.example")
		l.suggests("al@alvie.example", "al@alive.example")
		l.lists("al@alive.example")
		l.learns("jo@dead.example", "jo@deaf.example")
		l.suggests("al@dead.example", "")
		l.learns("jo@gmial.com", "jo@alive.com")
		l.suggests("al@gmial.com", "al@gmail.com")
	})
}
