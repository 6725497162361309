// Package snstest signs messages as Amazon SNS does, with a certificate of its own, for tests.
package snstest

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"maps"
	"math/big"
	"slices"
	"testing"
	"time"
)

// Topic is the topic of the messages.
const Topic = "arn:aws:sns:eu-west-1:111122223333:harbour"

// CertificateURL is where the certificate is said to be.
const CertificateURL = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem"

// Amazon is a signer with its certificate.
type Amazon struct {
	Certificate string // PEM
	key         *rsa.PrivateKey
}

// New makes a signer.
func New(t testing.TB) Amazon {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return Amazon{string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})), key}
}

// Body is a signed message (version 2) with the fields given, and those that every message has.
func (a Amazon) Body(t testing.TB, kind string, fields map[string]string) []byte {
	t.Helper()
	all := map[string]string{
		"Type":      kind,
		"MessageId": "6f1c0a2e-0000-5aaa-9bbb-000000000001",
		"TopicArn":  Topic,
		"Timestamp": time.Now().UTC().Format("2006-01-02T15:04:05.000Z"),
	}
	maps.Copy(all, fields)
	text := ""
	for _, name := range slices.Sorted(maps.Keys(all)) {
		text += name + "\n" + all[name] + "\n"
	}
	sum := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPKCS1v15(rand.Reader, a.key, crypto.SHA256, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	all["SignatureVersion"], all["SigningCertURL"] = "2", CertificateURL
	all["Signature"] = base64.StdEncoding.EncodeToString(signature)
	body, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	return body
}
