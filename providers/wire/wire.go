// Package wire holds what all providers share: the request they send us, the message we hand over,
// how an answer is classed, and the one HTTP client. Every provider's folder may import it.
package wire

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"undelivered/models"
)

// Settings are a connection's settings as typed or generated: keys of the provider's Fields.
type Settings map[string]string

// Field is one setting that a provider asks for.
type Field struct {
	Key      string
	Label    string
	Hint     string
	For      Use
	Required bool // needed for its use; Find with Provider.Ready
	Secret   bool // never shown again
	Generate bool // made by the product when left out (webhook user and password)
	Default  string
	Options  []string // a choice, when not empty
}

// Use says what a setting is needed for.
type Use string

// The three uses of a setting.
const (
	Receive Use = "receive"
	Sending Use = "send"
	Clear   Use = "clear"
)

// Provider is one row of the table: what a provider can do. Nil functions are things it cannot.
type Provider struct {
	Code     string // as in the webhook's address
	Name     string // as people know it
	Channels []models.Channel
	Fields   []Field
	// BodyLimit is the largest webhook body in bytes; 0 means the default of 8 MiB.
	BodyLimit int64
	// Unstored is the HTTP status that makes this provider try again when we cannot store: 503, or 429.
	Unstored int
	// Busy is the answer above the allowed rate: 429, or 503 for providers that give up on 4xx.
	Busy int
	// RetriesFor is how long the provider goes on offering an event that we did not take.
	RetriesFor time.Duration
	// Repeats is how long the provider recognises a repeated idempotency key; 0: not relied upon.
	Repeats time.Duration
	// Settling is the time without news after which an accepted attempt is presumed to have arrived.
	Settling time.Duration
	// SPF are domains of which the record of a sending domain should include one; nil: it need not name the
	// provider.
	SPF []string
	// Selectors are the names under which it signs (DKIM); nil: each domain has its own.
	Selectors []string
	// Manual lists the kinds of suppression that its interface cannot clear, each with who can.
	Manual map[string]string

	// Read verifies a webhook request and tells its events apart. ErrRefused: bad signature, nothing is kept.
	// ErrUnreadable: genuine, but not understood; the raw body is kept and parked.
	Read func(ctx context.Context, r Request) (Reading, error)
	// Reread reads anew what was proven when it came: a request kept by Request.Kept, or the bytes of one of
	// its events.
	Reread func(r Request) (Reading, error)
	// Send hands one message over. It never repeats anything by itself.
	Send func(ctx context.Context, c *Client, s Settings, m Message) Receipt
	// Suppressions reads and changes the provider's do-not-send list.
	Suppressions *Suppressions
	// Missed asks the provider's own lists for what happened from a time to a time.
	Missed func(ctx context.Context, c *Client, s Settings, from, to time.Time) ([]models.Event, error)
	// Find asks the provider's log about one message that may have been handed over (RULES.md, Attempts).
	Find func(ctx context.Context, c *Client, s Settings, m Message) (Found, error)
	// State asks what became of one message: for a provider whose reports are lost after a short outage
	// already.
	State func(ctx context.Context, c *Client, s Settings, messageID string) ([]models.Event, error)
	// Test proves the settings without sending anything to a customer; nil error: they work.
	Test func(ctx context.Context, c *Client, s Settings) error
}

// Errors of Read.
var (
	ErrRefused    = errors.New("the request is not proven to come from the provider")
	ErrUnreadable = errors.New("the body could not be read")
)

// Request is one HTTP request of a provider with its body read in full.
type Request struct {
	Method     string
	URL        string // the public address as the provider called it, with query
	Query      url.Values
	Header     http.Header
	Body       []byte
	ReceivedAt time.Time
	Settings   Settings
	// EventID is the provider's id of the one event that is read anew, for providers that give it in a
	// header.
	EventID string
	// Client fetches certificates and confirms subscriptions, from the provider's fixed hosts only.
	Client *Client
}

// Reading is what a request said.
type Reading struct {
	Events []models.Event
	// Inbound are texts of customers (STOP, START), which name a number and no attempt.
	Inbound []Inbound
	// Status, ContentType and Body are the answer after storing; zero: 200 with an empty body.
	Status      int
	ContentType string
	Body        []byte
	// Once is set where the signature does not cover the body: the proof counts once, or again with the same
	// body.
	Once models.Proof
	// Insist names a setting that is "yes" from now on: a stronger proof that the provider has been seen to
	// give.
	Insist string
	// Alert is something that support must see ("events have been switched off").
	Alert string
	// Confirm is called after the events are stored (SNS subscription confirmation); nil mostly.
	Confirm func(ctx context.Context) error
}

// Inbound is a text that a customer sent us.
type Inbound struct {
	From, To, Text string // From and To in E.164
	Keyword        string // STOP, START, HELP as the provider understood it; empty: the text decides
	ID             string // the provider's id, for duplicates
	OccurredAt     time.Time
	Raw            []byte
}

// Message is one message for one customer, as it is handed to a provider.
type Message struct {
	AttemptID   string // travels with the message and comes back with its events
	Channel     models.Channel
	To          string // address as typed, or E.164
	ToName      string
	From        string // overrides the connection's from; mostly empty
	ReplyTo     string
	Subject     string
	Text        string
	HTML        string
	Headers     map[string]string // List-Unsubscribe and its kind
	CallbackURL string            // our webhook's public address for this connection
	ReturnPath  string            // our bounce address for this attempt (plain SMTP)
	Repeatable  string            // idempotency key: the attempt id, for providers that honour it
	SentAround  time.Time         // for Find: when the first hand-over began
	SentUntil   time.Time         // for Find: when the last one had ended; zero: there was one
}

// Outcome is the class of the result of a hand-over (RULES.md, Results of a hand-over).
type Outcome = models.HandoverOutcome

// The four classes.
const (
	Taken   = models.ReceiptTaken
	Refused = models.ReceiptRefused
	Later   = models.ReceiptLater
	Open    = models.ReceiptOpen
)

// Receipt is the result of one hand-over.
type Receipt = models.Receipt

// Found is what a provider's log says about one message.
type Found struct {
	Known             bool // the log shows it
	Complete          bool // the log would show it if it had been taken
	ProviderMessageID string
}

// Suppressions are the requests to a provider's do-not-send list. Kind: bounce, complaint, unsubscribe,
// invalid, manual.
type Suppressions struct {
	// Find returns the entries of one address; none when it is not listed.
	Find func(ctx context.Context, c *Client, s Settings, address string) ([]Entry, error)
	// List calls each for every entry of the list.
	List func(ctx context.Context, c *Client, s Settings, each func(Entry) error) error
	// Delete takes one address off the list of that kind.
	Delete func(ctx context.Context, c *Client, s Settings, address, kind string) Cleared
}

// Entry is one entry of a provider's do-not-send list.
type Entry struct {
	Address string
	Kind    string
	Reason  string // the provider's words
	Since   time.Time
	ByHand  bool // its interface cannot remove this entry
}

// Cleared is the answer to removing an entry.
type Cleared struct {
	Result ClearResult
	Text   string // the provider's words, when it said no
	After  time.Duration
	Err    error
}

// ClearResult is one of five.
type ClearResult string

// The five answers.
const (
	ClearDone      ClearResult = "cleared"
	ClearNotListed ClearResult = "not_listed"
	ClearRefused   ClearResult = "refused"
	ClearLater     ClearResult = "later"
	ClearByHand    ClearResult = "by_hand"
)
