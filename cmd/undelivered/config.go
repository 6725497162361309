package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/mail"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"undelivered/handlers"
	"undelivered/models"
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
	OIDCIssuer       string        `name:"oidc-issuer" env:"UNDELIVERED_OIDC_ISSUER" placeholder:"URL" help:"Single sign-on: the issuer."`
	OIDCClientID     string        `name:"oidc-client-id" env:"UNDELIVERED_OIDC_CLIENT_ID" placeholder:"ID" help:"Single sign-on: our client ID there."`
	OIDCClientSecret string        `name:"oidc-client-secret" env:"UNDELIVERED_OIDC_CLIENT_SECRET" placeholder:"SECRET" help:"Single sign-on: our client secret there."`
}

// shortestKey is the least length of the secret key.
const shortestKey = 32

// problem is one wrong setting, named as it is set.
type problem struct{ setting, what string }

func (p problem) Error() string { return p.setting + ": " + p.what }

// check names every wrong setting, and fills what follows from the others.
func (s *settings) check() error {
	problems := []error{s.database.check(), s.checkAddresses(), s.checkProxies(), s.checkMail(), s.checkSignOn()}
	return errors.Join(problems...)
}

func (d *database) check() error {
	var problems []error
	for name, address := range map[string]string{"DATABASE_URL": d.DatabaseURL, "DATABASE_REPLICA_URL": d.DatabaseReplicaURL} {
		if address == "" {
			continue
		}
		if u, err := url.Parse(address); err != nil || (u.Scheme != "postgres" && u.Scheme != "postgresql") || u.Host == "" && u.Query().Get("host") == "" {
			problems = append(problems, problem{name, "must look like postgres://user:password@host/database"})
		}
	}
	if d.DatabaseReplicaURL != "" && d.DatabaseURL == "" {
		problems = append(problems, problem{"DATABASE_REPLICA_URL", "needs DATABASE_URL"})
	}
	if d.DatabaseURL != "" && d.SecretKey == "" {
		problems = append(problems, problem{"UNDELIVERED_SECRET_KEY", "is required with PostgreSQL; openssl rand -base64 32 makes one"})
	}
	for name, key := range map[string]string{"UNDELIVERED_SECRET_KEY": d.SecretKey, "UNDELIVERED_SECRET_KEY_PREVIOUS": d.SecretKeyPrevious} {
		if key != "" && len(key) < shortestKey {
			problems = append(problems, problem{name, fmt.Sprintf("must have at least %d characters, and has %d", shortestKey, len(key))})
		}
	}
	return errors.Join(problems...)
}

func (s *settings) checkAddresses() error {
	var problems []error
	for name, address := range map[string]string{"UNDELIVERED_ADDR": s.Addr, "UNDELIVERED_METRICS_ADDR": s.MetricsAddr,
		"UNDELIVERED_SMTP_IN": strings.TrimPrefix(strings.TrimPrefix(s.SMTPIn, "lmtp:"), "//")} {
		if _, _, err := net.SplitHostPort(address); err != nil && (address != "" || name == "UNDELIVERED_ADDR") {
			problems = append(problems, problem{name, "must be host:port, such as 127.0.0.1:8080, and is " + fmt.Sprintf("%q", address)})
		}
	}
	s.BaseURL = strings.TrimRight(s.BaseURL, "/")
	if u, err := url.Parse(s.BaseURL); s.BaseURL != "" && (err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.Path != "") {
		problems = append(problems, problem{"UNDELIVERED_BASE_URL", "must look like https://undelivered.example.com, without a path"})
	}
	if s.StopDelay < 0 || s.StopDelay > time.Minute {
		problems = append(problems, problem{"UNDELIVERED_STOP_DELAY", "must be between 0s and 1m"})
	}
	return errors.Join(problems...)
}

func (s *settings) checkProxies() error {
	_, err := s.proxies()
	return err
}

// proxies are the trusted networks; a single address stands for itself.
func (s *settings) proxies() ([]*net.IPNet, error) {
	var networks []*net.IPNet
	for _, typed := range s.TrustedProxies {
		if ip := net.ParseIP(typed); ip != nil {
			bits := 8 * len(ip.To16())
			if ip.To4() != nil {
				ip, bits = ip.To4(), 32
			}
			networks = append(networks, &net.IPNet{IP: ip, Mask: net.CIDRMask(bits, bits)})
			continue
		}
		_, network, err := net.ParseCIDR(typed)
		if err != nil {
			return nil, problem{"UNDELIVERED_TRUSTED_PROXIES", fmt.Sprintf("%q is neither an address nor a network such as 10.0.0.0/8", typed)}
		}
		networks = append(networks, network)
	}
	return networks, nil
}

func (s *settings) checkMail() error {
	var problems []error
	if u, err := url.Parse(s.MailURL); s.MailURL != "" && (err != nil || (u.Scheme != "smtp" && u.Scheme != "smtps") || u.Host == "") {
		problems = append(problems, problem{"UNDELIVERED_MAIL_URL", "must look like smtp://user:password@host:587"})
	}
	if (s.MailURL == "") != (s.MailFrom == "") {
		problems = append(problems, problem{"UNDELIVERED_MAIL_URL", "and UNDELIVERED_MAIL_FROM need each other"})
	}
	if _, err := mail.ParseAddress(s.MailFrom); s.MailFrom != "" && err != nil {
		problems = append(problems, problem{"UNDELIVERED_MAIL_FROM", "is not an email address"})
	}
	return errors.Join(problems...)
}

func (s *settings) checkSignOn() error {
	set := 0
	for _, value := range []string{s.OIDCIssuer, s.OIDCClientID, s.OIDCClientSecret} {
		if value != "" {
			set++
		}
	}
	if set != 0 && set != 3 {
		return problem{"UNDELIVERED_OIDC_ISSUER", "UNDELIVERED_OIDC_CLIENT_ID and UNDELIVERED_OIDC_CLIENT_SECRET need each other"}
	}
	return nil
}

// signOn is the single sign-on that was set; nil: none.
func (s *settings) signOn() *handlers.SingleSignOn {
	if s.OIDCIssuer == "" {
		return nil
	}
	return &handlers.SingleSignOn{Issuer: s.OIDCIssuer, ClientID: s.OIDCClientID, ClientSecret: s.OIDCClientSecret}
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

// options are what the store needs. Beside an embedded database the secret key is kept in a file that nobody else
// may read; it is made the first time.
func (d *database) options(term terminal) (models.Options, error) {
	if err := d.check(); err != nil {
		return models.Options{}, err
	}
	o := models.Options{URL: d.DatabaseURL, ReplicaURL: d.DatabaseReplicaURL, File: d.file(), Log: d.logger(term), Key: []byte(d.SecretKey)}
	if d.SecretKey == "" {
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

// folder makes the data folder, for our eyes only.
func (d *database) folder() error {
	if err := os.MkdirAll(d.Data, 0o700); err != nil {
		return problem{"UNDELIVERED_DATA", err.Error()}
	}
	return nil
}
