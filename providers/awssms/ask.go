package awssms

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"time"

	"undelivered/providers/sns"
	"undelivered/providers/wire"
)

// region is what a region looks like; it becomes a part of the host's name.
var region = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-\d$`)

// ask makes one signed request.
func ask(ctx context.Context, c *wire.Client, s wire.Settings, action string, body any) wire.Response {
	if !region.MatchString(s["region"]) {
		return wire.Response{Err: fmt.Errorf("%q is no region of AWS", s["region"])}
	}
	call, err := wire.JSON(http.MethodPost, "https://sms-voice."+s["region"]+".amazonaws.com/", body)
	if err != nil {
		return wire.Response{Err: err}
	}
	call.Header = http.Header{
		"Content-Type": {"application/x-amz-json-1.0"},
		"X-Amz-Target": {"PinpointSMSVoiceV2." + action},
	}
	if err := sns.Sign(ctx, &call, s, "sms-voice", time.Now()); err != nil {
		return wire.Response{Err: err}
	}
	return c.Do(ctx, call)
}
