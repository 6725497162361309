package providers

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"undelivered/models"
	"undelivered/providers/wire"
)

// signVonage signs the parameters of a receipt, wherever they stand.
func signVonage(_ testing.TB, r *wire.Request) {
	form := r.Query
	if r.Method != http.MethodGet {
		form, _ = url.ParseQuery(string(r.Body)) // the example's own
	}
	form.Set("timestamp", stamp(r))
	text := ""
	names := make([]string, 0, len(form))
	for name := range form {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		text += "&" + name + "=" + strings.NewReplacer("&", "_", "=", "_").Replace(form.Get(name))
	}
	form.Set("sig", hex.EncodeToString(mac([]byte(r.Settings["signature_secret"]), text)))
	if r.Method == http.MethodGet {
		r.Query, r.URL = form, strings.SplitN(r.URL, "?", 2)[0]+"?"+form.Encode()
		return
	}
	r.Body = []byte(form.Encode())
}

// genuine is a request of a provider that signs, proven and with an event in it, as of now.
func genuine(t *testing.T, code string) wire.Request {
	t.Helper()
	if code == "vonage" {
		r := post(code, []byte(
			"msisdn=12025550103&to=12065550110&messageId=0A01&status=failed&err-code=2&client-ref=att_1",
		))
		r.Settings = wire.Settings{"signature_secret": "s3cret", "signature_method": "sha256"}
		signVonage(t, &r)
		return r
	}
	if code == "simulator" {
		r := post(code,
			[]byte(`{"type":"delivered","channel":"email","to":"mira@example.net","attempt":"att_1"}`))
		signSvix(t, &r)
		return r
	}
	r := firstExample(t, code).request(t)
	switch code {
	case "ses", "aws-sms": // signed anew, with the time of now
		r = post(code,
			[]byte(`{"eventType":"TEXT_INVALID","messageId":"m1","destinationPhoneNumber":"+12025550103"}`))
		signSNS(t, &r)
	case "mailgun":
		r = post(code, []byte(
			`{"event":"failed","severity":"permanent","id":"x","timestamp":1790000000.1,"recipient":"mira@example.net"}`,
		))
		r.Settings = wire.Settings{"signing_key": stands[code].settings["signing_key"], "max_age_hours": "24"}
		signMailgun(t, &r)
	}
	return r
}

func refused(p wire.Provider, r wire.Request) bool {
	reading, err := p.Read(context.Background(), r)
	return errors.Is(err, wire.ErrRefused) && len(reading.Events)+len(reading.Inbound) == 0
}

// signers are the providers whose proof covers something: a login, or the secret address, covers nothing and
// never ages.
func signers() map[string]stand {
	all := map[string]stand{}
	for code, s := range stands {
		if s.covers || s.age > 0 {
			all[code] = s
		}
	}
	return all
}

// What each provider signs is taken.
func TestProofs(t *testing.T) {
	for code := range signers() {
		p, _ := ByCode(code)
		reading, err := p.Read(context.Background(), genuine(t, code))
		if err != nil || len(reading.Events)+len(reading.Inbound) != 1 {
			t.Errorf("%s: %+v, %v", code, reading, err)
		}
	}
}

// alterations change what a request says, and leave its proof alone.
var alterations = map[string]func(*wire.Request){
	"a digit": func(r *wire.Request) { said(r, func(b []byte) []byte { return swapDigit(b) }) },
	"a letter": func(r *wire.Request) {
		said(r, func(b []byte) []byte { return bytes.Replace(b, []byte("e"), []byte("a"), 1) })
	},
	"nothing left": func(r *wire.Request) { said(r, func([]byte) []byte { return nil }) },
}

// said changes the body, or the query where that is what a request says.
func said(r *wire.Request, change func([]byte) []byte) {
	if r.Method != http.MethodGet {
		r.Body = change(bytes.Clone(r.Body))
		return
	}
	address, query, _ := strings.Cut(r.URL, "?")
	changed := string(change([]byte(query)))
	r.URL = address + "?" + changed
	r.Query, _ = url.ParseQuery(changed) // what can be read of it
}

// swapDigit changes the last digit of what is said.
func swapDigit(b []byte) []byte {
	at := bytes.LastIndexAny(b, "0123456789")
	b[at] = '0' + (b[at]-'0'+1)%10
	return b
}

