package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"undelivered/cmd/undelivered/demo"
	"undelivered/delivery"
	"undelivered/handlers"
	"undelivered/models/consent"
	"undelivered/models/report"
	"undelivered/models/store"
	"undelivered/providers/wire"
	"undelivered/views"
	"undelivered/web"
)

// How long a stop waits for requests, and for hand-overs that have begun.
const (
	requestPatience = 15 * time.Second
	workPatience    = 45 * time.Second
)

// program is everything that serve starts and stops.
type program struct {
	settings settings
	log      *slog.Logger
	store    *store.Store
	handlers *handlers.Handlers
	crew     store.Workers
	base     string
	doors    doors
	site     *http.Server
	metrics  *http.Server
	failed   chan error

	unlock        func() // lets another program have the embedded database
	working       bool   // the workers have been started
	watching      sync.WaitGroup
	closeMailroom func()
	stopHeart     func()
	// isDemo: it plays its past as fast as it can, and the directory of its made-up domains.
	isDemo bool
}

// open opens the database and the door, and puts the rooms together. Nothing is answered yet.
func open(ctx context.Context, s settings, term terminal, isDemo bool) (*program, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	p := &program{settings: s, isDemo: isDemo, log: s.logger(term), failed: make(chan error, 3)}
	var err error
	if p.doors, err = openDoors(ctx, s); err != nil {
		return nil, err
	}
	if p.unlock, err = s.alone(); err != nil {
		return nil, errors.Join(err, p.doors.close())
	}
	o, err := s.options(term)
	if err != nil {
		p.unlock()
		return nil, errors.Join(err, p.doors.close())
	}
	o.RealOnly = !isDemo && s.Simulator != "on"
	p.base = baseURL(s.BaseURL, p.doors.site.Addr().String())
	if p.store, err = store.Open(ctx, o); err != nil {
		p.unlock()
		return nil, errors.Join(err, p.doors.close())
	}
	if err := p.build(); err != nil {
		p.unlock()
		return nil, errors.Join(err, p.doors.close(), p.store.Close())
	}
	return p, nil
}

// build puts the rooms together.
func (p *program) build() error {
	way := wire.Internet(p.settings.AllowHosts)
	if p.isDemo {
		way = wire.Anywhere()
	}
	client := wire.NewClientBy(way)
	txt, directory := p.directory()
	p.handlers = &handlers.Handlers{
		Store:     p.store,
		BaseURL:   p.base,
		Log:       p.log,
		SSO:       p.settings.signOn(),
		TXT:       txt,
		Directory: directory,
		Way:       way,
		Receiver:  &delivery.Receiver{Store: p.store, Client: client, BaseURL: p.base, Log: p.log},
	}
	var err error
	if p.settings.MailURL != "" {
		if p.handlers.Post, err = delivery.NewPost(p.settings.MailURL, p.settings.MailFrom,
			p.log); err != nil {
			return problem{"UNDELIVERED_MAIL_URL", err.Error()}
		}
	}
	p.crew, err = delivery.Jobs{
		Store:     p.store,
		Client:    client,
		BaseURL:   p.base,
		Log:       p.log,
		Post:      p.handlers.Post,
		Words:     p.alertWords,
		Answers:   p.answerWords,
		TXT:       p.handlers.TXT,
		Directory: p.handlers.Directory,
	}.Workers()
	if err != nil {
		return err
	}
	proxies, err := p.settings.proxies()
	if err != nil {
		return err
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	p.site = web.Server("",
		web.New(p.handlers, web.Options{TrustedProxies: proxies, Metrics: registry, Unlimited: p.isDemo}),
		p.log)
	if p.settings.MetricsAddr != "" {
		mux := http.NewServeMux()
		mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
		p.metrics = web.Server(p.settings.MetricsAddr, mux, p.log)
	}
	return nil
}

// directory is who is asked about sending domains, and about those of customers.
func (p *program) directory() (delivery.TXT, delivery.Directory) {
	if p.isDemo {
		return demo.TXT, demo.Directory()
	}
	return delivery.LookupTXT, delivery.NewDirectory()
}

// alertWords are the words of an alert's mail.
func (p *program) alertWords(a report.Alert) (subject, text string) {
	lang, _, _ := strings.Cut(a.Account.Locale, "-")
	mail := views.AlertMail(views.WithLang(context.Background(), lang), a, p.base)
	return mail.Subject, mail.Text
}

// answerWords are the words of a mail about a clear request.
func (p *program) answerWords(a consent.RequestOutcomeMail) (subject, text string) {
	lang, _, _ := strings.Cut(a.Account.Locale, "-")
	mail := views.AnswerMail(views.WithLang(context.Background(), lang), a, p.base)
	return mail.Subject, mail.Text
}

// answer begins to answer requests; work begins to carry out jobs.
func (p *program) answer() {
	p.closeMailroom = p.openMailroom()
	go p.watch("the web server", func() error { return p.site.Serve(p.doors.site) })
	if p.metrics != nil {
		go p.watch("the metrics server", func() error { return p.metrics.Serve(p.doors.metrics) })
	}
}

// work begins to carry out jobs, unless the database is a copy: then it waits until somebody has decided.
func (p *program) work(ctx context.Context) error {
	copied, err := p.store.Resend.LookForCopy(ctx)
	if err != nil {
		return fmt.Errorf("looking where the database is: %w", err)
	}
	if err := p.store.Connection.Started(ctx); err != nil {
		return fmt.Errorf("the first heartbeat: %w", err)
	}
	if err := p.store.Begin(ctx); err != nil {
		return fmt.Errorf("the first sign of life: %w", err)
	}
	p.stopHeart = p.heart(context.WithoutCancel(ctx))
	if copied != nil {
		p.log.Warn("this database is a copy: nothing is sent from it until you decide (undelivered copy)",
			"messages", copied.Messages, "callbacks", copied.Callbacks, "clear_requests", copied.Requests)
		p.watching.Go(func() { p.awaitDecision(ctx) })
		return nil
	}
	return p.startCrew(ctx)
}

func (p *program) startCrew(ctx context.Context) error {
	if err := p.crew.Start(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("starting the workers: %w", err)
	}
	p.working = true
	return nil
}

// awaitDecision starts the workers once somebody has decided about the copy.
func (p *program) awaitDecision(ctx context.Context) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if copied, err := p.store.Resend.LookForCopy(ctx); err != nil || copied != nil {
			continue
		}
		p.log.Info("it has been decided about the copy: the workers start")
		if err := p.startCrew(ctx); err != nil {
			p.failed <- err
		}
		return
	}
}

// heart beats until the function that it returns is called.
func (p *program) heart(ctx context.Context) func() {
	ctx, cancel := context.WithCancel(ctx)
	var beating sync.WaitGroup
	beating.Go(func() { delivery.Heartbeat{Store: p.store, Log: p.log}.Run(ctx) })
	return func() {
		cancel()
		beating.Wait()
	}
}

func (p *program) watch(what string, serve func() error) {
	if err := serve(); err != nil && !errors.Is(err, http.ErrServerClosed) {
		p.failed <- fmt.Errorf("%s: %w", what, err)
	}
}
