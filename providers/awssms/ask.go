package awssms

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"regexp"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"undelivered/providers/wire"
)

// region is what a region looks like; it becomes a part of the host's name.
var region = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-\d$`)

// ask makes one signed request.
func ask(ctx context.Context, c *wire.Client, s wire.Settings, action string, body any) wire.Answer {
	if !region.MatchString(s["region"]) {
		return wire.Answer{Err: fmt.Errorf("%q is no region of AWS", s["region"])}
	}
	call, err := wire.JSON(http.MethodPost, "https://sms-voice."+s["region"]+".amazonaws.com/", body)
	if err != nil {
		return wire.Answer{Err: err}
	}
	call.Header = http.Header{"Content-Type": {"application/x-amz-json-1.0"}, "X-Amz-Target": {"PinpointSMSVoiceV2." + action}}
	if err := sign(ctx, s, &call, time.Now()); err != nil {
		return wire.Answer{Err: err}
	}
	return c.Do(ctx, call)
}

// sign adds the signature (SigV4) to a call.
func sign(ctx context.Context, s wire.Settings, call *wire.Call, now time.Time) error {
	req, err := http.NewRequestWithContext(ctx, call.Method, call.URL, nil)
	if err != nil {
		return fmt.Errorf("signing the request: %w", err)
	}
	req.Header, req.ContentLength = call.Header, int64(len(call.Body))
	sum := sha256.Sum256(call.Body)
	login := aws.Credentials{AccessKeyID: s["access_key_id"], SecretAccessKey: s["secret_access_key"]}
	if err := v4.NewSigner().SignHTTP(ctx, login, req, hex.EncodeToString(sum[:]), "sms-voice", s["region"], now); err != nil {
		return fmt.Errorf("signing the request: %w", err)
	}
	return nil
}
