package providers

import (
	"bytes"
	"context"
	"encoding/json"
	"testing"

	"undelivered/providers/dsn"
	"undelivered/providers/wire"
)

// batched are the providers that post many events at once, as a JSON array.
var batched = map[string]int{"sendgrid": 500, "sparkpost": 500, "mailjet": 100, "brevo": 100}

// BenchmarkReaders measures events a second of each reader, with its signature and the dictionary: all its
// examples, in the batches in which it posts.
func BenchmarkReaders(b *testing.B) {
	for _, p := range All() {
		if p.Read == nil || firstExample(b, p.Code).File == "" {
			continue
		}
		b.Run(p.Code, func(b *testing.B) {
			requests := requestsOf(b, p.Code)
			n := 0
			for b.Loop() {
				for _, r := range requests {
					reading, err := p.Read(context.Background(), r)
					if err != nil {
						b.Fatal(err)
					}
					n += len(reading.Events) + len(reading.Inbound)
				}
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "events/s")
		})
	}
	b.Run("dsn", benchmarkMails)
}

func benchmarkMails(b *testing.B) {
	var mails [][]byte
	for _, x := range examples(b) {
		if x.Provider == "dsn" && len(x.Expect) > 0 {
			mails = append(mails, x.body(b))
		}
	}
	n := 0
	for b.Loop() {
		for _, mail := range mails {
			reading, err := dsn.ReadMail(mail, "", bounceSettings)
			if err != nil {
				b.Fatal(err)
			}
			n += len(reading.Events)
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "events/s")
}

// requestsOf are a provider's examples as requests: one batch of them all, or one each.
func requestsOf(b *testing.B, code string) []wire.Request {
	var requests []wire.Request
	var items [][]byte
	for _, x := range examples(b) {
		if x.Provider != code || x.Direction != "webhook" || len(x.Expect) == 0 {
			continue
		}
		if batched[code] == 0 {
			requests = append(requests, x.request(b))
			continue
		}
		list, err := wire.Batch(x.body(b))
		if err != nil {
			b.Fatal(err)
		}
		for _, raw := range list {
			var small bytes.Buffer
			if err := json.Compact(&small, raw); err != nil {
				b.Fatal(err)
			}
			items = append(items, small.Bytes())
		}
	}
	if len(items) == 0 {
		return requests
	}
	var all [][]byte
	for len(all) < batched[code] {
		all = append(all, items[len(all)%len(items)])
	}
	r := post(code, append(append([]byte("["), bytes.Join(all, []byte(","))...), ']'))
	if sign := stands[code].sign; sign != nil {
		sign(b, &r)
	}
	return []wire.Request{r}
}
