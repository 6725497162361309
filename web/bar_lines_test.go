package web_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/models/report"
	"undelivered/providers"
	"undelivered/providers/wire"
)

// pages: P1, P2 and P3, one client, warm.
func (b *bar) pages(few, many *sampleSite) {
	deep := many.deepPages()
	took := best(least,
		func() time.Duration { return few.median("/undelivered") },
		func() time.Duration { return many.median("/undelivered") },
		func() time.Duration { return many.median(deep...) },
		func() time.Duration { return many.median("/undelivered?status=hard_bounce") },
	)
	first := took[1].Seconds()
	b.ratio("P1", fmt.Sprintf("first page of %d ÷ of %d (%.1f ms)", *large, *small, 1e3*took[0].Seconds()),
		first, took[0].Seconds(), 1.25, false)
	b.ratio("P2", "a page far down ÷ the first page", took[2].Seconds(), first, 1.5, false)
	b.ratio("P3", "one status ÷ all", took[3].Seconds(), first, 1.5, false)
}

// deepPages are pages spread over the whole list.
func (s *sampleSite) deepPages() []string {
	var paths []string
	for day := range 20 {
		to := time.Now().AddDate(0, 0, -1-day).Format(time.DateOnly)
		page, err := s.store.Report.Undelivered(s.b.Context(), s.actor,
			report.Filter{From: to, To: to, Per: 25})
		if err != nil || page.Older == "" {
			s.b.Fatalf("no page on %s: %v", to, err)
		}
		paths = append(paths, "/undelivered?after="+page.Older)
	}
	return paths
}

// widget: P6 and P7. A key that is new to the process is counted from the database.
func (b *bar) widget(few, many, hello *sampleSite) {
	const n = 2000
	few, many = few.asStranger(), many.asStranger()
	fresh := func(s *sampleSite) func() float64 {
		return func() float64 {
			s.forgetWidgets()
			return s.perSecond(barAsked,
				func(i int) string { return "/w/" + s.widget[i%len(s.widget)] + ".json" })
		}
	}
	rates := best(most,
		func() float64 { return hello.perSecond(n, func(int) string { return "/" }) },
		func() float64 {
			return many.perSecond(n, func(int) string { return "/w/" + many.widget[0] + ".json" })
		},
		fresh(many), fresh(few),
	)
	b.ratio("P6m", fmt.Sprintf("widget from memory ÷ hello (%.0f/s)", rates[0]), rates[1], rates[0], 0.7,
		true)
	b.ratio("P6d", "widget from the database ÷ hello", rates[2], rates[0], 0.15, true)
	b.ratio("P7", "widget's time in the large ÷ in the small database", rates[3], rates[2], 1.2, false)
}

// asStranger is the site seen by a browser in which nobody has signed in: a page of another site sends no
// cookie.
func (s *sampleSite) asStranger() *sampleSite {
	stranger := *s
	stranger.client = client(s.b)
	return &stranger
}

// forgetWidgets makes one change, after which no counted number is taken for true.
func (s *sampleSite) forgetWidgets() {
	if err := s.store.Note(s.b.Context(), s.actor, "bar.round", models.AuditEntry{}); err != nil {
		s.b.Fatal(err)
	}
}

// intake: P8, single signed events of 64 clients, stored for good before the answer ÷ checked and read only.
func (b *bar) intake() {
	s := served(b.b)
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		b.b.Fatal(err)
	}
	public, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		b.b.Fatal(err)
	}
	settings := map[string]string{"public_key": base64.StdEncoding.EncodeToString(public)}
	account, err := s.store.AddAccount(b.b.Context(), models.AtCommandLine(""),
		models.Account{Name: "Bar", Zone: "UTC"})
	if err != nil {
		b.b.Fatal(err)
	}
	_, token, err := s.store.Connection.AddConnection(b.b.Context(), models.AtCommandLine(account.ID),
		models.Connection{Provider: "sendgrid", Name: "Mail", Channels: "email"}, settings)
	if err != nil {
		b.b.Fatal(err)
	}
	checked := checkOnly(b, settings)
	next := 0
	rates := best(most,
		func() float64 { return checked.posts("/", signed(key, &next)) },
		func() float64 {
			rate := s.posts("/hooks/sendgrid/"+token, signed(key, &next))
			b.settle(s) // what is stored has its effect before the next round
			return rate
		},
	)
	b.ratio("P8", fmt.Sprintf("single signed events stored ÷ checked and read (%.0f/s)", rates[0]), rates[1],
		rates[0], 0.45, true)
}