// An altered request is refused by every provider whose signature covers the body. Where it does not, the
// token counts once, together with the digest of what it came with.
func TestAltered(t *testing.T) {
	for code, proof := range signers() {
		p, _ := ByCode(code)
		for name, alter := range alterations {
			r := genuine(t, code)
			before, _ := p.Read(context.Background(), r)
			alter(&r)
			if proof.covers {
				if !refused(p, r) {
					t.Errorf("%s takes a request with %s altered", code, name)
				}
				continue
			}
			after, err := p.Read(context.Background(), r)
			if errors.Is(err, wire.ErrRefused) {
				continue
			}
			if before.Once.Token == "" || after.Once.Token != before.Once.Token ||
				after.Once.Digest == before.Once.Digest {
				t.Errorf("%s with %s altered: %+v after %+v", code, name, after.Once, before.Once)
			}
		}
	}
}

// A request that comes too late, or from too far ahead, is refused where the provider signs a time; otherwise
// the same request gives the same keys for ever, so that it is a copy.
func TestStale(t *testing.T) {
	for code, proof := range signers() {
		p, _ := ByCode(code)
		for _, late := range []time.Duration{proof.age + 10*time.Minute, -proof.age - 10*time.Minute} {
			r := genuine(t, code)
			before, err := p.Read(context.Background(), r)
			if err != nil {
				t.Fatal(code, err)
			}
			r.ReceivedAt = r.ReceivedAt.Add(late)
			if proof.age > 0 && late > -24*time.Hour {
				if !refused(p, r) {
					t.Errorf("%s takes a request %s later", code, late)
				}
				continue
			}
			after, err := p.Read(context.Background(), r)
			if proof.age == 0 && (err != nil || !slices.Equal(keysOf(after), keysOf(before))) {
				t.Errorf("%s, %s later: %v, %v", code, late, keysOf(after), err)
			}
		}
	}
}

func keysOf(r wire.Reading) []string {
	var keys []string
	for _, e := range r.Events {
		keys = append(keys, e.DedupeKey)
	}
	for _, in := range r.Inbound {
		keys = append(keys, in.ID)
	}
	return keys
}

// A request that is played again is a copy, by every provider, signed or not: the same keys, event by event.
func TestReplayed(t *testing.T) {
	for _, x := range examples(t) {
		if p, known := ByCode(x.Provider); known && x.Direction == "webhook" {
			r := x.request(t)
			first, _ := p.Read(context.Background(), r)
			again, err := p.Read(context.Background(), r)
			if err == nil && (!slices.Equal(keysOf(first), keysOf(again)) || first.Once != again.Once) {
				t.Errorf("%s: %v, then %v", x.File, keysOf(first), keysOf(again))
			}
		}
	}
}

// What was proven can be read anew from what is kept of it: the whole request without its proofs gives the
// same events, and the bytes of one event give that event.
func TestReread(t *testing.T) {
	for _, x := range examples(t) {
		p, known := ByCode(x.Provider)
		if !known || x.Direction != "webhook" {
			continue
		}
		r := x.request(t)
		want, err := p.Read(context.Background(), r)
		if err != nil {
			continue
		}
		kept := r.Kept()
		for _, secret := range []string{"Authorization", "Signature:", "s3cret"} {
			if bytes.Contains(kept[:bytes.Index(kept, []byte("\r\n\r\n"))], []byte(secret)) {
				t.Errorf("%s keeps a proof: %s", x.File, kept)
			}
		}
		got := anew(t, p, r, kept, "")
		if want.Confirm == nil &&
			(!slices.Equal(keysOf(got), keysOf(want)) || !slices.EqualFunc(got.Events, want.Events, alike)) {
			t.Errorf("%s: %+v, want %+v", x.File, got.Events, want.Events)
		}
		for _, e := range want.Events {
			if e.State != models.EventParked &&
				!slices.ContainsFunc(anew(t, p, r, e.Raw, e.ProviderEventID).Events,
					func(o models.Event) bool { return alike(o, e) && o.DedupeKey == e.DedupeKey }) {
				t.Errorf("%s: %s does not give %+v", x.File, e.Raw, e)
			}
		}
	}
}

func anew(t *testing.T, p wire.Provider, first wire.Request, raw []byte, id string) wire.Reading {
	t.Helper()
	r := wire.Again(raw)
	r.EventID = id
	r.Settings, r.ReceivedAt = first.Settings, first.ReceivedAt
	reading, err := p.Reread(r)
	if err != nil {
		t.Errorf("%s: %v", p.Code, err)
	}
	return reading
}

// alike says whether two events say the same of the same recipient.
func alike(a, b models.Event) bool {
	return a.Type == b.Type && a.Reason == b.Reason && a.Recipient == b.Recipient &&
		a.OccurredAt.Equal(b.OccurredAt) &&
		a.Diagnostic == b.Diagnostic
}
