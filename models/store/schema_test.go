package store_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"undelivered/models/modelstest"
	"undelivered/models/store"
)

// withoutStruct are the tables that plain SQL reads and writes.
var withoutStruct = []string{"proposals", "refusals", "search_rows", "search_index", "search_index_idx",
	"search_index_config", "search_index_data", "search_index_docsize"}

// The structs and the tables have the same columns, in both databases.
func TestSchema(t *testing.T) {
	want, err := rowColumns()
	if err != nil {
		t.Fatal(err)
	}
	modelstest.Each(t, func(t *testing.T, s *store.Store) {
		got, err := columnsOf(t.Context(), s)
		if err != nil {
			t.Fatal(err)
		}
		for table, columns := range got {
			if slices.Contains(withoutStruct, table) {
				continue
			}
			if diff := cmp.Diff(want[table], columns); diff != "" {
				t.Errorf("%s (- struct, + database):\n%s", table, diff)
			}
		}
		for table := range want {
			if got[table] == nil {
				t.Errorf("there is no table %s", table)
			}
		}
	})
}
