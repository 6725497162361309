package models

import (
	"errors"
	"maps"
	"slices"
	"strings"
)

// What the store answers besides wrapped causes. The rooms to the left turn them into pages.
var (
	// ErrNotFound: there is no such thing in this account; another account's thing looks the same.
	ErrNotFound = errors.New("not found")
	// ErrForbidden: the person may see this, but may not do that.
	ErrForbidden = errors.New("not allowed")
	// ErrBusy: the writers have more than they can take; nothing was stored.
	ErrBusy = errors.New("too busy to store")
)

// Invalid says which fields are wrong: name of the field → key of the catalogue's sentence.
type Invalid map[string]Problem

// Problem is one sentence of the catalogue and the values that it names.
type Problem struct {
	Key    string
	Values map[string]string
}

// Error lists the fields, sorted.
func (i Invalid) Error() string {
	return "invalid: " + strings.Join(slices.Sorted(maps.Keys(i)), ", ")
}

// And is i with what another check has found; an error of another sort stands alone.
func (i Invalid) And(err error) error {
	var more Invalid
	if err != nil && !errors.As(err, &more) {
		return err
	}
	all := Invalid{}
	maps.Copy(all, i)
	maps.Copy(all, more)
	return all.Err()
}

// Err is i, or nil when no field is wrong.
func (i Invalid) Err() error {
	if len(i) == 0 {
		return nil
	}
	return i
}

// Conflict says that somebody else changed the thing since the page was made.
type Conflict struct {
	By      string // who changed it
	Version int    // the version now
}

// Error is for the log; screens show both versions.
func (c Conflict) Error() string { return "changed by somebody else" }

// Refusal says why an action was refused: a key of the catalogue, with the values that the sentence names.
type Refusal struct {
	Guard  Guard
	Values map[string]string
}

// Error is for the log.
func (r Refusal) Error() string { return "refused: " + string(r.Guard) }

// ErrBroken says that the log was changed or has a gap.
var ErrBroken = errors.New("the activity log has been changed")

// ErrAway: the database does not answer, or takes nothing at present. Nothing is wrong with what was asked;
// the same is worth another try after a while.
var ErrAway = errors.New("models: the database is away")

// ErrNotYours: the attempt is not to be sent, or not by this worker.
var ErrNotYours = errors.New("models: nothing to hand over")
