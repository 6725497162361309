package main

import (
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"undelivered/handlers"
	"undelivered/models/store"
)

// database are the settings of every command that opens the store. The struct is the table: name in the
// environment, flag, default and one line of help.
type database struct {
	DatabaseURL        string `name:"database-url" env:"DATABASE_URL" placeholder:"postgres://…" help:"PostgreSQL; empty: an SQLite file in the data folder."`
	DatabaseReplicaURL string `name:"database-replica-url" env:"DATABASE_REPLICA_URL" placeholder:"postgres://…" help:"A read replica for report and dashboard."`
	Data               string `env:"UNDELIVERED_DATA" default:"./data" placeholder:"DIR" help:"The data folder."`
	SecretKey          string `env:"UNDELIVERED_SECRET_KEY" placeholder:"KEY" help:"At least 32 characters: signs sessions, encrypts provider credentials. Made and kept beside an SQLite file; required with PostgreSQL."`
	SecretKeyPrevious  string `env:"UNDELIVERED_SECRET_KEY_PREVIOUS" placeholder:"KEY" help:"The key before, still accepted for reading while keys are rotated."`
	Log                string `env:"UNDELIVERED_LOG" default:"text" enum:"text,json" help:"Form of the log: text or json."`
	LogLevel           string `env:"UNDELIVERED_LOG_LEVEL" default:"info" enum:"debug,info,warn,error" help:"Least level that is logged: debug, info, warn or error."`
}

// settings are all settings of serve.
type settings struct {
	database
	Addr             string        `env:"UNDELIVERED_ADDR" default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Where to listen."`
	BaseURL          string        `name:"base-url" env:"UNDELIVERED_BASE_URL" placeholder:"URL" help:"The address as people and providers reach it; empty: http:// and the address listened on."`
	TrustedProxies   []string      `env:"UNDELIVERED_TRUSTED_PROXIES" placeholder:"CIDR,…" help:"Proxies whose X-Forwarded-For is believed."`
	SMTPIn           string        `name:"smtp-in" env:"UNDELIVERED_SMTP_IN" placeholder:"HOST:PORT" help:"The door for bounce mails; 'lmtp:' before it for LMTP. Off by default."`
	MailURL          string        `name:"mail-url" env:"UNDELIVERED_MAIL_URL" placeholder:"smtp://…" help:"Sends the product's own mails, smtp://user:password@host:587. Without it they are not offered."`
	MailFrom         string        `env:"UNDELIVERED_MAIL_FROM" placeholder:"ADDRESS" help:"Sender of the product's own mails."`
	MetricsAddr      string        `env:"UNDELIVERED_METRICS_ADDR" placeholder:"HOST:PORT" help:"Where Prometheus may read /metrics. Off by default."`
	StopDelay        time.Duration `env:"UNDELIVERED_STOP_DELAY" default:"2s" placeholder:"TIME" help:"How long requests are still taken after SIGTERM while /readyz says 503, so that a load balancer sends the next ones elsewhere."`
	AllowHosts       []string      `env:"UNDELIVERED_ALLOW_HOSTS" placeholder:"HOST,…" help:"Hosts on this machine or in a private network that mail servers, mailboxes, callbacks and single sign-on may be at. All others must be on the internet."`
	Simulator        string        `env:"UNDELIVERED_SIMULATOR" default:"off" enum:"on,off" help:"on: the simulator can be connected, for a trial. What is handed to it reaches nobody."`
	OIDCIssuer       string        `name:"oidc-issuer" env:"UNDELIVERED_OIDC_ISSUER" placeholder:"URL" help:"Single sign-on: the issuer."`
	OIDCClientID     string        `name:"oidc-client-id" env:"UNDELIVERED_OIDC_CLIENT_ID" placeholder:"ID" help:"Single sign-on: our client ID there."`
	OIDCClientSecret string        `name:"oidc-client-secret" env:"UNDELIVERED_OIDC_CLIENT_SECRET" placeholder:"SECRET" help:"Single sign-on: our client secret there."`
}

// shortestKey is the least length of the secret key.
const shortestKey = 32

// signOn is the single sign-on that was set; nil: none.
func (s *settings) signOn() *handlers.SingleSignOn {
	if s.OIDCIssuer == "" {
		return nil
	}
	return &handlers.SingleSignOn{
		Issuer:       s.OIDCIssuer,
		ClientID:     s.OIDCClientID,
		ClientSecret: s.OIDCClientSecret,
	}
}

// file is the path of the embedded database.
func (d *database) file() string { return filepath.Join(d.Data, "undelivered.db") }

// logger writes to standard error, in the form that was set.
func (d *database) logger(term terminal) *slog.Logger {
	var level slog.Level
	if err := level.UnmarshalText([]byte(d.LogLevel)); err != nil {
		level = slog.LevelInfo
	}
	options := &slog.HandlerOptions{Level: level}
	if d.Log == "json" {
		return slog.New(slog.NewJSONHandler(term.err, options))
	}
	return slog.New(slog.NewTextHandler(term.err, options))
}

// options are what the store needs. Beside an embedded database the secret key is kept in a file that nobody
// else may read; it is made the first time.
func (d *database) options(term terminal) (store.Options, error) {
	if err := d.check(); err != nil {
		return store.Options{}, err
	}
	o := store.Options{
		URL:        d.DatabaseURL,
		ReplicaURL: d.DatabaseReplicaURL,
		File:       d.file(),
		Log:        d.logger(term),
		Key:        []byte(d.SecretKey),
	}
	if d.SecretKey == "" {
		if err := d.keyIsThere(); err != nil {
			return o, err
		}
		key, err := keptKey(filepath.Join(d.Data, "secret.key"))
		if err != nil {
			return o, err
		}
		o.Key = key
	}
	if d.SecretKeyPrevious != "" {
		o.OldKeys = append(o.OldKeys, []byte(d.SecretKeyPrevious))
	}
	return o, nil
}

// keyIsThere refuses a database whose key is gone: another one could not read what it holds.
func (d *database) keyIsThere() error {
	key := filepath.Join(d.Data, "secret.key")
	_, noKey := os.Stat(key)
	_, noDatabase := os.Stat(d.file())
	if noDatabase == nil && errors.Is(noKey, fs.ErrNotExist) {
		return problem{
			"UNDELIVERED_SECRET_KEY",
			"the database in " + d.Data + " is there and its key is not: put " + key +
				" back from your backup, or set the key",
		}
	}
	return nil
}

// folder makes the data folder, for our eyes only.
func (d *database) folder() error {
	if err := os.MkdirAll(d.Data, 0o700); err != nil {
		return problem{"UNDELIVERED_DATA", err.Error()}
	}
	return nil
}
