package delivery

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// postExample is one of the examples of the providers' posts.
type postExample struct {
	File, Provider, Direction, Method string
	Expect                            []struct{ Event, Recipient string }
}

func postExamples(t *testing.T) []postExample {
	t.Helper()
	raw, err := os.ReadFile("../providers/testdata/payloads/index.json")
	if err != nil {
		t.Fatal(err)
	}
	var index struct{ Files []postExample }
	if err := json.Unmarshal(raw, &index); err != nil {
		t.Fatal(err)
	}
	return index.Files
}

// The words of a mail server, a text that nobody can recognise, and a provider that there is not.
func TestExplainReply(t *testing.T) {
	told, err := Explain(
		[]byte(
			"550 5.1.1 <jo@mill.example>: Recipient address rejected: User unknown in local recipient table",
		),
		"",
	)
	if err != nil || told.Kind != ExplainReply || told.Events[0].Reason != "user-unknown" ||
		told.Events[0].OptsOut == "" ||
		told.Events[0].Sureness != "sure" {
		t.Errorf("%+v, %v", told, err)
	}
	for text, as := range map[string]string{"": "", `{"some":"thing"}`: "", "{}": "pigeon",
		`{"cut`: "sendgrid"} {
		if told, err := Explain([]byte(text), as); err == nil {
			t.Errorf("%q as %q: %+v", text, as, told)
		}
	}
}

// Each example of a provider's post or of a mail is recognised as what it is, and explained without settings:
// named or not, the explanation is the same.
func TestExplainRecognises(t *testing.T) {
	n, unsure := 0, 0
	for _, x := range postExamples(t) {
		if x.Direction != "webhook" || len(x.Expect) == 0 || x.Expect[0].Event == "ignored" ||
			x.Expect[0].Event == "none" {
			continue
		}
		raw, err := os.ReadFile(filepath.Join("../providers/testdata/payloads", filepath.FromSlash(x.File)))
		if err != nil {
			t.Fatal(err)
		}
		as := x.Provider
		if as == "dsn" {
			as = ExplainMail
		}
		named, err := Explain(raw, as)
		if err != nil {
			t.Errorf("%s: %v", x.File, err)
			continue
		}
		n++
		found, err := Explain(raw, "")
		switch {
		case err != nil:
			t.Logf("%s: %v", x.File, err)
			unsure++
		case found.Kind != named.Kind || found.Provider != named.Provider:
			t.Errorf("%s is taken for %s %s", x.File, found.Kind, found.Provider)
		case strings.Join(found.Lines(), "\n") != strings.Join(named.Lines(), "\n"):
			t.Errorf("%s is explained in two ways", x.File)
		}
	}
	if n < 150 || unsure > n/20 {
		t.Errorf("%d examples, %d not recognised", n, unsure)
	}
}
