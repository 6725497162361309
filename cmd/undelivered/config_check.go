package main

import (
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/url"
	"strings"
	"time"
)

// problem is one wrong setting, named as it is set.
type problem struct{ setting, what string }

func (p problem) Error() string { return p.setting + ": " + p.what }

// check names every wrong setting, and fills what follows from the others.
func (s *settings) check() error {
	problems := []error{
		s.database.check(),
		s.checkAddresses(),
		s.checkProxies(),
		s.checkMail(),
		s.checkSignOn(),
	}
	return errors.Join(problems...)
}

func (d *database) check() error {
	var problems []error
	for name, address := range map[string]string{"DATABASE_URL": d.DatabaseURL,
		"DATABASE_REPLICA_URL": d.DatabaseReplicaURL} {
		if address == "" {
			continue
		}
		if u, err := url.Parse(address); err != nil || (u.Scheme != "postgres" && u.Scheme != "postgresql") ||
			u.Host == "" && u.Query().Get("host") == "" {
			problems = append(problems,
				problem{name, "must look like postgres://user:password@host/database"})
		}
	}
	if d.DatabaseReplicaURL != "" && d.DatabaseURL == "" {
		problems = append(problems, problem{"DATABASE_REPLICA_URL", "needs DATABASE_URL"})
	}
	if d.DatabaseURL != "" && d.SecretKey == "" {
		problems = append(problems, problem{
			"UNDELIVERED_SECRET_KEY",
			"is required with PostgreSQL; openssl rand -base64 32 makes one",
		})
	}
	for name, key := range map[string]string{"UNDELIVERED_SECRET_KEY": d.SecretKey,
		"UNDELIVERED_SECRET_KEY_PREVIOUS": d.SecretKeyPrevious} {
		if key != "" && len(key) < shortestKey {
			problems = append(problems, problem{
				name,
				fmt.Sprintf("must have at least %d characters, and has %d", shortestKey, len(key)),
			})
		}
	}
	return errors.Join(problems...)
}

func (s *settings) checkAddresses() error {
	var problems []error
	for name, address := range map[string]string{"UNDELIVERED_ADDR": s.Addr,
		"UNDELIVERED_METRICS_ADDR": s.MetricsAddr,
		"UNDELIVERED_SMTP_IN":      strings.TrimPrefix(strings.TrimPrefix(s.SMTPIn, "lmtp:"), "//")} {
		if _, _, err := net.SplitHostPort(address); err != nil &&
			(address != "" || name == "UNDELIVERED_ADDR") {
			problems = append(problems, problem{
				name,
				"must be host:port, such as 127.0.0.1:8080, and is " + fmt.Sprintf("%q", address),
			})
		}
	}
	s.BaseURL = strings.TrimRight(s.BaseURL, "/")
	if u, err := url.Parse(s.BaseURL); s.BaseURL != "" &&
		(err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.Path != "") {
		problems = append(problems,
			problem{"UNDELIVERED_BASE_URL", "must look like https://undelivered.example.com, without a path"})
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
			return nil, problem{
				"UNDELIVERED_TRUSTED_PROXIES",
				fmt.Sprintf("%q is neither an address nor a network such as 10.0.0.0/8", typed),
			}
		}
		networks = append(networks, network)
	}
	return networks, nil
}

func (s *settings) checkMail() error {
	var problems []error
	if u, err := url.Parse(s.MailURL); s.MailURL != "" &&
		(err != nil || (u.Scheme != "smtp" && u.Scheme != "smtps") || u.Host == "") {
		problems = append(problems,
			problem{"UNDELIVERED_MAIL_URL", "must look like smtp://user:password@host:587"})
	}
	if (s.MailURL == "") != (s.MailFrom == "") {
		problems = append(problems,
			problem{"UNDELIVERED_MAIL_URL", "and UNDELIVERED_MAIL_FROM need each other"})
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
	if u, err := url.Parse(s.OIDCIssuer); s.OIDCIssuer != "" &&
		(err != nil || u.Scheme != "https" && u.Hostname() != "localhost" && u.Hostname() != "127.0.0.1" ||
			u.Host == "") {
		return problem{"UNDELIVERED_OIDC_ISSUER", "must look like https://login.example.com"}
	}
	if set != 0 && set != 3 {
		return problem{
			"UNDELIVERED_OIDC_ISSUER",
			"UNDELIVERED_OIDC_CLIENT_ID and UNDELIVERED_OIDC_CLIENT_SECRET need each other",
		}
	}
	return nil
}
