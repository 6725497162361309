package main

import (
	"context"
	"errors"

	"undelivered/providers/simulator"
)

// wait waits until it is told to stop, or something fails.
func (p *program) wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case err := <-p.failed:
		return err
	}
}

// leave says "not ready" and goes on answering for a while: a load balancer needs that long to send requests elsewhere.
func (p *program) leave() {
	p.handlers.Stop()
	ctx, cancel := context.WithTimeout(context.Background(), p.settings.StopDelay)
	defer cancel()
	if err := p.wait(ctx); err != nil {
		p.log.Error("failed while stopping", "error", err)
	}
}

// stop ends in good order: no longer ready, no new requests, requests and hand-overs finished, everything stored.
func (p *program) stop() error {
	p.handlers.Stop()
	if p.stopHeart != nil {
		p.stopHeart()
	}
	ctx, cancel := context.WithTimeout(context.Background(), requestPatience)
	defer cancel()
	problems := []error{p.site.Shutdown(ctx)}
	if p.metrics != nil {
		problems = append(problems, p.metrics.Shutdown(ctx))
	}
	if p.closeMailroom != nil {
		p.closeMailroom()
	}
	problems = append(problems, p.stopWorkers())
	simulator.InProcess.Stop()
	if p.handlers.Post != nil {
		p.handlers.Post.Close()
	}
	return errors.Join(append(problems, p.store.Close())...)
}

// stopWorkers lets hand-overs that have begun come to an end: one that is cut short is one of which nobody knows.
func (p *program) stopWorkers() error {
	ctx, cancel := context.WithTimeout(context.Background(), workPatience)
	defer cancel()
	if err := p.crew.Stop(ctx); err == nil || !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	last, cancelLast := context.WithTimeout(context.Background(), requestPatience)
	defer cancelLast()
	return p.crew.StopAndCancel(last)
}
