package sns

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"time"

	"undelivered/providers/wire"
)

// certificatePath is what the path of Amazon's signing certificates looks like.
var certificatePath = regexp.MustCompile(`^/SimpleNotificationService-[0-9a-zA-Z]+\.pem$`)

// prove checks the signature with Amazon's certificate.
func (e Envelope) prove(ctx context.Context, r wire.Request) error {
	text, known := e.text()
	u, ok := ours(e.SigningCertURL)
	if !known || !ok || u.RawQuery != "" || !certificatePath.MatchString(u.Path) {
		return wire.ErrRefused
	}
	signature, err := base64.StdEncoding.DecodeString(e.Signature)
	if err != nil {
		return wire.ErrRefused
	}
	key, err := e.key(ctx, r)
	if err != nil {
		return err
	}
	hash, digest := crypto.SHA256, sum256(text)
	switch e.SignatureVersion {
	case "2":
	case "1":
		hash, digest = crypto.SHA1, sum1(text)
	default:
		return wire.ErrRefused
	}
	if rsa.VerifyPKCS1v15(key, hash, digest, signature) != nil {
		return wire.ErrRefused
	}
	return nil
}

func sum256(text string) []byte {
	sum := sha256.Sum256([]byte(text))
	return sum[:]
}

func sum1(text string) []byte {
	sum := sha1.Sum([]byte(text))
	return sum[:]
}

// key is the public key of the pinned certificate, or of the one at the envelope's address. One that cannot
// be fetched now is no refusal: SNS shall try again.
func (e Envelope) key(ctx context.Context, r wire.Request) (*rsa.PublicKey, error) {
	if pinned := r.Settings["signing_cert_pem"]; pinned != "" {
		certificate, err := parse([]byte(pinned))
		if err != nil {
			return nil, fmt.Errorf("%w: the pinned certificate: %w", wire.ErrUnchecked, err)
		}
		return keyOf(certificate)
	}
	certificate, err := fetched(ctx, r.Client, e.SigningCertURL)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", wire.ErrUnchecked, err)
	}
	if now := r.Now(); now.Before(certificate.NotBefore.Add(-time.Hour)) || now.After(certificate.NotAfter) {
		return nil, wire.ErrRefused
	}
	return keyOf(certificate)
}

func keyOf(certificate *x509.Certificate) (*rsa.PublicKey, error) {
	key, ok := certificate.PublicKey.(*rsa.PublicKey)
	if !ok {
		return nil, wire.ErrRefused
	}
	return key, nil
}

// fetched gets a certificate once: at its address it never changes. The address was checked: it is Amazon's,
// and TLS proves it.
func fetched(ctx context.Context, c *wire.Client, address string) (*x509.Certificate, error) {
	if c == nil {
		return nil, errors.New("there is no way to fetch the certificate")
	}
	known, err := c.Remember(address, func() (any, error) {
		a := c.Do(ctx, wire.Call{Method: http.MethodGet, URL: address})
		if err := a.Decode(nil); err != nil {
			return nil, fmt.Errorf("fetching the certificate: %w", err)
		}
		return parse(a.Body)
	})
	certificate, _ := known.(*x509.Certificate)
	return certificate, err
}

func parse(raw []byte) (*x509.Certificate, error) {
	block, _ := pem.Decode(raw)
	if block == nil {
		return nil, errors.New("no certificate in PEM")
	}
	certificate, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("reading the certificate: %w", err)
	}
	return certificate, nil
}
