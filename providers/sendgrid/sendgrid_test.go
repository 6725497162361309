package sendgrid

import (
	"context"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"undelivered/providers/wire"
	"undelivered/providers/wire/wiretest"
)

// An unsubscription from a group is found like one from everything, and clearing takes the address out of
// both.
func TestGroupUnsubscribes(t *testing.T) {
	var removed []string
	far := wiretest.Play(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method == http.MethodDelete && strings.Contains(r.URL.Path, "/global/"):
			w.WriteHeader(http.StatusNotFound)
		case r.Method == http.MethodDelete:
			removed = append(removed, r.URL.Path)
			w.WriteHeader(http.StatusNoContent)
		case strings.HasPrefix(r.URL.Path, "/v3/asm/suppressions/mira"):
			_, _ = io.WriteString(
				w,
				`{"suppressions":[{"id":7,"name":"News","suppressed":true},{"id":8,"name":"Offers","suppressed":false}]}`,
			) // the test's own end
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	})
	s := wire.Settings{"api_key": "k"}
	entries, err := Provider.Suppressions.Find(context.Background(), far.Client, s, "mira@example.net")
	if err != nil || len(entries) != 1 || entries[0].Kind != "unsubscribe" ||
		!strings.Contains(entries[0].Reason, "News") {
		t.Errorf("%+v, %v", entries, err)
	}
	cleared := Provider.Suppressions.Delete(context.Background(), far.Client, s, "mira@example.net",
		"unsubscribe")
	if cleared.Result != wire.ClearDone ||
		!slices.Equal(removed, []string{"/v3/asm/groups/7/suppressions/mira@example.net"}) {
		t.Errorf("%+v, removed %v", cleared, removed)
	}
}
