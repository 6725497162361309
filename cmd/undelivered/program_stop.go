package main

import (
	"context"
	"errors"

	"undelivered/models"
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

// leave says "not ready" and goes on answering for a while: a load balancer needs that long to send requests
// elsewhere.
func (p *program) leave() {
	p.handlers.Stop()
	ctx, cancel := context.WithTimeout(context.Background(), p.settings.StopDelay)
	defer cancel()
	if err := p.wait(ctx); err != nil {
		p.log.Error("failed while stopping", "error", err)
	}
}

// stop ends in good order: no longer ready, no new requests, requests and hand-overs finished, everything
// stored.
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
	p.watching.Wait()
	problems = append(problems, p.stopWorkers())
	simulator.InProcess.Stop()
	if p.handlers.Post != nil {
		p.handlers.Post.Close()
	}
	problems = append(problems, p.end(), p.store.Close())
	p.unlock()
	return errors.Join(problems...)
}

// end says that nothing is in our hands any more, so that other instances need not wait to see us silent.
func (p *program) end() error {
	ctx, cancel := context.WithTimeout(context.Background(), models.InstanceBeat)
	defer cancel()
	return p.store.End(ctx)
}

// stopWorkers lets hand-overs that have begun come to an end: one that is cut short is one of which nobody
// knows.
func (p *program) stopWorkers() error {
	if !p.working {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), workPatience)
	defer cancel()
	if err := p.crew.Stop(ctx); err == nil || !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	last, cancelLast := context.WithTimeout(context.Background(), requestPatience)
	defer cancelLast()
	return p.crew.StopAndCancel(last)
}
