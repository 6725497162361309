package views

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"undelivered/models"
	"undelivered/models/ledger"
)

// Every status has its words in the catalogue, for both channels, and its line of help.
func TestEveryStatusHasItsWords(t *testing.T) {
	ctx := context.Background()
	for _, row := range models.Statuses {
		for _, id := range []string{"status." + string(row.Code), "status." + string(row.Code) + ".help",
			"family." + string(row.Family), "event." + string(row.Code)} {
			if !Has(id) {
				t.Errorf("no words for %s", id)
			}
		}
		if label := StatusLabel(ctx, row.Code, models.SMS); strings.Contains(label, "status.") {
			t.Errorf("no label for %s in texts", row.Code)
		}
	}
}

// Every word of the tables that pages look up has an entry: states, causes, guards, outcomes, roles, events.
func TestEveryTableHasItsWords(t *testing.T) {
	tables := map[string][]string{
		"outcome.": ledger.Outcomes, "how.": Hows, "lift.": LiftReasons,
		"cause.": {string(models.CauseHardBounce), string(models.CauseInvalid),
			string(models.CauseRepeatedSoft), string(models.CauseComplaint), string(models.CauseUnsubscribed),
			string(models.CauseStop), string(models.CauseStaff), string(models.CauseErased)},
		"event.": {string(models.Accepted), string(models.Sent), string(models.Deferred),
			string(models.Opened), string(models.Clicked), string(models.Delivered), string(models.Complaint),
			string(models.Unsubscribed), string(models.Resubscribed), string(models.AddressSuppressed),
			string(models.Unrecognised)},
		"role.": {string(models.Owner), string(models.Manager), string(models.Viewer),
			string(models.Support)},
	}
	for prefix, looks := range map[string]map[string]look{"state.": stateLooks, "address.": addressLooks,
		"request.":     requestLooks,
		"suppression.": suppressionLooks, "connection.": connectionLooks, "todo.": todoLooks,
		"may.": mayLooks} {
		tables[prefix] = append(tables[prefix], sortedKeys(looks)...)
	}
	for prefix, codes := range tables {
		for _, code := range codes {
			if !Has(prefix + code) {
				t.Errorf("no words for %s%s", prefix, code)
			}
		}
	}
}

var (
	storeKey = regexp.MustCompile(`"(error\.[a-z_]+)"`)
	guardKey = regexp.MustCompile(`Guard = "([a-z_]+)"`)
)

// Every sentence that the store names is in the catalogue.
func TestEverySentenceOfTheStoreIsInTheCatalogue(t *testing.T) {
	for _, file := range storeSources(t) {
		for _, m := range storeKey.FindAllStringSubmatch(file, -1) {
			if !Has(m[1]) {
				t.Errorf("no words for %s", m[1])
			}
		}
		for _, m := range guardKey.FindAllStringSubmatch(file, -1) {
			if few := "guard." + m[1] + ".few"; !Has("guard."+m[1]) ||
				!Has(few) && !strings.HasPrefix(m[1], "lift_") {
				t.Errorf("no words for guard.%s, or for %s", m[1], few)
			}
		}
	}
}

// storeSources are the sources of the store, with all its wings.
func storeSources(t *testing.T) []string {
	t.Helper()
	return slices.Concat(sources(t, "../models/*.go"), sources(t, "../models/*/*.go"),
		sources(t, "../models/*/*/*.go"))
}

func sources(t *testing.T, pattern string) []string {
	t.Helper()
	names, err := filepath.Glob(pattern)
	if err != nil || len(names) == 0 {
		t.Fatalf("no files %s: %v", pattern, err)
	}
	var out []string
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") || strings.HasSuffix(name, "_templ.go") {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, string(text))
	}
	return out
}
