package sns

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"undelivered/providers/wire"
)

// Sign adds Amazon's request signature (version 4) for a service to a call of ours. The login and the region
// are those of the settings.
func Sign(ctx context.Context, call *wire.Call, s wire.Settings, service string, now time.Time) error {
	req, err := http.NewRequestWithContext(ctx, call.Method, call.URL, nil)
	if err != nil {
		return fmt.Errorf("signing the request: %w", err)
	}
	if call.Header == nil {
		call.Header = http.Header{}
	}
	req.Header = call.Header
	sum := sha256.Sum256(call.Body)
	login := aws.Credentials{
		AccessKeyID:     s["access_key_id"],
		SecretAccessKey: s["secret_access_key"],
		SessionToken:    s["session_token"],
	}
	if err := v4.NewSigner().SignHTTP(ctx, login, req, hex.EncodeToString(sum[:]), service, s["region"],
		now); err != nil {
		return fmt.Errorf("signing the request: %w", err)
	}
	return nil
}
