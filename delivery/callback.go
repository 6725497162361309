package delivery

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/riverqueue/river"
	"golang.org/x/sync/errgroup"

	"undelivered/models/callback"
	"undelivered/models/store"
	"undelivered/providers/wire"
)

// CallArgs is the job that tells businesses' own systems what has changed.
type CallArgs struct{}

// Kind is River's name of the job.
func (CallArgs) Kind() string { return "call" }

// How often callbacks are looked for, and how long one may take.
const (
	callEvery   = 10 * time.Second
	callPatient = 10 * time.Second
)

// Caller makes the callbacks (Standard Webhooks).
type Caller struct {
	river.WorkerDefaults[CallArgs]
	Store *store.Store
	Log   *slog.Logger
	// Way is where callbacks may go; nil: to the internet.
	Way *wire.Outward
}

// client follows no redirect, asks no proxy, and looks at the address that is really dialled: a name may lead
// anywhere.
func (w *Caller) client() *http.Client {
	return &http.Client{
		Timeout: callPatient,
		Transport: &http.Transport{
			DialContext:         w.Way.DialContext,
			TLSHandshakeTimeout: callPatient,
			DisableKeepAlives:   true,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// callAtOnce is how many businesses are told at the same time.
const callAtOnce = 32

// Work makes the callbacks that are due, of several businesses at once: one that is slow delays its own only.
// A business that does not answer is left alone for this round.
func (w *Caller) Work(ctx context.Context, _ *river.Job[CallArgs]) error {
	client := w.client()
	var silent []string
	for {
		due, err := w.Store.Callback.CallbacksDue(ctx, silent)
		if err != nil || len(due) == 0 {
			return err
		}
		mute, err := w.callAll(ctx, client, due)
		if err != nil {
			return err
		}
		silent = append(silent, mute...)
	}
}

// callAll makes callbacks, each business's in their order, and names the businesses that did not answer.
func (w *Caller) callAll(ctx context.Context, client *http.Client,
	due []callback.Call) (mute []string, err error) {
	by := map[string][]callback.Call{}
	for _, c := range due {
		by[c.AccountID] = append(by[c.AccountID], c)
	}
	var calling errgroup.Group
	calling.SetLimit(callAtOnce)
	var mu sync.Mutex
	for account, calls := range by {
		calling.Go(func() error {
			for _, c := range calls {
				told, err := w.call(ctx, client, c)
				if err != nil {
					return err
				}
				if !told {
					mu.Lock()
					defer mu.Unlock()
					mute = append(mute, account)
					return nil
				}
			}
			return nil
		})
	}
	err = calling.Wait()
	return mute, err
}

// call makes one callback; false: it was not taken.
func (w *Caller) call(ctx context.Context, client *http.Client, c callback.Call) (bool, error) {
	mine, err := w.Store.Callback.TakeCall(ctx, &c)
	if err != nil || !mine {
		return true, err
	}
	if cause := w.send(ctx, client, c); cause != nil {
		w.Log.Warn("a callback was not taken", "account", c.AccountID, "callback", c.ID, "tries", c.Tries,
			"error", cause)
		return false, w.Store.Callback.CallFailed(context.WithoutCancel(ctx), c, cause)
	}
	return true, w.Store.Callback.CallTold(context.WithoutCancel(ctx), c)
}

func (w *Caller) send(ctx context.Context, client *http.Client, c callback.Call) error {
	at := strconv.FormatInt(w.Store.Now().Unix(), 10)
	signature, err := signatures(c, at)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.URL, bytes.NewReader([]byte(c.Body)))
	if err != nil {
		return errors.New("the address cannot be called")
	}
	for name, value := range map[string]string{"Content-Type": "application/json",
		"User-Agent": "Undelivered/1.0",
		"Webhook-Id": c.ID, "Webhook-Timestamp": at, "Webhook-Signature": signature} {
		r.Header.Set(name, value)
	}
	answer, err := client.Do(r)
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		return wrapped.Err // without the address, which may hold a secret
	}
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if _, err := io.Copy(io.Discard, io.LimitReader(answer.Body, 1<<16)); err != nil {
		return fmt.Errorf("reading the answer: %w", err)
	}
	if answer.StatusCode < 200 || answer.StatusCode > 299 {
		return fmt.Errorf("the answer was %d", answer.StatusCode)
	}
	return nil
}

// signatures are the callback's, parted by a space: by its secret, and by the one before as long as that is
// good.
func signatures(c callback.Call, at string) (string, error) {
	signature, err := sign(c.Secret, c.ID, at, c.Body)
	if err != nil || c.OldSecret == "" {
		return signature, err
	}
	old, err := sign(c.OldSecret, c.ID, at, c.Body)
	return signature + " " + old, err
}

// sign is the signature of Standard Webhooks: of id, time and body, with the secret's own bytes.
func sign(secret, id, at, body string) (string, error) {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil {
		return "", fmt.Errorf("delivery: secret of callbacks: %w", err)
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(id + "." + at + "." + body))
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil)), nil
}
