package models

import "time"

// Limits are the numbers of the rules (RULES.md); a test may run with smaller ones.
type Limits struct {
	Undo          time.Duration // a resend waits this long before the hand-over
	Stale         time.Duration // a resend that could not start by then is cancelled
	Lease         time.Duration // how long a worker may hold an attempt
	DoubtWindow   time.Duration // a resend while the last hand-over is younger than this is refused
	PerAddress    int           // attempts to one address in 24 h
	PerNotice     int           // attempts of one notification in 24 h
	PerHour       int           // resends of an account in an hour
	KeepContent   time.Duration
	KeepRaw       time.Duration
	KeepHistory   time.Duration
	KeepUnmatched time.Duration
	SoftFailures  int           // final soft failures in a row …
	SoftSpread    time.Duration // … spread over more than this opt an address out
	BulkConfirm   int           // above this many the person types the number
}

func (l Limits) OrDefault() Limits {
	if l == (Limits{}) {
		return DefaultLimits()
	}
	return l
}

// DefaultLimits are the product's defaults.
func DefaultLimits() Limits {
	const day = 24 * time.Hour
	return Limits{
		Undo: 10 * time.Second, Stale: day, Lease: time.Minute, DoubtWindow: 15 * time.Minute,
		PerAddress: 3, PerNotice: 5, PerHour: 2000,
		KeepContent: 90 * day, KeepRaw: 90 * day, KeepHistory: 400 * day, KeepUnmatched: 30 * day,
		SoftFailures: 3, SoftSpread: 14 * day, BulkConfirm: 500,
	}
}

// InstanceBeat is how often a program says that it lives; one that has been silent for three times as long is
// dead, and what it had in hand is taken up by the others.
const InstanceBeat = 5 * time.Second