func (b *bar) settle(s *sampleSite) {
	ctx, cancel := context.WithTimeout(b.b.Context(), 2*time.Minute)
	defer cancel()
	if err := s.store.Intake.Settled(ctx); err != nil {
		b.b.Fatal(err)
	}
}

// checkOnly is a server that checks the signature, reads the events and answers.
func checkOnly(b *bar, settings map[string]string) *sampleSite {
	p, _ := providers.ByCode("sendgrid")
	e := echo.New()
	e.POST("/", func(c echo.Context) error {
		body, err := io.ReadAll(c.Request().Body)
		if err != nil {
			return err
		}
		_, err = p.Read(
			c.Request().Context(),
			wire.Request{Method: http.MethodPost, Header: c.Request().Header, Body: body,
				Settings: settings, ReceivedAt: time.Now().UTC()},
		)
		if err != nil {
			return err
		}
		return c.NoContent(http.StatusOK)
	})
	s := &sampleSite{b: b.b, server: httptest.NewServer(e), client: client(b.b)}
	b.b.Cleanup(s.server.Close)
	return s
}

type post struct {
	body   string
	header http.Header
}

const posted = 1000

// signed are events that nobody has sent before, each in a body of its own.
func signed(key *ecdsa.PrivateKey, next *int) []post {
	posts := make([]post, posted)
	stamp := strconv.FormatInt(time.Now().Unix(), 10)
	for i := range posts {
		*next++
		body := fmt.Sprintf(
			`[{"email":"customer%d@example.com","timestamp":%s,"event":"bounce","type":"bounce","status":"5.1.1",`+
				`"reason":"550 5.1.1 no such user","sg_event_id":"evt-%d","sg_message_id":"msg-%d","smtp-id":"<m%d@example.com>"}]`,
			*next,
			stamp,
			*next,
			*next,
			*next,
		)
		sum := sha256.Sum256([]byte(stamp + body))
		signature, err := ecdsa.SignASN1(rand.Reader, key, sum[:])
		if err != nil {
			panic(err) // the key has just been made
		}
		header := http.Header{"Content-Type": {"application/json"}}
		header.Set("X-Twilio-Email-Event-Webhook-Timestamp", stamp)
		header.Set("X-Twilio-Email-Event-Webhook-Signature", base64.StdEncoding.EncodeToString(signature))
		posts[i] = post{body, header}
	}
	return posts
}

// posts is how many bodies 64 clients get answered in a second.
func (s *sampleSite) posts(path string, all []post) float64 {
	began := time.Now()
	var clients sync.WaitGroup
	for worker := range 64 {
		clients.Go(func() {
			for i := worker; i < len(all); i += 64 {
				r := s.request(http.MethodPost, path, all[i].body)
				r.Header = all[i].header
				s.do(r)
			}
		})
	}
	clients.Wait()
	return float64(len(all)) / time.Since(began).Seconds()
}

var assets = regexp.MustCompile(`(?:href|src)="(/static/[^"#]+)`)

// weight: P14, all that a first visit to the report fetches, and a later page.
func (b *bar) weight(s *sampleSite) {
	r := s.request(http.MethodGet, "/undelivered", "")
	r.Header.Del("Accept-Encoding")
	answer, err := s.client.Do(r)
	if err != nil {
		b.b.Fatal(err)
	}
	page, err := io.ReadAll(answer.Body)
	answer.Body.Close()
	if err != nil {
		b.b.Fatal(err)
	}
	seen := map[string]bool{}
	total, requests := s.do(s.request(http.MethodGet, "/undelivered", "")), 1
	for _, match := range assets.FindAllStringSubmatch(string(page), -1) {
		if url, _, _ := strings.Cut(match[1], "?"); !seen[url] {
			seen[url] = true
			total, requests = total+s.do(s.request(http.MethodGet, url, "")), requests+1
		}
	}
	b.lines = append(b.lines, line{name: "P14",
		what: fmt.Sprintf("first visit to the report, kB in %d requests", requests),
		got:  float64(total) / 1024, must: 110})
	part := s.request(http.MethodGet, "/undelivered", "")
	part.Header.Set("HX-Request", "true")
	b.lines = append(b.lines,
		line{name: "P14p", what: "a later page, kB", got: float64(s.do(part)) / 1024, must: 10})
}
