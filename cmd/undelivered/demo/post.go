package demo

import (
	"bytes"
	"context"
	"fmt"
	"net/http"

	"golang.org/x/sync/errgroup"
)

// together is how many requests of the demo's past are on their way at once.
const together = 32

// deliver posts all, several at once.
func deliver(ctx context.Context, client *http.Client, address string, all []post) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(together)
	for _, one := range all {
		g.Go(func() error { return postHook(ctx, client, address, one) })
	}
	return g.Wait()
}

func postHook(ctx context.Context, client *http.Client, address string, p post) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(p.body))
	if err != nil {
		return err
	}
	req.Header = p.header
	res, err := client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("the webhook answered %s", res.Status)
	}
	return nil
}
