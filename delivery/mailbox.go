package delivery

import (
	"context"
	"crypto/tls"
	"fmt"
	"slices"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"undelivered/providers/wire"
)

// MailboxState is how far a mailbox has been collected. UIDs count within one validity.
type MailboxState struct {
	Validity uint32
	LastUID  uint32
}

// Mailbox collects the mails that came back to a mailbox elsewhere, by IMAP.
type Mailbox struct {
	// Address is imaps://user:password@host/INBOX; imap:// goes over to TLS before it logs in, unless
	// ?tls=none. With ?move=FOLDER collected mails are moved there; without, they are deleted.
	Address string
	// Load and Save keep the state between collections.
	Load func(ctx context.Context) (MailboxState, error)
	Save func(ctx context.Context, state MailboxState) error
	// Keep stores one mail. Only when it returns nil is the mail moved or deleted.
	Keep func(ctx context.Context, envelopeTo string, raw []byte) error
	// TLS is for tests and private authorities; nil is the usual one.
	TLS *tls.Config
	// Way is where the mailbox may be; nil: on the internet.
	Way *wire.Outward
}

// Times of collecting.
const (
	collectEvery = time.Minute
	collectLimit = 5 * time.Minute // one collection
)

// Collect collects once and says how many mails were kept. It stops at the first mail that cannot be kept:
// that one is the first of the next time.
func (b Mailbox) Collect(ctx context.Context) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, collectLimit)
	defer cancel()
	at, err := parseMailbox(b.Address)
	if err != nil {
		return 0, err
	}
	client, err := b.connect(ctx, at)
	if err != nil {
		return 0, err
	}
	defer client.Close()
	// When the time is up the line is cut; every command then ends with an error.
	defer context.AfterFunc(ctx, func() { _ = client.Close() })()
	kept, err := b.collect(ctx, client, at)
	if err != nil {
		return kept, fmt.Errorf("bounce mailbox at %s: %w", at.host, err)
	}
	return kept, client.Logout().Wait()
}

// collect keeps every mail that is new, one after the other.
func (b Mailbox) collect(ctx context.Context, client *imapclient.Client, at mailboxAddress) (int, error) {
	state, err := b.Load(ctx)
	if err != nil {
		return 0, err
	}
	box, err := client.Select(at.folder, nil).Wait()
	if err != nil {
		return 0, err
	}
	if box.UIDValidity != state.Validity { // the mailbox was made anew: its UIDs say nothing
		state = MailboxState{Validity: box.UIDValidity}
	}
	arrived, err := arrivedSince(client, state.LastUID)
	if err != nil {
		return 0, err
	}
	kept := 0
	for _, uid := range arrived {
		small, err := b.keep(ctx, client, uid)
		if err != nil {
			return kept, err
		}
		state.LastUID = uint32(uid)
		if err := b.Save(ctx, state); err != nil {
			return kept, err
		}
		if !small {
			continue
		}
		kept++
		if err := putAway(client, imap.UIDSetNum(uid), at.move); err != nil {
			return kept, err
		}
	}
	return kept, nil
}

// arrivedSince are the mails of the folder that came after the last one that was read.
func arrivedSince(client *imapclient.Client, last uint32) ([]imap.UID, error) {
	since := imap.UIDSet{{Start: imap.UID(last + 1), Stop: 0}}
	found, err := client.UIDSearch(&imap.SearchCriteria{UID: []imap.UIDSet{since}}, nil).Wait()
	if err != nil {
		return nil, err
	}
	// "n:*" always names the last mail, new or not.
	return slices.DeleteFunc(found.AllUIDs(), func(uid imap.UID) bool { return uint32(uid) <= last }), nil
}

// keep stores one mail. One that is too large to be a bounce stays where it is.
func (b Mailbox) keep(ctx context.Context, client *imapclient.Client, uid imap.UID) (small bool, err error) {
	sizes, err := client.Fetch(imap.UIDSetNum(uid), &imap.FetchOptions{UID: true, RFC822Size: true}).Collect()
	if err != nil || len(sizes) == 0 || sizes[0].RFC822Size > MailLimit {
		return false, err
	}
	whole := &imap.FetchItemBodySection{Peek: true}
	mails, err := client.Fetch(imap.UIDSetNum(uid),
		&imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{whole}}).
		Collect()
	if err != nil || len(mails) == 0 {
		return false, err
	}
	return true, b.Keep(ctx, "", mails[0].FindBodySection(whole))
}

// putAway moves or deletes a mail that is kept. A server that cannot delete one mail alone only gets the
// mark.
func putAway(client *imapclient.Client, mail imap.UIDSet, folder string) error {
	if folder != "" {
		_, err := client.Move(mail, folder).Wait()
		return err
	}
	mark := &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{imap.FlagDeleted}}
	if err := client.Store(mail, mark, nil).Close(); err != nil {
		return err
	}
	if !client.Caps().Has(imap.CapUIDPlus) && !client.Caps().Has(imap.CapIMAP4rev2) {
		return nil
	}
	return client.UIDExpunge(mail).Close()
}
