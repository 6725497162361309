package wire

import (
	"crypto/rand"
	"slices"
	"strings"
	"time"

	"undelivered/models"
)

// Complete fills what was left out: the default, or a secret of our own making. Keys that the provider does
// not ask for, and choices that it does not offer, are named as Invalid.
func (p Provider) Complete(typed Settings) (Settings, error) {
	bad, full := models.Invalid{}, Settings{}
	for key, value := range typed {
		at := slices.IndexFunc(p.Fields, func(f Field) bool { return f.Key == key })
		if at < 0 {
			bad[key] = models.Problem{Key: "error.setting_unknown"}
			continue
		}
		if value = strings.TrimSpace(value); value != "" {
			full[key] = value
		}
		if options := p.Fields[at].Options; value != "" && len(options) > 0 &&
			!slices.Contains(options, value) {
			bad[key] = models.Problem{Key: "error.choice"}
		}
	}
	for _, f := range p.Fields {
		switch {
		case full[f.Key] != "":
		case f.Generate:
			full[f.Key] = rand.Text()
		case f.Default != "":
			full[f.Key] = f.Default
		}
	}
	return full, bad.Err()
}

// Renewed are new values of the settings of our own making by which reports are proven.
func (p Provider) Renewed() Settings {
	made := Settings{}
	for _, f := range p.Fields {
		if f.Generate && f.Secret && f.For == Receive {
			made[f.Key] = rand.Text()
		}
	}
	return made
}

// Sends says whether the settings suffice to send through the provider.
func (p Provider) Sends(s Settings) bool { return p.Send != nil && p.Ready(s, Sending) }

// Ended is when the last hand-over of a message had ended, for a look into the provider's log.
func (m Message) Ended() time.Time {
	if m.SentUntil.After(m.SentAround) {
		return m.SentUntil
	}
	return m.SentAround
}

// ChannelList is how a connection writes the provider's channels.
func (p Provider) ChannelList() string {
	names := make([]string, len(p.Channels))
	for i, c := range p.Channels {
		names[i] = string(c)
	}
	return strings.Join(names, ",")
}
